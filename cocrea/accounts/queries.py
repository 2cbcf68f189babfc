"""Reading accounts."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import contains_eager, joinedload, lazyload, undefer_group

from cocrea.accounts import passwords
from cocrea.accounts.models import (
    PLATFORM,
    PUBLIC_SECTORS,
    WITH_SIGN_IN,
    Credential,
    Draft,
    Grant,
    Invitation,
    Organisation,
    Person,
    Role,
    SignIn,
    Suspension,
)
from cocrea.accounts.offices import Office
from cocrea.accounts.policies import INVITATION_LIFETIME, Post
from cocrea.core import clock
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.settings import current_settings
from cocrea.core.text import fold, plain
from cocrea.core.todo import Todo
from cocrea.extensions import db

SIGN_IN_LIFETIME = timedelta(days=14)
MATCHES = 20
SHOWN = 100
DEMO_DOMAIN = "@demo.example"  # reserved (RFC 2606): nothing sent there arrives, and forms take it as an address
DEMO_KEYS = ("participant", "facilitator", "official", "steward", "counterpart", "evaluator")


# Asked with every request and every event of a socket: made once. The limit makes a subquery of the person, so that
# what is counted and gathered for them is so once, and not with each of their grants.
_SIGN_IN = (
    sa.select(SignIn)
    .join(SignIn.person)
    .where(SignIn.token_hash == sa.bindparam("digest", type_=sa.String), SignIn.revoked_at.is_(None))
    .options(contains_eager(SignIn.person).options(joinedload(Person.all_grants), undefer_group(WITH_SIGN_IN)))
    .limit(1)
)


def token_hash(token: str) -> str:
    """What is stored of a sign-in token."""
    return sha256(token.encode()).hexdigest()


def assisted_by(actor: Person) -> list[Person]:
    """People without e-mail whom somebody registered to act for them, by name."""
    own = sa.select(Person).where(Person.registered_by_id == actor.id, Person.withdrawn_at.is_(None))
    return list(db.session.scalars(own.order_by(Person.name, Person.id).options(lazyload("*"))))


def draft_of(person: Person, form: str) -> Draft | None:
    """What this person has begun to write in a form."""
    found: Draft | None = db.session.get(Draft, (person.id, form))
    return found


def drafts_of(person: Person) -> list[Draft]:
    """All that this person has begun to write, the latest first."""
    own = sa.select(Draft).where(Draft.person_id == person.id)
    return list(db.session.scalars(own.order_by(Draft.saved_at.desc(), Draft.form)))


def signed_in_person(token: str) -> Person | None:
    """The active person whose unrevoked, unexpired sign-in carries this token, with their grants; one statement.

    The one door for requests and sockets alike: what comes out knows its `sign_in_id` and holds no role while
    its second factor is pending.
    """
    sign_in = db.session.scalars(_SIGN_IN, {"digest": token_hash(token)}).unique().one_or_none()
    if sign_in is None or sign_in.created_at + SIGN_IN_LIFETIME <= clock.now() or not sign_in.person.is_active:
        return None
    person = sign_in.person
    person.session_token, person.sign_in_id, person.last_seen_at = token, sign_in.id, sign_in.last_seen_at
    has_passed = sign_in.second_factor_at is not None or current_settings().second_factor_exempt
    person.second_factor_pending = person.needs_second_factor and not has_passed
    return person


def has_second_factor(actor: Any) -> bool:
    found = credential_of(actor.id)
    return found is not None and found.has_second_factor


def asks_code(actor: Any) -> bool:
    """Whether an act that binds others asks this person for a code: always, unless the platform does without a factor
    and they have none."""
    return not current_settings().second_factor_exempt or has_second_factor(actor)


def normal_email(email: str) -> str:
    """One spelling per mailbox: trimmed and in lower case."""
    return plain(email).lower()


def credential_by_email(email: str) -> Credential | None:
    """Found or not in one statement: a second one would take time only for those who have an account."""
    statement = sa.select(Credential).where(Credential.email == normal_email(email))
    return db.session.scalar(statement.options(joinedload(Credential.person).lazyload("*")))


def email_of(person: Person) -> str:
    """The person's own e-mail; empty for someone registered without one."""
    return db.session.scalar(sa.select(Credential.email).where(Credential.person_id == person.id)) or ""


def credential_of(person_id: int | None) -> Credential | None:
    return db.session.get(Credential, person_id) if person_id else None


@dataclass(frozen=True)
class PasswordProof:
    """What a typed password amounts to: whose it is if it is right, and under which stored hash it was.

    `attempts_key` counts failures. `renewed` is a hash by today's parameters, when the stored one is older.
    """

    attempts_key: str
    person_id: int | None
    is_correct: bool
    stored: str
    renewed: str | None = None

    def holds_for(self, credential: Credential | None) -> bool:
        """Still right: the password has not been changed since it was checked."""
        return self.is_correct and credential is not None and credential.password_hash == self.stored


def prove_password(email: str, password: str) -> PasswordProof:
    """Check a password, outside any transaction because it takes long on purpose; as long for unknown e-mails."""
    credential = credential_by_email(email)
    stored = credential.password_hash if credential else ""
    is_correct = passwords.matches(password, stored)
    return PasswordProof(
        attempts_key=attempts_key(email),
        person_id=credential.person_id if credential else None,
        is_correct=is_correct,
        stored=stored,
        renewed=passwords.renewed(password, stored) if is_correct else None,
    )


def attempts_key(email: str) -> str:
    """Names an e-mail in counters of attempts without being it."""
    return hmac.new(current_settings().secret_key.encode(), normal_email(email).encode(), sha256).hexdigest()


def open_sign_ins(person: Person, now: datetime) -> list[SignIn]:
    """The devices on which a person is signed in, the latest seen first."""
    found = db.session.scalars(
        sa.select(SignIn)
        .where(
            SignIn.person_id == person.id,
            SignIn.revoked_at.is_(None),
            SignIn.created_at > now - SIGN_IN_LIFETIME,
        )
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
        .options(lazyload(SignIn.person))
    )
    return list(found)


def own_sign_in(person: Person, sign_in_id: int) -> SignIn:
    """One of the person's own sign-ins; anybody else's is not found."""
    sign_in = db.session.get(SignIn, sign_in_id)
    if sign_in is None or sign_in.person_id != person.id or sign_in.revoked_at:
        raise NotFound
    return sign_in


def organisation_names() -> list[str]:
    """Organisations to choose from, in order."""
    return list(db.session.scalars(sa.select(Organisation.name).order_by(Organisation.name).limit(500)))


def organisations() -> list[Organisation]:
    """All of them, in alphabetical order (accents ignored)."""
    return sorted(db.session.scalars(sa.select(Organisation)), key=lambda organisation: fold(organisation.name))


def organisation_at(slug: str) -> Organisation:
    """The organisation at an address; raises `NotFound`."""
    found = db.session.scalar(sa.select(Organisation).where(Organisation.slug == slug))
    if found is None:
        raise NotFound
    return found


def offices() -> Iterator[Office]:
    """Administering the platform, and speaking for each organisation: as official or as counterpart, by its sector."""
    yield Office(Post(Role.ADMINISTRATOR, PLATFORM), _l("Toda la plataforma"))
    listed = organisations()
    for role, is_public in ((Role.OFFICIAL, True), (Role.COUNTERPART, False)):
        for organisation in listed:
            if (organisation.sector in PUBLIC_SECTORS) is is_public:
                yield Office(Post(role, organisation.scope), organisation.name)


def organisation_called(name: str) -> Organisation | None:
    """The organisation with this name or short name, accents and case ignored."""
    wanted = fold(plain(name))
    if not wanted:
        return None
    for organisation in db.session.scalars(sa.select(Organisation)):
        if wanted in {fold(organisation.name), fold(organisation.short_name)}:
            return organisation
    return None


def holders(scopes: Collection[str]) -> list[Grant]:
    """Who holds which role in these scopes, with their names."""
    statement = sa.select(Grant).join(Grant.person).where(Grant.scope.in_(scopes))
    named = statement.options(contains_eager(Grant.person).lazyload("*"))
    return list(db.session.scalars(named.order_by(Grant.scope, Grant.role, Person.name, Grant.id)))


def people_called(name: str, among: sa.Select[tuple[int]]) -> list[Person]:
    """Confirmed people whose name contains this, accents ignored, among those whose ids are selected.

    `among` holds only people whose names whoever searches may read anyway: a search tells nobody who has an account.
    """
    known = Person.verified_at.is_not(None), Person.suspended_at.is_(None), Person.withdrawn_at.is_(None)
    return _called(name, Person.id.in_(among), *known)


def accounts_called(text: str) -> list[Person]:
    """Accounts by part of their name, public id or whole e-mail, for those who administer the platform."""
    credential, named = credential_by_email(text), _called(text, Person.withdrawn_at.is_(None))
    exact = sa.select(Person).where(Person.public_id == plain(text)).options(lazyload("*"))
    return list(dict.fromkeys([*([credential.person] if credential else []), *db.session.scalars(exact), *named]))


def suspended_people() -> list[Suspension]:
    """Suspensions in force, the latest first."""
    statement = sa.select(Suspension).where(Suspension.lifted_at.is_(None)).order_by(Suspension.id.desc())
    return list(db.session.scalars(statement.options(joinedload(Suspension.person).lazyload("*")).limit(SHOWN)))


def suspensions_of(person: Person) -> list[Suspension]:
    return list(
        db.session.scalars(sa.select(Suspension).where(Suspension.person_id == person.id).order_by(Suspension.id))
    )


def open_suspension(person: Person) -> Suspension | None:
    """The suspension in force of an account."""
    return db.session.scalar(
        sa.select(Suspension).where(Suspension.person_id == person.id, Suspension.lifted_at.is_(None))
    )


def person_called(public_id: str) -> Person:
    """The account with this public id."""
    person = db.session.scalar(sa.select(Person).where(Person.public_id == public_id))
    if person is None or person.withdrawn_at is not None:
        raise NotFound
    return person


def _called(name: str, *conditions: Any) -> list[Person]:
    wanted = fold(plain(name))
    if not wanted:
        return []
    named = db.session.execute(sa.select(Person.id, Person.name).where(*conditions))
    found = [row.id for row in named if wanted in fold(row.name)][:MATCHES]
    statement = sa.select(Person).where(Person.id.in_(found)).options(lazyload("*"))
    return list(db.session.scalars(statement.order_by(Person.name, Person.id)))


def invitations_in(scopes: Collection[str], now: datetime) -> list[Invitation]:
    """Offers that wait for an answer, for those who may make them."""
    waiting = Invitation.scope.in_(scopes), Invitation.invited_at > now - INVITATION_LIFETIME
    return list(db.session.scalars(sa.select(Invitation).where(*waiting).order_by(Invitation.id)))


def own_invitations(person: Person, now: datetime) -> list[Invitation]:
    """Offers to the person's address, once they have proved that it is theirs."""
    if not person.is_verified:
        return []
    own = Invitation.email == sa.select(Credential.email).where(Credential.person_id == person.id).scalar_subquery()
    statement = sa.select(Invitation).where(own, Invitation.invited_at > now - INVITATION_LIFETIME)
    by = joinedload(Invitation.invited_by).options(lazyload("*"))
    return list(db.session.scalars(statement.order_by(Invitation.id).options(by)))


def own_invitation(person: Person, invitation_id: int, now: datetime) -> Invitation:
    """One of the offers to the person's address; those to anybody else are not found."""
    found = next((offered for offered in own_invitations(person, now) if offered.id == invitation_id), None)
    if found is None:
        raise NotFound
    return found


def demo_person(key: str) -> Person:
    """The invented person behind a button of the demonstration; nobody outside it."""
    credential = credential_by_email(f"{key}{DEMO_DOMAIN}") if key in DEMO_KEYS else None
    if credential is None or not current_settings().demo:
        raise NotFound
    return credential.person


def todo(actor: Person, now: datetime) -> list[Todo]:
    """Confirming the e-mail and passing the second factor, when they are due; answering invitations."""
    items = [
        Todo(
            _l("Responde a una invitación"),
            _l("%(role)s en «%(place)s»", role=offered.role.label, place=offered.place),
            url_for("accounts.invitation", invitation_id=offered.id),
            offered.invited_at + INVITATION_LIFETIME,
        )
        for offered in own_invitations(actor, now)
    ]
    if not actor.is_verified:
        text = _l("Abre el enlace que te enviamos. Sin eso puedes leer todo, pero no aportar.")
        items.append(Todo(_l("Confirma tu correo"), text, url_for("accounts.resend_confirmation")))
    if actor.second_factor_pending:
        text = _l("Tus funciones se activan cuando pasas el segundo factor.")
        items.append(Todo(_l("Protege tu cuenta con un segundo factor"), text, url_for("accounts.second_factor")))
    return items
