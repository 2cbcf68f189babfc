"""Spaces and cycles for tests."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from cocrea.accounts.models import Person, Role
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.forums.models import Forum, Space, SpaceLevel
from tests.conftest import NOW
from tests.factories.accounts import grant, person, save

_numbers = itertools.count(1)


def space(**columns: Any) -> Space:
    number = next(_numbers)
    columns = {"code": f"XX-{number}", "slug": f"espacio-{number}", "name": f"Espacio {number}", **columns}
    made: Space = save(Space(level=SpaceLevel.STATE, **columns))
    return made


def cycle(*open_kinds: StageKind, published: bool = True, **columns: Any) -> Cycle:
    """A published cycle whose given stage kinds are open from a week ago until in a week."""
    number = next(_numbers)
    columns = {"slug": f"ciclo-{number}", "prefix": f"C{number}", "title": f"Ciclo {number}", **columns}
    if "space_id" not in columns:
        columns["space_id"] = space().id
    made: Cycle = save(Cycle(created_at=NOW, published_at=NOW if published else None, **columns))
    for kind in open_kinds:
        stage(made, kind)
    return made


def stage(of: Cycle, kind: StageKind, *, start: datetime | None = None, end: datetime | None = None) -> Stage:
    made: Stage = save(
        Stage(
            cycle=of,
            position=len(of.stages) + 1,
            kind=kind,
            title=str(kind.label),
            purpose="Propósito de prueba",
            product="Producto de prueba",
            starts_at=start or NOW - timedelta(days=7),
            ends_at=end or NOW + timedelta(days=7),
        )
    )
    return made


def facilitator(of: Cycle) -> Person:
    return grant(person("Facilitadora 01"), Role.FACILITATOR, of)


def steward(of: Cycle) -> Person:
    return grant(person("Responsable 01"), Role.STEWARD, f"space:{of.space_id}")


def forum(of: Space, **columns: Any) -> Forum:
    number = next(_numbers)
    columns = {"slug": f"foro-{number}", "name": f"Foro {number}", **columns}
    made: Forum = save(Forum(space_id=of.id, **columns))
    return made
