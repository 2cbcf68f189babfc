"""Reading the history as a person or as a machine; what is not public is left out or reduced to its hash."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.audit import words
from cocrea.audit.directory import directory, title_of
from cocrea.audit.merkle import inclusion_proof, root_of
from cocrea.audit.models import BLOCK_SIZE, SYSTEM, HistoryRecord, TreeBlock, TreeHead
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Page, newest_first
from cocrea.extensions import db

CHUNK = 1000
PERSON = re.compile(r"\bp-[0-9a-f]{10}\b")
Names = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One field of a record, in words."""

    field: Any
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """A history record in words. `actor` and `about` (the subject) name people as they are called today."""

    id: int
    at: datetime
    what: Any
    subject: str
    about: Any
    scope: str
    place: Any
    actor: Any
    changes: Sequence[Change]
    reason: str
    position: int | None
    leaf_hash: str
    canonical: str


@dataclass(frozen=True)
class Inclusion:
    """The proof that a record is in the tree of the latest signed head."""

    head: TreeHead
    hashes: Sequence[str]


def public_history(*, scope: str = "", subject: str = "") -> Page[Entry]:
    """One page of what anyone may read, newest first; narrowed to a scope (`cycle:4`) or to a subject's reference."""
    statement = _public_records()
    if scope:
        statement = statement.where(HistoryRecord.scope == scope)
    if subject:
        statement = statement.where(HistoryRecord.subject == subject)
    page = newest_first(statement, HistoryRecord.id, scalars=False)
    return Page(in_words(page.items), page.next_url, page.prev_url)


def history_of(subject: str, *, limit: int = 50) -> list[Entry]:
    """The latest public records of one thing, newest first: for the macro `audit/_history.html`."""
    statement = _public_records()
    statement = statement.where(HistoryRecord.subject == subject).order_by(HistoryRecord.id.desc()).limit(limit)
    return in_words(db.session.execute(statement).all())


def public_entry(record_id: int) -> Entry:
    """One record in words; a withheld one is not found."""
    statement = _public_records()
    row = db.session.execute(statement.where(HistoryRecord.id == record_id)).first()
    if row is None:
        raise NotFound
    return in_words([row])[0]


def in_words(rows: Iterable[Any]) -> list[Entry]:
    """Rows of (record columns…, title of the scope) as entries; one statement for the names of all people in them."""
    rows = list(rows)
    names = directory.names({found for row in rows for found in PERSON.findall(row.canonical)})
    return [_entry(row, names) for row in rows]


def public_scopes() -> list[tuple[str, Any]]:
    """Scope names and titles that a filter can offer."""
    scopes = directory.public_scopes()
    rows = db.session.execute(sa.select(scopes).order_by(scopes.c.title, scopes.c.scope))
    return [(row.scope, title_of(row.scope, row.title)) for row in rows]


def latest_head() -> TreeHead | None:
    return db.session.scalar(sa.select(TreeHead).order_by(TreeHead.size.desc()).limit(1))


def inclusion(position: int | None) -> Inclusion | None:
    """The proof for a sealed record, from its own block and the roots of the others; None before it is sealed."""
    head = latest_head()
    if head is None or position is None or position >= head.size:
        return None
    own, blocks = position // BLOCK_SIZE, _block_roots(head)
    proof = inclusion_proof(position % BLOCK_SIZE, _leaves(own, head)) + inclusion_proof(own, blocks)
    return Inclusion(head, [item.hex() for item in proof])


def sealed_records(size: int) -> Iterator[tuple[int, str, str | None]]:
    """Position, leaf hash and canonical text of the first `size` records; the text is None where it is withheld.

    Reads in chunks and lets the connection go between them, because whoever downloads may be slow.
    """
    scopes = directory.public_scopes()
    public = set(db.session.scalars(sa.select(scopes.c.scope)))
    for start in range(0, size, CHUNK):
        rows = db.session.execute(_chunk(start, min(start + CHUNK, size))).all()
        db.session.rollback()
        for row in rows:
            yield row.position, row.leaf_hash, row.canonical if row.scope in public else None


def heads_up_to(size: int) -> Sequence[TreeHead]:
    return db.session.scalars(sa.select(TreeHead).where(TreeHead.size <= size).order_by(TreeHead.size)).all()


def _public_records() -> sa.Select[Any]:
    scopes = directory.public_scopes()
    columns = HistoryRecord.__table__.columns
    return sa.select(*columns, scopes.c.title).join(scopes, HistoryRecord.scope == scopes.c.scope)


def _entry(row: Any, names: Names) -> Entry:
    content = json.loads(row.canonical)
    domain, place = row.action.partition(".")[0], title_of(row.scope, row.title)
    return Entry(
        id=row.id,
        at=row.at,
        what=words.action(row.action),
        subject=row.subject,
        about=names.get(row.subject, row.subject),
        scope=row.scope,
        place=place,
        actor=_l("Sistema") if row.actor == SYSTEM else names.get(row.actor, _l("Persona que se retiró")),
        changes=_changes(domain, content["old"], content["new"], {row.scope: place, **names}),
        reason=content["reason"],
        position=row.position,
        leaf_hash=row.leaf_hash,
        canonical=row.canonical,
    )


def _changes(domain: str, old: dict[str, Any], new: dict[str, Any], names: Names) -> list[Change]:
    def told(key: str, values: dict[str, Any]) -> str:
        return words.value(domain, key, values.get(key), names)

    return [Change(words.field(domain, key), told(key, old), told(key, new)) for key in dict.fromkeys([*old, *new])]


def _leaves(block: int, head: TreeHead) -> list[bytes]:
    positions = sa.and_(
        HistoryRecord.position >= block * BLOCK_SIZE,
        HistoryRecord.position < min((block + 1) * BLOCK_SIZE, head.size),
    )
    hashes = db.session.scalars(sa.select(HistoryRecord.leaf_hash).where(positions).order_by(HistoryRecord.position))
    return [bytes.fromhex(item) for item in hashes]


def _block_roots(head: TreeHead) -> list[bytes]:
    """The roots of all blocks of the head's tree; the last one is computed when it is not full."""
    full, rest = divmod(head.size, BLOCK_SIZE)
    stored = db.session.scalars(sa.select(TreeBlock.root).where(TreeBlock.number < full).order_by(TreeBlock.number))
    roots = [bytes.fromhex(root) for root in stored]
    return [*roots, root_of(_leaves(full, head))] if rest else roots


def _chunk(start: int, end: int) -> sa.Select[Any]:
    record = HistoryRecord
    columns: tuple[Any, ...] = (record.position, record.leaf_hash, record.canonical, record.scope)
    within = (record.position >= start, record.position < end)
    return sa.select(*columns).where(*within).order_by(record.position)
