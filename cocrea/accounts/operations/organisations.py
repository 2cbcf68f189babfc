"""Organisations and institutions: who can hold a seat, lead a commitment or be its counterpart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from cocrea.accounts.models import Organisation, Sector
from cocrea.accounts.policies import can_administer
from cocrea.accounts.queries import organisation_called
from cocrea.audit.operations import record
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.text import plain, slugify
from cocrea.extensions import db


def add_organisation(*, actor: Any, name: str, short_name: str, sector: Sector, now: datetime) -> Organisation:
    """Add one to the list. Its sector stays: seats, signatures and figures rest on it."""
    enforce(can_administer, actor, None, now)
    named = _names(name, short_name)
    made = Organisation(slug=slugify(named["name"], 80, taken="nueva"), sector=sector, **named)
    try:
        with db.session.begin_nested():
            add(made)
    except IntegrityError:
        raise _taken("name") from None
    record(
        actor=actor,
        action="organisation.added",
        subject=made.slug,
        scope=made.scope,
        now=now,
        new={**named, "sector": sector.value},
    )
    return made


def rename_organisation(
    *, actor: Any, organisation: Organisation, name: str, short_name: str, now: datetime
) -> Organisation:
    """Correct what it is called; its address stays."""
    enforce(can_administer, actor, lock(organisation), now)
    old = {"name": organisation.name, "short_name": organisation.short_name}
    new = _names(name, short_name, organisation)
    if new != old:
        organisation.name, organisation.short_name = new["name"], new["short_name"]
        record(
            actor=actor,
            action="organisation.renamed",
            subject=organisation.slug,
            scope=organisation.scope,
            now=now,
            old=old,
            new=new,
        )
    return organisation


def _names(name: str, short_name: str, own: Organisation | None = None) -> dict[str, str]:
    named = {"name": plain(name), "short_name": plain(short_name)}
    if not named["name"]:
        raise Invalid(_l("Este dato hace falta."), "name")
    for field, said in named.items():
        if organisation_called(said) not in {None, own}:
            raise _taken(field)
    return named


def _taken(field: str) -> Invalid:
    return Invalid(_l("Ya hay una organización con ese nombre."), field)
