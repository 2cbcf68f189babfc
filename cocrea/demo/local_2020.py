"""Cocreación desde lo Local as it stood in November 2020: the published counts, and rows made up to add up to them.

Nothing but the counts is a fact. Every forum and cycle carries a note that says so, with the source, on all its pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import cycle as around
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Gender, Organisation, Person, Sector
from cocrea.commitments.models import ActionPlan, Commitment, CommitmentTarget, Origin
from cocrea.core.db import add
from cocrea.core.references import allot
from cocrea.core.territories import NAMES
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Channel, ContributionKind
from cocrea.extensions import db
from cocrea.forums.models import Forum, HolderKind, Seat, SeatHolder, Space
from cocrea.forums.operations import add_mexico

MARK = "(fila generada)"
NOTE = (
    "Estas filas se generaron para que sumen los conteos que se publicaron; ninguna persona las aportó y no describen "
    "compromisos, asientos ni fechas reales. Fuente de los conteos: informe de actividades noviembre 2019 - noviembre "
    "2020 de la Comisión de Gobierno Abierto y de Transparencia Proactiva del Sistema Nacional de Transparencia, al "
    "10 de noviembre de 2020."
)
# Of the thirty that took part the source names these beside the ones that joined each year; the rest are filled up.
ALSO = ("Colima",)
SHORT = {"Coahuila": "MX-COA", "Michoacán": "MX-MIC", "Veracruz": "MX-VER"}
METHODOLOGY = "conteos-2020"


def load(facts: dict[str, Any]) -> bool:
    """Add the rows; False, changing nothing, when they are there already."""
    if db.session.scalar(sa.select(Cycle.id).where(Cycle.methodology == METHODOLOGY).limit(1)):
        return False
    add_mexico()
    spaces = {space.code: space for space in db.session.scalars(sa.select(Space))}
    at = datetime.combine(date.fromisoformat(facts["as_of"]), time(12), UTC)
    forums = [_forum(spaces[code], at, number, facts) for number, code in enumerate(_taking_part(facts))]
    db.session.flush()
    _seat_everybody(facts, [forum for forum in forums if forum.installed_on], at)
    _promise(facts, spaces, at)
    return True


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _taking_part(facts: dict[str, Any]) -> list[str]:
    """Codes of the states: those with plans first, then those the source names, then others until they are enough."""
    codes = {name: code for code, name in NAMES.items()} | SHORT
    named = [codes[name] for year in facts["joined"].values() for name in year] + [codes[name] for name in ALSO]
    plans = [f"MX-{code}" for code in facts["states_with_plans"]]
    first = [*plans, *(codes[name] for name in ALSO)]
    return list(dict.fromkeys([*first, *named, *NAMES]))[: facts["participating_states"]]


def _forum(space: Space, at: datetime, number: int, facts: dict[str, Any]) -> Forum:
    """Installed, as many as were; the rest in formation."""
    return add(
        Forum(
            space_id=space.id,
            slug=f"{space.slug}-secretariado-2020",
            name=f"Secretariado técnico local de {space.name} {MARK}",
            installed_on=at.date() if number < facts["forums_installed"] else None,
            source_note=NOTE,
        )
    )


def _seat_everybody(facts: dict[str, Any], forums: list[Forum], at: datetime) -> None:
    """Seats by sector, dealt around the forums; who holds them by gender. What was published of civil society and
    private sector together is put down as civil society."""
    by_sector, by_gender = facts["seats"]["by_sector"], facts["seats"]["by_gender"]
    sectors = [
        *[Sector.PUBLIC_BODY] * by_sector["public_body"],
        *[Sector.CIVIL_SOCIETY] * by_sector["civil_society_and_private_sector"],
        *[Sector.ACADEMIA] * by_sector["academia"],
    ]
    genders = [*[Gender.MAN] * by_gender["men"], *[Gender.WOMAN] * by_gender["women"]]
    for number, (sector, gender, forum) in enumerate(zip(sectors, genders, around(forums)), 1):
        _seat(number, sector, gender, forum, at)


def _seat(number: int, sector: Sector, gender: Gender, forum: Forum, at: datetime) -> None:
    place = Organisation(slug=f"generada-2020-{number}", name=f"Organización {number} {MARK}", sector=sector)
    holder = Person(name=f"Titular {number} {MARK}", sector=sector, gender=gender, created_at=at)
    db.session.add_all([place, holder])
    db.session.flush()
    seat = add(Seat(forum_id=forum.id, organisation_id=place.id, sector=sector))
    own = {"kind": HolderKind.TITULAR, "forum_id": forum.id, "person_id": holder.id, "since": at}
    db.session.add(SeatHolder(seat_id=seat.id, **own))


def _promise(facts: dict[str, Any], spaces: dict[str, Space], at: datetime) -> None:
    """Plans as the source gives them by state; commitments dealt around them, one goal each for those aligned."""
    counts = facts["states_with_plans"].items()
    cycles = [
        _cycle(spaces[f"MX-{code}"], f"{code}{number}", number, at)
        for code, plans in counts
        for number in range(1, plans + 1)
    ]
    goals = _goals(facts)
    for number, cycle in zip(range(facts["commitments"]), around(cycles)):
        _commitment(cycle, number // len(cycles) + 1, next(goals, None), at)


def _goals(facts: dict[str, Any]) -> Iterator[str]:
    """The goal of each aligned commitment."""
    by_goal = facts["commitments_directly_aligned_with_sdg"]["by_goal"]
    return iter([goal for goal, number in by_goal.items() for _one in range(number)])


def _cycle(space: Space, prefix: str, number: int, at: datetime) -> Cycle:
    title = f"Plan de acción local {number} de {space.name} {MARK}"
    made = add(
        Cycle(
            space_id=space.id,
            slug=f"{space.slug}-plan-2020-{number}",
            prefix=f"L{prefix}",
            title=title,
            methodology=METHODOLOGY,
            summary=NOTE,
            source_note=NOTE,
            created_at=at,
            published_at=at,
        )
    )
    told = {"introduction_source": NOTE, "introduction_html": f"<p>{NOTE}</p>", "fingerprint": "", "published_at": at}
    db.session.add(ActionPlan(cycle_id=made.id, title=title, **told))
    return made


def _commitment(cycle: Cycle, number: int, goal: str | None, at: datetime) -> None:
    made = add(
        Commitment(
            kind=ContributionKind.COMMITMENT,
            reference=allot(cycle.prefix, "CMP"),
            cycle_id=cycle.id,
            plan_cycle_id=cycle.id,
            number=number,
            title=f"Compromiso {number} {MARK}",
            attribution="Generado a partir de conteos publicados",
            origin=Origin.UNKNOWN,
            channel=Channel.PAPER,
            sources=NOTE,
            created_at=at,
            published_at=at,
        )
    )
    if goal is not None:
        db.session.add(CommitmentTarget(commitment_id=made.id, code=goal))
