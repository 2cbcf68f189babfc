"""Writing the public history, and telling those who listen: witnesses as it is written, the others after the commit."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cocrea.audit import heads
from cocrea.audit.canonical import canonical_json
from cocrea.audit.merkle import Frontier, leaf_hash
from cocrea.audit.models import BLOCK_HEIGHT, BLOCK_SIZE, SYSTEM, HistoryRecord, TreeBlock, TreeHead
from cocrea.core.db import add, after_commit, together_after_commit
from cocrea.extensions import db

BATCH = 5000
SEALER_LOCK = 0x0C0C_4EA0  # any number that no other advisory lock of this application uses


@dataclass(frozen=True)
class Event:
    """What those who listen are told: plain values only, since most of them run after the commit."""

    action: str
    subject: str
    subject_id: int | None
    scope: str
    actor_id: int | None
    at: datetime


Listener = Callable[[Event], None]
Gatherer = Callable[[list[Event]], None]
_listeners: defaultdict[str, list[Listener]] = defaultdict(list)
_gatherers: defaultdict[str, list[Gatherer]] = defaultdict(list)
_witnesses: defaultdict[str, list[Listener]] = defaultdict(list)


def listen(action: str, listener: Listener) -> None:
    """Call `listener(event)` after the commit of every record of that action (`*` for all). Registered at start."""
    if listener not in _listeners[action]:
        _listeners[action].append(listener)


def listen_together(action: str, gatherer: Gatherer) -> None:
    """As `listen`, but once for all that a transaction records of the actions it listens to, in their order: one letter
    about five things in place of five letters."""
    if gatherer not in _gatherers[action]:
        _gatherers[action].append(gatherer)


def listen_within(action: str, witness: Listener) -> None:
    """Call `witness(event)` in the transaction of each record of that action: it keeps, in rows, what must not be lost
    when the process dies after the commit."""
    if witness not in _witnesses[action]:
        _witnesses[action].append(witness)


def record(
    *,
    actor: Any,
    action: str,
    subject: str,
    scope: str,
    now: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
    subject_id: int | None = None,
) -> HistoryRecord:
    """Write one history record in the transaction under way.

    `action` is `domain.verb` (`proposal.admitted`); `subject` a public reference or scope name; `scope` the cycle or
    space it belongs to (`cycle:4`). `old`/`new` hold JSON values: states, dates, figures and fingerprints, never
    names or people's text, because a record can never be taken back. `actor` is a person (kept as its public id) or
    None for the system. `subject_id` is for those who listen, witnesses too, and is not published. A random salt keeps
    the published hash of a record that is still withheld from being guessed.
    """
    said = {"actor": actor, "action": action, "subject": subject, "scope": scope, "now": now, "reason": reason}
    return add(HistoryRecord(**_announced(old=old, new=new, subject_id=subject_id, **said)))


def record_each(entries: Iterable[Mapping[str, Any]]) -> None:
    """As `record`, once with each of these keywords, in one statement; witnesses run before it, for each."""
    db.session.execute(sa.insert(HistoryRecord), [_announced(**entry) for entry in entries])


def _announced(
    *,
    actor: Any,
    action: str,
    subject: str,
    scope: str,
    now: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
    subject_id: int | None = None,
) -> dict[str, Any]:
    """The columns of a record that is about to be written, once those who listen know or will know of it."""
    content = {
        "action": action,
        "actor": getattr(actor, "public_id", None) or SYSTEM,
        "at": now.astimezone(UTC).isoformat(timespec="milliseconds"),
        "new": _plain(new),
        "old": _plain(old),
        "reason": reason,
        "salt": secrets.token_hex(16),
        "scope": scope,
        "subject": subject,
    }
    canonical = canonical_json(content)
    _tell(Event(action, subject, subject_id, scope, getattr(actor, "id", None), now))
    return {
        "at": now,
        "actor": content["actor"],
        "action": action,
        "subject": subject,
        "scope": scope,
        "canonical": canonical,
        "leaf_hash": leaf_hash(canonical.encode()).hex(),
    }


def _tell(event: Event) -> None:
    """Witnesses now, the others after the commit."""
    for listener in (*_listeners[event.action], *_listeners["*"]):
        after_commit(listener, event)
    for gatherer in _gatherers[event.action]:
        together_after_commit(gatherer, event)
    for witness in _witnesses[event.action]:
        witness(event)


def seal(*, now: datetime, key: Ed25519PrivateKey, limit: int = BATCH) -> TreeHead | None:
    """Number the committed records that have no place yet, oldest id first, and sign the head of the grown tree.

    Returns None when there is nothing to seal. Writers go on inserting meanwhile; sealers wait for each other. A record
    committed late with a lower id than the last sealed one simply comes in the next batch.
    """
    _wait_for_other_sealers()
    waiting = db.session.execute(
        sa.select(HistoryRecord.id, HistoryRecord.leaf_hash)
        .where(HistoryRecord.position.is_(None))
        .order_by(HistoryRecord.id)
        .limit(limit)
    ).all()
    if not waiting:
        return None
    frontier = _frontier()
    places = [{"id": row.id, "position": frontier.size + number} for number, row in enumerate(waiting)]
    db.session.execute(sa.update(HistoryRecord), places)
    for row in waiting:
        completed = frontier.append(bytes.fromhex(row.leaf_hash))
        if len(completed) > BLOCK_HEIGHT:
            block = frontier.size // BLOCK_SIZE - 1
            db.session.add(TreeBlock(number=block, root=completed[BLOCK_HEIGHT].hex()))
    return add(_signed_head(frontier, now, key))


def _wait_for_other_sealers() -> None:
    """PostgreSQL: a lock that only sealers take. SQLite: the transaction already holds the one write lock."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(SEALER_LOCK)))


def _frontier() -> Frontier:
    head = db.session.scalar(sa.select(TreeHead).order_by(TreeHead.size.desc()).limit(1))
    return Frontier(head.size, [bytes.fromhex(peak) for peak in head.frontier]) if head else Frontier()


def _signed_head(frontier: Frontier, now: datetime, key: Ed25519PrivateKey) -> TreeHead:
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    root = frontier.root.hex()
    return TreeHead(
        size=frontier.size,
        root=root,
        at=now,
        frontier=[peak.hex() for peak in frontier.peaks],
        signature=key.sign(heads.statement(frontier.size, root, heads.moment(now))).hex(),
        public_key=heads.public_hex(key),
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: _value(value) for key, value in (values or {}).items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
