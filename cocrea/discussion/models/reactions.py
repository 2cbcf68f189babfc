"""What people answer with, without a word."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from cocrea.core.i18n import lazy as _l


class Reaction(StrEnum):
    """How one answers a comment, or a message in a live room, without a word."""

    AGREE = "agree"
    DOUBT = "doubt"
    THANKS = "thanks"

    @property
    def label(self) -> Any:
        return {
            Reaction.AGREE: _l("De acuerdo"),
            Reaction.DOUBT: _l("Tengo duda"),
            Reaction.THANKS: _l("Gracias"),
        }[self]

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return {Reaction.AGREE: "acuerdo", Reaction.DOUBT: "duda", Reaction.THANKS: "gracias"}[self]
