"""What people have begun to write, kept so that neither a lost connection nor an expired session loses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Draft, Person
from cocrea.core.access import enforce, is_signed_in
from cocrea.core.clock import epoch
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.text import block
from cocrea.extensions import db

LONGEST = 60_000  # characters of a whole draft


def save_draft(*, actor: Any, form: str, fields: Mapping[str, Any], now: datetime) -> datetime | None:
    """Keep what is typed in a form in the place of what was kept before; when it was kept, None if nothing is typed.

    Saying the same twice leaves the same. Nobody else reads it, so it leaves no history.
    """
    enforce(is_signed_in, actor, None, now)
    kept = as_kept(fields)
    if len(json.dumps(kept, ensure_ascii=False)) > LONGEST:
        raise Invalid(_l("Es demasiado largo para guardarlo como borrador. Acórtalo un poco."))
    lock(actor)  # of two savings at once, the second finds what the first one made
    if not kept:
        drop_draft(person=actor, form=form)
        return None
    found = db.session.get(Draft, (actor.id, form)) or add(
        Draft(person_id=actor.id, form=form, fields=kept, saved_at=now)
    )
    found.fields, found.saved_at = kept, now
    return now


class OtherVersion(Conflict):
    """Another tab or device saved the draft meanwhile: `fields` and `saved_at` are what it says."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(_l("Otra pestaña u otro aparato guardó otra versión de tu texto."))
        self.fields, self.saved_at = dict(draft.fields), draft.saved_at


def keep_draft(
    *, actor: Any, form: str, fields: Mapping[str, Any], now: datetime, written_on: str | None
) -> datetime | None:
    """As `save_draft`, unless another tab or device saved meanwhile.

    `written_on`: when the draft it was written on was saved (`clock.epoch`, empty for none); `OtherVersion` where the
    one that is kept is another and says something else. None takes the place of whatever is kept.
    """
    lock(actor)
    kept = db.session.get(Draft, (actor.id, form), populate_existing=True)
    if kept and written_on is not None and written_on != str(epoch(kept.saved_at)) and _differ(kept.fields, fields):
        raise OtherVersion(kept)
    return save_draft(actor=actor, form=form, fields=fields, now=now)


def _differ(kept: Mapping[str, Any], typed: Mapping[str, Any]) -> bool:
    """Whether more than the form's own key does."""
    return {**kept, "key": ""} != {**as_kept(typed), "key": ""}


def drop_draft(*, person: Person, form: str) -> None:
    """Forget a draft: it was published, or is no longer wanted."""
    db.session.execute(sa.delete(Draft).where(Draft.person_id == person.id, Draft.form == form))


def as_kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of what was typed: normalised, and only what is not blank."""
    return {name: cleaned for name, value in fields.items() if (cleaned := _cleaned(value))}


def _cleaned(value: Any) -> Any:
    return [block(item) for item in value] if isinstance(value, list) else block(value)
