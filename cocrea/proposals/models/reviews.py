"""What the facilitation found when it reviewed a proposal, criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.core.db import JSONText, UTCDateTime
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.proposals.models.proposals import Proposal


class Finding(StrEnum):
    """What the review found of one criterion."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> Any:
        return {
            Finding.MET: _l("Cumple"),
            Finding.NOT_MET: _l("No cumple"),
            Finding.NOT_APPLICABLE: _l("No aplica"),
        }[self]


@dataclass(frozen=True)
class Criterion:
    """One thing that a proposal needs to be admitted, and why it is asked."""

    name: str
    why: str


@dataclass(frozen=True)
class Found:
    """A criterion as it was when the review judged by it, what was found, and the reason."""

    name: str
    why: str
    finding: Finding
    reason: str = ""


class ProposalReview(Model):
    """The checklist of a review, with the criteria of that moment: the cycle may change its own later."""

    __tablename__ = "proposal_reviews"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id), primary_key=True)
    findings: Mapped[list[dict[str, str]]] = mapped_column(JSONText)
    reviewed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def found(self) -> list[Found]:
        """Each criterion with what was found, in the order in which they were asked."""
        return [Found(row["name"], row["why"], Finding(row["finding"]), row["reason"]) for row in self.findings]

    @property
    def not_met(self) -> list[Found]:
        return [one for one in self.found if one.finding is Finding.NOT_MET]
