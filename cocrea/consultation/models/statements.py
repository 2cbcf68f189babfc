"""Statements: one sentence each, to agree, disagree or pass on."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.accounts.models import Person
from cocrea.core import text
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import Model


class StatementStatus(StrEnum):
    """Where a statement stands with the facilitation. Only what was admitted is ever public."""

    PROPOSED = "proposed"
    ADMITTED = "admitted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> Any:
        return {
            StatementStatus.PROPOSED: _l("En revisión"),
            StatementStatus.ADMITTED: _l("Admitida"),
            StatementStatus.DECLINED: _l("No se admitió"),
            StatementStatus.TAKEN_BACK: _l("La retiraste antes de la revisión"),
        }[self]


class Answer(StrEnum):
    """What a person says to a statement."""

    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105 - a word, not a password

    @property
    def label(self) -> Any:
        return {
            Answer.AGREE: _l("De acuerdo"),
            Answer.DISAGREE: _l("En desacuerdo"),
            Answer.PASS: _l("Paso"),
        }[self]


class Statement(Contribution):
    """One sentence, kept as the title. Until it is admitted it is a draft that the facilitation reads as well.

    The counts of answers are kept, by the operation that takes them. `extremity` is how far it sets apart those who
    answer it, as the last analysis found: it helps to choose what to ask next.

    `status_reason` is why the facilitation declined it. `form_key` is a digest of its author and the form it was
    written in, so that a form sent twice makes one statement.
    """

    __tablename__ = "statements"

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    status: Mapped[StatementStatus] = mapped_column(enum_column(StatementStatus), default=StatementStatus.PROPOSED)
    status_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    status_at: Mapped[datetime] = mapped_column(UTCDateTime)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(32))

    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    pass_count: Mapped[int] = mapped_column(default=0)
    extremity: Mapped[float] = mapped_column(sa.Double, default=0.0)

    __mapper_args__ = {"polymorphic_identity": ContributionKind.STATEMENT}  # noqa: RUF012

    @property
    def fingerprint(self) -> str:
        """What the history keeps of its text."""
        return text.fingerprint(self.title)

    @property
    def answer_count(self) -> int:
        return self.agree_count + self.disagree_count + self.pass_count


class StatementAnswer(Model):
    """What one person says to one statement, and since when; changed in place, without a trace of what it was."""

    __tablename__ = "statement_answers"

    statement_id: Mapped[int] = mapped_column(sa.ForeignKey(Statement.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    answer: Mapped[Answer] = mapped_column(enum_column(Answer))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class VisitorAnswer(Model):
    """What someone without an account says to a statement. `visitor` is a digest of the random token in their browser:
    it says which answers are of one browser, and of nobody whose."""

    __tablename__ = "visitor_answers"

    statement_id: Mapped[int] = mapped_column(sa.ForeignKey(Statement.id), primary_key=True)
    visitor: Mapped[str] = mapped_column(sa.String(64), primary_key=True, index=True)
    answer: Mapped[Answer] = mapped_column(enum_column(Answer))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
