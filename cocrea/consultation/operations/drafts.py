"""Keeping the draft of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocrea.accounts import operations as accounts
from cocrea.consultation import policies, queries
from cocrea.consultation.drafts import draft_name
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle


def keep_draft(
    *,
    actor: Any,
    cycle: Cycle,
    form_key: str,
    fields: Mapping[str, Any],
    now: datetime,
    written_on: str | None = None,
) -> datetime | None:
    """Keep what is typed in the form of a problem, as `accounts.operations.keep_draft` does; None if nothing is typed.

    `Conflict` where the form was published meanwhile: a saving that comes late does not bring its draft back.
    """
    enforce(policies.can_publish, actor, cycle, now)
    lock(actor)  # publishing locks it too: whichever comes second sees what the first one did
    if queries.published_from(actor, form_key):
        raise Conflict(_l("Ya publicaste este texto."))
    name = draft_name(cycle.id)
    return accounts.keep_draft(actor=actor, form=name, fields=fields, now=now, written_on=written_on)
