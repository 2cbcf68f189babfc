"""The board of a plan with 140 commitments and 5,000 activities, against that of one with 13.

Both plans lie in one database and their boards are asked for in turns, as somebody signed in and as a visitor whose
page is made anew; so is the board by institution. Prints the SQL statements and the ratio of the times, on SQLite and,
when there is one, PostgreSQL.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench import pages
from bench.databases import databases
from cocrea.accounts.models import Organisation, Person, Sector
from cocrea.audit.operations import record_each
from cocrea.commitments.models import Commitment, Origin
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup.models import Activity, ActivityStatus, KeyAction
from cocrea.forums.models import Space, SpaceLevel

PLANS = {"poco": (13, 468), "mucho": (140, 5_000)}  # commitments and activities of each
GOAL_STATEMENTS, GOAL_RATIO = 12, 2.0
NOW = datetime.now(UTC)
PAGES = ("", "?estado=con-retraso", "/instituciones")


def main() -> int:
    reached = [_measure(name, database) for name, database in databases()]
    return 0 if all(reached) else 1


def _measure(name: str, database: Any) -> bool:
    with database as url, pages.application(url) as app:
        with app.app_context():
            token = seed(PLANS)
        readers = {"signed in": pages.browser(app, token), "visitor": pages.browser(app)}
        reached = [_compare(name, app, who, client, page) for who, client in readers.items() for page in PAGES]
    return all(reached)


def _compare(name: str, app: Flask, who: str, client: FlaskClient, page: str) -> bool:
    few, many = ((client, f"/ciclos/{slug}/tablero{page}") for slug in PLANS)
    statements = pages.statements(app, many)
    base, mine = pages.medians((few, many))
    print(
        f"{name:>10}, {who}, {page or 'board'}: {statements} statements (goal <= {GOAL_STATEMENTS}) | p50 "
        f"{base:.1f} ms with 13, {mine:.1f} ms with 140 commitments: ratio {mine / base:.2f} (goal <= {GOAL_RATIO:.0f})"
    )
    return statements <= GOAL_STATEMENTS and mine / base <= GOAL_RATIO


def seed(plans: dict[str, tuple[int, int]]) -> str:
    """Plans by their slug, with so many commitments and activities, and a history of these; the token of somebody."""
    space = Space(code="MX", slug="mexico", name="México", level=SpaceLevel.COUNTRY)
    someone = Person(name="Participante 001", created_at=NOW, verified_at=NOW)
    leads = [Organisation(slug=f"i{n}", name=f"Institución {n}", sector=Sector.PUBLIC_BODY) for n in range(20)]
    db.session.add_all([space, *leads])
    db.session.flush()
    draw = random.Random(5)
    for slug, (commitments, activities) in plans.items():
        _plan(draw, space, slug, [lead.id for lead in leads], commitments, activities)
    return pages.signed_in(someone)


def _plan(draw: random.Random, space: Space, slug: str, leads: list[int], commitments: int, activities: int) -> None:
    dates = {"created_at": NOW, "published_at": NOW}
    cycle = Cycle(space_id=space.id, slug=slug, prefix=slug[:3].upper(), title=f"Ciclo {slug}", **dates)
    stage = {
        "position": 1,
        "kind": StageKind.FOLLOW_UP,
        "title": "Seguimiento",
        "purpose": "Ver",
        "product": "Avance",
    }
    cycle.stages.append(Stage(**stage, starts_at=NOW - timedelta(days=90), ends_at=NOW + timedelta(days=300)))
    db.session.add(cycle)
    db.session.flush()
    actions = [action for number in range(1, commitments + 1) for action in _commitment(draw, cycle, number, leads)]
    rows = [
        {
            "reference": f"{cycle.prefix}-ACT-{number:05d}",
            "key_action_id": actions[number % len(actions)],
            "position": number // len(actions) + 1,
            "title": f"Publicar el informe {number} con su base de datos",
            "starts_on": date(2026, 1, 1),
            "ends_on": NOW.date() + timedelta(days=draw.randint(-60, 200)),
            "status": draw.choices(list(ActivityStatus), (4, 3, 2, 1))[0],
            "means_of_verification": "Informe publicado",
            "status_note": "",
            "dispute_reason": "El enlace no abre." if draw.random() < 0.02 else "",
        }
        for number in range(activities)
    ]
    db.session.execute(sa.insert(Activity), rows)
    said = {"actor": None, "action": "activity.started", "scope": f"cycle:{cycle.id}", "now": NOW}
    record_each({**said, "subject": row["reference"]} for row in rows)


def _commitment(draw: random.Random, cycle: Cycle, number: int, leads: list[int]) -> list[int]:
    """The ids of its key actions."""
    commitment = Commitment(
        reference=f"{cycle.prefix}-CMP-{number:04d}",
        cycle_id=cycle.id,
        plan_cycle_id=cycle.id,
        number=number,
        title=f"Abrir los datos de la obra pública número {number} de la región",
        origin=draw.choice([Origin.COCREATED, Origin.COCREATED, Origin.PROACTIVE]),
        lead_id=leads[number % len(leads)],
        visibility=Visibility.PUBLIC,
        created_at=NOW,
        published_at=NOW,
        signed_at=NOW,
        signed_text={},
    )
    db.session.add(commitment)
    db.session.flush()
    actions = [
        KeyAction(commitment_id=commitment.id, position=position, title=f"Acción {position}", weight=weight)
        for position, weight in enumerate((50, 30, 20), 1)
    ]
    db.session.add_all(actions)
    db.session.flush()
    return [action.id for action in actions]


if __name__ == "__main__":
    sys.exit(main())
