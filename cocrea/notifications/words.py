"""What notices tell of rolls; the other words are those of the history."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l

words.extend(
    actions={
        "roll.opened": _l("Se abrió una votación en la que puedes votar"),
        "roll.registered": _l("Te registraron en el padrón: puedes votar"),
    }
)
