"""The roadmap of a commitment, the proof of its progress, and what is said of the whole of it: reports, assessments."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person
from cocrea.commitments.models import Commitment
from cocrea.core.db import JSONText, UTCDateTime, append_only, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.extensions import Model


class ActivityStatus(StrEnum):
    """The four states of Mexico's board; only the counterpart can verify."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    COMPLETE = "complete"
    VERIFIED = "verified"

    @property
    def label(self) -> Any:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    ActivityStatus.NOT_STARTED: _l("Por iniciar"),
    ActivityStatus.STARTED: _l("En proceso"),
    ActivityStatus.COMPLETE: _l("Completa"),
    ActivityStatus.VERIFIED: _l("Verificada"),
}
UNFINISHED = frozenset({ActivityStatus.NOT_STARTED, ActivityStatus.STARTED})

# What officials can do; steps in BACKWARD need a reason. `verified` is reached only by verifying.
TRANSITIONS: dict[ActivityStatus, frozenset[ActivityStatus]] = {
    ActivityStatus.NOT_STARTED: frozenset({ActivityStatus.STARTED}),
    ActivityStatus.STARTED: frozenset({ActivityStatus.COMPLETE, ActivityStatus.NOT_STARTED}),
    ActivityStatus.COMPLETE: frozenset({ActivityStatus.STARTED}),
    ActivityStatus.VERIFIED: frozenset(),
}
BACKWARD = frozenset(
    {(ActivityStatus.STARTED, ActivityStatus.NOT_STARTED), (ActivityStatus.COMPLETE, ActivityStatus.STARTED)}
)


class KeyAction(Model):
    """A weighted part of a commitment's roadmap; the weights of a commitment add to 100."""

    __tablename__ = "key_actions"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "position"),
        sa.CheckConstraint("weight > 0 AND weight <= 100", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    weight: Mapped[int]

    commitment: Mapped[Commitment] = relationship()
    activities: Mapped[list[Activity]] = relationship(back_populates="key_action", order_by="Activity.position")


@append_only
class ActivitySpending(Model):
    """What an activity had cost in all, in whole pesos, when an official said so. Rows are added and never changed: the
    latest counts, and where there is none nobody knows."""

    __tablename__ = "activity_spendings"
    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activities.id"), index=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    reported_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Activity(Model):
    """One step with its dates and who answers for it. Late is derived: past `ends_on` and not complete.

    `spent` is the latest amount that was reported, as of when the activity was read; None means unknown.
    """

    __tablename__ = "activities"
    __table_args__ = (
        sa.UniqueConstraint("key_action_id", "position"),
        sa.CheckConstraint("starts_on <= ends_on", name="ordered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    key_action_id: Mapped[int] = mapped_column(sa.ForeignKey(KeyAction.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    means_of_verification: Mapped[str] = mapped_column(sa.String(300), default="")
    responsible_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[ActivityStatus] = mapped_column(enum_column(ActivityStatus), default=ActivityStatus.NOT_STARTED)
    status_note: Mapped[str] = mapped_column(sa.Text, default="")
    dispute_reason: Mapped[str] = mapped_column(sa.Text, default="")
    spent: Mapped[int | None] = column_property(
        sa.select(ActivitySpending.amount)
        .where(ActivitySpending.activity_id == id)
        .order_by(ActivitySpending.id.desc())
        .limit(1)
        .correlate_except(ActivitySpending)
        .scalar_subquery()
    )

    key_action: Mapped[KeyAction] = relationship(back_populates="activities")
    responsible: Mapped[Organisation | None] = relationship()
    evidence: Mapped[list[Evidence]] = relationship(back_populates="activity", order_by="Evidence.id")

    def is_late(self, today: date) -> bool:
        return today > self.ends_on and self.status in UNFINISHED


class Evidence(Model):
    """A means of verification: a file or a link, with who gave it and when.

    `digest` (of the address or of the bytes) keeps the same evidence from being added twice to an activity.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        sa.CheckConstraint("(file_id IS NULL) <> (url = '')", name="file_or_link"),
        sa.UniqueConstraint("activity_id", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey(Activity.id))
    digest: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    activity: Mapped[Activity] = relationship(back_populates="evidence")
    file: Mapped[StoredFile | None] = relationship(lazy="joined")
    author: Mapped[Person] = relationship()


class EvidenceOffer(Model):
    """Evidence that anybody offers for an activity: nobody but them and the facilitation reads it until it is accepted.

    Accepting makes `Evidence` of it; `declined_because` is told to whoever offered it, and to nobody else.
    """

    __tablename__ = "evidence_offers"
    __table_args__ = (
        sa.CheckConstraint("(file_id IS NULL) <> (url = '')", name="file_or_link"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided"),
        sa.CheckConstraint("declined_because = '' OR decided_at IS NOT NULL", name="declined"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey(Activity.id), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    declined_because: Mapped[str] = mapped_column(sa.Text, default="")

    activity: Mapped[Activity] = relationship()
    file: Mapped[StoredFile | None] = relationship(lazy="joined")
    author: Mapped[Person] = relationship(foreign_keys=author_id)


class Potential(StrEnum):
    """How much a commitment would change, if all of it were done."""

    UNCLEAR = "unclear"
    MODEST = "modest"
    SUBSTANTIAL = "substantial"

    @property
    def label(self) -> Any:
        return {
            Potential.UNCLEAR: _l("Poco claro"),
            Potential.MODEST: _l("Modesto"),
            Potential.SUBSTANTIAL: _l("Sustancial"),
        }[self]


class Completion(StrEnum):
    """How much of a commitment was done, as the evaluation finds it."""

    NO_EVIDENCE = "no_evidence"
    NOT_STARTED = "not_started"
    LIMITED = "limited"
    SUBSTANTIAL = "substantial"
    COMPLETE = "complete"

    @property
    def label(self) -> Any:
        return {
            Completion.NO_EVIDENCE: _l("Sin evidencia disponible"),
            Completion.NOT_STARTED: _l("No iniciado"),
            Completion.LIMITED: _l("Cumplimiento limitado"),
            Completion.SUBSTANTIAL: _l("Cumplimiento sustancial"),
            Completion.COMPLETE: _l("Cumplido"),
        }[self]


class EarlyResults(StrEnum):
    """What it had changed by then."""

    NO_NOTABLE = "no_notable"
    MODERATE = "moderate"
    SIGNIFICANT = "significant"

    @property
    def label(self) -> Any:
        return {
            EarlyResults.NO_NOTABLE: _l("Sin resultados notables"),
            EarlyResults.MODERATE: _l("Resultados moderados"),
            EarlyResults.SIGNIFICANT: _l("Resultados significativos"),
        }[self]


@append_only
class Assessment(Model):
    """What an independent evaluator finds of a commitment, apart from its progress and never added to it.

    What was said stays: another look is another row, by `number`. The last one is what is shown beside the own status.
    """

    __tablename__ = "assessments"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    evaluator_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    assessed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_verifiable: Mapped[bool]
    has_open_government_lens: Mapped[bool]
    potential: Mapped[Potential] = mapped_column(enum_column(Potential))
    completion: Mapped[Completion] = mapped_column(enum_column(Completion))
    early_results: Mapped[EarlyResults] = mapped_column(enum_column(EarlyResults))
    reasons: Mapped[str] = mapped_column(sa.Text)
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))

    commitment: Mapped[Commitment] = relationship()
    report: Mapped[StoredFile | None] = relationship(lazy="joined")
    evaluator: Mapped[Person] = relationship()


class ReportKind(StrEnum):
    """The three reports of a commitment, in the order in which they are published."""

    FIRST = "first"
    SECOND = "second"
    FINAL = "final"

    @property
    def label(self) -> Any:
        return {
            ReportKind.FIRST: _l("Primer informe"),
            ReportKind.SECOND: _l("Segundo informe"),
            ReportKind.FINAL: _l("Resultado final"),
        }[self]


@append_only
class CommitmentReport(Model):
    """What the lead says of a whole commitment over a period, and how its roadmap stood when it said so.

    A correction is another row of its kind, by `number`, with the public reason; what was said before stays.
    `standing`: whole percentages by status, which add to 100.
    """

    __tablename__ = "commitment_reports"
    __table_args__ = (sa.CheckConstraint("starts_on <= ends_on", name="ordered"),)

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ReportKind] = mapped_column(enum_column(ReportKind))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    body: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    standing: Mapped[Any] = mapped_column(JSONText)
    published_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

    commitment: Mapped[Commitment] = relationship()
    published_by: Mapped[Person] = relationship()
