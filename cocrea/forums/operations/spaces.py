"""Installing spaces and forums."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.policies import can_administer
from cocrea.audit.operations import record
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.forums import policies
from cocrea.forums.models import Forum, Space, SpaceLevel

MEXICO = Path(__file__).parents[1] / "data" / "mexico.json"
KEY_LENGTH = 5


def install_mexico(*, actor: Any, now: datetime) -> Space:
    """Open what is missing of Mexico as an administrator; returns the country."""
    enforce(can_administer, actor, None, now)
    try:
        with db.session.begin_nested():
            country, opened = add_mexico()
    except sa.exc.IntegrityError:
        raise Conflict(_l("Alguien los abrió al mismo tiempo.")) from None
    if opened:
        new = {"spaces": opened}
        record(actor=actor, action="spaces.installed", subject=country.slug, scope=country.scope, now=now, new=new)
    return country


def add_mexico() -> tuple[Space, int]:
    """The country and its 32 federal entities, as far as they are missing; the country, and how many were."""
    data = json.loads(MEXICO.read_text("utf-8"))
    codes = [data["country"]["code"], *(entity["code"] for entity in data["entities"])]
    found = {space.code: space for space in db.session.scalars(sa.select(Space).where(Space.code.in_(codes)))}
    country = found.get(codes[0]) or _space(data["country"], SpaceLevel.COUNTRY, None)
    for entity in data["entities"]:
        if entity["code"] not in found:
            _space(entity, SpaceLevel.STATE, country.id)
    return country, len(codes) - len(found)


def add_municipality(*, actor: Any, state: Space, name: str, code: str, now: datetime) -> Space:
    """A municipality of a state, by its INEGI key: five digits of which the first two are the state's."""
    enforce(policies.can_add_municipality, actor, state, now)
    name, code = text.plain(name), text.plain(code)
    if not name:
        raise Invalid(_l("Este dato hace falta."), "name")
    prefix = _inegi_keys()[state.code]
    if not (len(code) == KEY_LENGTH and code.isascii() and code.isdigit() and code.startswith(prefix)):
        raise Invalid(
            _l("Escribe los cinco dígitos de la clave; en este estado empieza con %(prefix)s.", prefix=prefix), "code"
        )
    data = {"code": code, "slug": text.slugify(f"{name} {state.slug}", 80), "name": name}
    try:
        with db.session.begin_nested():
            made = _space(data, SpaceLevel.MUNICIPALITY, state.id)
    except sa.exc.IntegrityError:
        raise Invalid(_l("Ese municipio ya tiene un espacio."), "code") from None
    record(
        actor=actor,
        action="space.added",
        subject=made.slug,
        scope=made.scope,
        now=now,
        new={"name": name, "code": code},
    )
    return made


def install_forum(
    *, actor: Any, space: Space, name: str, rules: str, installed_on: date | None, now: datetime
) -> Forum:
    """Install the multi-stakeholder forum of a space, with its public rules (markdown)."""
    enforce(policies.can_steer, actor, space, now)
    source, name = text.block(rules), text.plain(name)
    if not name:
        raise Invalid(_l("El foro necesita un nombre."), "name")
    forum = _insert(
        Forum(
            space_id=space.id,
            slug=text.slugify(f"{space.slug} {name}", 80),
            name=name,
            rules_source=source,
            rules_html=text.to_html(source),
            installed_on=installed_on,
        )
    )
    new = {"rules": text.fingerprint(source), "installed_on": installed_on.isoformat() if installed_on else None}
    record(actor=actor, action="forum.installed", subject=forum.slug, scope=space.scope, now=now, new=new)
    return forum


def set_rules(*, actor: Any, forum: Forum, rules: str, now: datetime) -> Forum:
    """Replace the public rules (markdown) of a forum."""
    enforce(policies.can_steer_forum, actor, lock(forum), now)
    source = text.block(rules)
    if not source:
        raise Invalid(_l("Escribe las reglas: quién las lea debe saber cómo decide el foro."), "rules")
    old, new = ({"rules": text.fingerprint(found)} for found in (forum.rules_source, source))
    forum.rules_source, forum.rules_html = source, text.to_html(source)
    record(actor=actor, action="forum.ruled", subject=forum.slug, scope=forum.space.scope, now=now, old=old, new=new)
    return forum


def _inegi_keys() -> dict[str, str]:
    """ISO code of each federal entity → its two digits at INEGI."""
    return {entity["code"]: entity["inegi"] for entity in json.loads(MEXICO.read_text("utf-8"))["entities"]}


def _insert(forum: Forum) -> Forum:
    try:
        with db.session.begin_nested():
            return add(forum)
    except sa.exc.IntegrityError as error:
        raise Invalid(_l("Este espacio ya tiene un foro con ese nombre."), "name") from error


def _space(data: dict[str, str], level: SpaceLevel, parent_id: int | None) -> Space:
    return add(Space(code=data["code"], slug=data["slug"], name=data["name"], level=level, parent_id=parent_id))
