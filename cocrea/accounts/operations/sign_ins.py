"""Entering and leaving. Failures are counted, so they are answers here, not errors: an error would undo the count."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cocrea.accounts.models import Attempts, Credential, Invitation, Person, RecoveryCode, SignIn
from cocrea.accounts.policies import INVITATION_LIFETIME
from cocrea.accounts.queries import (
    SIGN_IN_LIFETIME,
    PasswordProof,
    attempts_key,
    credential_of,
    open_sign_ins,
    open_suspension,
    token_hash,
)
from cocrea.accounts.totp import looks_like_recovery, matched_step, recovery_hash
from cocrea.core import live
from cocrea.core.db import add, after_commit, lock
from cocrea.core.errors import Denied
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db

ATTEMPTS_PER_LOCK = 5
LONGEST_LOCK = timedelta(hours=1)
ATTEMPTS_KEPT = timedelta(days=1)
Renewal = Callable[[Person, datetime], None]
# Secret addresses of other domains, which open without signing in: what locks others out must end these as well.
_renewals: list[Renewal] = []


def renew_by(renewal: Renewal) -> None:
    """Let a higher domain give people other secret addresses when they sign out everywhere; called by `create_app`."""
    if renewal not in _renewals:
        _renewals.append(renewal)


@dataclass(frozen=True)
class Entry:
    """The answer to an attempt to enter.

    `token` is the cookie's when the person is in. `awaits_code_of` names whose second factor is still to come.
    Otherwise it was refused, until `locked_until` if that is set.
    """

    token: str | None = None
    awaits_code_of: int | None = None
    locked_until: datetime | None = None


def sign_in(*, proof: PasswordProof, device: str, now: datetime) -> Entry:
    """Let in whoever proved a password, unless too many failures locked the e-mail or a code must follow."""
    attempts = _attempts(proof.attempts_key, now)
    if _is_locked(attempts, now):
        return Entry(locked_until=attempts.locked_until)
    credential = credential_of(proof.person_id)
    if credential is None or not proof.holds_for(lock(credential)):
        return _failed(attempts, now)
    _refuse_suspended(credential.person)
    if proof.renewed:
        credential.password_hash = proof.renewed
    if credential.has_second_factor:
        return Entry(awaits_code_of=credential.person_id)
    db.session.delete(attempts)
    return Entry(token=open_sign_in(person=credential.person, device=device, now=now))


def complete_sign_in(*, person_id: int, code: str, device: str, now: datetime) -> Entry:
    """The second step, for who proved the password a moment ago: a code of the authenticator or a recovery code."""
    credential = credential_of(person_id)
    if credential is None:
        return Entry()
    attempts = _attempts(attempts_key(credential.email), now)
    if _is_locked(attempts, now):
        return Entry(locked_until=attempts.locked_until)
    if not accepts_code(lock(credential), code, now):
        return _failed(attempts, now)
    _refuse_suspended(credential.person)
    db.session.delete(attempts)
    token = open_sign_in(person=credential.person, device=device, now=now, second_factor=True)
    return Entry(token=token)


def open_sign_in(*, person: Person, device: str, now: datetime, second_factor: bool = False) -> str:
    """Record a new sign-in and return the token for its cookie. The caller has proved who the person is."""
    token = secrets.token_urlsafe(32)
    add(
        SignIn(
            token_hash=token_hash(token),
            person_id=person.id,
            device=device[:60],
            created_at=now,
            last_seen_at=now,
            second_factor_at=now if second_factor else None,
        )
    )
    return token


def close_sign_in(*, sign_in: SignIn, now: datetime) -> None:
    """Sign one device out and cut its live connections. The caller has found it among the actor's own."""
    sign_in.revoked_at = now
    after_commit(live.disconnect, f"sign-in:{sign_in.id}")


def close_others(*, actor: Person, now: datetime) -> int:
    """Sign out every device of the actor but the one in use, and end their secret addresses; how many they were."""
    others = [row for row in open_sign_ins(actor, now) if row.id != actor.sign_in_id]
    for row in others:
        close_sign_in(sign_in=row, now=now)
    _renew(actor, now)
    return len(others)


def close_all(person: Person, now: datetime) -> None:
    """Sign a person out everywhere, live connections and secret addresses included."""
    for row in open_sign_ins(person, now):
        close_sign_in(sign_in=row, now=now)
    _renew(person, now)
    after_commit(live.disconnect, f"person:{person.id}")


def note_presence(*, sign_in_id: int | None, now: datetime) -> None:
    """Remember that a device was used; called at most every few minutes."""
    db.session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def purge(*, now: datetime) -> None:
    """Forget sign-ins that can no longer be used, old counts of failures, unanswered offers: data kept for nothing."""
    expired = SignIn.created_at <= now - SIGN_IN_LIFETIME
    db.session.execute(sa.delete(SignIn).where(sa.or_(expired, SignIn.revoked_at.is_not(None))))
    db.session.execute(sa.delete(Attempts).where(Attempts.last_at <= now - ATTEMPTS_KEPT))
    db.session.execute(sa.delete(Invitation).where(Invitation.invited_at <= now - INVITATION_LIFETIME))


def forget_attempts(credential: Credential) -> None:
    """Lift a lock: the mailbox's owner has just proved to be who they are."""
    db.session.execute(sa.delete(Attempts).where(Attempts.key == attempts_key(credential.email)))


def accepts_code(credential: Credential, code: str, now: datetime) -> bool:
    """Whether a code is right; a right one is used up. The credential must be locked."""
    if not credential.totp_secret:
        return False
    if looks_like_recovery(code):
        return _uses_recovery_code(credential, code)
    step = matched_step(credential.totp_secret, code, credential.totp_last_step, now)
    if step is not None:
        credential.totp_last_step = step
    return step is not None


def _uses_recovery_code(credential: Credential, code: str) -> bool:
    found = db.session.get(RecoveryCode, recovery_hash(code))
    if found is None or found.person_id != credential.person_id:
        return False
    db.session.delete(found)
    return True


def _renew(person: Person, now: datetime) -> None:
    for renewal in _renewals:
        renewal(person, now)


def _attempts(key: str, now: datetime) -> Attempts:
    """The counter of an e-mail, locked; made at the first attempt, whether or not there is an account."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Attempts).values(key=key, failed=0, last_at=now).on_conflict_do_nothing())
    return db.session.get_one(Attempts, key, with_for_update=True, populate_existing=True)


def _is_locked(attempts: Attempts, now: datetime) -> bool:
    return attempts.locked_until is not None and now < attempts.locked_until


def _failed(attempts: Attempts, now: datetime) -> Entry:
    """Count a failure; every fifth locks, for twice as long as the one before."""
    attempts.failed += 1
    attempts.last_at = now
    locks, rest = divmod(attempts.failed, ATTEMPTS_PER_LOCK)
    if rest == 0:
        attempts.locked_until = now + min(timedelta(minutes=2 ** min(locks - 1, 6)), LONGEST_LOCK)
    return Entry(locked_until=attempts.locked_until if rest == 0 else None)


def _refuse_suspended(person: Person) -> None:
    if person.is_active:
        return
    held = open_suspension(person)
    raise Denied(
        _l("Esta cuenta está suspendida. La razón está en el historial público: %(ref)s.", ref=held.reference)
        if held
        else _l("Esta cuenta está suspendida.")
    )
