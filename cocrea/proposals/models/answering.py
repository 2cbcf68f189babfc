"""What an institution prepares before it answers, which nobody else ever reads, and the steps of an answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person
from cocrea.core import text
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.extensions import Model
from cocrea.proposals.models.proposals import Proposal
from cocrea.proposals.models.responses import Response, ResponseKind


class AnswerStep(StrEnum):
    """Where an institution is with its answer to a proposal."""

    NONE = "none"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ASKED = "asked"
    REPLIED = "replied"


# What can follow each step. A published answer is never prepared again; correcting it changes no step, unless it is of
# another kind then: published anew.
ANSWER_STEPS: dict[AnswerStep, frozenset[AnswerStep]] = {
    AnswerStep.NONE: frozenset({AnswerStep.DRAFT, AnswerStep.SCHEDULED, AnswerStep.PUBLISHED}),
    AnswerStep.DRAFT: frozenset({AnswerStep.DRAFT, AnswerStep.SCHEDULED, AnswerStep.PUBLISHED}),
    AnswerStep.SCHEDULED: frozenset({AnswerStep.DRAFT, AnswerStep.SCHEDULED, AnswerStep.PUBLISHED}),
    AnswerStep.PUBLISHED: frozenset({AnswerStep.ASKED}),
    AnswerStep.ASKED: frozenset({AnswerStep.REPLIED}),
    AnswerStep.REPLIED: frozenset(),
}


class AnswerDraft(Model):
    """An answer under way, for the officials of its institution alone. With `publish_at` it becomes public then.

    Apart from `responses`, so that no page, count or download of what is public can come upon it.
    """

    __tablename__ = "answer_drafts"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), primary_key=True)
    kind: Mapped[ResponseKind | None] = mapped_column(enum_column(ResponseKind))
    reasons: Mapped[str] = mapped_column(sa.Text, default="")
    next_steps: Mapped[str] = mapped_column(sa.Text, default="")
    feeds: Mapped[list[str]] = mapped_column(JSONText, default=list)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    publish_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    author: Mapped[Person] = relationship()

    @property
    def pair(self) -> tuple[int, int]:
        """To which proposal and of which institution."""
        return self.proposal_id, self.organisation_id

    @property
    def fingerprint(self) -> str:
        """What the form of a colleague says it began from."""
        return text.fingerprint(self.kind or "", self.reasons, self.next_steps, *self.feeds)


class AnswerNote(Model):
    """What officials of an institution tell each other about a proposal. Never public."""

    __tablename__ = "answer_notes"
    __table_args__ = (sa.Index("ix_answer_notes_of", "proposal_id", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[Person] = relationship()


def answer_step(draft: AnswerDraft | None, response: Response | None) -> AnswerStep:
    """Where an institution is, by what there is."""
    if response is not None:
        asked = response.question
        if asked is None:
            return AnswerStep.PUBLISHED
        return AnswerStep.ASKED if asked.replied_at is None else AnswerStep.REPLIED
    if draft is None:
        return AnswerStep.NONE
    return AnswerStep.SCHEDULED if draft.publish_at is not None else AnswerStep.DRAFT
