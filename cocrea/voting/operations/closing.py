"""The close: the box is sealed and its key destroyed; what is in it is counted, unless it waits for papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import lock
from cocrea.cycles.figures import SMALLEST
from cocrea.extensions import db
from cocrea.voting import queries, scrutiny
from cocrea.voting.counting import is_represented
from cocrea.voting.models import BallotKey, BallotName, Contest, OpenBallot, RollEntry, SealedBallot
from cocrea.voting.operations.casting import pseudonyms
from cocrea.voting.operations.counting import count_ballots, sealed_root
from cocrea.voting.operations.history import note
from cocrea.voting.operations.roll import freeze


@dataclass(frozen=True)
class Owner:
    """Whose an open ballot is: known for the moment of sealing alone, see `_owners`."""

    name: str
    sector: Sector | None


NOBODY = Owner("", None)  # where the server's secret is not the one the ballots were cast with


def seal(*, contest: Contest, now: datetime) -> Contest:
    """Close the box for good: put the ballots by receipt, destroy the key, count; once, after the close.

    Where there are booths nothing is counted or published yet: that waits for their papers (`counting.tally`). What
    the database still holds on disk of the emptied box is wiped after the commit (`jobs.scrub`).
    """
    lock(contest)
    if contest.sealed_at is not None or contest.cancelled_at is not None or now < contest.closes_at:
        return contest
    if contest.frozen_at is None:
        freeze(contest=contest, now=now)
    owners = _owners(contest)
    ballots, sectors = _empty_the_box(contest, owners)
    contest.sealed_at = now
    if scrutiny.awaits_papers(contest):
        _set_aside(contest, ballots, now)
        return contest
    count_ballots(None, contest, ballots, now)
    contest.represented_by_sector = _represented(contest, ballots, sectors)
    return contest


def empty(contest: Contest) -> None:
    """Destroy the open ballots of a contest, and the key with which they could be found."""
    for table in (BallotKey, OpenBallot):  # as everybody locks them
        db.session.execute(sa.delete(table).where(table.contest_id == contest.id))


def _set_aside(contest: Contest, ballots: list[dict[str, Any]], now: datetime) -> None:
    """Say in public what was in the box, so that nothing changes in it while the papers are read, and no more."""
    contest.online_root = sealed_root(contest, ballots)
    note(None, contest, "contest.sealed", now, {"sealed_root": contest.online_root, "ballots": len(ballots)})


def _owners(contest: Contest) -> Mapping[str, Owner]:
    """By pseudonym, whose the ballots are.

    The one other use of the key: to publish names with the ballots of an open contest and, of a secret one, how many of
    each sector are represented, never kept and never fewer than five. Nothing of it outlives the transaction.
    """
    pseudonym = pseudonyms(contest)
    entries = (
        sa.select(RollEntry.person_id, Person.name, RollEntry.sector)
        .join(Person, Person.id == RollEntry.person_id)
        .where(RollEntry.contest_id == contest.id, RollEntry.took_part)
    )
    return {pseudonym(who): Owner(name, sector) for who, name, sector in db.session.execute(entries)}


def _empty_the_box(
    contest: Contest, owners: Mapping[str, Owner]
) -> tuple[list[dict[str, Any]], dict[str, Sector | None]]:
    """Move the ballots to the published table in the order of their receipts, which are random; destroy the key.

    The ballots as published, and by receipt the sector of whose they were, where that was found.
    """
    box = sa.select(OpenBallot).where(OpenBallot.contest_id == contest.id).order_by(OpenBallot.receipt)
    found = [
        (ballot.receipt, ballot.choices, owners.get(ballot.pseudonym, NOBODY)) for ballot in db.session.scalars(box)
    ]
    rows = [{"contest_id": contest.id, "receipt": receipt, "choices": choices} for receipt, choices, _who in found]
    names = [{"contest_id": contest.id, "receipt": receipt, "name": who.name} for receipt, _choices, who in found]
    if rows:
        db.session.execute(sa.insert(SealedBallot), rows)
    if names and not contest.is_secret:
        db.session.execute(sa.insert(BallotName), names)
    empty(contest)
    ballots = [_published(contest, *one) for one in found]
    return ballots, {receipt: who.sector for receipt, _choices, who in found if who is not NOBODY}


def _published(contest: Contest, receipt: str, choices: Any, owner: Owner) -> dict[str, Any]:
    told = {"receipt": receipt, "choices": choices}
    return told if contest.is_secret else {**told, "voter": owner.name}


def _represented(
    contest: Contest, ballots: list[dict[str, Any]], sectors: Mapping[str, Sector | None]
) -> list[list[Any]] | None:
    """By sector, how many voted and how many of them named a winner.

    None where fewer than five of a sector did, or did not: of a sector that agrees one would know what each voted. Nor
    where the page withholds how many of each sector voted, or whose a ballot was could not be found.
    """
    if queries.turnout(contest)["by_sector"] is None or len(sectors) < len(ballots):
        return None
    voted: Counter[Sector | None] = Counter()
    served: Counter[Sector | None] = Counter()
    for ballot in ballots:
        sector = sectors.get(ballot["receipt"])
        voted[sector] += 1
        served[sector] += is_represented(contest.result["winners"], ballot["choices"])
    if any(min(served[sector], size - served[sector]) < SMALLEST for sector, size in voted.items()):
        return None
    return sorted([sector.value if sector else "", served[sector], size] for sector, size in voted.items())
