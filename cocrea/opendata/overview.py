"""The whole country in figures: forums, plans, commitments, goals and seats of every space, in seven statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Gender, Person, Sector
from cocrea.commitments.models import ActionPlan, Commitment, CommitmentTarget
from cocrea.core import sdg, territories
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Page, newest_first
from cocrea.core.text import fold
from cocrea.cycles.figures import SMALLEST
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.forums.models import Forum, HolderKind, Seat, SeatHolder, Space, SpaceLevel

SHADES = 3
# The groups in which the seats of Cocreación desde lo Local were published.
GROUPS: tuple[tuple[Any, frozenset[Sector]], ...] = (
    (_l("Instituciones públicas y organismos garantes"), frozenset({Sector.PUBLIC_BODY, Sector.OVERSIGHT_BODY})),
    (_l("Sociedad civil y sector privado"), frozenset({Sector.CIVIL_SOCIETY, Sector.PRIVATE_SECTOR})),
    (_l("Academia"), frozenset({Sector.ACADEMIA})),
)


@dataclass
class Row:
    """A space with what it has. `installed`: the days on which its forums began, as far as they have; `notes`: where
    their rows come from, if nobody contributed them."""

    space: Any
    forums: int = 0
    installed: list[date] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    plans: int = 0
    commitments: int = 0

    @property
    def takes_part(self) -> bool:
        """A forum, be it still in formation, or a plan."""
        return bool(self.forums or self.plans)


@dataclass(frozen=True)
class Tile:
    """A state on the map; `shade` from 0 (no commitment) to `SHADES` (as many as where there are most)."""

    row: Row
    shade: int
    column: int
    line: int
    letters: str


@dataclass(frozen=True)
class Overview:
    """Figures, and the rows they are the sums of."""

    rows: list[Row]
    goals: list[tuple[sdg.Goal, int]]
    aligned: int
    seats: list[tuple[Any, int]]
    genders: list[tuple[Any, int]] | None

    @property
    def notes(self) -> list[str]:
        """Where rows come from that nobody contributed here, each note once."""
        return list(dict.fromkeys(note for row in self.rows for note in row.notes))

    @property
    def states(self) -> list[Row]:
        return [row for row in self.rows if row.space.level is SpaceLevel.STATE]

    @property
    def participating(self) -> int:
        return sum(row.takes_part for row in self.states)

    @property
    def forums(self) -> int:
        return sum(len(row.installed) for row in self.rows)

    @property
    def plans(self) -> int:
        return sum(row.plans for row in self.rows)

    @property
    def commitments(self) -> int:
        return sum(row.commitments for row in self.rows)

    @property
    def seat_total(self) -> int:
        return sum(number for _label, number in self.seats)

    @property
    def tiles(self) -> list[Tile]:
        most = max((row.commitments for row in self.states), default=0)
        return [
            Tile(row, -(-row.commitments * SHADES // most) if most else 0, *territories.TILES[row.space.code])
            for row in self.states
            if row.space.code in territories.TILES
        ]


def overview() -> Overview:
    """What is public today, of all spaces."""
    rows = _rows()
    goals = _goals()
    return Overview(rows, goals, _aligned(), _seats(), _genders())


def _rows() -> list[Row]:
    """Spaces by name, each with its counts: four statements."""
    spaces = db.session.execute(sa.select(Space.id, Space.code, Space.slug, Space.name, Space.level))
    rows = {space.id: Row(space) for space in sorted(spaces, key=lambda one: fold(one.name))}
    forums = sa.select(Forum.space_id, Forum.installed_on, Forum.source_note)
    for space_id, installed_on, note in db.session.execute(forums):
        rows[space_id].forums += 1
        rows[space_id].notes.extend([note] if note else [])
        rows[space_id].installed.extend([installed_on] if installed_on else [])
    plans = sa.select(Cycle.space_id, sa.func.count()).join(ActionPlan, ActionPlan.cycle_id == Cycle.id)
    for space_id, number in db.session.execute(plans.where(_published()).group_by(Cycle.space_id)):
        rows[space_id].plans = number
    promised = _promised(Cycle.space_id, sa.func.count()).group_by(Cycle.space_id)
    for space_id, number in db.session.execute(promised):
        rows[space_id].commitments = number
    return list(rows.values())


def _published() -> sa.ColumnElement[bool]:
    return Cycle.published_at.is_not(None)


def _promised(*columns: Any) -> sa.Select[Any]:
    """Of the public commitments of published plans, save those that a plan left out."""
    commitment, shared = Commitment.__table__, Contribution.__table__
    return (
        sa.select(*columns)
        .select_from(commitment)
        .join(shared, shared.c.id == commitment.c.id)
        .join(Cycle, Cycle.id == commitment.c.plan_cycle_id)
        .join(ActionPlan, ActionPlan.cycle_id == Cycle.id)
        .where(
            _published(), shared.c.visibility == Visibility.PUBLIC, commitment.c.left_out_reason == ""
        )
    )  # fmt: skip


def _goal() -> Any:
    """The number of the goal that a code is of."""
    code = CommitmentTarget.code
    return sa.case(*((sa.or_(code == goal.code, code.like(f"{goal.code}.%")), goal.number) for goal in sdg.goals()))


def _goals() -> list[tuple[sdg.Goal, int]]:
    """The goals that commitments bear on, by their numbers. A commitment may bear on several."""
    goal, own = _goal(), Commitment.__table__.c.id
    bearing = _promised(goal.label("goal"), sa.func.count(own.distinct()).label("number"))
    counted = bearing.join(CommitmentTarget, CommitmentTarget.commitment_id == own).group_by(goal)
    numbers = {row.goal: row.number for row in db.session.execute(counted)}
    return [(one, numbers[one.number]) for one in sdg.goals() if one.number in numbers]


def _aligned() -> int:
    """How many commitments bear on any goal."""
    own = Commitment.__table__.c.id
    bearing = sa.exists().where(CommitmentTarget.commitment_id == own)
    return db.session.scalar(_promised(sa.func.count()).where(bearing)) or 0


def _seats() -> list[tuple[Any, int]]:
    counted = db.session.execute(sa.select(Seat.sector, sa.func.count().label("number")).group_by(Seat.sector))
    by_sector = Counter({row.sector: row.number for row in counted})
    return [(label, sum(by_sector[sector] for sector in sectors)) for label, sectors in GROUPS]


def _genders() -> list[tuple[Any, int]] | None:
    """Who holds the seats as titular, by the gender they declared; None where that would tell few people apart."""
    gender = sa.select(Person.gender, sa.func.count().label("number")).select_from(SeatHolder)
    held = gender.join(Person, Person.id == SeatHolder.person_id).where(SeatHolder.kind == HolderKind.TITULAR)
    rows = db.session.execute(held.group_by(Person.gender))
    counts: Mapping[Gender | None, int] = {row.gender: row.number for row in rows}
    if any(number < SMALLEST for number in counts.values()):
        return None
    order: Iterable[tuple[Gender | None, Any]] = (
        (Gender.MAN, _l("Hombres")),
        (Gender.WOMAN, _l("Mujeres")),
        (Gender.NONBINARY, _l("Personas no binarias")),
        (None, _l("No lo dijeron")),
    )
    return [(label, counts[one]) for one, label in order if one in counts]


def forum_list() -> Page[Any]:
    """The forums that were installed, with their spaces, last first."""
    columns: Any = (Forum.id, Forum.name, Forum.installed_on, Space.name.label("space"), Space.slug)
    statement = sa.select(*columns).join(Space, Space.id == Forum.space_id).where(Forum.installed_on.is_not(None))
    return newest_first(statement, Forum.id, scalars=False)


def plan_list() -> Page[Any]:
    """The published plans, with their spaces, last first."""
    columns: Any = (Cycle.id, Cycle.slug, ActionPlan.title, ActionPlan.published_at, Space.name.label("space"))
    joined = sa.select(*columns).join(ActionPlan, ActionPlan.cycle_id == Cycle.id)
    return newest_first(joined.join(Space, Space.id == Cycle.space_id).where(_published()), Cycle.id, scalars=False)


def commitment_list(goal: int | None, aligned: bool = False) -> Page[Any]:
    """The commitments that the figures count, last first; of one goal, or of any."""
    commitment, shared = Commitment.__table__.c, Contribution.__table__.c
    statement = _promised(
        shared.id, shared.reference, shared.title,
        Cycle.title.label("cycle"), Space.name.label("space"),
    ).join(Space, Space.id == Cycle.space_id)  # fmt: skip
    if goal is not None or aligned:
        bearing = sa.select(CommitmentTarget.commitment_id)
        bearing = bearing.where(_goal() == goal) if goal is not None else bearing
        statement = statement.where(commitment.id.in_(bearing))
    return newest_first(statement, Contribution.id, scalars=False)
