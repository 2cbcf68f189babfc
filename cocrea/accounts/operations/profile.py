"""What people say about themselves, and leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts import privacy
from cocrea.accounts.models import Credential, Draft, Gender, Invitation, Person, RecoveryCode, Sector, SignIn
from cocrea.accounts.operations.roles import revoke_role
from cocrea.accounts.queries import PasswordProof, credential_of, email_of, organisation_called
from cocrea.core import live, territories
from cocrea.core.access import enforce, is_signed_in
from cocrea.core.db import after_commit, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import LOCALES
from cocrea.core.i18n import lazy as _l
from cocrea.core.text import fold, plain
from cocrea.extensions import db

WITHDRAWN = "Persona que se retiró"
SHORTEST_NAME, LONGEST_NAME = 2, 80
Refusal = Callable[[Person], Any]
# Why a person may not use a pseudonym, where a higher domain has them show their name: words for them, or nothing.
_refusals: list[Refusal] = []


def refuse_pseudonym_by(refusal: Refusal) -> None:
    """Let a higher domain keep people from taking a pseudonym; called by `create_app`."""
    if refusal not in _refusals:
        _refusals.append(refusal)


# What a higher domain drops of whoever deletes their account, which `info` of a table cannot say.
_endings: list[Callable[[Person], None]] = []


def end_by(ending: Callable[[Person], None]) -> None:
    """Let a higher domain drop what only its rules tell to be of nobody else; called by `create_app`."""
    if ending not in _endings:
        _endings.append(ending)


@dataclass(frozen=True)
class Profile:
    """What a person shows and, if they want, tells. All but the name is optional."""

    name: str
    is_pseudonym: bool = False
    sector: Sector | None = None
    organisation: str = ""
    gender: Gender | None = None
    territory: str | None = None
    locale: str = "es_MX"


def update_profile(*, actor: Any, profile: Profile, now: datetime) -> Person:
    """Replace what the actor says about itself."""
    enforce(is_signed_in, actor, None, now)
    person: Person = actor
    if profile.is_pseudonym and not person.is_pseudonym:
        _check_pseudonym(person)
    apply(person, profile)
    return person


def apply(person: Person, profile: Profile) -> None:
    """Write a profile into a person, or raise `Invalid` naming the field."""
    person.name = _accepted_name(profile.name)
    if profile.territory and profile.territory not in territories.names():
        raise Invalid(_l("Elige una entidad de la lista."), "territory")
    if profile.locale not in LOCALES:
        raise Invalid(_l("Elige un idioma de la lista."), "locale")
    organisation = organisation_called(profile.organisation)
    person.is_pseudonym = profile.is_pseudonym
    person.sector = profile.sector
    person.gender = profile.gender
    person.territory = profile.territory or None
    person.locale = profile.locale
    person.organisation = organisation
    person.organisation_text = "" if organisation else plain(profile.organisation)


def _check_pseudonym(person: Person) -> None:
    lock(person)  # nobody is given meanwhile what a pseudonym keeps from them
    for refusal in _refusals:
        if why := refusal(person):
            raise Invalid(why, "is_pseudonym")


def withdraw(*, actor: Any, proof: PasswordProof, now: datetime) -> None:
    """Delete the actor's account for good: name, personal data, roles and ways in.

    What it contributed stays, under «Persona que se retiró», because others answered it.
    """
    enforce(is_signed_in, actor, None, now)
    if proof.person_id != actor.id or not proof.holds_for(credential_of(actor.id)):
        raise Invalid(_l("Esa no es tu contraseña."), "password")
    for grant in list(actor.all_grants):
        revoke_role(actor=None, person=actor, role=grant.role, scope=grant.scope, now=now)
    for ending in _endings:  # while the e-mail is still known
        ending(actor)
    _erase(actor, now)
    db.session.execute(sa.delete(Invitation).where(Invitation.email == email_of(actor)))
    for owned in (SignIn, RecoveryCode, Credential, Draft):
        db.session.execute(sa.delete(owned).where(owned.person_id == actor.id))
    privacy.forget(actor)
    after_commit(live.disconnect, f"person:{actor.id}")


def _erase(person: Person, now: datetime) -> None:
    person.name, person.is_pseudonym = WITHDRAWN, False
    person.sector = person.gender = person.territory = person.organisation = None
    person.organisation_text = ""
    person.withdrawn_at = now
    db.session.flush()


def _accepted_name(name: str) -> str:
    cleaned = plain(name)
    if not SHORTEST_NAME <= len(cleaned) <= LONGEST_NAME:
        raise Invalid(
            _l("Escribe entre %(least)s y %(most)s caracteres.", least=SHORTEST_NAME, most=LONGEST_NAME), "name"
        )
    if fold(cleaned) == fold(WITHDRAWN) or "@" in cleaned:
        raise Invalid(_l("Elige otro nombre: este se confundiría con otra cosa."), "name")
    return cleaned
