"""Passwords: which are accepted, and how they are hashed and checked. See docs/decisions/0004-passwords.md.

Hashing takes tens of milliseconds on purpose, so it happens before a transaction is opened: operations receive an
`AcceptedPassword`, which cannot be had without passing the rules.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

from cocrea.core.cpu import run_apart
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.text import fold

SHORTEST = 10
LONGEST = 200
JUDGED = 72  # zxcvbn reads no further
LEAST_SCORE = 3  # more than 10^8 guesses

hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# The hash of a password nobody knows, checked when there is no account, so that both answers take as long.
UNKNOWN = "$argon2id$v=19$m=19456,t=2,p=1$iJLTUWoTjfw4yrJ0eiUsvA$TVmchjAfTlqz24ZgrOrQdIOBKLrUXR55AdyYNdNtpok"

# What zxcvbn's English lists miss: words that many people here put in a password, commonest first.
COMMON_HERE = (Path(__file__).parent / "data" / "common_words.txt").read_text("utf-8").split()


@dataclass(frozen=True)
class AcceptedPassword:
    """A password that passed the rules, already hashed. Its text is nowhere in it."""

    hash: str = field(repr=False)


def accept(password: str, about: Iterable[str] = ()) -> AcceptedPassword:
    """Hash a new password, or raise `Invalid` saying what to do. `about`: the e-mail and name it must not hold."""
    if len(password) < SHORTEST:
        raise Invalid(_l("Usa al menos %(n)s caracteres.", n=SHORTEST), "password")
    if len(password) > LONGEST:
        raise Invalid(_l("Usa como máximo %(n)s caracteres.", n=LONGEST), "password")
    if _holds_own_words(password, about):
        raise Invalid(_l("No uses tu nombre ni tu correo dentro de la contraseña."), "password")
    if run_apart(zxcvbn, password[:JUDGED], COMMON_HERE)["score"] < LEAST_SCORE:
        raise Invalid(_l("Es fácil de adivinar. Prueba con cuatro palabras que no vayan juntas."), "password")
    return AcceptedPassword(run_apart(hasher.hash, password))


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the one stored; takes as long, and says no, when nothing is stored."""
    try:
        run_apart(hasher.verify, stored or UNKNOWN, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def renewed(password: str, stored: str) -> str | None:
    """A new hash of a password just found correct, when ours are made differently today; else None."""
    return run_apart(hasher.hash, password) if hasher.check_needs_rehash(stored) else None


def unusable() -> AcceptedPassword:
    """A password nobody knows, for accounts that are entered in another way."""
    return AcceptedPassword(hasher.hash(secrets.token_urlsafe(32)))


def _holds_own_words(password: str, about: Iterable[str]) -> bool:
    folded = fold(password)
    words = {word for text in about for word in fold(text).replace("@", " ").replace(".", " ").split()}
    return any(len(word) >= 4 and word in folded for word in words)
