"""Links sent by e-mail: signed, expiring, and dead as soon as what they were for has happened.

A link carries no state of ours: it names the person and a fingerprint of the e-mail and password hash as they were.
Confirming, or choosing another password, changes what the fingerprint is compared with, so each link works once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask import url_for
from itsdangerous import BadSignature, URLSafeSerializer

from cocrea.accounts.models import Credential
from cocrea.core.settings import current_settings
from cocrea.core.text import fingerprint


class Purpose(StrEnum):
    CONFIRM = "confirm"
    RESET = "reset"


LIFETIMES = {Purpose.CONFIRM: timedelta(days=3), Purpose.RESET: timedelta(hours=1)}
ENDPOINTS = {Purpose.CONFIRM: "accounts.confirm", Purpose.RESET: "accounts.reset_password"}


@dataclass(frozen=True)
class Claim:
    """What an intact, unexpired link says. Whether it still holds is asked of `is_current`."""

    person_id: int
    state: str

    def is_current(self, credential: Credential | None) -> bool:
        return credential is not None and self.state == _state(credential)


def address(purpose: Purpose, credential: Credential, now: datetime) -> str:
    """The full address to put in an e-mail."""
    return current_settings().public_url + url_for(ENDPOINTS[purpose], token=write(purpose, credential, now))


def write(purpose: Purpose, credential: Credential, now: datetime) -> str:
    expires = int((now + LIFETIMES[purpose]).timestamp())
    token: str = _signer(purpose).dumps([credential.person_id, _state(credential), expires])
    return token


def read(purpose: Purpose, token: str, now: datetime) -> Claim | None:
    """The claim of a link, or None when it was forged, cut, made for another purpose or has expired."""
    try:
        person_id, state, expires = _signer(purpose).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Claim(person_id, state) if now.timestamp() < expires else None


def _state(credential: Credential) -> str:
    return fingerprint(credential.email, credential.password_hash, str(credential.person.is_verified))[:32]


def _signer(purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt=f"accounts.{purpose}")
