"""Who writes a section: one person at a time, for a while that everybody sees. Nothing of it is history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.commitments import policies
from cocrea.commitments.models import Commitment, SectionLock
from cocrea.commitments.sections import Section
from cocrea.core.access import enforce
from cocrea.core.db import UTCDateTime, insert, lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import hour
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db

TURN = timedelta(minutes=10)


class Busy(Conflict):
    """Somebody else writes the section now: `held` says who and until when."""

    def __init__(self, held: SectionLock, timezone: str) -> None:
        super().__init__(
            _l(
                "Ahora escribe esta sección %(person)s, hasta las %(hour)s. Tu texto sigue aquí y guardado para ti.",
                person=held.holder.label,
                hour=hour(held.expires_at, timezone),
            )
        )
        self.held = held


def take_turn(*, actor: Any, commitment: Commitment, section: Section, now: datetime) -> SectionLock:
    """Take the turn to write a section, or hold it longer. `Busy` while somebody else has it.

    Who finds it expired takes it over, also from someone who still types: what they typed is theirs and is kept.
    One statement locks the commitment and decides, so that opening a form need not read it anew; whether somebody
    may write is judged again, under the lock, when they save.
    """
    enforce(policies.can_edit_section, actor, (commitment, section), now)
    taking = _taking(actor.id, commitment.id, section, now).returning(*SectionLock.__table__.c)
    found = sa.select(SectionLock).from_statement(taking).execution_options(populate_existing=True)
    held: SectionLock | None = db.session.scalars(found).one_or_none()
    if held is None:
        refuse_while_busy(actor, commitment, section, now)
        return take_turn(actor=actor, commitment=commitment, section=section, now=now)  # given back meanwhile
    db.session.expire(held, ["holder", "wanted_by"])
    return held


def _taking(actor_id: int, commitment_id: int, section: Section, now: datetime) -> Any:
    """Give the turn to somebody unless another holds it; who waited for it then waits for who takes it no more."""
    table = sa.inspect(SectionLock).local_table
    values = (sa.literal(section.slug), sa.literal(actor_id), sa.literal(now + TURN, UTCDateTime()))
    row = sa.select(Commitment.__table__.c.id, *values).where(Commitment.__table__.c.id == commitment_id)
    taking = insert()(table).from_select(
        ["commitment_id", "section", "holder_id", "expires_at"], row.with_for_update()
    )
    is_own = table.c.holder_id == actor_id
    return taking.on_conflict_do_update(
        index_elements=[table.c.commitment_id, table.c.section],
        set_={
            "holder_id": actor_id,
            "expires_at": now + TURN,
            "wanted_by_id": sa.case((is_own & (table.c.wanted_by_id != actor_id), table.c.wanted_by_id), else_=None),
        },
        where=is_own | (table.c.expires_at <= now),
    )


def refuse_while_busy(actor: Any, commitment: Commitment, section: Section, now: datetime) -> SectionLock | None:
    """The section's lock, if any; `Busy` where somebody else's holds. The caller has locked the commitment."""
    held = db.session.get(SectionLock, (commitment.id, section.slug), populate_existing=True)
    if held is not None and held.is_live(now) and held.holder_id != actor.id:
        raise Busy(held, commitment.cycle.timezone)
    return held


def release_turn(*, actor: Any, commitment: Commitment, section: Section) -> None:
    """Give the turn back; nothing where it is somebody else's by now."""
    held = db.session.get(SectionLock, (lock(commitment).id, section.slug), populate_existing=True)
    if held is not None and held.holder_id == actor.id:
        db.session.delete(held)
        db.session.flush()


def ask_for_turn(*, actor: Any, commitment: Commitment, section: Section, now: datetime) -> SectionLock | None:
    """Tell who writes that one waits. The first who asks is told; None where the turn is free, or one's own."""
    enforce(policies.can_edit_section, actor, (lock(commitment), section), now)
    held = db.session.get(SectionLock, (commitment.id, section.slug), populate_existing=True)
    if held is None or not held.is_live(now) or held.holder_id == actor.id:
        return None
    if held.wanted_by_id is None:
        held.wanted_by_id = actor.id
    return held
