"""Commitments with the template's fields, their roadmap, their signatures, and the published plan."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person
from cocrea.core.db import JSONText, UTCDateTime, append_only, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import Model
from cocrea.proposals.models import Proposal
from cocrea.tables.models import Agreement
from cocrea.voting.models import Contest


class Origin(StrEnum):
    COCREATED = "cocreated"
    PROACTIVE = "proactive"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Any:
        return {
            Origin.COCREATED: _l("Cocreado"),
            Origin.PROACTIVE: _l("Proactivo"),
            Origin.UNKNOWN: _l("No consta en la fuente"),
        }[self]


class Commitment(Contribution):
    """A promise drafted together. `title` is its name and `body_source` what will be done.

    Once both have signed (`signed_text` and `fingerprint` are set) the text changes no more. `version` counts the
    texts kept in `CommitmentVersion`. `budget_amount` is in whole pesos; `budget` says what else there is to say of it.
    `form_key` makes a form sent twice begin one commitment. `left_out_reason` says why a plan was published without
    it.
    """

    __tablename__ = "commitments"
    __table_args__: Any = (sa.UniqueConstraint("plan_cycle_id", "number"),)

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    plan_cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id))
    number: Mapped[int]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(16))
    version: Mapped[int] = mapped_column(default=0)
    origin: Mapped[Origin] = mapped_column(enum_column(Origin), default=Origin.COCREATED)
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Proposal.id), index=True)
    problem: Mapped[str] = mapped_column(sa.Text, default="")
    causes: Mapped[str] = mapped_column(sa.Text, default="")
    solution: Mapped[str] = mapped_column(sa.Text, default="")
    objective: Mapped[str] = mapped_column(sa.Text, default="")
    scope_text: Mapped[str] = mapped_column(sa.Text, default="")
    indicator: Mapped[str] = mapped_column(sa.Text, default="")
    baseline: Mapped[str] = mapped_column(sa.String(200), default="")
    goal: Mapped[str] = mapped_column(sa.String(200), default="")
    unit: Mapped[str] = mapped_column(sa.String(80), default="")
    indicator_source: Mapped[str] = mapped_column(sa.Text, default="")
    transparency: Mapped[str] = mapped_column(sa.Text, default="")
    accountability: Mapped[str] = mapped_column(sa.Text, default="")
    participation: Mapped[str] = mapped_column(sa.Text, default="")
    inclusion: Mapped[str] = mapped_column(sa.Text, default="")
    budget: Mapped[str] = mapped_column(sa.Text, default="")
    budget_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    budget_source: Mapped[str] = mapped_column(sa.String(200), default="")
    programme_key: Mapped[str] = mapped_column(sa.String(80), default="")
    is_costless: Mapped[bool] = mapped_column(default=False)
    costless_reason: Mapped[str] = mapped_column(sa.Text, default="")
    other_actors: Mapped[str] = mapped_column(sa.Text, default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    sources: Mapped[str] = mapped_column(sa.Text, default="")
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    counterpart_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    signed_text: Mapped[Any | None] = mapped_column(JSONText)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_out_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    proposal: Mapped[Proposal | None] = relationship(foreign_keys=[proposal_id])
    lead: Mapped[Organisation | None] = relationship(foreign_keys=[lead_id])
    counterpart: Mapped[Organisation | None] = relationship(foreign_keys=[counterpart_id])
    signatures: Mapped[list[Signature]] = relationship(
        back_populates="commitment", order_by="(Signature.signed_at, Signature.party.desc())"
    )
    endorsement: Mapped[ForumEndorsement | None] = relationship(viewonly=True)
    adopted: Mapped[list[CommitmentAmendment]] = relationship(
        viewonly=True,
        primaryjoin="and_(CommitmentAmendment.commitment_id == Commitment.id, CommitmentAmendment.state == 'adopted')",
        order_by="CommitmentAmendment.number",
    )
    targets: Mapped[list[CommitmentTarget]] = relationship(cascade="all, delete-orphan")
    partners: Mapped[list[CommitmentPartner]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_identity": ContributionKind.COMMITMENT,
        "inherit_condition": id == Contribution.id,
    }

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    def organisation_of(self, party: Party) -> Organisation | None:
        return self.lead if party is Party.LEAD else self.counterpart

    def signature_of(self, party: Party) -> Signature | None:
        return next((signature for signature in self.signatures if signature.party is party), None)


class CommitmentTarget(Model):
    """An SDG goal or target a commitment bears on."""

    __tablename__ = "commitment_targets"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)


class CommitmentPartner(Model):
    """An organisation that shares responsibility beside lead and counterpart."""

    __tablename__ = "commitment_partners"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), primary_key=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class CommitmentVersion(Model):
    """The whole text at one time, kept so that nothing anybody wrote is lost. `section` is the part that changed."""

    __tablename__ = "commitment_versions"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section: Mapped[str] = mapped_column(sa.String(40))
    text: Mapped[Any] = mapped_column(JSONText)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[Person] = relationship()


class SectionLock(Model):
    """Whose turn it is to write a section, until when, and who asked for it first. Expired, it is anybody's."""

    __tablename__ = "section_locks"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    section: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    wanted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    holder: Mapped[Person] = relationship(foreign_keys=[holder_id])
    wanted_by: Mapped[Person | None] = relationship(foreign_keys=[wanted_by_id])

    def is_live(self, now: datetime) -> bool:
        return now < self.expires_at


class Party(StrEnum):
    """The two who sign: who must fulfil, and who will verify."""

    LEAD = "lead"
    COUNTERPART = "counterpart"

    @property
    def label(self) -> Any:
        return PARTY_LABELS[self]


PARTY_LABELS = {
    Party.LEAD: _l("Institución responsable"),
    Party.COUNTERPART: _l("Contraparte de sociedad civil"),
}


class Signature(Model):
    """One party's signature on the exact text whose fingerprint it names."""

    __tablename__ = "signatures"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    party: Mapped[Party] = mapped_column(enum_column(Party), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    commitment: Mapped[Commitment] = relationship(back_populates="signatures")
    person: Mapped[Person] = relationship()


class ForumEndorsement(Model):
    """That the forum backed the exact text whose fingerprint it names: by an agreement of its plenary, or by a vote of
    its seats, whose own words name that text (see `endorsing`). It is void when the text changes."""

    __tablename__ = "forum_endorsements"
    __table_args__ = (sa.CheckConstraint("(agreement_id IS NULL) != (contest_id IS NULL)", name="one_decision"),)

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    agreement_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Agreement.id))
    contest_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Contest.id))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    agreement: Mapped[Agreement | None] = relationship()
    contest: Mapped[Contest | None] = relationship()

    @property
    def decision(self) -> str:
        """The reference of the agreement or the vote."""
        return (self.agreement or self.contest).reference  # type: ignore[union-attr]


class AmendmentState(StrEnum):
    PROPOSED = "proposed"
    ADOPTED = "adopted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return AMENDMENT_LABELS[self]


AMENDMENT_LABELS = {
    AmendmentState.PROPOSED: _l("Espera la otra firma"),
    AmendmentState.ADOPTED: _l("Firmada por las dos partes"),
    AmendmentState.DECLINED: _l("No aceptada"),
    AmendmentState.WITHDRAWN: _l("Retirada"),
}


class CommitmentAmendment(Model):
    """A public change of a signed commitment: one party signs it with its reason, the other signs or declines.

    `before` and `text` are the whole text without and with it; `fingerprint` is of `text`, which both sign. The signed
    original stays in `Commitment.signed_text` for ever.
    """

    __tablename__ = "commitment_amendments"

    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[AmendmentState] = mapped_column(enum_column(AmendmentState), default=AmendmentState.PROPOSED)
    party: Mapped[Party] = mapped_column(enum_column(Party))
    reason: Mapped[str] = mapped_column(sa.Text)
    before: Mapped[Any] = mapped_column(JSONText)
    text: Mapped[Any] = mapped_column(JSONText)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_reason: Mapped[str] = mapped_column(sa.Text, default="")

    commitment: Mapped[Commitment] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def is_open(self) -> bool:
        return self.state is AmendmentState.PROPOSED

    @property
    def other_party(self) -> Party:
        return Party.COUNTERPART if self.party is Party.LEAD else Party.LEAD


class ActionPlan(Model):
    """The published plan of a cycle: its existence says that the plan is public."""

    __tablename__ = "action_plans"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    introduction_source: Mapped[str] = mapped_column(sa.Text, default="")
    introduction_html: Mapped[str] = mapped_column(sa.Text, default="")
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PlanText(Model):
    """What the facilitation writes of the plan: its cover and introduction. It may change at any time; what was
    published stays in `PlanVersion`.

    `order` holds references of commitments as they are to be read; those it does not name come after, by number.
    `revision` grows with every change.
    """

    __tablename__ = "plan_texts"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    period: Mapped[str] = mapped_column(sa.String(120), default="")
    presented_by: Mapped[str] = mapped_column(sa.String(300), default="")
    introduction: Mapped[str] = mapped_column(sa.Text, default="")
    order: Mapped[Any] = mapped_column(JSONText, default=list)
    revision: Mapped[int] = mapped_column(default=0)


@append_only
class PlanVersion(Model):
    """The plan as it was published once, for ever. `content` is what `plans.compose` made that day; `fingerprint` is
    the SHA-256 of its canonical bytes. `reason` says what a later version is for."""

    __tablename__ = "plan_versions"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Any] = mapped_column(JSONText)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
