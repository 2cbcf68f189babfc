"""Changing and recovering passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.links import Claim, Purpose
from cocrea.accounts.mails import send_link, write_to
from cocrea.accounts.models import Credential, Person
from cocrea.accounts.operations.registration import USED_LINK
from cocrea.accounts.operations.sign_ins import close_all, close_others, forget_attempts
from cocrea.accounts.passwords import AcceptedPassword
from cocrea.accounts.queries import PasswordProof, credential_by_email, credential_of
from cocrea.core.access import enforce, is_signed_in
from cocrea.core.db import lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l

CHANGED = _l("Cambió tu contraseña de Cocrea")


def request_reset(*, email: str, now: datetime) -> None:
    """E-mail a link to choose another password, if the e-mail has an account; the caller learns nothing."""
    send_link(Purpose.RESET, credential_by_email(email), now)


def reset_password(*, claim: Claim, password: AcceptedPassword, now: datetime) -> Person:
    """Set a password by an e-mailed link. Signs out everywhere and ends the secret addresses; proves the mailbox, so it
    confirms the e-mail too.

    The second factor stays: a mailbox alone does not replace it.
    """
    credential = credential_of(claim.person_id)
    if credential is None or not claim.is_current(lock(credential)):
        raise Conflict(USED_LINK)
    credential.password_hash = password.hash
    credential.person.verified_at = credential.person.verified_at or now
    forget_attempts(credential)
    close_all(credential.person, now)
    _tell(credential)
    return credential.person


def change_password(*, actor: Any, proof: PasswordProof, password: AcceptedPassword, now: datetime) -> None:
    """Replace the actor's password, given the present one, and sign out the other devices."""
    enforce(is_signed_in, actor, None, now)
    credential = credential_of(actor.id)
    if credential is None or proof.person_id != actor.id or not proof.holds_for(lock(credential)):
        raise Invalid(_l("Esa no es tu contraseña actual."), "current_password")
    credential.password_hash = password.hash
    close_others(actor=actor, now=now)
    _tell(credential)


def _tell(credential: Credential) -> None:
    write_to(credential, CHANGED, "password_changed")
