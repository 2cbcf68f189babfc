"""Information packs, of topics and of whatever else has one: what everyone should know before speaking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.consultation import policies
from cocrea.consultation.models import PackItem, PackVersion, PackVisit, Topic
from cocrea.consultation.operations.history import note
from cocrea.consultation.queries import Pack
from cocrea.core import files, text
from cocrea.core.access import enforce
from cocrea.core.db import add, add_once, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.packs import PackContent, checked_links
from cocrea.extensions import db

MOST_ITEMS = 40
LONGEST_TITLE = 200
NEWER = _l("Alguien publicó otra versión mientras escribías. Ábrela en otra pestaña y junta los cambios.")


def publish_pack(*, actor: Any, topic: Topic, content: PackContent, now: datetime) -> PackVersion:
    """Publish the next version of a topic's pack, as `publish_version` does."""
    enforce(policies.can_edit_topic, actor, topic, now)
    made = publish_version(actor=actor, about=lock(topic).scope, content=content, now=now)
    note(actor, topic, "topic.pack_published", now, new=told(made), reason=made.changes)
    return made


def publish_version(*, actor: Any, about: str, content: PackContent, now: datetime) -> PackVersion:
    """The next version of the pack of what has the scope `about`, which the caller has locked and judged, and of which
    it tells the history. `Conflict` when somebody published a version after the one that this was written on."""
    last = db.session.scalar(sa.select(PackVersion).filter_by(about=about).order_by(PackVersion.number.desc()))
    if content.based_on != (last.number if last else 0):
        raise Conflict(NEWER)
    source, why = text.block(content.body), text.plain(content.changes)
    if not source:
        raise Invalid(_l("Este dato hace falta."), "body")
    if not why:
        raise Invalid(_l("Di qué cambia: así se entera quien ya la había leído."), "changes")
    kept = [item for item in last.documents if item.position in content.keep] if last else []
    added = [_stored(content.upload, content.upload_title, now)] if content.upload else []
    items = _items(content.links, kept, added)
    return add(
        PackVersion(
            about=about, number=content.based_on + 1, body_source=source, body_html=text.to_html(source),
            changes=why, author_id=actor.id, published_at=now, items=items,
        )
    )  # fmt: skip


def told(version: PackVersion) -> dict[str, Any]:
    """What the history keeps of a version."""
    return {"version": version.number, "text": text.fingerprint(version.body_source)}


def _items(links: Sequence[tuple[str, str]], kept: Sequence[PackItem], added: Sequence[PackItem]) -> list[PackItem]:
    """What a version holds, in its order: links, documents of the version before, a new one."""
    items = [
        *(
            PackItem(title=(text.plain(title) or address)[:LONGEST_TITLE], url=address)
            for title, address in checked_links(links)
        ),
        *(PackItem(title=item.title, file_id=item.file_id) for item in kept),
        *added,
    ]
    if len(items) > MOST_ITEMS:
        raise Invalid(_l("Caben %(most)s documentos y enlaces.", most=MOST_ITEMS), "links")
    for position, item in enumerate(items, 1):
        item.position = position
    return items


def see_pack(pack: Pack, *, now: datetime) -> None:
    """Remember, for its reader alone, that they have read a pack up to its present version."""
    number = pack.number
    own = {"about": pack.about, "person_id": pack.reader_id}
    if pack.seen is None:
        add_once(PackVisit, **own, number=number, seen_at=now)
    else:
        older = sa.update(PackVisit).filter_by(**own).where(PackVisit.number < number)
        db.session.execute(older.values(number=number, seen_at=now))


def _stored(upload: Any, title: str, now: datetime) -> PackItem:
    try:
        stored = files.store(upload, now=now)
    except Invalid as error:
        raise Invalid(error.message, "upload") from None
    return PackItem(title=(text.plain(title) or stored.name)[:LONGEST_TITLE], file_id=stored.id)
