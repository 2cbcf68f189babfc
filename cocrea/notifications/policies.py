"""Who may follow what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if
from cocrea.core.i18n import lazy as _l
from cocrea.notifications.things import Thing


def can_follow(actor: Any, thing: Thing, _now: datetime) -> Decision:
    """Whoever has an account, whatever everyone may see: stages need not be open for it."""
    if not actor.is_authenticated:
        return Decision(False, _l("Entra con tu cuenta para seguir esto."), needs_account=True)
    return allow_if(thing.can_be_followed, _l("Esto no se sigue por sí solo: sigue de dónde viene."))
