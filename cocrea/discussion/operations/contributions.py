"""What every kind of contribution has in common: being made, supported, withdrawn, counted, noted."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.audit.operations import record
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add_once, lock, step
from cocrea.core.errors import Invalid
from cocrea.cycles.models import Cycle
from cocrea.discussion import policies
from cocrea.discussion.models import Channel, Comment, Contribution, ContributionKind, Support, Visibility
from cocrea.discussion.operations.tallies import tally
from cocrea.extensions import db


class Repeated(Invalid):
    """The same stands already; `reference` names it where who asks may see it."""

    def __init__(self, message: Any, field: str, reference: str = "") -> None:
        super().__init__(message, field)
        self.reference = reference


def contribution_fields(
    *,
    actor: Any,
    kind: ContributionKind,
    cycle: Cycle,
    now: datetime,
    title: str = "",
    body: str = "",
    visibility: Visibility = Visibility.PUBLIC,
    channel: Channel = Channel.ONLINE,
    attribution: str = "",
    reference: str | None = None,
    acting_for: Person | None = None,
) -> dict[str, Any]:
    """The columns a new contribution of any kind shares, its text cleaned and its reference allotted.

    `attribution` names a group that met in person: the actor is then whoever recorded it, not the author. That is
    `acting_for`, if anyone.
    """
    author = acting_for or (None if attribution else actor)
    return {
        "reference": reference or references.allot(cycle.prefix, kind.code),
        "cycle_id": cycle.id,
        "author_id": author.id if author else None,
        "recorded_by_id": None if author is actor else actor.id,
        "attribution": text.plain(attribution),
        "author_sector": author.sector if author else None,
        "channel": channel,
        "title": text.plain(title),
        "body_source": text.block(body),
        "body_html": text.to_html(text.block(body)),
        "visibility": visibility,
        "created_at": now,
        "published_at": now if visibility is Visibility.PUBLIC else None,
    }


def once(actor: Any, key: str) -> str:
    """What to keep of the form that a text came in, so that a form sent twice leaves one row.

    Locks the person until the transaction ends: the second sending waits and then finds what the first one made.
    """
    return text.fingerprint(str(lock(actor, is_referred_to=True).id), key or secrets.token_hex(16))


def support(*, actor: Any, contribution: Contribution, now: datetime) -> bool:
    """Give one's support, once however often it is asked. Whether it is new."""
    _judge(actor, contribution, now)
    given = add_once(Support, contribution_id=contribution.id, person_id=actor.id, created_at=now)
    if given:
        step(Contribution.support_count, contribution.id, 1)
    return given


def unsupport(*, actor: Any, contribution: Contribution, now: datetime) -> bool:
    """Take one's support back, while the stage is open. Whether there was one."""
    _judge(actor, contribution, now)
    return drop_support(actor, contribution)


def drop_support(person: Any, contribution: Contribution) -> bool:
    """Whether there was one to be deleted. The caller has judged and holds the lock of the contribution."""
    own = sa.delete(Support).where(Support.contribution_id == contribution.id, Support.person_id == person.id)
    taken = bool(getattr(db.session.execute(own), "rowcount", 0))
    if taken:
        step(Contribution.support_count, contribution.id, -1)
    return taken


def _judge(actor: Any, contribution: Contribution, now: datetime) -> None:
    """Whether it can be supported, told by its locked row.

    Whoever merges it moves its supports under the same lock: a row of a support is only touched by who holds it, so
    that nobody waits for such a row. Who locks people before it does so with `is_referred_to`, so that it can be added.
    """
    enforce(policies.can_support, actor, contribution, now)  # what is not open to someone makes nobody wait
    enforce(policies.can_support, actor, lock(contribution, is_referred_to=True), now)


def withdraw(*, actor: Any, contribution: Contribution, now: datetime, reason: str = "") -> None:
    """Leave a public tombstone in the place of one's problem or comment; what others answered stays."""
    enforce(policies.can_withdraw, actor, lock(contribution), now)
    set_visibility(contribution, Visibility.WITHDRAWN, reason=reason, now=now)
    note(actor, contribution, "contribution.withdrawn", now, reason=contribution.visibility_reason)


def set_visibility(contribution: Contribution, visibility: Visibility, *, reason: str, now: datetime) -> None:
    """Change whether it is read, and with it the count it is part of. The caller has judged, locked and records it."""
    shown = (visibility is Visibility.PUBLIC) - contribution.is_public
    contribution.visibility, contribution.visibility_at = visibility, now
    contribution.visibility_reason = text.plain(reason)
    if shown:
        count(contribution, shown)


def count(contribution: Contribution, by: int) -> None:
    """Move the stored counts that a contribution is part of."""
    for counter in contribution.counters:
        step(*counter, by)
    if isinstance(contribution, Comment):
        tally(contribution, by)


def note(actor: Any, contribution: Contribution, action: str, now: datetime, **details: Any) -> None:
    """Write a contribution's history record (`old`, `new`, `reason`) in the scope of its cycle."""
    record(
        actor=actor,
        action=action,
        subject=contribution.reference,
        scope=f"cycle:{contribution.cycle_id}",
        now=now,
        subject_id=contribution.id,
        **details,
    )
