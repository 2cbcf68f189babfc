"""People for tests. Every factory flushes and commits, so that operations see what a request would."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyotp

from cocrea.accounts import passwords, totp
from cocrea.accounts.models import Credential, Grant, Organisation, Person, RecoveryCode, Role, Sector
from cocrea.core.settings import current_settings
from cocrea.extensions import db
from tests.conftest import NOW

_numbers = itertools.count(1)
PASSWORD = "barco lento bajo lluvia"
PASSWORD_HASH = passwords.hasher.hash(PASSWORD)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def save(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row


def person(name: str | None = None, *, verified: bool = True, **columns: Any) -> Person:
    number = next(_numbers)
    columns.setdefault("sector", Sector.CIVIL_SOCIETY)
    made: Person = save(
        Person(
            name=name or f"Participante {number:03d}",
            created_at=NOW,
            verified_at=NOW if verified else None,
            **columns,
        )
    )
    return made


def organisation(sector: Sector = Sector.PUBLIC_BODY, **columns: Any) -> Organisation:
    number = next(_numbers)
    made: Organisation = save(
        Organisation(
            slug=f"org-{number}",
            name=f"Organización {number}",
            short_name=f"O{number}",
            sector=sector,
            **columns,
        )
    )
    return made


def grant(someone: Person, role: Role, scope: Any) -> Person:
    name = scope if isinstance(scope, str) else scope.scope
    db.session.add(Grant(person_id=someone.id, role=role, scope=name))
    db.session.commit()
    db.session.refresh(someone)
    return someone


def credential(someone: Person, email: str | None = None, *, second_factor: bool = False) -> Credential:
    """E-mail and `PASSWORD` for a person; with `second_factor`, an authenticator with `TOTP_SECRET` too."""
    made: Credential = save(
        Credential(
            person_id=someone.id,
            email=email or f"{someone.public_id}@example.org",
            password_hash=PASSWORD_HASH,
            totp_secret=TOTP_SECRET if second_factor else None,
            totp_confirmed_at=NOW if second_factor else None,
        )
    )
    return made


def fresh_code(someone: Person) -> str:
    """What the authenticator of a person shows at `NOW`, as one who has used none lately; made when there is none."""
    found = db.session.get(Credential, someone.id) or credential(someone)
    found.totp_secret, found.totp_confirmed_at, found.totp_last_step = TOTP_SECRET, NOW, 0
    db.session.commit()
    return pyotp.TOTP(TOTP_SECRET, interval=totp.STEP).at(NOW)


@contextmanager
def without_second_factor() -> Iterator[None]:
    """As a demonstration, which asks nobody without an authenticator for a code."""
    settings = current_settings()
    before, settings.second_factor_exempt = settings.second_factor_exempt, True
    try:
        yield
    finally:
        settings.second_factor_exempt = before


def recovery_code(someone: Person) -> str:
    code = totp.new_recovery_codes()[0]
    save(RecoveryCode(code_hash=totp.recovery_hash(code), person_id=someone.id))
    return code
