"""Who asks for what in the tests of access: the people, the routes with their objects, and the reviewed answers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from cocrea.accounts.models import PLATFORM, Person, Role
from cocrea.accounts.queries import demo_person
from cocrea.cycles.models import Cycle, StageKind
from cocrea.extensions import db
from tests.access.world import arguments_of, complete, topic_with_branches
from tests.conftest import undone
from tests.factories import cycles, tables
from tests.factories.accounts import grant, organisation, person

MATRIX = Path(__file__).parent / "matrix.csv"
ROLES = (
    "visitor",
    "unconfirmed",
    "newcomer",
    "participant",
    "elsewhere",
    "rapporteur",
    "facilitator",
    "official",
    "counterpart",
    "evaluator",
    "steward",
    "administrator",
)
STATIC = {"static", "core.styles"}


@pytest.fixture
def world(demonstration: Flask) -> Iterator[Flask]:
    demonstration.config["WTF_CSRF_ENABLED"] = False
    demonstration.config["COCREA"].second_factor_exempt = demonstration.config["COCREA"].demo = True
    with undone(demonstration):
        complete()
        yield demonstration
    demonstration.config["COCREA"].second_factor_exempt = demonstration.config["COCREA"].demo = False


def cells() -> Iterator[dict[str, str]]:
    with MATRIX.open(newline="") as source:
        yield from csv.DictReader(source)


def person_id(role: str) -> int | None:
    """The id of who asks; nobody's for a visitor."""
    if role == "visitor":
        return None
    made = {
        "administrator": _administrator,
        "elsewhere": _of_elsewhere,
        "evaluator": _of_the_plan,
        "newcomer": person,
        "rapporteur": _of_a_table,
        "unconfirmed": lambda: person(verified=False),
    }
    return (made[role]() if role in made else demo_person(role)).id


def _administrator() -> Person:
    return grant(person("Administración"), Role.ADMINISTRATOR, PLATFORM)


def _of_elsewhere() -> Person:
    """Every role that is held in a place, each in another one."""
    cycle = cycles.cycle(StageKind.TABLES)
    someone = grant(person(), Role.STEWARD, f"space:{cycle.space_id}")
    table = tables.table(cycle, facilitator=someone)
    for role in (Role.FACILITATOR, Role.RAPPORTEUR, Role.EXPERT, Role.OBSERVER):
        for scope in (cycle, table):
            grant(someone, role, scope)
    for role in (Role.OFFICIAL, Role.COUNTERPART):
        grant(someone, role, organisation())
    grant(someone, Role.EVALUATOR, cycle)
    return someone


def _of_the_plan() -> Person:
    """Who assesses the commitments of the plan that is followed up."""
    plan = db.session.scalars(sa.select(Cycle).filter_by(prefix="4PA")).one()
    return grant(person("Evaluadora"), Role.EVALUATOR, plan)


def _of_a_table() -> Person:
    """Who takes notes at a table of the topic whose problem tree has branches."""
    topic = topic_with_branches()
    someone = cycles.facilitator(topic.cycle)
    return grant(person(), Role.RAPPORTEUR, tables.table(topic.cycle, facilitator=someone, topic=topic))


def answered(ask: Callable[..., str], *arguments: Any) -> str:
    """Ask inside a savepoint that is rolled back, so that no request finds what another changed."""
    db.session.remove()
    savepoint = db.engines[None].begin_nested()  # type: ignore[attr-defined]  # the connection that `app` put there
    try:
        return ask(*arguments)
    finally:
        db.session.remove()
        savepoint.rollback()


def requests(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of everything that can be asked, found before anything is."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
    return [
        (rule.endpoint, method, _address(app, rule))
        for rule in rules
        if rule.endpoint not in STATIC
        for method in ("GET", "POST")
        if method in (rule.methods or ())
    ]


def _address(app: Flask, rule: Rule) -> str:
    given = arguments_of(rule)
    missing = rule.arguments - set(given)
    assert not missing, f"{rule.endpoint} takes {missing}: say in tests/access/world.py which object to ask for"
    with app.test_request_context():
        built = rule.build(given)
    assert built is not None
    return built[1]
