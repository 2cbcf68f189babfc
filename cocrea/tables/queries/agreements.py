"""Reading agreements: their text, what is owed, and of the answers only what the reader may see now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from cocrea.accounts.models import Organisation, Person, Role
from cocrea.accounts.queries import holders, organisation_called
from cocrea.core.errors import NotFound
from cocrea.core.text import fold
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.extensions import db
from cocrea.forums.models import Forum, Seat, SeatHolder
from cocrea.tables import counting
from cocrea.tables.models import (
    THUMBS,
    Agreement,
    AgreementAnswer,
    AgreementState,
    AgreementStep,
    AgreementVersion,
    Duty,
    Plenary,
    Put,
    Room,
    Session,
    Table,
    TableMember,
    is_own_answer,
)
from cocrea.tables.policies import ELECTING
from cocrea.tables.queries.plenaries import quorum_at
from cocrea.tables.queries.polls import Bar
from cocrea.tables.queries.rooms import room, visible_room
from cocrea.tables.queries.tables import is_there
from cocrea.tables.timing import is_daytime

UNFINISHED = 10
_HOLDERS = selectinload(Duty.seats).selectinload(Seat.holders).joinedload(SeatHolder.person).lazyload("*")
# of the seats of organisations that owe something, where a forum agreed on it
_DUTIES_HOLDERS = (joinedload(Agreement.duties).options(_HOLDERS),)
AHEAD, AFTER = timedelta(days=7), timedelta(days=1)  # when reminders of what is owed go out


@dataclass(frozen=True)
class AgreementCard:
    """An agreement for one reader. `bars` is None, and `reasons` empty, until it closes; `sectors` says of how many of
    each there is an answer, online or in the room."""

    put: Put
    answered: int
    sectors: dict[str, int]
    bars: list[Bar] | None
    reasons: list[tuple[Any, str]]

    @property
    def agreement(self) -> Agreement:
        return self.put.agreement


@dataclass(frozen=True)
class Answered:
    """An answer with the name it is told with: none of someone who left."""

    answer: AgreementAnswer
    name: str | None


@dataclass(frozen=True)
class AgreementRecord:
    """A version of a text with the answers that were given to it; `is_told`: also to readers."""

    version: AgreementVersion
    author: str | None
    answers: list[Answered]
    is_told: bool = True


def agreement_put(actor: Any, agreement: Agreement) -> Put:
    """The agreement as this actor finds it, their answer to its present version read afresh."""
    return _put(actor, agreement, room(actor, agreement.session))


def visible_put(actor: Any, reference: str, agreement: str) -> Put:
    """An agreement of a session this actor may read; raises `NotFound`."""
    return _found(actor, reference, agreement, Session.reference == reference)


def visible_reworked(actor: Any, reference: str, agreement: str) -> Put:
    """An agreement of the same table as a session this actor may read, as it is found in that session."""
    return _found(actor, reference, agreement, sa.true())


def _found(actor: Any, reference: str, agreement: str, condition: Any) -> Put:
    where = visible_room(actor, reference)
    statement = sa.select(Agreement).join(Agreement.session).where(Agreement.reference == agreement, condition)
    found = db.session.scalar(statement.where(Session.table_id == where.session.table_id))
    if found is None:
        raise NotFound
    return _put(actor, found, where)


def _put(actor: Any, agreement: Agreement, where: Room) -> Put:
    if not actor.is_authenticated:
        return Put(agreement, where)
    key = (agreement.id, agreement.version, where.voice(actor))
    return Put(agreement, where, db.session.get(AgreementAnswer, key, populate_existing=True))


def agreement(reference: str) -> Agreement:
    return db.session.scalars(sa.select(Agreement).filter_by(reference=reference)).one()


def agreements_of(where: Table | Session | Forum) -> list[Agreement]:
    """What was agreed at a table, in one session of it, or by a forum in the sessions of its public cycles, oldest
    first; each with its session and what is owed."""
    if isinstance(where, Forum):
        public = sa.select(Plenary.table_id).join(Cycle, Cycle.id == Plenary.cycle_id)
        own = public.where(Plenary.forum_id == where.id, Cycle.published_at.is_not(None))
        return _listed(Session.table_id.in_(own), Agreement.step == AgreementStep.ADOPTED, more=_DUTIES_HOLDERS)
    table, key = (where, Session.table_id) if isinstance(where, Table) else (where.table, Session.id)
    more = _DUTIES_HOLDERS if table.is_plenary else ()
    return _listed(key == where.id, Agreement.step == AgreementStep.ADOPTED, more=more)


def decided_in(session: Session) -> list[Agreement]:
    """What a session adopted and what it did not, oldest first."""
    decided = Agreement.step.in_([AgreementStep.ADOPTED, AgreementStep.REJECTED])
    return _listed(Session.id == session.id, decided)


def not_adopted(table: Table) -> list[Agreement]:
    """Texts of a table that were put and not adopted, or withdrawn, the latest first."""
    steps = [AgreementStep.REJECTED, AgreementStep.WITHDRAWN]
    return _listed(Session.table_id == table.id, Agreement.step.in_(steps))[::-1]


def open_agreements(session: Session) -> list[Agreement]:
    """Those that still take answers."""
    return _listed(Session.id == session.id, Agreement.step == AgreementStep.PUT)


def agreements_held(session: Session) -> int:
    """How many texts a session has had."""
    statement = sa.select(sa.func.count()).select_from(Agreement).where(Agreement.session_id == session.id)
    return int(db.session.scalar(statement) or 0)


def is_reworked(agreement: Agreement) -> bool:
    """Whether a draft, one being decided or one adopted takes it up again."""
    return bool(db.session.scalar(sa.select(_taken_up(agreement.id))))


def _taken_up(agreement_id: Any) -> sa.Exists:
    later = aliased(Agreement)
    over = later.step.in_([AgreementStep.REJECTED, AgreementStep.WITHDRAWN])
    return sa.exists().where(later.reworks_id == agreement_id, sa.not_(over))


def _listed(*conditions: Any, more: Sequence[Any] = ()) -> list[Agreement]:
    statement = sa.select(Agreement).join(Agreement.session).where(*conditions)
    loaded = contains_eager(Agreement.session).lazyload(Session.table)
    listed = db.session.scalars(statement.options(loaded, *_owed(), *more).order_by(Agreement.id))
    return list(listed.unique())


def _owed() -> tuple[Any, ...]:
    """What is owed, with who owes it and who said that it is done, in the same statement."""
    duties = joinedload(Agreement.duties)
    people = [duties.joinedload(person).lazyload("*") for person in (Duty.person, Duty.done_by)]
    return (*people, duties.joinedload(Duty.organisation))


def duty_states(agreements: Sequence[Agreement], state: AgreementState | None, now: datetime) -> list[Agreement]:
    """The agreements in which something owed is in a state; all of them without one."""
    return [found for found in agreements if state is None or any(duty.state(now) is state for duty in found.duties)]


def visible_agreement(actor: Any, reference: str) -> Agreement:
    """An agreement of a cycle this actor may read, with its session; raises `NotFound`."""
    joined = contains_eager(Agreement.session).contains_eager(Session.table).joinedload(Table.cycle)
    statement = sa.select(Agreement).join(Agreement.session).join(Session.table).options(joined, *_owed())
    found = db.session.scalars(statement.where(Agreement.reference == reference)).unique().first()
    if found is None or not can_read_cycle(actor, found.session.cycle, found.created_at):
        raise NotFound
    if found.session.table.is_plenary:
        db.session.scalars(sa.select(Duty).where(Duty.agreement_id == found.id).options(_HOLDERS)).all()
    return found


def visible_duty(actor: Any, reference: str, position: int) -> Duty:
    """What is owed first, second … by an agreement this actor may read; raises `NotFound`."""
    duties = visible_agreement(actor, reference).duties
    if not 1 <= position <= len(duties):
        raise NotFound
    return duties[position - 1]


def duties_to_remind(now: datetime) -> list[Duty]:
    """What is owed within a week, and what has been overdue for a day and not much longer, with who owes it.
    Nothing at night."""
    soon = sa.and_(Duty.due_at > now, Duty.due_at <= now + AHEAD)
    late = sa.and_(Duty.due_at <= now - AFTER, Duty.due_at > now - AFTER - AHEAD)
    named = sa.or_(Duty.person_id.is_not(None), Duty.organisation_id.is_not(None))
    owed = (Agreement.step == AgreementStep.ADOPTED, Duty.done_at.is_(None), named, sa.or_(soon, late))
    statement = sa.select(Duty).join(Duty.agreement).where(*owed).order_by(Duty.due_at, Duty.id)
    place = joinedload(Duty.agreement).joinedload(Agreement.session).joinedload(Session.table).joinedload(Table.cycle)
    found = db.session.scalars(statement.options(joinedload(Duty.person).lazyload("*"), place))
    return [duty for duty in found if is_daytime(now, duty.agreement.cycle.timezone)]


def responsible_people(duty: Duty) -> list[Person]:
    """Whom to tell of what is owed: the member, or those who answer for the institution or hold its seat."""
    if duty.person is not None:
        return [duty.person] if duty.person.is_active else []
    found = holders([f"organisation:{duty.organisation_id}"])
    people = [*(grant.person for grant in found if grant.role is Role.OFFICIAL), *duty.holders]
    return [person for person in dict.fromkeys(people) if person.is_active]


def agreement_cards(actor: Any, where: Room) -> tuple[list[AgreementCard], list[Agreement]]:
    """The agreements of a session for this actor, unsettled ones first; and what its table left unfinished before.

    Two statements, one where nothing was put.
    """
    session = where.session
    if session.is_group:  # it agrees on nothing
        return [], []
    left = sa.and_(Agreement.step.in_([AgreementStep.DRAFT, AgreementStep.REJECTED]), ~_taken_up(Agreement.id))
    wanted = sa.or_(Session.id == session.id, sa.and_(Session.table_id == session.table_id, left))
    listed = _listed(wanted)
    here = sorted((a for a in listed if a.session_id == session.id), key=lambda a: (not a.is_unsettled, -a.id))
    taken_up = {found.reworks_id for found in listed}
    before = [a for a in listed if a.session_id != session.id and a.id not in taken_up and a.session_id < session.id]
    answers = _answers([found for found in here if found.put_at is not None])
    return [_card(actor, found, where, answers[found.id]) for found in here], before[-UNFINISHED:]


def agreement_result(agreement: Agreement) -> tuple[dict[str, int], dict[str, int]]:
    """The answers to the present version by choice, and by sector. For the platform, not for readers."""
    rows = _answers([agreement])[agreement.id]
    sectors = Counter(row.answer.sector.value if row.answer.sector else "" for row in rows)
    return counting.count((([row.answer.choice], 1) for row in rows), THUMBS), dict(sectors)


def agreement_records(agreement: Agreement) -> list[AgreementRecord]:
    """The versions of a text, latest first, each with the answers given to it; those of an open one are not told.

    Nor are, to readers, those of one withdrawn before it closed: people were told that only its close publishes them.
    """
    statement = sa.select(AgreementVersion, Person.name, Person.withdrawn_at).join(
        Person, Person.id == AgreementVersion.author_id
    )
    answers: defaultdict[int, list[Answered]] = defaultdict(list)
    for row in _named(AgreementAnswer.agreement_id == agreement.id):
        if row.answer.version != agreement.version or not agreement.is_put:
            answers[row.answer.version].append(row)
    of_it = statement.where(AgreementVersion.agreement_id == agreement.id)
    return [
        AgreementRecord(
            version,
            None if left else name,
            answers[version.number],
            is_told=agreement.step is not AgreementStep.WITHDRAWN or version.number != agreement.version,
        )
        for version, name, left in db.session.execute(of_it.order_by(AgreementVersion.number.desc()))
    ]


def electorate(table: Table) -> dict[str, int]:
    """How many at a table may answer now, by sector; of a forum all its seats, also those that nobody holds."""
    if table.is_plenary:
        return dict(quorum_at(table).seats)
    statement = (
        sa.select(TableMember.sector, sa.func.count())
        .join(TableMember.person)
        .where(TableMember.table_id == table.id, TableMember.role.in_(ELECTING), is_there())
    )
    return {
        sector.value if sector else "": people
        for sector, people in db.session.execute(statement.group_by(TableMember.sector))
    }


def responsible_called(table: Table, name: str) -> Person | Organisation | None:
    """The one member of a table with this name, else the institution; None where it is neither, or of two people."""
    statement = sa.select(Person).join(TableMember, TableMember.person_id == Person.id)
    seated = db.session.scalars(statement.where(TableMember.table_id == table.id, Person.withdrawn_at.is_(None)))
    named = [person for person in seated if fold(person.name) == fold(name)]
    if named:
        return named[0] if len(named) == 1 else None
    return organisation_called(name)


def _answers(found: Sequence[Agreement]) -> defaultdict[int, list[Answered]]:
    """The answers to the present versions, by agreement."""
    grouped: defaultdict[int, list[Answered]] = defaultdict(list)
    if found:
        present = sa.and_(AgreementAnswer.agreement_id == Agreement.id, AgreementAnswer.version == Agreement.version)
        of_them = sa.exists().where(present, Agreement.id.in_([each.id for each in found]))
        for row in _named(of_them):
            grouped[row.answer.agreement_id].append(row)
    return grouped


def _named(condition: Any) -> list[Answered]:
    statement = sa.select(AgreementAnswer, Person.name, Person.withdrawn_at)
    joined = statement.join(Person, Person.id == AgreementAnswer.person_id).where(condition)
    rows = db.session.execute(joined.order_by(Person.name, Person.id))
    return [Answered(answer, None if left else name) for answer, name, left in rows]


def _card(actor: Any, agreement: Agreement, where: Room, rows: list[Answered]) -> AgreementCard:
    voice = where.voice(actor) if actor.is_authenticated else None
    own = next(
        (
            row.answer
            for row in rows
            if row.answer.voice == voice and is_own_answer(where.member, row.answer.person_id)
        ),
        None,
    )
    shown = agreement.result is not None
    return AgreementCard(
        put=Put(agreement, where, own),
        answered=len(rows),
        sectors=_sectors(agreement, rows),
        bars=_bars(agreement, rows) if shown else None,
        reasons=[(row.name, row.answer.reason) for row in rows if row.answer.reason] if shown else [],
    )


def _sectors(agreement: Agreement, rows: Sequence[Answered]) -> dict[str, int]:
    online = Counter(row.answer.sector.value if row.answer.sector else "" for row in rows)
    return dict(online + Counter(agreement.in_person_sectors))


def _bars(agreement: Agreement, rows: Sequence[Answered]) -> list[Bar]:
    names: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        names[row.answer.choice].append(row.name)
    return [
        Bar(choice, label, len(names[choice]), agreement.in_person.get(choice, 0), names[choice])
        for choice, label in THUMBS.items()
    ]
