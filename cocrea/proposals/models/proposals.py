"""Proposals, their versions, and the problems they answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, foreign, mapped_column, relationship, remote

from cocrea.accounts.models import Invitation, Person, Role
from cocrea.consultation.models import Problem
from cocrea.core import sdg, text
from cocrea.core.db import JSONText, UTCDateTime, append_only, enum_column
from cocrea.core.i18n import Lazy, listed
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Attachment, Contribution, ContributionKind, Visibility
from cocrea.extensions import Model
from cocrea.tables.models import Table

if TYPE_CHECKING:
    from cocrea.proposals.models.reviews import ProposalReview


class ProposalStatus(StrEnum):
    """Where a published proposal stands. Withdrawn, hidden and merged are its visibility, not its status."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ADMITTED = "admitted"
    NOT_ADMITTED = "not_admitted"
    ON_BALLOT = "on_ballot"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    COMMITTED = "committed"

    @property
    def label(self) -> Any:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    ProposalStatus.DRAFT: _l("Borrador"),
    ProposalStatus.PUBLISHED: _l("Publicada, en revisión"),
    ProposalStatus.ADMITTED: _l("Admitida"),
    ProposalStatus.NOT_ADMITTED: _l("No admitida"),
    ProposalStatus.ON_BALLOT: _l("En votación"),
    ProposalStatus.SELECTED: _l("Seleccionada"),
    ProposalStatus.NOT_SELECTED: _l("No seleccionada"),
    ProposalStatus.COMMITTED: _l("Retomada en un compromiso"),
}


TRANSITIONS: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    ProposalStatus.DRAFT: frozenset({ProposalStatus.PUBLISHED}),
    ProposalStatus.PUBLISHED: frozenset({ProposalStatus.ADMITTED, ProposalStatus.NOT_ADMITTED}),
    ProposalStatus.ADMITTED: frozenset({ProposalStatus.ON_BALLOT}),
    ProposalStatus.NOT_ADMITTED: frozenset(),
    ProposalStatus.ON_BALLOT: frozenset(
        {ProposalStatus.SELECTED, ProposalStatus.NOT_SELECTED, ProposalStatus.ADMITTED}
    ),
    ProposalStatus.SELECTED: frozenset({ProposalStatus.COMMITTED}),
    ProposalStatus.NOT_SELECTED: frozenset(),
    ProposalStatus.COMMITTED: frozenset(),
}


class ProposalTarget(Model):
    """An SDG goal (`16`) or target (`16.6`) a proposal contributes to; a target implies its goal."""

    __tablename__ = "proposal_targets"
    __table_args__ = (sa.Index(None, "code", "proposal_id"),)

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)


class Proposal(Contribution):
    """What to do about one or more problems. `body_source` says what to do; the current text is the last version's.

    `form_key` is a digest of its author and the form it was begun with, so that a form sent twice begins one proposal.
    `causes` are keys of lines that its problems give as causes (`consultation.queries.lines`): a line that goes with
    its problem leaves no text behind here.
    `offers` are the invitations to write it, as far as its reader is to know: pages load only the reader's own.
    """

    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Table.id), index=True)
    status: Mapped[ProposalStatus] = mapped_column(enum_column(ProposalStatus), default=ProposalStatus.DRAFT)
    status_reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    is_split: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    beneficiaries: Mapped[str] = mapped_column(sa.Text, default="")
    responsible: Mapped[str] = mapped_column(sa.Text, default="")
    needs: Mapped[str] = mapped_column(sa.Text, default="")
    causes: Mapped[Any] = mapped_column(JSONText, default=list)

    table: Mapped[Table | None] = relationship()
    target_codes: Mapped[str | None] = column_property(
        sa.select(sa.func.aggregate_strings(ProposalTarget.code, " "))
        .where(ProposalTarget.proposal_id == id)
        .correlate_except(ProposalTarget)
        .scalar_subquery(),
        deferred=True,
    )
    has_files: Mapped[bool] = column_property(
        sa.exists().where(Attachment.contribution_id == id).correlate_except(Attachment), deferred=True
    )
    problems: Mapped[list[Problem]] = relationship(
        secondary="proposal_problems", viewonly=True, order_by="Problem.id"
    )
    review: Mapped[ProposalReview | None] = relationship()

    offers: Mapped[list[Invitation]] = relationship(
        primaryjoin=lambda: sa.and_(
            remote(foreign(Invitation.scope)) == "proposal:" + Contribution.reference,
            Invitation.role == Role.COAUTHOR,
        ),
        viewonly=True,
        order_by=Invitation.id,
    )

    @property
    def scope(self) -> str:
        """Where one is invited to write it."""
        return f"proposal:{self.reference}"

    @property
    def authors(self) -> list[Person]:
        """Who writes it now, the first one first; not those who closed their account."""
        wrote = [*([self.author] if self.author else []), *(one.person for one in self.coauthors)]
        return [person for person in wrote if person.withdrawn_at is None]

    @property
    def first_byline(self) -> Any:
        """Who began it."""
        return super().byline

    @property
    def byline(self) -> Any:
        """All who write it."""
        coauthors = [one.person.label for one in self.coauthors]
        return Lazy(listed, [self.first_byline, *coauthors]) if coauthors else self.first_byline

    def is_by(self, person_id: int) -> bool:
        return super().is_by(person_id) or any(one.person_id == person_id for one in self.coauthors)

    @property
    def shown_as(self) -> Visibility:
        return Visibility.SPLIT if self.is_split else super().shown_as

    @property
    def plain_text(self) -> str:
        """All that it says, one field after the other."""
        return "\n".join((self.title, self.body_source, self.beneficiaries, self.responsible, self.needs))

    @property
    def fingerprint(self) -> str:
        """Of the whole text: what the history keeps."""
        return text.fingerprint(self.title, self.body_source, self.beneficiaries, self.responsible, self.needs)

    @property
    def codes(self) -> list[str]:
        """The SDG goals and targets that its authors say it contributes to, in their own order."""
        return sdg.in_order((self.target_codes or "").split())

    @property
    def edition(self) -> str:
        """Of all that its authors may change, text and ties: what an editor's form says it began from."""
        references = sorted(problem.reference for problem in self.problems)
        return text.fingerprint(self.fingerprint, *references, *self.codes, *self.causes)

    __mapper_args__ = {"polymorphic_identity": ContributionKind.PROPOSAL}  # noqa: RUF012


class ProposalProblem(Model):
    """A problem that a proposal addresses."""

    __tablename__ = "proposal_problems"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id), primary_key=True)
    problem_id: Mapped[int] = mapped_column(sa.ForeignKey(Problem.id), primary_key=True, index=True)


@append_only
class ProposalVersion(Model):
    """The whole text of a proposal at one time; number 1 is what was first published. It never changes.

    `why` is what its author said of the change.
    """

    __tablename__ = "proposal_versions"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(sa.String(200))
    body_source: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    beneficiaries: Mapped[str] = mapped_column(sa.Text, default="")
    responsible: Mapped[str] = mapped_column(sa.Text, default="")
    needs: Mapped[str] = mapped_column(sa.Text, default="")
    why: Mapped[str] = mapped_column(sa.String(500), default="")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[Person] = relationship()
