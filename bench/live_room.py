"""A live session with as many members as there are sockets, for `live.py`."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from cocrea import create_app
from cocrea.accounts.models import Person, Sector, SignIn
from cocrea.accounts.queries import token_hash
from cocrea.config import Settings
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.extensions import db
from cocrea.forums.models import Space, SpaceLevel
from cocrea.tables.models import Session, SessionMode, Table, TableMember


def seed(settings: Settings, people: int) -> tuple[str, list[str]]:
    """A live session at a table with that many members; its reference and their cookies.

    The cookies are not `_fresh`: else each event wrote the session anew, as for no browser that signed in.
    """
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        reference, tokens = _session(people)
        sign = app.session_interface.get_signing_serializer(app).dumps  # type: ignore[attr-defined]
        cookies = [f"cocrea={sign({'_user_id': token, '_fresh': False})}" for token in tokens]
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    return reference, cookies


def _session(people: int) -> tuple[str, list[str]]:
    now = datetime.now(UTC)
    table = _table(now)
    held = Session(
        reference="BAN-SES-0001",
        table_id=table.id,
        title="Sesión del banco de pruebas",
        mode=SessionMode.ONLINE,
        starts_at=now,
        ends_at=now + timedelta(hours=2),
        convened_at=now,
        changed_at=now,
        opened_at=now,
    )
    tokens = [secrets.token_urlsafe(16) for _ in range(people)]
    members = [_person(f"Participante {number:04d}", now) for number in range(people)]
    db.session.add_all([held, *members])
    db.session.flush()
    for person, token in zip(members, tokens, strict=True):
        seat: dict[str, Any] = {"table_id": table.id, "person_id": person.id, "joined_at": now}
        db.session.add(TableMember(**seat, sector=person.sector))
        digest = token_hash(token)
        db.session.add(SignIn(token_hash=digest, person_id=person.id, created_at=now, last_seen_at=now))
    db.session.commit()
    return held.reference, tokens


def _table(now: datetime) -> Table:
    space = Space(level=SpaceLevel.COUNTRY, code="MX", slug="mexico", name="México")
    db.session.add(space)
    db.session.flush()
    cycle = Cycle(
        space_id=space.id, slug="banco", prefix="BAN", title="Banco de pruebas", created_at=now, published_at=now
    )
    db.session.add(cycle)
    db.session.flush()
    week = timedelta(days=7)
    stage = Stage(
        cycle_id=cycle.id,
        position=1,
        kind=StageKind.TABLES,
        title="Mesas",
        purpose="Probar",
        product="Cifras",
        starts_at=now - week,
        ends_at=now + week,
    )
    table = Table(reference="BAN-MES-0001", cycle_id=cycle.id, name="Mesa", purpose="Probar", created_at=now)
    db.session.add_all([stage, table])
    db.session.flush()
    return table


def _person(name: str, now: datetime) -> Person:
    return Person(name=name, sector=Sector.CIVIL_SOCIETY, created_at=now, verified_at=now)
