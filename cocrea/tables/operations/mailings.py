"""Writing to the members of a table about its sessions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cocrea.accounts.mails import write
from cocrea.accounts.models import Person
from cocrea.core.db import add_once, lock
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import queries, unsubscribing
from cocrea.tables.models import MailRefusal, NoticeKind, Session, SessionNotice

SUBJECTS = {
    NoticeKind.CALLED: _l("Se convocó una sesión de tu mesa"),
    NoticeKind.EDITED: _l("Cambió una sesión de tu mesa"),
    NoticeKind.CANCELLED: _l("Se canceló una sesión de tu mesa"),
    NoticeKind.DAY: _l("Recordatorio: sesión de tu mesa"),
    NoticeKind.HOUR: _l("Tu mesa sesiona dentro de poco"),
}
OF_FORUM = {
    NoticeKind.CALLED: _l("Se convocó una sesión de tu foro"),
    NoticeKind.EDITED: _l("Cambió una sesión de tu foro"),
    NoticeKind.CANCELLED: _l("Se canceló una sesión de tu foro"),
    NoticeKind.DAY: _l("Recordatorio: sesión de tu foro"),
    NoticeKind.HOUR: _l("Tu foro sesiona dentro de poco"),
}


def tell_members(*, session: Session, kind: NoticeKind, now: datetime) -> None:
    """Tell the members that a session was called, changed or cancelled. Once for each revision, and not of the past."""
    if lock(session).starts_at > now:
        _write(session, kind, str(session.revision), now)


def remind_members(*, session: Session, now: datetime) -> None:
    """Remind the members of a session, once for each time it is to begin at; judged anew under its lock."""
    kind = queries.due_reminder(lock(session), now)
    if kind is not None:
        _write(session, kind, session.starts_at.isoformat(), now)


def refuse_mail(*, person: Person, now: datetime) -> None:
    """Write no more to this person about sessions. Whoever has an e-mail to them, or is them, may ask for it."""
    add_once(MailRefusal, person_id=person.id, at=now)


def accept_mail(*, person: Person, now: datetime) -> None:
    """Write to this person about sessions again."""
    db.session.execute(sa.delete(MailRefusal).where(MailRefusal.person_id == person.id))


def _write(session: Session, kind: NoticeKind, key: str, now: datetime) -> None:
    if not add_once(SessionNotice, session_id=session.id, kind=kind, key=key, sent_at=now):
        return
    subject = (OF_FORUM if session.table.is_plenary else SUBJECTS)[kind]
    for credential in queries.written_to(session.table):
        no_more = unsubscribing.address(credential.person_id)
        write(credential, subject, "tables/session", session=session, kind=kind.value, unsubscribe=no_more)
