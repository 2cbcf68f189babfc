"""Amendments: changes that others propose to one part of a proposal's text."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core import text
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.proposals.models.parts import Part
from cocrea.proposals.models.proposals import Proposal


class AmendmentStatus(StrEnum):
    """Where an amendment stands. Hidden is its visibility, not its status."""

    EVALUATING = "evaluating"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return {
            AmendmentStatus.EVALUATING: _l("Por responder"),
            AmendmentStatus.ACCEPTED: _l("Aceptada"),
            AmendmentStatus.REJECTED: _l("Rechazada"),
            AmendmentStatus.WITHDRAWN: _l("Retirada"),
        }[self]


AMENDMENT_TRANSITIONS: dict[AmendmentStatus, frozenset[AmendmentStatus]] = {
    AmendmentStatus.EVALUATING: frozenset(
        {AmendmentStatus.ACCEPTED, AmendmentStatus.REJECTED, AmendmentStatus.WITHDRAWN}
    ),
    AmendmentStatus.ACCEPTED: frozenset(),
    AmendmentStatus.REJECTED: frozenset(),
    AmendmentStatus.WITHDRAWN: frozenset(),
}


class Amendment(Contribution):
    """What a part of a proposal should say instead (`body_source`), and why. `base`: the version it was begun from.

    `result` is the version that it became, `with_edits` when that does not say quite the same. `promoted_id` is the
    proposal that its author made of it after it was rejected. `form_key` is a digest of its author and the form.
    """

    __tablename__ = "amendments"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["proposal_id", "base"], ["proposal_versions.proposal_id", "proposal_versions.number"]
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id", "result"], ["proposal_versions.proposal_id", "proposal_versions.number"]
        ),
        sa.UniqueConstraint("proposal_id", "result"),
        sa.CheckConstraint("(status = 'accepted') = (result IS NOT NULL)", name="accepted_as_a_version"),
        sa.CheckConstraint("promoted_id IS NULL OR status = 'rejected'", name="promoted_once_rejected"),
        sa.Index(None, "proposal_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id))
    part: Mapped[Part] = mapped_column(enum_column(Part))
    base: Mapped[int]
    why: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[AmendmentStatus] = mapped_column(enum_column(AmendmentStatus), default=AmendmentStatus.EVALUATING)
    status_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    result: Mapped[int | None]
    with_edits: Mapped[bool] = mapped_column(default=False)
    promoted_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Proposal.id), unique=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(32))

    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
    promoted: Mapped[Proposal | None] = relationship(foreign_keys=[promoted_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_identity": ContributionKind.AMENDMENT,
        "inherit_condition": id == Contribution.id,
    }

    @property
    def is_undecided(self) -> bool:
        return self.status is AmendmentStatus.EVALUATING

    @property
    def heading(self) -> Any:
        """It has no title of its own: what it is about names it."""
        return _l("Enmienda a «%(part)s»", part=self.part.label)

    @property
    def fingerprint(self) -> str:
        """What the history keeps of its text."""
        return text.fingerprint(self.body_source)
