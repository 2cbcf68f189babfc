"""Reading the list of speakers of a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from cocrea.accounts.models import Gender, Person, Sector
from cocrea.core.errors import NotFound
from cocrea.extensions import db
from cocrea.tables.models import Session, Table, TableMember, Turn
from cocrea.tables.queries.rooms import visible_session
from cocrea.tables.speaking import UNDECLARED, Position, line_up, shared_time

Seated = Mapping[tuple[Sector | None, Gender | None], int]


@dataclass(frozen=True)
class Floor:
    """Who has the floor and who waits, in order. `turns` are all that were not withdrawn, as they were asked for."""

    speaking: Turn | None
    line: list[Position]
    turns: list[Turn]

    def turn_of(self, actor: Any) -> Turn | None:
        """The actor's own turn, waiting or under way."""
        open_turns = [self.speaking, *(position.turn for position in self.line)]
        return next((turn for turn in open_turns if turn and turn.person_id and turn.person_id == actor.id), None)

    def place_of(self, turn: Turn) -> int:
        """Where a waiting turn stands, from 0."""
        return next(place for place, position in enumerate(self.line) if position.turn is turn)


def floor(session: Session) -> Floor:
    """The list of speakers, with the people on it, in one statement."""
    statement = sa.select(Turn).where(Turn.session_id == session.id, Turn.withdrawn_at.is_(None))
    people = joinedload(Turn.person).options(lazyload("*"))
    turns = list(db.session.scalars(statement.options(people).order_by(Turn.id)))
    begun = sorted((turn.started_at, turn.id, turn.sector) for turn in turns if turn.started_at)
    spoken: Counter[int | str] = Counter()
    for turn in turns:
        spoken[turn.speaker] += turn.spoken
    waiting = [turn for turn in turns if turn.is_waiting]
    line = line_up(waiting, session.floor_mode, spoken, begun[-1][2] if begun else None)
    return Floor(next((turn for turn in turns if turn.is_speaking), None), line, turns)


def seated(table: Table) -> Seated:
    """How many sit at a table, by sector and gender."""
    keys = (TableMember.sector, Person.gender)
    statement = sa.select(*keys, sa.func.count()).join(TableMember.person).where(TableMember.table_id == table.id)
    return {(sector, gender): people for sector, gender, people in db.session.execute(statement.group_by(*keys))}


def time_by_group(present: Seated, turns: Iterable[Turn], *, is_over: bool) -> dict[str, dict[str, int]]:
    """Seconds spoken, by sector of those who sit at the table and by gender of those who spoke; no group of fewer than
    five is told.

    Nothing is told before someone has spoken, nor by gender before the session `is_over`: each turn would tell the
    gender of whoever just spoke.
    """
    spoken = [turn for turn in turns if turn.spoken]
    if not spoken:
        return {}
    sectors, by_sector = Counter[str](), Counter[str]()
    for (sector, _gender), people in present.items():
        sectors[sector or UNDECLARED] += people
    for turn in spoken:
        by_sector[turn.sector or UNDECLARED] += turn.spoken
    told = {"sector": shared_time(by_sector, sectors)}
    return {**told, "gender": _by_gender(spoken)} if is_over else told


def _by_gender(spoken: Sequence[Turn]) -> dict[str, int]:
    seconds = Counter[str]()
    for turn in spoken:
        seconds[_gender(turn)] += turn.spoken
    people = {turn.speaker: _gender(turn) for turn in spoken}
    return shared_time(seconds, Counter(people.values()))


def _gender(turn: Turn) -> str:
    return (turn.person and turn.person.gender) or UNDECLARED


def visible_turn(actor: Any, reference: str, turn: int) -> Turn:
    """A turn in the list of a session this actor may read; raises `NotFound`."""
    session = visible_session(actor, reference)
    found = db.session.get(Turn, turn)
    if found is None or found.session_id != session.id:
        raise NotFound
    return found


def open_turn(session: Session, person_id: int) -> Turn | None:
    """Someone's turn in a session, waiting or under way."""
    still = Turn.withdrawn_at.is_(None), Turn.ended_at.is_(None)
    turn: Turn | None = db.session.scalar(
        sa.select(Turn).where(Turn.session_id == session.id, Turn.person_id == person_id, *still)
    )
    return turn


def live_sessions(table: Table, now: datetime) -> list[Session]:
    """The sessions of a table that are open now, and their small groups."""
    goes_on = sa.or_(Session.ended_at.is_(None), Session.ended_at > now)
    statement = sa.select(Session).where(Session.table_id == table.id, goes_on)
    return list(db.session.scalars(statement.where(Session.opened_at.is_not(None)).order_by(Session.id)))
