"""Problems and the goals they bear on."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.consultation.models.topics import Topic
from cocrea.core import sdg, text
from cocrea.discussion.models import Contribution, ContributionKind, Counter
from cocrea.extensions import Model


class Problem(Contribution):
    """A public problem. `body_source` is what happens; the rest are its structured fields, plain text.

    `form_key` is a digest of its author and the form it was written in, so that a form sent twice makes one problem.
    A synthesis was written by the facilitation to gather problems that were merged into it.
    """

    __tablename__ = "problems"
    __table_args__ = (
        sa.Index(None, "topic_id", "id"),
        sa.Index(None, "territory", "id"),
        sa.Index(None, "topic_id", "territory", "id"),
    )

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey(Topic.id))
    affected: Mapped[str] = mapped_column(sa.Text, default="")
    causes: Mapped[str] = mapped_column(sa.Text, default="")
    effects: Mapped[str] = mapped_column(sa.Text, default="")
    sources: Mapped[str] = mapped_column(sa.Text, default="")
    territory: Mapped[str | None] = mapped_column(sa.String(12))
    municipality: Mapped[str] = mapped_column(sa.Text, default="")  # as people name it; of that entity
    is_synthesis: Mapped[bool] = mapped_column(default=False)
    gathered_count: Mapped[int] = mapped_column(default=0)  # problems merged into it
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(32))

    topic: Mapped[Topic] = relationship()
    targets: Mapped[list[ProblemTarget]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    __mapper_args__ = {"polymorphic_identity": ContributionKind.PROBLEM}  # noqa: RUF012

    @property
    def counters(self) -> tuple[Counter, ...]:
        return ((Topic.problem_count, self.topic_id),)

    @property
    def is_gathering(self) -> bool:
        return self.gathered_count > 0

    @property
    def codes(self) -> list[str]:
        """The SDG goals and targets it bears on, in their own order."""
        return sdg.in_order(target.code for target in self.targets)

    @property
    def fingerprint(self) -> str:
        """What the history keeps of its text."""
        return text.fingerprint(self.title, self.body_source, self.affected, self.causes, self.effects, self.sources)

    @property
    def version(self) -> str:
        """Of all that its author may correct: another as soon as anything of it changed."""
        place = (self.territory or "", self.municipality)
        return text.fingerprint(self.fingerprint, str(self.topic_id), *place, *self.codes)


class ProblemTarget(Model):
    """An SDG goal (`16`) or target (`16.6`) a problem bears on; a target implies its goal."""

    __tablename__ = "problem_targets"
    __table_args__ = (sa.Index(None, "code", "problem_id"),)

    problem_id: Mapped[int] = mapped_column(sa.ForeignKey(Problem.id), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
