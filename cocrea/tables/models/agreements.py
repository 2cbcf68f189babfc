"""Agreements: drafted in the room, put to their test, and followed until what is owed is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person, Sector
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.extensions import Model
from cocrea.forums.models import Quorum, Seat
from cocrea.tables.models.sessions import Room, Session
from cocrea.tables.models.tables import TableMember, voice_column


class AgreementTest(StrEnum):
    """What must be so for a text to be adopted. `definition` is what people are told before they answer."""

    UNANIMITY = "unanimity"
    CONSENT = "consent"
    MAJORITY = "majority"
    TWO_THIRDS = "two_thirds"

    @property
    def label(self) -> Any:
        return {
            AgreementTest.UNANIMITY: _l("Unanimidad"),
            AgreementTest.CONSENT: _l("Consenso"),
            AgreementTest.MAJORITY: _l("Mayoría simple"),
            AgreementTest.TWO_THIRDS: _l("Dos tercios"),
        }[self]

    @property
    def definition(self) -> Any:
        return {
            AgreementTest.UNANIMITY: _l(
                "Todas las respuestas, en línea y en la sala, son «de acuerdo». Una sola abstención, un desacuerdo o "
                "un bloqueo la impiden. Quien no contesta no cuenta."
            ),
            AgreementTest.CONSENT: _l(
                "Al menos una persona está a favor y nadie lo bloquea. Se puede estar en desacuerdo sin detenerlo. "
                "Cada bloqueo lleva su razón, que es pública."
            ),
            AgreementTest.MAJORITY: _l(
                "Quienes están a favor son más que quienes están en contra. Un bloqueo cuenta como en contra; las "
                "abstenciones no cuentan en ningún lado. Un empate no alcanza."
            ),
            AgreementTest.TWO_THIRDS: _l(
                "Por cada persona en contra hay al menos dos a favor. Un bloqueo cuenta como en contra; las "
                "abstenciones no cuentan en ningún lado."
            ),
        }[self]


class AgreementStep(StrEnum):
    """How far a text has come."""

    DRAFT = "draft"
    PUT = "put"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return {
            AgreementStep.DRAFT: _l("Borrador"),
            AgreementStep.PUT: _l("Se está decidiendo"),
            AgreementStep.ADOPTED: _l("Adoptado"),
            AgreementStep.REJECTED: _l("No se adoptó"),
            AgreementStep.WITHDRAWN: _l("Retirado"),
        }[self]


class AgreementState(StrEnum):
    """Where what was agreed stands today."""

    PENDING = "pending"
    OVERDUE = "overdue"
    DONE = "done"

    @property
    def label(self) -> Any:
        return {
            AgreementState.PENDING: _l("Pendiente"),
            AgreementState.OVERDUE: _l("Vencido"),
            AgreementState.DONE: _l("Cumplido"),
        }[self]


class Agreement(Model):
    """A text for the table to agree on; `version` counts its changes, `test` is how it was put.

    At the moment it is put, `members` is how many may answer and `sectors` how many of each. `quorum` is which part of
    them must answer, in hundredths; with `by_sector`, in each sector as well; where a forum decides, `forum_quorum` is
    its rule of that moment instead, with the ids of its `seats`, which are counted. `in_person` counts what was shown
    of hands by choice, `in_person_sectors` whose hands they were, `in_person_reason` says why those in the room block
    it. `result` is made when it closes: `why`, `answered`, `needed`, `sector` and the `counts` of the answers.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        sa.CheckConstraint("(step IN ('adopted', 'rejected')) = (result IS NOT NULL)", name="closed_with_its_result"),
        sa.CheckConstraint("step IN ('draft', 'withdrawn') OR test IS NOT NULL", name="put_to_a_test"),
        sa.CheckConstraint("quorum BETWEEN 0 AND 100", name="a_part_of_all"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), index=True)
    step: Mapped[AgreementStep] = mapped_column(enum_column(AgreementStep), default=AgreementStep.DRAFT)
    text: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column(default=1)
    drafted_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reworks_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agreements.id"))
    test: Mapped[AgreementTest | None] = mapped_column(enum_column(AgreementTest))
    quorum: Mapped[int] = mapped_column(default=0)
    by_sector: Mapped[bool] = mapped_column(default=False)
    forum_quorum: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    put_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    members: Mapped[int] = mapped_column(default=0)
    sectors: Mapped[Any] = mapped_column(JSONText, default=dict)
    in_person: Mapped[Any] = mapped_column(JSONText, default=dict)
    in_person_sectors: Mapped[Any] = mapped_column(JSONText, default=dict)
    in_person_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")

    session: Mapped[Session] = relationship()
    drafted_by: Mapped[Person] = relationship()
    reworks: Mapped[Agreement | None] = relationship(remote_side=[id])
    duties: Mapped[list[Duty]] = relationship(
        back_populates="agreement", order_by="Duty.position", cascade="all, delete-orphan"
    )

    @property
    def cycle(self) -> Cycle:
        return self.session.cycle

    @property
    def seat_quorum(self) -> Quorum | None:
        """Where a forum decides: how many seats must answer of those it had when the text was put."""
        rule = self.forum_quorum
        return Quorum(rule["least"], rule["of_each"], self.sectors) if rule else None

    def counts(self, member: TableMember) -> bool:
        """Whether it was put to this member, in a forum to the seat that is now theirs, whoever held it then."""
        if self.forum_quorum:
            return member.seat_id in self.forum_quorum["seats"]
        return self.put_at is not None and member.joined_at <= self.put_at

    @property
    def is_draft(self) -> bool:
        return self.step is AgreementStep.DRAFT

    @property
    def is_put(self) -> bool:
        return self.step is AgreementStep.PUT

    @property
    def is_adopted(self) -> bool:
        return self.step is AgreementStep.ADOPTED

    @property
    def is_unsettled(self) -> bool:
        """Whether its text may still change."""
        return self.step in {AgreementStep.DRAFT, AgreementStep.PUT}

    def state(self, now: datetime) -> AgreementState | None:
        """That of what is owed: overdue where anything is, done once everything is; None where nothing is owed."""
        states = {duty.state(now) for duty in self.duties}
        order = (AgreementState.OVERDUE, AgreementState.PENDING, AgreementState.DONE)
        return next((state for state in order if state in states), None)


class Duty(Model):
    """What someone owes by an agreement: a member, an institution or whom `responsible` names; `what` may be empty,
    when it is the agreement itself. `outcome` says what was done once it is."""

    __tablename__ = "agreement_duties"
    __table_args__ = (
        sa.UniqueConstraint("agreement_id", "position"),
        sa.CheckConstraint("person_id IS NULL OR organisation_id IS NULL", name="one_responsible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey(Agreement.id))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(sa.String(300), default="")
    responsible: Mapped[str] = mapped_column(sa.String(200), default="")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    outcome: Mapped[str] = mapped_column(sa.String(500), default="")

    agreement: Mapped[Agreement] = relationship(back_populates="duties")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship()
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    # in whichever forum: `holders` are those of the one that agreed on it
    seats: Mapped[list[Seat]] = relationship(
        primaryjoin=lambda: Duty.organisation_id == foreign(Seat.organisation_id), viewonly=True
    )

    @property
    def holders(self) -> list[Person]:
        """Who holds the seat of the organisation that owes it, where a forum agreed on it."""
        table = self.agreement.session.table
        if self.organisation_id is None or not table.is_plenary:
            return []
        return [holder.person for seat in self.seats if seat.forum_id == table.forum_id for holder in seat.holders]

    @property
    def owed_by(self) -> Any:
        """Who owes it, as people read it; empty where nobody is named."""
        if self.person is not None:
            return self.person.label
        return self.organisation.name if self.organisation is not None else self.responsible

    def state(self, now: datetime) -> AgreementState:
        """From its dates: it is overdue once the moment it was due at has passed."""
        if self.done_at is not None:
            return AgreementState.DONE
        return AgreementState.OVERDUE if self.due_at is not None and self.due_at <= now else AgreementState.PENDING


class AgreementVersion(Model):
    """A text as it once stood. The answers given to it stay with it."""

    __tablename__ = "agreement_versions"

    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey(Agreement.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AgreementAnswer(Model):
    """What a person says to one version of a text, for themselves or for a seat; with their name once it is closed or
    has changed."""

    __tablename__ = "agreement_answers"

    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey(Agreement.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    voice: Mapped[str] = voice_column()
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    choice: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True)
class Put:
    """An agreement as one person finds it: with their seat at the table and their voice's answer to this version."""

    agreement: Agreement
    room: Room
    answer: AgreementAnswer | None = None
