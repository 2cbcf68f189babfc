"""Who came to a session, as they say themselves or as the facilitation writes it down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Gender, Person, Sector
from cocrea.consultation.models import Trait
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add_once, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.attending import is_hall_code
from cocrea.tables.models import Attendee, Headcount, Session, SheetName
from cocrea.tables.operations.events import check_key
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.plenaries import correct_quorum

MOST_NAMES, LONGEST_NAME, MOST_COUNTED = 200, 120, 5_000
VALUES: Mapping[Trait, Collection[str]] = {
    Trait.SECTOR: {sector.value for sector in Sector},
    Trait.GENDER: {gender.value for gender in Gender},
}


def confirm_in_hall(*, actor: Any, session: Session, code: str, now: datetime) -> None:
    """Say that one is in the hall, with the code that is shown there. Twice is once; who was online is now there."""
    enforce(policies.can_attend, actor, queries.room(actor, session), now)
    if not is_hall_code(session, code, now):
        raise Invalid(
            _l("Ese código ya no sirve o no es de esta sesión. Usa el que se muestra ahora en la sala."), "code"
        )
    _attends(session, actor.id, Channel.IN_PERSON, now)


def say_here(*, actor: Any, session: Session, now: datetime) -> None:
    """Say that one follows the session online. Whoever was seen in the hall stays there."""
    enforce(policies.can_say_here, actor, queries.room(actor, session), now)
    add_once(Attendee, session_id=session.id, person_id=actor.id, channel=Channel.ONLINE, at=now)


def tick_members(*, actor: Any, session: Session, people: Collection[str], now: datetime) -> None:
    """Write down which members are in the hall, by public id. Who confirmed by themselves is not taken off."""
    enforce(policies.can_take_attendance, actor, queries.room(actor, lock(session)), now)
    there = {row.public_id for row in queries.attendees(session) if row.role is not None}
    ticked = set(db.session.scalars(sa.select(Person.id).where(Person.public_id.in_(there & set(people)))))
    before = queries.seats_there(session) if session.table.is_plenary else {}
    listed = (Attendee.session_id == session.id, Attendee.listed_by_id.is_not(None))
    db.session.execute(sa.delete(Attendee).where(*listed, Attendee.person_id.not_in(ticked)))
    for person_id in sorted(ticked):
        _attends(session, person_id, Channel.IN_PERSON, now, listed_by=actor.id)
    correct_quorum(session, before)
    _note(actor, session, now, {"listed": len(ticked)})


def add_names(
    *, actor: Any, session: Session, names: Sequence[str], sector: Sector | None, key: str, now: datetime
) -> None:
    """Write down names from the sheet, of people who need no account. The same form sent twice is one."""
    enforce(policies.can_take_attendance, actor, queries.room(actor, lock(session)), now)
    check_key(key)
    said = [found for name in names if (found := text.plain(name))]
    if not said or any(len(name) > LONGEST_NAME for name in said):
        raise Invalid(
            _l("Escribe un nombre por línea, de %(most)s caracteres como máximo.", most=LONGEST_NAME), "names"
        )
    if len(said) > MOST_NAMES:
        raise Invalid(_l("Escribe como máximo %(most)s nombres a la vez.", most=MOST_NAMES), "names")
    own = {"session_id": session.id, "sector": sector, "entered_by_id": actor.id, "at": now}
    added = [add_once(SheetName, key=f"{key}-{line}", name=name, **own) for line, name in enumerate(said)]
    if any(added):
        _note(actor, session, now, {"sheet": sum(added)})


def erase_name(*, actor: Any, name: SheetName, now: datetime) -> None:
    """Take a name off the sheet that should not be on it."""
    enforce(policies.can_erase_name, actor, name, now)
    session = name.session
    db.session.delete(name)
    _note(actor, session, now, {"sheet": -1})


def count_unnamed(
    *, actor: Any, session: Session, people: int, counts: Mapping[Trait, Mapping[str, int]], now: datetime
) -> None:
    """Write down how many came who give no name, and what they said of themselves. Replaces what was there."""
    enforce(policies.can_take_attendance, actor, queries.room(actor, lock(session)), now)
    if not 0 <= people <= MOST_COUNTED:
        raise Invalid(_l("Escribe un número entre 0 y %(most)s.", most=MOST_COUNTED), "people")
    for trait, by_value in counts.items():
        if not set(by_value) <= set(VALUES[trait]) or any(number < 0 for number in by_value.values()):
            raise Invalid(_l("Escribe números que no sean negativos."), "people")
        if sum(by_value.values()) > people:
            raise Invalid(_l("Por sector o por género suman más personas que el total."), "people")
    db.session.execute(sa.delete(Headcount).where(Headcount.session_id == session.id))
    rows = {("", ""): people, **{(t.value, value): n for t, found in counts.items() for value, n in found.items()}}
    own = ({"trait": trait, "value": value, "people": n} for (trait, value), n in rows.items() if n)
    db.session.add_all(Headcount(session_id=session.id, **row) for row in own)
    _note(actor, session, now, {"unnamed": people})


def _attends(
    session: Session, person_id: int, channel: Channel, now: datetime, *, listed_by: int | None = None
) -> None:
    own = {"session_id": session.id, "person_id": person_id}
    if not add_once(Attendee, **own, channel=channel, at=now, listed_by_id=listed_by):
        known = (Attendee.session_id == session.id, Attendee.person_id == person_id, Attendee.channel != channel)
        db.session.execute(sa.update(Attendee).where(*known).values(channel=channel, listed_by_id=listed_by))


def _note(actor: Any, session: Session, now: datetime, new: dict[str, int]) -> None:
    """The history says that the facilitation wrote down how many; never who."""
    note_table(actor, session.table, session.reference, "session.attendance", now, new=new, subject_id=session.id)
