"""The second factor: enrolling, passing, renewing recovery codes, taking it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts import totp
from cocrea.accounts.mails import write_to
from cocrea.accounts.models import Credential, RecoveryCode, SignIn
from cocrea.accounts.operations.sign_ins import accepts_code, close_all, close_others
from cocrea.accounts.queries import PasswordProof, asks_code, credential_of
from cocrea.core.access import enforce, is_signed_in
from cocrea.core.db import lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db

WRONG_CODE = _l("Ese código no es correcto o ya se usó. Espera al siguiente y escríbelo.")


def begin_enrolment(*, actor: Any, now: datetime) -> Credential:
    """Make a secret for the actor's authenticator. It counts for nothing until `enrol` sees a code of it."""
    credential = _own_credential(actor, now)
    if credential.has_second_factor:
        raise Conflict(_l("Tu segundo factor ya está activo."))
    credential.totp_secret, credential.totp_last_step = totp.new_secret(), 0
    return credential


def enrol(*, actor: Any, code: str, now: datetime) -> list[str]:
    """Turn the second factor on with a first code; returns the recovery codes, shown this once and never again."""
    credential = _own_credential(actor, now)
    if credential.has_second_factor or not credential.totp_secret:
        raise Conflict(_l("Empieza de nuevo: pide un código para tu aplicación."))
    if totp.looks_like_recovery(code) or not accepts_code(credential, code, now):
        raise Invalid(WRONG_CODE, "code")
    credential.totp_confirmed_at = now
    _mark_passed(actor, now)
    close_others(actor=actor, now=now)
    write_to(credential, _l("Activaste el segundo factor en Cocrea"), "second_factor_on")
    return _replace_recovery_codes(credential)


def pass_second_factor(*, actor: Any, code: str, now: datetime) -> None:
    """Enter a code in a sign-in that was open before the factor was due."""
    credential = _own_credential(actor, now)
    if not credential.has_second_factor or not accepts_code(credential, code, now):
        raise Invalid(WRONG_CODE, "code")
    _mark_passed(actor, now)


def prove_again(*, actor: Any, code: str, now: datetime) -> None:
    """Show the second factor at the very moment of an act that binds others; the code serves for that act alone.

    Recovery codes open a session and sign nothing. Where roles do without a factor (`second_factor_exempt`), who has
    none is not asked.
    """
    if not asks_code(actor):
        return
    credential = _own_credential(actor, now)
    if not credential.has_second_factor:
        raise Denied(_l("Firmar pide un segundo factor. Actívalo en tu cuenta y vuelve: tarda dos minutos."))
    if totp.looks_like_recovery(code):
        raise Invalid(_l("Un código de recuperación no firma. Escribe las seis cifras de tu aplicación."), "code")
    if not accepts_code(credential, code, now):
        raise Invalid(WRONG_CODE, "code")


def renew_recovery_codes(*, actor: Any, code: str, now: datetime) -> list[str]:
    """New recovery codes in place of the old ones, given a code of the authenticator."""
    credential = _own_credential(actor, now)
    if not credential.has_second_factor or not accepts_code(credential, code, now):
        raise Invalid(WRONG_CODE, "code")
    return _replace_recovery_codes(credential)


def remove_second_factor(*, actor: Any, proof: PasswordProof, now: datetime) -> None:
    """Turn it off, given the password; not for roles that oblige it."""
    credential = _own_credential(actor, now)
    if actor.needs_second_factor:
        raise Denied(_l("Tu función obliga a tener segundo factor."))
    if proof.person_id != actor.id or not proof.holds_for(credential):
        raise Invalid(_l("Esa no es tu contraseña."), "password")
    _clear(credential)
    write_to(credential, _l("Quitaste el segundo factor en Cocrea"), "second_factor_off")


def clear_second_factor(*, credential: Credential, now: datetime) -> None:
    """Take it off for someone who lost it, by the operator of the server; signs out everywhere."""
    _clear(lock(credential))
    close_all(credential.person, now)
    write_to(credential, _l("Quitamos el segundo factor de tu cuenta en Cocrea"), "second_factor_off")


def _clear(credential: Credential) -> None:
    credential.totp_secret = credential.totp_confirmed_at = None
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == credential.person_id))


def _own_credential(actor: Any, now: datetime) -> Credential:
    enforce(is_signed_in, actor, None, now)
    credential = credential_of(actor.id)
    if credential is None:
        raise Denied(_l("Esta cuenta no tiene correo ni contraseña."))
    return lock(credential)


def _mark_passed(actor: Any, now: datetime) -> None:
    db.session.execute(sa.update(SignIn).where(SignIn.id == actor.sign_in_id).values(second_factor_at=now))


def _replace_recovery_codes(credential: Credential) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == credential.person_id))
    codes = totp.new_recovery_codes()
    db.session.add_all(
        RecoveryCode(code_hash=totp.recovery_hash(code), person_id=credential.person_id) for code in codes
    )
    return codes
