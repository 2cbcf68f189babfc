"""Hiding with a public reason, and undoing it with another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Contribution, Visibility
from cocrea.discussion.operations import note, set_visibility
from cocrea.moderation import policies


def hide(*, actor: Any, contribution: Contribution, reason: str, now: datetime) -> None:
    """Leave a public tombstone with the reason. Supports and what others answered stay where they are."""
    enforce(policies.can_hide, actor, lock(contribution), now)
    _change(actor, contribution, Visibility.HIDDEN, reason, now)


def restore(*, actor: Any, contribution: Contribution, reason: str, now: datetime) -> None:
    """Show again what was hidden, with its text as it was; what was merged or split is so still."""
    enforce(policies.can_restore, actor, lock(contribution), now)
    _change(actor, contribution, contribution.shown_as, reason, now)


def _change(actor: Any, contribution: Contribution, visibility: Visibility, reason: str, now: datetime) -> None:
    if not text.plain(reason):
        raise Invalid(_l("Explica por qué: la razón es pública."), "reason")
    old = {"visibility": contribution.visibility}
    set_visibility(contribution, visibility, reason=reason, now=now)
    action = "contribution.hidden" if visibility is Visibility.HIDDEN else "contribution.restored"
    reason = contribution.visibility_reason
    note(actor, contribution, action, now, old=old, new={"visibility": visibility}, reason=reason)
