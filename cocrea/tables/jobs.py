"""Background work of tables."""

from __future__ import annotations

from cocrea.accounts.models import Person
from cocrea.audit.operations import Event
from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import NoticeKind, Session


@job
def tell_members(session_id: int, kind: str) -> None:
    """A session was called, changed or cancelled: its table's members are written to, once."""
    with transaction():
        session = db.session.get_one(Session, session_id)
        operations.tell_members(session=session, kind=NoticeKind(kind), now=clock.now())


@every_minutes(5)
def remind_members() -> None:
    """Members are reminded of the sessions that begin within a day, and within an hour."""
    for session in queries.sessions_to_remind_of(clock.now()):
        with transaction():
            operations.remind_members(session=session, now=clock.now())


@every_minutes(1)
def call_groups_back() -> None:
    """What small groups whose time is over have come to is brought back to their session."""
    for session in queries.sessions_to_call_back(clock.now()):
        with transaction():
            operations.call_back(session=session, now=clock.now())


def session_changed(event: Event) -> None:
    """Listener of what is announced of sessions."""
    kind = {"session.scheduled": NoticeKind.CALLED, "session.edited": NoticeKind.EDITED}.get(event.action)
    if event.subject_id is not None:
        tell_members(event.subject_id, (kind or NoticeKind.CANCELLED).value)


@job
def reseat(person_id: int) -> None:
    """Someone's roles changed, in whatever scope: their seats follow."""
    with transaction():
        operations.reseat(person=db.session.get_one(Person, person_id))


@every_minutes(15)
def remind() -> None:
    """People are reminded of what is due: a batch each time, each once, whichever process does it."""
    with transaction():
        operations.remind_of_tasks(now=clock.now())
        operations.remind_of_duties(now=clock.now())


def roles_changed(event: Event) -> None:
    """Listener of `role.granted` and `role.revoked`."""
    if event.subject_id is not None:
        reseat(event.subject_id)
