"""What sessions expect of people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from cocrea.accounts.models import Role
from cocrea.core.db import UTCDateTime
from cocrea.core.i18n import Lazy, hour, zone
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.forums.models import Seat
from cocrea.tables.models import (
    Agreement,
    AgreementStep,
    Duty,
    SeatRequest,
    Session,
    Table,
    TableMember,
    Task,
)
from cocrea.tables.queries.whole import is_whole

RUNS, OF_FORUM = 1, 2  # how a session concerns someone who facilitates, and who sits in a forum


def todo(actor: Any, now: datetime) -> list[Todo]:
    """Facilitators: sessions due to be opened or left open, overdue agreements, requests for a seat that wait.
    Members: sessions that are live, and tasks of theirs; who sits in a forum, also its sessions to come.
    Whoever owes something by an agreement, themselves, as their institution or for their seat: what it is.

    One statement.
    """
    cycles = actor.scope_ids(Role.FACILITATOR, "cycle")
    tables = actor.scope_ids(Role.FACILITATOR, "table") | actor.scope_ids(Role.COFACILITATOR, "table")
    runs = sa.or_(Table.cycle_id.in_(cycles), Table.id.in_(tables))
    own = sa.select(TableMember.table_id).where(TableMember.person_id == actor.id)
    institutions = actor.organisation_ids(Role.OFFICIAL)
    owed = Duty.person_id == actor.id, Duty.organisation_id.in_(institutions), _of_seat(actor)
    theirs = sa.func.coalesce(sa.or_(*owed), sa.false())
    sessions = _sessions(runs, Table.id.in_(own), now)
    parts = sessions, *_duties(runs, theirs, now), _requests(runs), _tasks(actor)
    every = sa.union_all(*parts).subquery()
    rows = db.session.execute(sa.select(every).order_by(every.c.kind.desc(), every.c.starts_at))
    told = {"session": _chore, "agreement": _owed, "request": _asked, "task": _task}
    found = [told[row.kind](row, now) for row in rows]
    return [item for item in found if item is not None]


def _sessions(runs: Any, sits: Any, now: datetime) -> Any:
    """The next that have not ended, of the tables that concern someone, live ones first. What nobody ever opened is for
    the facilitation alone once its time has passed."""
    columns = (
        sa.literal("session").label("kind"),
        Session.reference,
        Session.title.label("words"),
        Session.starts_at,
        Session.ends_at,
        Session.opened_at,
        sa.case((runs, RUNS), (Table.forum_id.is_not(None), OF_FORUM), else_=0).label("runs"),
        Table.reference.label("table"),
        Cycle.timezone,
    )
    statement = (
        sa.select(*columns)
        .join(Session.table)
        .join(Table.cycle)
        .where(Session.ended_at.is_(None), Session.cancelled_at.is_(None), is_whole())
        .where(sa.or_(runs, sa.and_(sits, sa.or_(Session.opened_at.is_not(None), Session.ends_at > now))))
    )
    return sa.select(statement.order_by(Session.opened_at.is_(None), Session.starts_at).limit(10).subquery())


def _of_seat(actor: Any) -> sa.ColumnElement[bool]:
    """That an organisation owes it whose seat the actor holds in the forum that agreed on it."""
    held = sa.select(TableMember.table_id).join(Seat, Seat.id == TableMember.seat_id)
    own = held.where(TableMember.person_id == actor.id, Seat.organisation_id == Duty.organisation_id)
    return own.where(TableMember.table_id == Session.table_id).exists()


def _duties(runs: Any, own: Any, now: datetime) -> Any:
    """What agreements make someone owe, and what is overdue the longest at the tables they facilitate, in the same
    columns."""
    columns = (
        sa.literal("agreement"),
        Agreement.reference,
        sa.func.substr(sa.case((Duty.what != "", Duty.what), else_=Agreement.text), 1, 120),
        Duty.due_at,
        Duty.due_at.label("ends_at"),
        Duty.done_at,
        sa.case((own, 0), else_=1).label("runs"),
        Table.reference.label("table"),
        Cycle.timezone,
    )
    met = sa.select(*columns).join(Duty.agreement).join(Agreement.session)
    statement = met.join(Session.table).join(Table.cycle)
    owed = statement.where(Agreement.step == AgreementStep.ADOPTED, Duty.done_at.is_(None))
    mine = sa.select(owed.where(own).order_by(Duty.due_at.is_(None), Duty.due_at).limit(5).subquery())
    others = owed.where(runs, sa.not_(own), Duty.due_at <= now)
    return mine, sa.select(others.order_by(Duty.due_at).limit(3).subquery())


def _requests(runs: Any) -> Any:
    """The tables that someone facilitates at which people wait for a seat, in the same columns."""
    first = sa.func.min(SeatRequest.asked_at)
    columns = (
        sa.literal("request"),
        Table.reference,
        Table.name,
        first.label("starts_at"),
        first.label("ends_at"),
        sa.cast(sa.null(), UTCDateTime),
        sa.literal(1),
        Table.reference.label("table"),
        Cycle.timezone,
    )
    asked = sa.select(*columns).join(SeatRequest.table).join(Table.cycle)
    waiting = asked.where(runs, SeatRequest.declined_at.is_(None))
    return sa.select(waiting.group_by(Table.id, Cycle.id).order_by(Table.id).limit(10).subquery())


def _tasks(actor: Any) -> Any:
    """What someone took on and has not done, in the same columns."""
    columns = (
        sa.literal("task"),
        Task.reference,
        sa.func.substr(Task.text, 1, 120),
        Task.due_at,
        Task.due_at.label("ends_at"),
        sa.cast(sa.null(), UTCDateTime),
        sa.literal(0),
        Table.reference.label("table"),
        Cycle.timezone,
    )
    seated = sa.select(*columns).join(Task.table).join(Table.cycle).join(Task.seat)
    own = seated.where(Task.assignee_id == actor.id, Task.done_at.is_(None), Task.withdrawn_at.is_(None))
    return sa.select(own.order_by(Task.due_at).limit(10).subquery())


def _task(row: Any, now: datetime) -> Todo:
    title = (
        _l("Venció una tarea tuya: hazla y di cómo") if row.ends_at <= now else _l("Haz la tarea que te encargaron")
    )
    return Todo(title, row.words, url_for("tables.finish_task", reference=row.reference), row.ends_at, day=_day(row))


def _asked(row: Any, _now: datetime) -> Todo:
    return Todo(_l("Responde a quien pide un lugar"), row.words, url_for("tables.entry", reference=row.table))


def _owed(row: Any, _now: datetime) -> Todo:
    if not row.runs:
        href = url_for("tables.agreement", reference=row.reference)
        return Todo(_l("Cumple lo que te toca de un acuerdo"), row.words, href, row.ends_at, day=_day(row))
    href = url_for("tables.agreements", reference=row.table, _anchor=row.reference)
    return Todo(_l("Pregunta qué pasó con un acuerdo vencido"), row.words, href, row.ends_at, day=_day(row))


def _day(row: Any) -> date | None:
    """The day by whose end it is due, there where it is."""
    return row.ends_at.astimezone(zone(row.timezone)).date() if row.ends_at else None


def _chore(row: Any, now: datetime) -> Todo | None:
    href = url_for("tables.session", reference=row.reference)
    if row.opened_at is not None:
        late = row.runs == RUNS and row.ends_at <= now
        title = _l("Termina la sesión") if late else _l("Entra a la sesión: está en vivo")
        return Todo(title, row.words, href, row.ends_at, when="" if late else _under_way(row, now))
    if row.runs == RUNS and row.starts_at <= now:
        return Todo(_l("Abre la sesión"), row.words, href, row.starts_at)
    if row.runs == OF_FORUM and row.starts_at > now:
        return Todo(_l("Tu foro sesiona pronto: lee antes el orden del día"), row.words, href, row.starts_at)
    return None


def _under_way(row: Any, now: datetime) -> Any:
    if row.ends_at <= now:
        return _l("En vivo: ya pasó su hora de terminar")
    return _l("En vivo, hasta las %(hour)s", hour=Lazy(hour, row.ends_at))
