"""Whom to write to about a session, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Credential, Grant, Person, Role
from cocrea.core.errors import NotFound
from cocrea.extensions import db
from cocrea.tables.models import MailRefusal, NoticeKind, Session, Table, TableMember
from cocrea.tables.queries.whole import is_whole
from cocrea.tables.unsubscribing import reader

_OFFICES = (Role.FACILITATOR, Role.COFACILITATOR, Role.RAPPORTEUR)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def written_to(table: Table) -> list[Credential]:
    """Who sits at the table or conducts it, has a confirmed e-mail and wants to be written to."""
    seated = sa.select(TableMember.person_id).where(TableMember.table_id == table.id)
    scopes = [table.scope] if table.is_plenary else [table.scope, f"cycle:{table.cycle_id}"]
    conducting = sa.select(Grant.person_id).where(Grant.role.in_(_OFFICES), Grant.scope.in_(scopes))
    statement = (
        sa.select(Credential)
        .join(Person, Person.id == Credential.person_id)
        .outerjoin(MailRefusal, MailRefusal.person_id == Credential.person_id)
        .where(Credential.person_id.in_(sa.union(seated, conducting)), MailRefusal.person_id.is_(None))
        .where(Person.verified_at.is_not(None), Person.suspended_at.is_(None), Person.withdrawn_at.is_(None))
    )
    return list(db.session.scalars(statement.order_by(Credential.person_id)))


def due_reminder(session: Session, now: datetime) -> NoticeKind | None:
    """Which reminder a session is due now; none of what was announced so late that the announcement reminds."""
    if session.is_cancelled or session.opened_at is not None or not now < session.starts_at <= now + DAY:
        return None
    kind, ahead = (NoticeKind.HOUR, HOUR) if session.starts_at <= now + HOUR else (NoticeKind.DAY, DAY)
    return kind if session.changed_at <= session.starts_at - ahead else None


def sessions_to_remind_of(now: datetime) -> list[Session]:
    """The sessions that begin within a day."""
    soon = (Session.starts_at > now, Session.starts_at <= now + DAY)
    waiting = (Session.opened_at.is_(None), Session.cancelled_at.is_(None), is_whole())
    found = db.session.scalars(sa.select(Session).where(*soon, *waiting).order_by(Session.starts_at, Session.id))
    return [session for session in found if due_reminder(session, now)]


def refuses_mail(actor: Any) -> bool:
    return db.session.get(MailRefusal, actor.id) is not None


def mail_reader(_actor: Any, token: str) -> Person:
    """Whom an e-mail was written to, by the address in it; `NotFound` when it is forged or they left."""
    person_id = reader(token)
    person = db.session.get(Person, person_id) if person_id is not None else None
    if person is None or person.withdrawn_at is not None:
        raise NotFound
    return person
