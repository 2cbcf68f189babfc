"""The e-mails of accounts, each in the language of the person it goes to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts import links
from cocrea.accounts.links import Purpose
from cocrea.accounts.models import Credential, Person
from cocrea.accounts.queries import credential_of
from cocrea.core.i18n import in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import NOBODY, send_later

LINKS = {
    Purpose.CONFIRM: (_l("Confirma tu correo en Cocrea"), "confirm"),
    Purpose.RESET: (_l("Elige otra contraseña en Cocrea"), "reset"),
}

STRANGER = Person(name="", locale="es_MX")


def write_to(credential: Credential, subject: Any, template: str, **values: Any) -> None:
    """Queue one e-mail of accounts for after the commit. `subject` is a lazy message."""
    _write(credential, subject, f"accounts/{template}", values)


def send_link(purpose: Purpose, credential: Credential | None, now: datetime) -> None:
    """E-mail a link. For no account the same is written, to nobody, so that the time it takes tells no difference."""
    subject, template = LINKS[purpose]
    reader = credential or Credential(person_id=0, email=NOBODY, password_hash="", person=STRANGER)
    write_to(reader, subject, template, link=links.address(purpose, reader, now))


def tell(person: Person, subject: Any, template: str, **values: Any) -> None:
    """Queue one e-mail of any domain (`template` is `domain/name`). Who has no e-mail is told in person instead."""
    credential = credential_of(person.id)
    if credential is not None:
        _write(credential, subject, template, values)


def write(credential: Credential, subject: Any, template: str, **values: Any) -> None:
    """As `tell`, to someone whose e-mail was read already, among many."""
    _write(credential, subject, template, values)


def _write(credential: Credential, subject: Any, template: str, values: dict[str, Any]) -> None:
    with in_language(credential.person.locale):
        send_later(
            to=credential.email,
            subject=str(subject),
            template=f"{template}.txt",
            name=credential.person.name,
            **values,
        )
