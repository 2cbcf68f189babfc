"""Opening accounts and confirming e-mails. Nothing here tells whether an e-mail already has an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from cocrea.accounts import links
from cocrea.accounts.links import Claim, Purpose
from cocrea.accounts.mails import send_link, write_to
from cocrea.accounts.models import PLATFORM, Credential, Person, Role
from cocrea.accounts.operations.profile import Profile, apply
from cocrea.accounts.operations.roles import grant_role
from cocrea.accounts.passwords import AcceptedPassword
from cocrea.accounts.policies import can_assist
from cocrea.accounts.queries import credential_by_email, credential_of, normal_email
from cocrea.audit.operations import record
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db

USED_LINK = _l("Este enlace ya se usó, se reemplazó por otro o caducó. Pide uno nuevo.")


def register(*, email: str, password: AcceptedPassword, profile: Profile, now: datetime) -> None:
    """Open an account and e-mail its confirmation link; or, if the e-mail has one, e-mail its owner instead."""
    made = _open_account(normal_email(email), password, profile, now)
    if made is not None:
        send_link(Purpose.CONFIRM, made, now)
        return
    taken = credential_by_email(email)
    if taken is not None:
        link = links.address(Purpose.RESET, taken, now)
        write_to(taken, _l("Ya tienes una cuenta en Cocrea"), "already_registered", link=link)


def resend_confirmation(*, email: str, now: datetime) -> None:
    """Send the confirmation link again, if there is an account that waits for it."""
    credential = credential_by_email(email)
    waits = credential is not None and not credential.person.is_verified
    send_link(Purpose.CONFIRM, credential if waits else None, now)


def confirm_email(*, claim: Claim, now: datetime) -> Person:
    """Accept a confirmation link, once."""
    credential = credential_of(claim.person_id)
    if credential is None or not claim.is_current(lock(credential)):
        raise Conflict(USED_LINK)
    credential.person.verified_at = now
    return credential.person


def register_assisted(
    *, actor: Any, profile: Profile, scopes: tuple[str, ...], cycle_scope: str, now: datetime
) -> Person:
    """Record a person without e-mail, whom a facilitator knows and will act for.

    `scopes` are where the actor may hold the role (cycle, space); `cycle_scope` is where the act is recorded.
    """
    enforce(can_assist, actor, scopes, now)
    person = _new_person(profile, now)
    person.verified_at, person.registered_by_id = now, actor.id
    add(person)
    record(actor=actor, action="person.assisted", subject=person.public_id, scope=cycle_scope, now=now)
    return person


def create_administrator(*, email: str, password: AcceptedPassword, profile: Profile, now: datetime) -> Person:
    """The first administrator of an installation, made by who operates the server."""
    credential = _open_account(normal_email(email), password, profile, now)
    if credential is None:
        raise Conflict(_l("Ya hay una cuenta con ese correo."))
    credential.person.verified_at = now
    grant_role(actor=None, person=credential.person, role=Role.ADMINISTRATOR, scope=PLATFORM, now=now)
    return credential.person


def _open_account(email: str, password: AcceptedPassword, profile: Profile, now: datetime) -> Credential | None:
    """The new credential, or None when the e-mail is taken (also by someone who was faster)."""
    person = _new_person(profile, now)
    try:
        with db.session.begin_nested():
            add(person)
            return add(Credential(person=person, email=email, password_hash=password.hash))
    except IntegrityError:
        return None


def _new_person(profile: Profile, now: datetime) -> Person:
    person = Person(created_at=now)
    apply(person, profile)
    return person
