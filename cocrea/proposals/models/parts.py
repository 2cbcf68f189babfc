"""The parts of a proposal's text, each written in a field of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from cocrea.core.i18n import lazy as _l


class Part(StrEnum):
    """One part of the text, in the order in which it is read."""

    TITLE = "title"
    BODY = "body"
    BENEFICIARIES = "beneficiaries"
    RESPONSIBLE = "responsible"
    NEEDS = "needs"

    @property
    def label(self) -> Any:
        return {
            Part.TITLE: _l("Título"),
            Part.BODY: _l("Qué hay que hacer"),
            Part.BENEFICIARIES: _l("A quién beneficia"),
            Part.RESPONSIBLE: _l("Quién tendría que actuar"),
            Part.NEEDS: _l("Qué hace falta"),
        }[self]

    @property
    def longest(self) -> int:
        """How many characters it may have."""
        return {Part.TITLE: 200, Part.BODY: 20_000}.get(self, 3000)

    @property
    def is_required(self) -> bool:
        return self in {Part.TITLE, Part.BODY}

    def of(self, proposal: Any) -> str:
        """What a proposal, or one of its versions, says in this part."""
        said: str = proposal.body_source if self is Part.BODY else getattr(proposal, self.value)
        return said
