"""The reasoned answers of institutions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person
from cocrea.core import text
from cocrea.core.db import JSONText, UTCDateTime, append_only, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Visibility
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
    """An institution's published answer to a proposal: which, why, what happens next, and which commitments it
    feeds (`feeds`, their references).

    It says what its last version says. It became of its present kind `kind_at`, with version `kind_version`: from then
    on its author may ask back.
    """

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
    feeds: Mapped[list[str]] = mapped_column(JSONText, default=list)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kind_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kind_version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    proposal: Mapped[Proposal] = relationship()
    questions: Mapped[list[AnswerQuestion]] = relationship(order_by="AnswerQuestion.version")

    @property
    def fingerprint(self) -> str:
        """Of all that it says: what the history keeps, and what the form of a correction says it began from."""
        return text.fingerprint(self.kind, self.reasons_source, self.next_source, *self.feeds)

    @property
    def has_past(self) -> bool:
        """Whether all that it ever said can be read: also once its proposal was withdrawn, merged or split; not where
        that was hidden."""
        return self.proposal.visibility not in {Visibility.DRAFT, Visibility.HIDDEN}

    @property
    def question(self) -> AnswerQuestion | None:
        """What was asked back since it is of its present kind."""
        return next((asked for asked in self.questions if asked.version == self.kind_version), None)

    def of(self, routing: Any) -> bool:
        """Whether it is what came of that routing."""
        return (self.proposal_id, self.organisation_id) == (routing.proposal_id, routing.organisation_id)


@append_only
class ResponseVersion(Model):
    """All that an answer said at one time; number 1 is what was first published. It never changes.

    `why` is the public reason of a correction.
    """

    __tablename__ = "response_versions"
    __table_args__ = (sa.UniqueConstraint("response_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey(Response.id))
    number: Mapped[int]
    kind: Mapped[ResponseKind] = mapped_column(enum_column(ResponseKind))
    reasons_source: Mapped[str] = mapped_column(sa.Text)
    reasons_html: Mapped[str] = mapped_column(sa.Text)
    next_source: Mapped[str] = mapped_column(sa.Text, default="")
    next_html: Mapped[str] = mapped_column(sa.Text, default="")
    feeds: Mapped[list[str]] = mapped_column(JSONText, default=list)
    why: Mapped[str] = mapped_column(sa.String(500), default="")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AnswerQuestion(Model):
    """What the author of a proposal asked back about an answer, and what the institution replied: each once for each
    kind that the answer was of. `version`: the one with which it became of that kind."""

    __tablename__ = "answer_questions"

    response_id: Mapped[int] = mapped_column(sa.ForeignKey(Response.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
