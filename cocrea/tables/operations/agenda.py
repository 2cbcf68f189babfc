"""The agenda of a session: prepared before it, gone through in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.agendas import Template
from cocrea.tables.models import AgendaItem, EventKind, Purpose, Session
from cocrea.tables.operations.events import announce, append, event_of
from cocrea.tables.operations.history import note_table

MOST_ITEMS, MOST_MINUTES = 40, 480


@dataclass(frozen=True)
class ItemContent:
    """What an item says. `documents` is markdown: where to read what is talked about."""

    title: str
    purpose: Purpose
    minutes: int
    presenter: str = ""
    documents: str = ""


def add_item(*, actor: Any, session: Session, content: ItemContent, now: datetime, client_key: str = "") -> None:
    """Put an item at the end of the agenda of a session that has not ended. A form sent twice makes one item."""
    enforce(policies.can_plan_agenda, actor, queries.room(actor, lock(session)), now)
    if event_of(actor, session, client_key, EventKind.AGENDA):
        return
    _added(session, content, len(queries.agenda(session)) + 1)
    _tell(actor, session, now, client_key)


def use_template(*, actor: Any, session: Session, template: Template, now: datetime) -> None:
    """Begin an agenda with the items of a template; what is there already stays before them."""
    enforce(policies.can_plan_agenda, actor, queries.room(actor, lock(session)), now)
    first = len(queries.agenda(session)) + 1
    for position, (title, purpose, minutes) in enumerate(template.items, first):
        _added(session, ItemContent(str(title), purpose, minutes), position)
    _tell(actor, session, now)


def edit_item(*, actor: Any, item: AgendaItem, content: ItemContent, now: datetime) -> None:
    """Change an item that has not begun."""
    lock(item.session)
    enforce(policies.can_edit_item, actor, lock(item), now)
    for name, value in _checked(content).items():
        setattr(item, name, value)
    _tell(actor, item.session, now)


def move_item(*, actor: Any, item: AgendaItem, up: bool, now: datetime) -> None:
    """Change places with the item before it, or after it. At the end of the list it stays."""
    lock(item.session)
    enforce(policies.can_edit_item, actor, lock(item), now)
    items = queries.agenda(item.session)
    place = items.index(item)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(items) or items[other].started_at is not None:
        return
    item.position, items[other].position = items[other].position, item.position
    _tell(actor, item.session, now)


def remove_item(*, actor: Any, item: AgendaItem, now: datetime) -> None:
    """Take an item that has not begun off the agenda; those after it move up."""
    session = lock(item.session)
    enforce(policies.can_edit_item, actor, lock(item), now)
    rest = [other for other in queries.agenda(session) if other is not item]
    db.session.delete(item)
    for position, other in enumerate(rest, 1):
        other.position = position
    _tell(actor, session, now)


def start_item(*, actor: Any, item: AgendaItem, now: datetime) -> None:
    """Go on to this item; the one under way ends. Items may be taken in another order than they stand in."""
    session = lock(item.session)
    enforce(policies.can_start_item, actor, lock(item), now)
    for running in filter(lambda other: other.is_running, queries.agenda(session)):
        running.ended_at = now
    item.started_at = now
    _step(actor, item, "started", now)


def end_item(*, actor: Any, item: AgendaItem, now: datetime) -> None:
    """Close the item under way without going on to another."""
    lock(item.session)
    enforce(policies.can_end_item, actor, lock(item), now)
    item.ended_at = now
    _step(actor, item, "ended", now)


def end_running(session: Session, now: datetime) -> None:
    """What is still under way when the session ends, ends with it."""
    for item in queries.agenda(session):
        if item.is_running:
            item.ended_at = now


def _added(session: Session, content: ItemContent, position: int) -> None:
    if position > MOST_ITEMS:
        raise Conflict(_l("Una sesión tiene como máximo %(most)s puntos.", most=MOST_ITEMS))
    add(AgendaItem(session_id=session.id, position=position, **_checked(content)))


def _checked(content: ItemContent) -> dict[str, Any]:
    title = text.plain(content.title)
    if not title:
        raise Invalid(_l("Este dato hace falta."), "title")
    if not 0 < content.minutes <= MOST_MINUTES:
        raise Invalid(_l("Escribe de 1 a %(most)s minutos.", most=MOST_MINUTES), "minutes")
    source = text.block(content.documents)
    return {
        "title": title,
        "purpose": content.purpose,
        "minutes": content.minutes,
        "presenter": text.plain(content.presenter),
        "documents_source": source,
        "documents_html": text.to_html(source),
    }


def _step(actor: Any, item: AgendaItem, act: str, now: datetime) -> None:
    payload = {"act": act, "item": item.id}
    announce(item.session, append(actor, item.session, EventKind.AGENDA, now, payload=payload))


def _tell(actor: Any, session: Session, now: datetime, client_key: str = "") -> None:
    """The room and the public history hear that the agenda is another."""
    db.session.flush()
    items = [(item.position, item.title, item.purpose, item.minutes) for item in queries.agenda(session)]
    told = append(actor, session, EventKind.AGENDA, now, client_key=client_key, payload={"act": "changed"})
    announce(session, told)
    new = {"items": len(items), "text": text.fingerprint(*(str(part) for item in items for part in item))}
    note_table(actor, session.table, session.reference, "session.agenda", now, new=new, subject_id=session.id)
