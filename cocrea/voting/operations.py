"""Calling a contest, freezing its electorate, casting ballots, sealing the box.

Nothing here writes a history record, a log line or a time for a single ballot: only that a person took part.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person, Sector
from cocrea.audit.operations import record
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.settings import current_settings
from cocrea.cycles.models import Action, Cycle
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.operations import move
from cocrea.tables.models import Table, TableMember
from cocrea.tables.policies import ELECTING
from cocrea.voting import policies, queries
from cocrea.voting.counting import CHOICES, ballots_root, count, roll_fingerprint
from cocrea.voting.models import (
    BallotKey,
    Choice,
    Contest,
    ElectorateRule,
    OpenBallot,
    Option,
    RollEntry,
    SealedBallot,
)

RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads like something else
MAX_OPTIONS = 40


def create_contest(
    *,
    actor: Any,
    cycle: Cycle,
    question: str,
    proposals: Sequence[Proposal],
    electorate: ElectorateRule,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    explanation: str = "",
    table: Table | None = None,
    quorum_percent: int = 0,
    threshold_percent: int = 50,
) -> Contest:
    """Call a vote on admitted proposals, inside a voting stage; they are frozen as `on_ballot` from here on.

    Raises `Invalid` when the window is past, empty or outside every voting stage, or options or table do not fit.
    `table` matters only where its members are the electorate.
    """
    enforce(policies.can_create, actor, cycle, now)
    _check_window(cycle, opens_at, closes_at, now)
    _check_options(cycle, proposals)
    voters = _check_table(cycle, table) if electorate is ElectorateRule.TABLE else None
    source = text.block(explanation)
    rule = {"electorate": electorate, "quorum_percent": quorum_percent, "threshold_percent": threshold_percent}
    window = {"opens_at": opens_at, "closes_at": closes_at}
    contest = add(
        Contest(
            reference=references.allot(cycle.prefix, "VOT"),
            cycle_id=cycle.id,
            table_id=voters.id if voters else None,
            question=text.plain(question),
            explanation_source=source,
            explanation_html=text.to_html(source),
            created_at=now,
            **rule,
            **window,
        )
    )
    add(BallotKey(contest_id=contest.id))
    _put_on_ballot(actor, contest, proposals, now)
    options = [proposal.reference for proposal in proposals]
    _note(actor, contest, "contest.called", now, {**rule, **window, "options": options})
    return contest


def _put_on_ballot(actor: Any, contest: Contest, proposals: Sequence[Proposal], now: datetime) -> None:
    for position, proposal in enumerate(proposals, 1):
        add(Option(contest_id=contest.id, position=position, title=proposal.title, proposal_id=proposal.id))
        move(actor=actor, proposal=proposal, status=ProposalStatus.ON_BALLOT, now=now)


def freeze(*, contest: Contest, now: datetime) -> Contest:
    """Take the electorate as it stood at the opening and publish its fingerprint; once, whoever asks first."""
    lock(contest)
    if contest.frozen_at is not None or now < contest.opens_at:
        return contest
    members = db.session.execute(_electorate(contest)).all()
    rows = [{"contest_id": contest.id, "person_id": who, "sector": sector} for who, _public_id, sector in members]
    if rows:
        db.session.execute(sa.insert(RollEntry), rows)
    contest.roll_size, contest.frozen_at = len(rows), now
    contest.roll_fingerprint = roll_fingerprint(contest.roll_salt, [public_id for _who, public_id, _s in members])
    _note(None, contest, "contest.opened", now, {"roll": contest.roll_size, "fingerprint": contest.roll_fingerprint})
    return contest


def cast(
    *,
    actor: Any,
    contest: Contest,
    choices: Mapping[str, str],
    now: datetime,
    channel: Channel = Channel.ONLINE,
) -> str:
    """Cast a ballot or replace the one cast before; returns the new receipt, the only copy the voter gets.

    `choices` maps each option's position ("1", "2", …) to a `Choice`. One ballot per person whatever the number of
    simultaneous requests: the roll entry is locked, and pseudonym and contest are the ballot's key.
    """
    enforce(policies.can_vote, actor, contest, now)
    answers = _valid_choices(contest, choices)
    if contest.frozen_at is None:
        freeze(contest=contest, now=now)
    _hold_the_box_open(contest)
    entry = _locked_entry(actor, contest)
    key = {"contest_id": contest.id, "pseudonym": _pseudonym(contest, actor)}
    receipt = new_receipt()
    ballot = db.session.get(OpenBallot, key)
    if ballot is not None:
        ballot.receipt, ballot.choices = receipt, answers
    elif entry.took_part:
        raise Conflict(
            _l("Tu boleta ya está en la urna y cuenta, pero el servidor ya no puede encontrarla para cambiarla.")
        )
    else:
        add(OpenBallot(**key, receipt=receipt, choices=answers))
        entry.took_part, entry.channel = True, channel
    db.session.flush()
    return receipt


def seal(*, contest: Contest, now: datetime) -> Contest:
    """Close the box for good: publish the ballots by receipt, destroy the key, count twice; once, after the close.

    What the database still holds on disk of the emptied box is wiped after the commit (`jobs.scrub`).
    """
    lock(contest)
    if contest.sealed_at is not None or now < contest.closes_at:
        return contest
    if contest.frozen_at is None:
        freeze(contest=contest, now=now)
    ballots = _empty_the_box(contest)
    contest.sealed_at = now
    contest.ballots_root = ballots_root(ballots)
    contest.result = count(queries.terms(contest), ballots, roll_size=contest.roll_size, seed="")
    _refuse_another_count(contest)
    told = {key: contest.result[key] for key in ("ballots", "quorum_reached", "options")}
    _note(None, contest, "contest.counted", now, {"root": contest.ballots_root, "result": told})
    _settle_proposals(contest, now)
    return contest


def new_receipt() -> str:
    """A receipt such as `7KQ2-M9TX-4HWD-PB3R`: 78 bits, easy to copy by hand."""
    letters = [secrets.choice(RECEIPT_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 16, 4))


def _check_window(cycle: Cycle, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if closes_at <= opens_at or closes_at <= now:
        raise Invalid(_l("El cierre debe ser después de la apertura y en el futuro."), "closes_at")
    if opens_at < now:
        raise Invalid(_l("La apertura ya pasó: elige una fecha desde ahora en adelante."), "opens_at")
    for stage in cycle.stages:
        start, end = stage.starts_at, stage.ends_at
        if Action.VOTE in stage.opens and start and start <= opens_at and (end is None or closes_at <= end):
            return
    raise Invalid(_l("La votación debe caber dentro de una etapa de votación del ciclo."), "opens_at")


def _check_options(cycle: Cycle, proposals: Sequence[Proposal]) -> None:
    if not 1 <= len(proposals) <= MAX_OPTIONS:
        raise Invalid(_l("Elige entre 1 y %(limit)s propuestas admitidas.", limit=MAX_OPTIONS), "proposals")
    for proposal in sorted(proposals, key=lambda one: one.id):  # as everybody locks them
        lock(proposal)
        if proposal.cycle_id != cycle.id or proposal.status is not ProposalStatus.ADMITTED or not proposal.is_public:
            raise Invalid(_l("Solo se votan propuestas admitidas de este ciclo."), "proposals")


def _check_table(cycle: Cycle, table: Table | None) -> Table:
    if table is None or table.cycle_id != cycle.id or table.is_plenary:
        raise Invalid(_l("Elige la mesa cuyas personas integrantes votan."), "table")
    return table


def _electorate(contest: Contest) -> sa.Select[int, str, Sector | None]:
    """Id, public id and sector of who may vote: those who fulfilled the rule when the contest opened."""
    people = sa.select(Person.id, Person.public_id, Person.sector).where(
        Person.verified_at <= contest.opens_at, Person.suspended_at.is_(None), Person.withdrawn_at.is_(None)
    )
    if contest.electorate is ElectorateRule.TABLE:
        joined = sa.select(TableMember.person_id).where(
            TableMember.table_id == contest.table_id,
            TableMember.joined_at <= contest.opens_at,
            TableMember.role.in_(ELECTING),
        )
        people = people.where(Person.id.in_(joined))
    return people.order_by(Person.id)


def _valid_choices(contest: Contest, choices: Mapping[str, str]) -> dict[str, str]:
    expected = {str(option.position) for option in contest.options}
    if set(choices) != expected or not set(choices.values()) <= set(Choice):
        raise Invalid(_l("Responde sí, no o me abstengo en cada propuesta de esta boleta."))
    return {position: Choice(choice).value for position, choice in choices.items()}


def _hold_the_box_open(contest: Contest) -> None:
    """Share the contest's lock with other voters, so that the box is not sealed between check and commit.

    Always taken before the lock of a roll entry: one order of locks, no deadlock.
    """
    sealed = db.session.execute(
        sa.select(Contest.sealed_at).where(Contest.id == contest.id).with_for_update(read=True)
    ).scalar_one()
    if sealed is not None:
        raise Conflict(_l("La urna ya se cerró: tu boleta anterior, si la hubo, es la que cuenta."))


def _locked_entry(actor: Any, contest: Contest) -> RollEntry:
    entry = db.session.get(RollEntry, (contest.id, actor.id), with_for_update=True, populate_existing=True)
    if entry is None:
        raise Denied(
            _l("No estás en el padrón: se formó al abrir la votación, con quienes cumplían la regla entonces.")
        )
    return entry


def _pseudonym(contest: Contest, actor: Any) -> str:
    """Same person, same pseudonym, while the contest's key exists; see `BallotKey`."""
    key = db.session.get_one(BallotKey, contest.id).key + current_settings().secret_key
    return hmac.new(key.encode(), f"{actor.id}".encode(), sha256).hexdigest()


def _empty_the_box(contest: Contest) -> list[dict[str, Any]]:
    """Move the ballots to the published table in the order of their receipts, which are random; destroy the key."""
    rows = db.session.execute(
        sa.select(OpenBallot.receipt, OpenBallot.choices)
        .where(OpenBallot.contest_id == contest.id)
        .order_by(OpenBallot.receipt)
    )
    ballots = [{"receipt": receipt, "choices": choices} for receipt, choices in rows]
    if ballots:
        db.session.execute(sa.insert(SealedBallot), [{"contest_id": contest.id, **ballot} for ballot in ballots])
    for table in (OpenBallot, BallotKey):
        db.session.execute(sa.delete(table).where(table.contest_id == contest.id))
    return ballots


def _refuse_another_count(contest: Contest) -> None:
    """Compare with a count made by the database itself; if they differ, nothing is sealed and the job fails."""
    result: dict[str, Any] = contest.result
    ours = [{choice: option[choice] for choice in CHOICES} for option in result["options"]]
    if (result["ballots"], ours) != queries.recount(contest):
        raise RuntimeError("two counts of one contest differ")


def _settle_proposals(contest: Contest, now: datetime) -> None:
    result: dict[str, Any] = contest.result
    for option, outcome in zip(contest.options, result["options"], strict=True):
        if option.proposal is not None and option.proposal.status is ProposalStatus.ON_BALLOT:
            status = ProposalStatus.SELECTED if outcome["passes"] else ProposalStatus.NOT_SELECTED
            move(actor=None, proposal=option.proposal, status=status, now=now)


def _note(actor: Any, contest: Contest, action: str, now: datetime, new: Mapping[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject=contest.reference,
        scope=f"cycle:{contest.cycle_id}",
        now=now,
        new=new,
        subject_id=contest.id,
    )
