"""Reading contests: lists, the voter's own place on the roll, turnout, and the public file of a result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from cocrea.accounts.models import Person, Sector
from cocrea.core.errors import NotFound
from cocrea.cycles.figures import SMALLEST
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.tables.models import Table
from cocrea.voting import channels
from cocrea.voting.counting import FORMAT, Style
from cocrea.voting.models import (
    BallotName,
    Booth,
    Contest,
    Option,
    OptionOrder,
    RollAddress,
    RollEntry,
    SealedBallot,
)


def contests(cycle: Cycle) -> list[Contest]:
    """The contests of a cycle, the latest to close first."""
    statement = sa.select(Contest).where(Contest.cycle_id == cycle.id).order_by(Contest.closes_at.desc(), Contest.id)
    return list(db.session.scalars(statement))


def table_choices(cycle: Cycle) -> list[tuple[int, str]]:
    """Id and name of the cycle's tables and of the forums that were convened in it, to choose an electorate from."""
    own = sa.select(Table.id, Table.name).where(Table.cycle_id == cycle.id)
    statement = own.order_by(Table.id)
    return [(key, name) for key, name in db.session.execute(statement)]


def visible_contest(actor: Any, reference: str) -> Contest:
    """The contest with its cycle, options and their proposals; raises `NotFound`."""
    contest = db.session.scalar(
        sa.select(Contest)
        .where(Contest.reference == reference)
        .options(
            joinedload(Contest.cycle),
            joinedload(Contest.table),
            selectinload(Contest.options).joinedload(Option.proposal),
        )
    )
    if contest is None or not can_read_cycle(actor, contest.cycle, contest.created_at):
        raise NotFound
    return contest


def roll_entry(actor: Any, contest: Contest) -> RollEntry | None:
    """This person's line on the roll; None for visitors and for those who are not on it."""
    return db.session.get(RollEntry, (contest.id, actor.id)) if actor.is_authenticated else None


def on_the_roll(actor: Any, reference: str) -> Contest:
    """The contest, for whoever is on its roll; raises `NotFound`."""
    contest = visible_contest(actor, reference)
    if roll_entry(actor, contest) is None:
        raise NotFound
    return contest


def roll_members(contest: Contest) -> list[str]:
    """The public ids of all on the roll: for its fingerprint, never for a page."""
    members = sa.select(Person.public_id).join(RollEntry, RollEntry.person_id == Person.id)
    return list(db.session.scalars(members.where(RollEntry.contest_id == contest.id)))


def listed(contest: Contest) -> int:
    """How many addresses wait for the roll to be taken."""
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(RollAddress).where(RollAddress.contest_id == contest.id)
    ) or 0  # fmt: skip


def roll(contest: Contest) -> dict[str, Any]:
    """How many were entered late, and how many of each sector were on the roll at the opening: (sector, number).

    `by_sector` is None when any number is under five. Those who came late are not in it: what changed between two
    readings would tell their sector.
    """
    kinds = sa.select(RollEntry.is_late, RollEntry.sector, sa.func.count()).group_by(
        RollEntry.is_late, RollEntry.sector
    )
    late, first = 0, Counter[Sector | None]()
    for is_late, sector, number in db.session.execute(kinds.where(RollEntry.contest_id == contest.id)):
        if is_late:
            late += number
        else:
            first[sector] = number
    cells = large_cells(Counter(), first)
    return {"late": late, "by_sector": cells and [(sector, number) for sector, _voted, number in cells]}


@dataclass
class Turnout:
    """Who was on a roll and took part, by sector, as lines of the roll are added to it."""

    entitled: Counter[Sector | None] = field(default_factory=Counter)
    voted: Counter[Sector | None] = field(default_factory=Counter)
    late: Counter[Sector | None] = field(default_factory=Counter)

    def add(self, sector: Sector | None, number: int, *, took_part: bool, is_late: bool) -> None:
        self.entitled[sector] += number
        self.voted[sector] += number if took_part else 0
        self.late[sector] += number if is_late else 0

    def by_sector(self) -> list[tuple[Sector | None, int, int]] | None:
        """(Sector, took part, on the roll), None when any sector's counts are too small to show, because leaving out a
        single cell would let it be subtracted; nor where so few of a sector were entered late, whom the sizes at the
        opening (`roll`) would tell."""
        few_late = any(0 < number < SMALLEST for number in self.late.values())
        return None if few_late else large_cells(self.voted, self.entitled)


def turnout(contest: Contest) -> dict[str, Any]:
    """How many took part: in all, by channel, and by sector where that may be told (`Turnout.by_sector`)."""
    keys = (RollEntry.sector, RollEntry.channel, RollEntry.took_part, RollEntry.is_late)
    rows = db.session.execute(
        sa.select(*keys, sa.func.count()).where(RollEntry.contest_id == contest.id).group_by(*keys)
    ).all()
    by_channel: Counter[Channel] = Counter()
    found = Turnout()
    for sector, channel, took_part, is_late, number in rows:
        found.add(sector, number, took_part=took_part, is_late=is_late)
        if took_part and channel is not None:
            by_channel[channel] += number
    return {
        "took_part": by_channel.total(),
        "size": found.entitled.total(),
        "by_channel": [(channel, by_channel[channel]) for channel in Channel],
        "by_sector": found.by_sector(),
    }


def large_cells(
    voted: Counter[Sector | None], entitled: Counter[Sector | None]
) -> list[tuple[Sector | None, int, int]] | None:
    """(Sector, took part, on the roll) of a contest; None when a group of voters or non-voters is too small to show."""
    cells = [(sector, voted[sector], number) for sector, number in entitled.items()]
    small = any(0 < part < SMALLEST or 0 < number - part < SMALLEST for _sector, part, number in cells)
    return None if small or len(cells) < 2 else sorted(cells, key=lambda cell: str(cell[0]))


def in_order(contest: Contest, actor: Any) -> list[Option]:
    """The options as this person reads them: as they were put or, where they are drawn, by SHA-256 of
    "commitment:person:position", with the contest's public commitment and the person's public id."""
    if contest.option_order is OptionOrder.FIXED:
        return contest.options
    drawn = f"{contest.seed_commitment}:{actor.public_id if actor.is_authenticated else ''}"
    return sorted(contest.options, key=lambda one: sha256(f"{drawn}:{one.position}".encode()).hexdigest())


def sectors_reached(contest: Contest) -> bool | None:
    """Whether of each sector on the roll as many took part as the contest asks; None where it asks nothing.

    Whoever voted at a booth that was annulled did not: that ballot does not count.
    """
    if not contest.sector_quorum_percent:
        return None
    annulled = sa.select(Booth.id).where(Booth.contest_id == contest.id, Booth.annulled_at.is_not(None))
    counts = sa.or_(RollEntry.booth_id.is_(None), RollEntry.booth_id.not_in(annulled))
    part = sa.func.count().filter(RollEntry.took_part, counts)
    sectors = sa.select(sa.func.count(), part).where(
        RollEntry.contest_id == contest.id, RollEntry.sector.is_not(None)
    )
    rows = db.session.execute(sectors.group_by(RollEntry.sector))
    return all(took_part * 100 >= contest.sector_quorum_percent * size for size, took_part in rows)


def published(contest: Contest) -> dict[str, Any]:
    """The public file of a counted contest: all that a stranger needs to recompute it (`cocrea verify-contest`)."""
    late = sa.func.count().filter(RollEntry.is_late)
    part = sa.func.count().filter(RollEntry.took_part)
    took_part, registered_late = db.session.execute(
        sa.select(part, late).where(RollEntry.contest_id == contest.id)
    ).one()
    return {
        "format": FORMAT,
        "contest": contest.reference,
        "question": contest.question,
        "opens_at": contest.opens_at.isoformat(),
        "closes_at": contest.closes_at.isoformat(),
        "rule": {
            **contest.terms.published(),
            "electorate": contest.electorate.value,
            "secrecy": contest.secrecy.value,
            "option_order": contest.option_order.value,
            "sector_quorum_percent": contest.sector_quorum_percent,
        },
        "options": [_published_option(option) for option in contest.options],
        "seed": contest.seed,
        "seed_commitment": contest.seed_commitment,
        "roll": {
            "size": contest.roll_size,
            "fingerprint": contest.roll_fingerprint,
            "took_part": took_part,
            "late": registered_late,
            "sector_quorum_reached": contest.sectors_reached,
        },
        "ballots": ballots(contest),
        "ballots_root": contest.ballots_root,
        "result": contest.result,
        **channels.published(contest),
    }


def _published_option(option: Option) -> dict[str, Any]:
    proposal = option.proposal.reference if option.proposal else None
    return {"position": option.position, "title": option.title, "proposal": proposal, "cost": option.cost}


def ballots(contest: Contest) -> list[dict[str, Any]]:
    """What is in the sealed box, as it is published once it is counted, in the order of the receipts."""
    return [_published_ballot(contest, ballot) for ballot in _box(contest)]


def _published_ballot(contest: Contest, ballot: Any) -> dict[str, Any]:
    told = {"receipt": ballot.receipt, "choices": ballot.choices}
    return told if contest.is_secret else {**told, "voter": ballot.name}


def _box(contest: Contest) -> Iterable[Any]:
    return db.session.execute(_ballots(contest).order_by(SealedBallot.receipt))


def _ballots(contest: Contest) -> Any:
    """Rows of receipt, choices and, in open contests, name."""
    named = sa.and_(BallotName.contest_id == SealedBallot.contest_id, BallotName.receipt == SealedBallot.receipt)
    columns = sa.select(SealedBallot.receipt, SealedBallot.choices, BallotName.name).outerjoin(BallotName, named)
    return columns.where(SealedBallot.contest_id == contest.id)


def table(contest: Contest) -> Iterable[list[Any]]:
    """The published ballots as rows: receipt, what it says of each option (its answer, points, place, or 1), and 1
    where it is invalid."""
    positions = [str(option.position) for option in contest.options]
    for ballot in _box(contest):
        yield [
            ballot.receipt,
            *(_said(ballot.choices or (), one, contest) for one in positions),
            _flag(ballot.choices is None),
        ]


def _said(choices: Any, position: str, contest: Contest) -> Any:
    if position not in choices:
        return ""
    if isinstance(choices, dict):
        return choices[position]
    return choices.index(position) + 1 if contest.terms.style is Style.ORDER else 1


def _flag(holds: bool) -> Any:
    return 1 if holds else ""


def sealed_ballot(contest: Contest, receipt: str) -> SealedBallot | None:
    """The published ballot with this receipt, however its letters were typed."""
    letters = "".join(c for c in receipt.upper() if c.isalnum())[:16]
    code = "-".join(letters[i : i + 4] for i in range(0, 16, 4))
    return db.session.get(SealedBallot, (contest.id, code))


def receipts(contest: Contest, after: str = "", size: int = 100) -> list[Any]:
    """Published ballots (rows of receipt, choices, name) in the order of their receipts, from the one after `after`."""
    statement = _ballots(contest).where(SealedBallot.receipt > after)
    return list(db.session.execute(statement.order_by(SealedBallot.receipt).limit(size)))


def due(now: datetime) -> dict[int, str]:
    """Contests, reference by id, to freeze (opened), to seal (closed) or to scrub (sealed, or called off)."""
    to_freeze = sa.and_(Contest.frozen_at.is_(None), Contest.opens_at <= now, Contest.cancelled_at.is_(None))
    is_over = sa.or_(Contest.closes_at <= now, Contest.cancelled_at.is_not(None))
    to_finish = sa.and_(Contest.scrubbed_at.is_(None), is_over)
    due = sa.select(Contest.id, Contest.reference).where(sa.or_(to_freeze, to_finish))
    return dict(db.session.execute(due.order_by(Contest.id)).all())


def of_option(proposal_id: int) -> Contest | None:
    """The latest contest a proposal was put to."""
    found: Contest | None = db.session.scalar(_with_option(sa.select(Contest), proposal_id))
    return found


def named_contest(proposal_id: int) -> Any:
    """The same as a row: just what names it and says when it is, in one statement."""
    columns = (Contest.reference, Contest.question, Contest.opens_at, Contest.closes_at, Contest.counted_at)
    return db.session.execute(_with_option(sa.select(*columns), proposal_id)).first()


def _with_option(statement: Any, proposal_id: int) -> Any:
    joined = statement.join(Option, Option.contest_id == Contest.id).where(Option.proposal_id == proposal_id)
    return joined.order_by(Contest.id.desc()).limit(1)
