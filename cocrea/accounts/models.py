"""People and what they may do. Names live here; how one signs in lives in tables of its own."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_login import AnonymousUserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model


class Sector(StrEnum):
    """The five sectors of a multi-stakeholder forum."""

    PUBLIC_BODY = "public_body"
    CIVIL_SOCIETY = "civil_society"
    ACADEMIA = "academia"
    PRIVATE_SECTOR = "private_sector"
    OVERSIGHT_BODY = "oversight_body"

    @property
    def label(self) -> Any:
        return SECTOR_LABELS[self]


SECTOR_LABELS = {
    Sector.PUBLIC_BODY: _l("Institución pública"),
    Sector.CIVIL_SOCIETY: _l("Sociedad civil"),
    Sector.ACADEMIA: _l("Academia"),
    Sector.PRIVATE_SECTOR: _l("Sector privado"),
    Sector.OVERSIGHT_BODY: _l("Organismo garante"),
}


PUBLIC_SECTORS = frozenset({Sector.PUBLIC_BODY, Sector.OVERSIGHT_BODY})


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    NONBINARY = "nonbinary"

    @property
    def label(self) -> Any:
        return {
            Gender.WOMAN: _l("Mujer"),
            Gender.MAN: _l("Hombre"),
            Gender.NONBINARY: _l("Persona no binaria"),
        }[self]


class Role(StrEnum):
    """Roles are always held in a scope: the platform, a space, a cycle, a table or an organisation."""

    ADMINISTRATOR = "administrator"
    STEWARD = "steward"
    FACILITATOR = "facilitator"
    COFACILITATOR = "cofacilitation"
    RAPPORTEUR = "rapporteur"
    EXPERT = "expert"
    OFFICIAL = "official"
    COUNTERPART = "counterpart"
    OBSERVER = "observer"
    EVALUATOR = "evaluator"
    MEMBER = "member"  # these are offered, never granted: whoever accepts sits down
    TITULAR = "titular"
    ALTERNATE = "alternate"
    COAUTHOR = "coauthor"  # this one is offered by the authors of a text

    @property
    def label(self) -> Any:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.ADMINISTRATOR: _l("Administración de la plataforma"),
    Role.STEWARD: _l("Responsable del espacio"),
    Role.FACILITATOR: _l("Facilitación"),
    Role.COFACILITATOR: _l("Cofacilitación"),
    Role.RAPPORTEUR: _l("Relatoría"),
    Role.EXPERT: _l("Persona experta"),
    Role.OFFICIAL: _l("Persona servidora pública"),
    Role.COUNTERPART: _l("Contraparte de sociedad civil"),
    Role.OBSERVER: _l("Observación"),
    Role.EVALUATOR: _l("Evaluación independiente"),
    Role.MEMBER: _l("Integrante"),
    Role.TITULAR: _l("Titular de un asiento del foro"),
    Role.ALTERNATE: _l("Suplente de un asiento del foro"),
    Role.COAUTHOR: _l("Coautoría"),
}
SECOND_FACTOR_ROLES = frozenset(
    {Role.ADMINISTRATOR, Role.STEWARD, Role.FACILITATOR, Role.COFACILITATOR, Role.OFFICIAL}
)
PLATFORM = "platform"
WITH_SIGN_IN = "with_sign_in"  # the group of deferred columns of people that every request of theirs needs


class Organisation(Model):
    """An organisation or institution, with its sector."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = mapped_column(sa.String(60), default="")
    sector: Mapped[Sector] = mapped_column(enum_column(Sector))

    @property
    def scope(self) -> str:
        return f"organisation:{self.id}"


class Person(Model):
    """An account. `name` is what everyone sees (it may be a pseudonym); `public_id` stands for it in the history."""

    __tablename__ = "people"
    __allow_unmapped__ = True  # a loaded person also carries facts of its sign-in, see below

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True, default=lambda: "p-" + secrets.token_hex(5))
    name: Mapped[str] = mapped_column(sa.String(120))
    is_pseudonym: Mapped[bool] = mapped_column(default=False)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    gender: Mapped[Gender | None] = mapped_column(enum_column(Gender))
    territory: Mapped[str | None] = mapped_column(sa.String(12))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id))
    organisation_text: Mapped[str] = mapped_column(sa.String(200), default="")
    locale: Mapped[str] = mapped_column(sa.String(10), default="es_MX")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    all_grants: Mapped[list[Grant]] = relationship(
        back_populates="person", lazy="selectin", cascade="all, delete-orphan"
    )

    is_authenticated = True
    is_anonymous = False
    # Set by `queries.signed_in_person`, the one door through which a person enters a request or a socket.
    session_token: str | None = None
    sign_in_id: int | None = None
    last_seen_at: datetime | None = None
    second_factor_pending = False
    if TYPE_CHECKING:
        followed_scopes: Any  # separated by blanks, or None: see `notifications`, who know them
        unread_notices: Any  # how many, up to a hundred: likewise

    @property
    def is_active(self) -> bool:
        return self.suspended_at is None and self.withdrawn_at is None

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def label(self) -> Any:
        """The name to show; people who left are named by that fact alone."""
        return _l("Persona que se retiró") if self.withdrawn_at else self.name

    @property
    def organisation_name(self) -> str:
        """The organisation the person named: one of the list, or as they wrote it."""
        return self.organisation.name if self.organisation else self.organisation_text

    def get_id(self) -> str | None:
        """What Flask-Login keeps in the cookie: the token of the sign-in, not the person's id."""
        return self.session_token

    @property
    def grants(self) -> list[Grant]:
        """The roles held now: none while the second factor is pending, whatever door the person came through."""
        return [] if self.second_factor_pending else self.all_grants

    def holds(self, role: Role, *scopes: Any) -> bool:
        """Whether this person holds the role in any of the scopes (objects with `.scope`, or scope names)."""
        names = {scope if isinstance(scope, str) else scope.scope for scope in scopes if scope is not None}
        return any(grant.role is role and grant.scope in names for grant in self.grants)

    @property
    def is_administrator(self) -> bool:
        return self.holds(Role.ADMINISTRATOR, PLATFORM)

    @property
    def is_official(self) -> bool:
        return bool(self.organisation_ids(Role.OFFICIAL))

    @property
    def needs_second_factor(self) -> bool:
        return any(grant.role in SECOND_FACTOR_ROLES for grant in self.all_grants)

    def organisation_ids(self, role: Role) -> set[int]:
        """Ids of the organisations in which this person holds the role (an official may serve several)."""
        return self.scope_ids(role, "organisation")

    def scope_ids(self, role: Role, kind: str) -> set[int]:
        """Ids of the scopes of a kind (`cycle`, `table`, …) in which this person holds the role."""
        scopes = [grant.scope.split(":") for grant in self.grants if grant.role is role]
        return {int(rest[0]) for found, *rest in scopes if found == kind}


class Visitor(AnonymousUserMixin):  # type: ignore[misc]
    """Someone who has not signed in: answers the same questions as `Person`, always with no."""

    id = None
    name = ""
    grants: tuple[Grant, ...] = ()
    sector = None
    is_verified = False
    is_administrator = False
    is_official = False
    needs_second_factor = False
    second_factor_pending = False

    def holds(self, _role: Role, *_scopes: Any) -> bool:
        return False

    def organisation_ids(self, _role: Role) -> set[int]:
        return set()

    def scope_ids(self, _role: Role, _kind: str) -> set[int]:
        return set()


class Grant(Model):
    """A role held by a person in a scope (`platform`, `space:3`, `cycle:5`, `table:9`, `organisation:2`)."""

    __tablename__ = "grants"
    __table_args__ = (sa.UniqueConstraint("person_id", "role", "scope"), sa.Index(None, "scope", "role"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    scope: Mapped[str] = mapped_column(sa.String(40))

    person: Mapped[Person] = relationship(back_populates="all_grants")


class Suspension(Model):
    """A time during which an account could not enter, with its reason.

    The public history speaks of it by its reference, never by the person: what they are called must not stay beside
    a reproach for good. When the account is deleted this row goes, and nothing ties the record to the person.
    """

    __tablename__ = "suspensions"
    __table_args__ = {"info": {"ends_with_account": True}}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    suspended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    person: Mapped[Person] = relationship()


class Invitation(Model):
    """A role offered to an e-mail address, which may or may not have an account. Deleted once answered or expired.

    `scope` and `within` say where, as in `policies.Post`; `place` is what that place was called.
    """

    __tablename__ = "invitations"
    __table_args__ = (sa.UniqueConstraint("email", "role", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    scope: Mapped[str] = mapped_column(sa.String(40), index=True)
    within: Mapped[list[str]] = mapped_column(JSONText)
    place: Mapped[str] = mapped_column(sa.String(200))
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)

    invited_by: Mapped[Person] = relationship()
    invitee: Mapped[Credential | None] = relationship(
        primaryjoin=lambda: sa.orm.foreign(Invitation.email) == Credential.email, viewonly=True
    )

    @property
    def text(self) -> str:
        """The reference of the text that one is invited to write; nothing for an office."""
        return self.scope.partition(":")[2] if self.role is Role.COAUTHOR else ""


class Credential(Model):
    """How a person proves who they are. Apart from `people`, so that reading names never reads this."""

    __tablename__ = "credentials"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None


class RecoveryCode(Model):
    """A single-use way in for whoever lost the telephone. Only its hash is kept; a used one is deleted."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)


class Attempts(Model):
    """Failed sign-ins with one e-mail, alike whether an account has it or not: locking reveals nobody.

    `key` is a keyed hash of the e-mail. The row goes away with a complete sign-in, or a day later (a job).
    """

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignIn(Model):
    """One signed-in device. Only a hash of its token is kept; no address, no fingerprint of the machine."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    device: Mapped[str] = mapped_column(sa.String(60), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="joined")


class Draft(Model):
    """What a person has begun to write in a form and not sent: theirs alone, in no list, count or search.

    `form` names the form and what it is about (`problem:12`); one draft for each. `fields` holds what was typed, by the
    names of the form's fields.
    """

    __tablename__ = "drafts"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True)
    form: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    fields: Mapped[Any] = mapped_column(JSONText, default=dict)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def texts(self) -> list[str]:
        """What was written in it, without what was only chosen."""
        return [value for value in self.fields.values() if isinstance(value, str) and " " in value.strip()]
