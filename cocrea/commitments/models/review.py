"""What people comment on the draft of a plan, part by part, and what they are answered."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person
from cocrea.commitments.models.commitments import Commitment
from cocrea.core.db import UTCDateTime, append_only, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import Model


class PlanPart(StrEnum):
    """The parts of a plan in the order in which it is read, after the plan as a whole. `slug`: what addresses call it;
    a commitment is called by its reference."""

    PLAN = "plan"
    COVER = "cover"
    INTRODUCTION = "introduction"
    PROCESS = "process"
    COMMITMENT = "commitment"
    ANNEXES = "annexes"

    @property
    def label(self) -> Any:
        return PART_LABELS[self]

    @property
    def slug(self) -> str:
        return PART_SLUGS[self]


PART_LABELS = {
    PlanPart.PLAN: _l("El plan completo"),
    PlanPart.COVER: _l("Portada"),
    PlanPart.INTRODUCTION: _l("Introducción"),
    PlanPart.PROCESS: _l("Cómo se hizo"),
    PlanPart.COMMITMENT: _l("Compromiso"),
    PlanPart.ANNEXES: _l("Anexos"),
}
PART_SLUGS = {
    PlanPart.PLAN: "plan",
    PlanPart.COVER: "portada",
    PlanPart.INTRODUCTION: "introduccion",
    PlanPart.PROCESS: "proceso",
    PlanPart.COMMITMENT: "compromiso",
    PlanPart.ANNEXES: "anexos",
}


class Outcome(StrEnum):
    """What became of a comment in the plan."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"

    @property
    def label(self) -> Any:
        return OUTCOME_LABELS[self]

    @property
    def shape(self) -> str:
        """The shape of its mark (`ui.state`)."""
        return {Outcome.ACCEPTED: "success", Outcome.PARTLY: "warning", Outcome.NOT_ACCEPTED: "closed"}[self]


OUTCOME_LABELS = {
    Outcome.ACCEPTED: _l("Aceptado"),
    Outcome.PARTLY: _l("Aceptado en parte"),
    Outcome.NOT_ACCEPTED: _l("No aceptado"),
}


class PlanAnswer(Model):
    """One answer to one comment or to several, by the facilitation or, where `organisation_id` is set, by the
    institution that leads the commitment they are about. It says what its last text says."""

    __tablename__ = "plan_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    reasons: Mapped[str] = mapped_column(sa.Text)
    changed: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    answered_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    cycle: Mapped[Cycle] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    comments: Mapped[list[PlanComment]] = relationship(back_populates="answer", order_by="PlanComment.id")
    texts: Mapped[list[PlanAnswerText]] = relationship(order_by="PlanAnswerText.number")

    @property
    def byline(self) -> Any:
        """Who answers: an office, not a person."""
        return self.organisation.name if self.organisation else _l("La facilitación")


@append_only
class PlanAnswerText(Model):
    """All that an answer said at one time; number 1 is what was first published. `why` is the public reason of a
    correction. It never changes."""

    __tablename__ = "plan_answer_texts"

    answer_id: Mapped[int] = mapped_column(sa.ForeignKey(PlanAnswer.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    reasons: Mapped[str] = mapped_column(sa.Text)
    changed: Mapped[str] = mapped_column(sa.Text, default="")
    why: Mapped[str] = mapped_column(sa.String(500), default="")
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PlanComment(Contribution):
    """A comment on one part of the draft of its cycle's plan, which waits for an answer while it is public.

    `form_key` is a digest of its author and the form it was written in, so that a form sent twice makes one comment.
    """

    __tablename__ = "plan_comments"
    __table_args__: Any = (
        sa.CheckConstraint("(part = 'commitment') = (commitment_id IS NOT NULL)", name="on_a_commitment"),
    )

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    part: Mapped[PlanPart] = mapped_column(enum_column(PlanPart))
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Commitment.id), index=True)
    answer_id: Mapped[int | None] = mapped_column(sa.ForeignKey(PlanAnswer.id), index=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(32))

    commitment: Mapped[Commitment | None] = relationship(foreign_keys=[commitment_id])
    answer: Mapped[PlanAnswer | None] = relationship(back_populates="comments")

    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_identity": ContributionKind.PLAN_COMMENT,
        "inherit_condition": id == Contribution.id,
    }

    @property
    def waits(self) -> bool:
        """Whether a plan cannot be published before it is answered."""
        return self.is_public and self.answer_id is None

    @property
    def heading(self) -> Any:
        """It has no title: what it is, and of what."""
        return self.visibility.label if self.is_tombstone else _l("Comentario al plan: %(part)s", part=self.about)

    @property
    def about(self) -> Any:
        """The words for the part it is about; a commitment is named by its title."""
        return self.commitment.heading if self.commitment else self.part.label

    @property
    def place(self) -> str:
        """How its part is asked for in an address."""
        return self.commitment.reference if self.commitment else self.part.slug
