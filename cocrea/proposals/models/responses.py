"""The reasoned answers of institutions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person
from cocrea.core import text
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.proposals.models.proposals import Proposal


class ResponseKind(StrEnum):
    """The five answers an institution can give; all of them carry reasons."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"
    ALREADY = "already"
    NEEDS_INFO = "needs_info"

    @property
    def label(self) -> Any:
        return {
            ResponseKind.ACCEPTED: _l("Aceptada"),
            ResponseKind.PARTLY: _l("Aceptada en parte"),
            ResponseKind.NOT_ACCEPTED: _l("No aceptada"),
            ResponseKind.ALREADY: _l("Ya se está haciendo"),
            ResponseKind.NEEDS_INFO: _l("Hace falta más información"),
        }[self]


class Response(Model):
    """An institution's published answer to a proposal: which, why, and what happens next."""

    __tablename__ = "responses"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    kind: Mapped[ResponseKind] = mapped_column(enum_column(ResponseKind))
    reasons_source: Mapped[str] = mapped_column(sa.Text)
    reasons_html: Mapped[str] = mapped_column(sa.Text)
    next_source: Mapped[str] = mapped_column(sa.Text, default="")
    next_html: Mapped[str] = mapped_column(sa.Text, default="")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    proposal: Mapped[Proposal] = relationship()
    question: Mapped[AnswerQuestion | None] = relationship(lazy="joined")

    @property
    def fingerprint(self) -> str:
        return text.fingerprint(self.kind, self.reasons_source, self.next_source)

    def of(self, routing: Any) -> bool:
        """Whether it is what came of that routing."""
        return (self.proposal_id, self.organisation_id) == (routing.proposal_id, routing.organisation_id)


class AnswerQuestion(Model):
    """What the author of a proposal asked back about an answer, and what the institution replied: each once."""

    __tablename__ = "answer_questions"

    response_id: Mapped[int] = mapped_column(sa.ForeignKey(Response.id), primary_key=True)
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
