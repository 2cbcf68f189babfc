"""Suspending accounts and lifting it: public with the reason, without the name, and told to the person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.mails import tell
from cocrea.accounts.models import PLATFORM, Person, Suspension
from cocrea.accounts.operations.sign_ins import close_all
from cocrea.accounts.policies import can_suspend
from cocrea.accounts.queries import open_suspension
from cocrea.audit.operations import record
from cocrea.audit.reasons import public_reason
from cocrea.core import references
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l


def suspend(*, actor: Any, person: Person, reason: str, now: datetime) -> Suspension:
    """Keep a person from entering until reinstated, and cut off every device and connection at once."""
    enforce(can_suspend, actor, lock(person), now)
    why = _reason(person, reason)
    if not person.is_active:
        raise Conflict(_l("Esta cuenta ya está suspendida o se borró."))
    made = add(Suspension(reference=references.allot("SUS"), person_id=person.id, reason=why, suspended_at=now))
    person.suspended_at = now
    close_all(person, now)
    record(
        actor=actor,
        action="person.suspended",
        subject=made.reference,
        scope=PLATFORM,
        now=now,
        reason=why,
        subject_id=person.id,
    )
    tell(person, _l("Tu cuenta de Cocrea se suspendió"), "accounts/suspended", suspension=made)
    return made


def reinstate(*, actor: Any, person: Person, reason: str, now: datetime) -> Suspension:
    """Lift a suspension, with its public reason."""
    enforce(can_suspend, actor, lock(person), now)
    why, held = _reason(person, reason), open_suspension(person)
    if person.suspended_at is None or held is None:
        raise Conflict(_l("Esta cuenta no está suspendida."))
    person.suspended_at, held.lifted_at, held.lifted_reason = None, now, why
    record(
        actor=actor,
        action="person.reinstated",
        subject=held.reference,
        scope=PLATFORM,
        now=now,
        reason=why,
        subject_id=person.id,
    )
    tell(person, _l("Tu cuenta de Cocrea está activa de nuevo"), "accounts/reinstated", suspension=held)
    return held


def _reason(person: Person, reason: str) -> str:
    return public_reason(reason, _l("Di por qué: la razón es pública."), person.name, person.public_id)
