"""The reasons that the public history keeps."""

from __future__ import annotations

from typing import Any

from cocrea.core import text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

LONGEST_REASON = 500


def public_reason(reason: str, missing: Any, *unsaid: str) -> str:
    """A reason as the history keeps it for ever, cut at `LONGEST_REASON`: there must be one (else `Invalid` says
    `missing`), and none of what is to stay `unsaid`, as the name of a person, may stand in it."""
    why = text.plain(reason)[:LONGEST_REASON]
    if not why:
        raise Invalid(missing, "reason")
    if any(text.fold(word) in text.fold(why) for word in unsaid if word):
        raise Invalid(
            _l("Escribe la razón sin el nombre de la persona: es pública y se queda para siempre."), "reason"
        )
    return why
