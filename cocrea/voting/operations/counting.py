"""The count of a sealed box: by the job that seals it or, with the papers of booths, by the facilitation."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.proposals.models import ProposalStatus
from cocrea.proposals.operations import move
from cocrea.voting import policies, queries, scrutiny
from cocrea.voting.counting import agrees, ballots_root, count, second_count
from cocrea.voting.models import Contest, SealedBallot
from cocrea.voting.operations.casting import new_receipt
from cocrea.voting.operations.history import note


def tally(*, actor: Any, contest: Contest, now: datetime) -> Contest:
    """Count the sealed box together with the papers of its booths; once: asked again it changes nothing.

    Raises `Conflict` while something is missing (`scrutiny.missing` says what), and fails where the sealed box is no
    longer the one of the close.
    """
    enforce(policies.can_tally, actor, lock(contest), now)
    if contest.counted_at is not None:
        return contest
    if scrutiny.missing(contest):
        raise Conflict(_l("Todavía falta algo para contar: mira abajo qué, casilla por casilla."))
    _refuse_a_changed_box(contest)
    _add_papers(contest)
    count_ballots(actor, contest, queries.ballots(contest), now)
    return contest


def count_ballots(actor: Any, contest: Contest, ballots: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Count twice; if the two differ, nothing of it stays and whoever called fails."""
    contest.ballots_root = ballots_root(ballots)
    contest.sectors_reached = queries.sectors_reached(contest)
    given: dict[str, Any] = {
        "roll_size": contest.roll_size,
        "seed": contest.seed,
        "sectors_reached": contest.sectors_reached,
    }
    contest.result = count(contest.terms, ballots, **given)
    if not agrees(contest.result, second_count(contest.terms, ballots, **given)):
        raise RuntimeError("two counts of one contest differ")
    contest.counted_at = now
    told = {"root": contest.ballots_root, "seed": contest.seed, "result": _summary(contest.result)}
    note(actor, contest, "contest.counted", now, told)
    _settle_proposals(contest, now)


def sealed_root(contest: Contest, ballots: Sequence[Mapping[str, Any]]) -> str:
    """What is said in public of a box whose ballots will be published mixed with papers: their root, keyed.

    The root itself would tell those apart afterwards: where papers are few, one tries which ballots to leave out until
    it comes out.
    """
    key = hmac.new(contest.roll_salt.encode(), b"sealed box", sha256).digest()
    return hmac.new(key, ballots_root(ballots).encode(), sha256).hexdigest()


def _refuse_a_changed_box(contest: Contest) -> None:
    if contest.online_root and sealed_root(contest, queries.ballots(contest)) != contest.online_root:
        raise RuntimeError("the sealed box is not the one of the close")


def _add_papers(contest: Contest) -> None:
    """Give each paper a random receipt, and put them all into the sealed box, in the order of those."""
    papers = list(db.session.scalars(scrutiny.counted_papers(contest)))
    for paper in papers:
        paper.receipt = new_receipt()
    db.session.flush()
    rows = [{"contest_id": contest.id, "receipt": one.receipt, "choices": one.choices} for one in papers]
    if rows:
        db.session.execute(sa.insert(SealedBallot), sorted(rows, key=lambda row: str(row["receipt"])))


def _summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """What the history keeps of a result: the account of its rounds is in the public file."""
    kept = ("ballots", "valid", "blank", "invalid", "quorum_reached", "winners", "options")
    return {key: result[key] for key in kept}


def _settle_proposals(contest: Contest, now: datetime) -> None:
    winners = set(contest.result["winners"])
    for option in contest.options:
        if option.proposal is not None and option.proposal.status is ProposalStatus.ON_BALLOT:
            won = str(option.position) in winners
            status = ProposalStatus.SELECTED if won else ProposalStatus.NOT_SELECTED
            move(actor=None, proposal=option.proposal, status=status, now=now)
