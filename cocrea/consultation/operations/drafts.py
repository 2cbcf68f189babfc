"""Keeping the draft of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Draft
from cocrea.accounts.operations import as_kept, save_draft
from cocrea.consultation import policies, queries
from cocrea.consultation.drafts import draft_name
from cocrea.core.access import enforce
from cocrea.core.clock import epoch
from cocrea.core.db import lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.extensions import db


class OtherVersion(Conflict):
    """Another tab or device saved the draft meanwhile: `fields` and `saved_at` are what it says."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(_l("Otra pestaña u otro aparato guardó otra versión de tu texto."))
        self.fields, self.saved_at = dict(draft.fields), draft.saved_at


def keep_draft(
    *,
    actor: Any,
    cycle: Cycle,
    form_key: str,
    fields: Mapping[str, Any],
    now: datetime,
    written_on: str | None = None,
) -> datetime | None:
    """Keep what is typed in the form of a problem; when it was kept, None if nothing is typed.

    `written_on`: when the draft it was written on was saved (`clock.epoch`, empty for none); `OtherVersion` where the
    one that is kept is another and says something else. None takes the place of whatever is kept.
    `Conflict` where the form was published meanwhile: a saving that comes late does not bring its draft back.
    """
    enforce(policies.can_publish, actor, cycle, now)
    lock(actor)  # publishing locks it too: whichever comes second sees what the first one did
    if queries.published_from(actor, form_key):
        raise Conflict(_l("Ya publicaste este texto."))
    kept = db.session.get(Draft, (actor.id, draft_name(cycle.id)), populate_existing=True)
    if kept and written_on is not None and written_on != str(epoch(kept.saved_at)) and _differ(kept.fields, fields):
        raise OtherVersion(kept)
    return save_draft(actor=actor, form=draft_name(cycle.id), fields=fields, now=now)


def _differ(kept: Mapping[str, Any], typed: Mapping[str, Any]) -> bool:
    """Whether more than the form's own key does."""
    return {**kept, "key": ""} != {**as_kept(typed), "key": ""}
