"""Merging proposals into one text and splitting one into several: who is asked, and what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Visibility
from cocrea.extensions import Model
from cocrea.proposals.models.proposals import Proposal
from cocrea.tables.models import Agreement


class RearrangementKind(StrEnum):
    """Several proposals become one, or one becomes several."""

    MERGE = "merge"
    SPLIT = "split"

    @property
    def label(self) -> Any:
        return {
            RearrangementKind.MERGE: _l("Fusión de propuestas"),
            RearrangementKind.SPLIT: _l("División de una propuesta"),
        }[self]

    @property
    def tombstone(self) -> Visibility:
        """What its sources become."""
        return Visibility.MERGED if self is RearrangementKind.MERGE else Visibility.SPLIT

    @property
    def step(self) -> str:
        """What the history calls it, of each source."""
        return {RearrangementKind.MERGE: "merged", RearrangementKind.SPLIT: "split"}[self]


class RearrangementState(StrEnum):
    """How far it came. Only what is done, or was, is public."""

    PROPOSED = "proposed"
    CONSENTED = "consented"
    DONE = "done"
    REFUSED = "refused"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    UNDONE = "undone"

    @property
    def label(self) -> Any:
        return {
            RearrangementState.PROPOSED: _l("Espera respuestas"),
            RearrangementState.CONSENTED: _l("Con todos los consentimientos"),
            RearrangementState.DONE: _l("Hecha"),
            RearrangementState.REFUSED: _l("No la aceptaron"),
            RearrangementState.LAPSED: _l("Venció sin respuesta"),
            RearrangementState.CANCELLED: _l("Cancelada"),
            RearrangementState.UNDONE: _l("Deshecha"),
        }[self]


_ENDINGS = {RearrangementState.LAPSED, RearrangementState.CANCELLED, RearrangementState.DONE}
REARRANGEMENT_TRANSITIONS: dict[RearrangementState, frozenset[RearrangementState]] = {
    RearrangementState.PROPOSED: frozenset({RearrangementState.CONSENTED, RearrangementState.REFUSED, *_ENDINGS}),
    RearrangementState.CONSENTED: frozenset({RearrangementState.REFUSED, *_ENDINGS}),
    RearrangementState.DONE: frozenset({RearrangementState.UNDONE}),
    RearrangementState.REFUSED: frozenset(),
    RearrangementState.LAPSED: frozenset(),
    RearrangementState.CANCELLED: frozenset(),
    RearrangementState.UNDONE: frozenset(),
}
PENDING = frozenset({RearrangementState.PROPOSED, RearrangementState.CONSENTED})
PUBLIC = frozenset({RearrangementState.DONE, RearrangementState.UNDONE})


class Rearrangement(Model):
    """A merge or a split that the facilitation drafted, and why. It waits for its authors until `due_at`.

    `agreement`: the recorded decision of a table or forum that stands in for their consent. `ended_reason` says why it
    was refused, cancelled or undone. `form_key` is a digest of who drafted it and the form.
    """

    __tablename__ = "rearrangements"
    __table_args__ = (sa.Index(None, "cycle_id", "id"), sa.Index(None, "state", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id))
    kind: Mapped[RearrangementKind] = mapped_column(enum_column(RearrangementKind))
    state: Mapped[RearrangementState] = mapped_column(
        enum_column(RearrangementState), default=RearrangementState.PROPOSED
    )
    reason: Mapped[str] = mapped_column(sa.String(500))
    drafted_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    agreement_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Agreement.id))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)

    cycle: Mapped[Cycle] = relationship()
    drafted_by: Mapped[Person] = relationship()
    agreement: Mapped[Agreement | None] = relationship()
    sources: Mapped[list[RearrangementSource]] = relationship(order_by="RearrangementSource.proposal_id")
    texts: Mapped[list[RearrangementText]] = relationship(order_by="RearrangementText.position")
    answers: Mapped[list[RearrangementAnswer]] = relationship(order_by="RearrangementAnswer.answered_at")

    @property
    def proposals(self) -> list[Proposal]:
        """What is merged, or split."""
        return [source.proposal for source in self.sources]

    @property
    def made(self) -> list[Proposal]:
        """What came of it, once it took effect."""
        return [text.proposal for text in self.texts if text.proposal is not None]

    @property
    def authors(self) -> list[Person]:
        """Whom it is up to: who writes any of its sources now, each once."""
        return list(dict.fromkeys(person for proposal in self.proposals for person in proposal.authors))

    @property
    def asked(self) -> list[Person]:
        """Those of them who can answer: not whom somebody registered because they have no e-mail."""
        return [person for person in self.authors if person.registered_by_id is None]

    @property
    def awaited(self) -> list[Person]:
        """Whose consent is still missing."""
        given = {answer.person_id for answer in self.answers if answer.consents}
        return [person for person in self.asked if person.id not in given]

    def is_pending(self, now: datetime) -> bool:
        """Whether it may still come about."""
        return self.state in PENDING and now < self.due_at

    def state_at(self, now: datetime) -> RearrangementState:
        """Its state, by its date where the job has not come round yet."""
        lapsed = self.state in PENDING and now >= self.due_at
        return RearrangementState.LAPSED if lapsed else self.state


class RearrangementSource(Model):
    """A proposal that is merged or split; while `is_open`, in nothing else, and its text stays."""

    __tablename__ = "rearrangement_sources"
    __table_args__ = (
        sa.Index(
            "uq_rearrangement_sources_open",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        ),
    )

    rearrangement_id: Mapped[int] = mapped_column(sa.ForeignKey(Rearrangement.id), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id), primary_key=True, index=True)
    is_open: Mapped[bool] = mapped_column(default=True)

    proposal: Mapped[Proposal] = relationship()


class RearrangementText(Model):
    """One text that the facilitation drafted, part by part, and the proposal that it became."""

    __tablename__ = "rearrangement_texts"

    rearrangement_id: Mapped[int] = mapped_column(sa.ForeignKey(Rearrangement.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(sa.String(200))
    body_source: Mapped[str] = mapped_column(sa.Text)
    beneficiaries: Mapped[str] = mapped_column(sa.Text, default="")
    responsible: Mapped[str] = mapped_column(sa.Text, default="")
    needs: Mapped[str] = mapped_column(sa.Text, default="")
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Proposal.id), unique=True)

    proposal: Mapped[Proposal | None] = relationship()

    @property
    def heading(self) -> Any:
        """Its title, or what became of the proposal it became where that has no text any more."""
        return self.title if self.proposal is None or self.proposal.has_text else self.proposal.heading


class RearrangementAnswer(Model):
    """What one of the authors answered, which the facilitation and the other authors read."""

    __tablename__ = "rearrangement_answers"

    rearrangement_id: Mapped[int] = mapped_column(sa.ForeignKey(Rearrangement.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    consents: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()
