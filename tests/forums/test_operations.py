"""Spaces are installed once; forums have seats and rules, and every change of them is in the history."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import PLATFORM, Role, Sector
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.extensions import db
from cocrea.forums import operations
from cocrea.forums.models import Space, SpaceLevel
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import grant, organisation, person
from tests.factories.history import records


@pytest.fixture
def space(app):
    return cycles.space()


@pytest.fixture
def steward(space):
    return grant(person(), Role.STEWARD, space)


def install(actor, space, name="Secretariado Técnico", rules="Se decide por consenso."):
    with transaction():
        return operations.install_forum(
            actor=actor, space=space, name=name, rules=rules, installed_on=date(2026, 5, 1), now=NOW
        )


def test_mexico_is_installed_once_with_its_32_entities(app):
    for _ in range(2):
        with transaction():
            country, _opened = operations.add_mexico()
    states = db.session.scalars(sa.select(Space).filter_by(parent_id=country.id)).all()
    assert (country.code, country.level) == ("MX", SpaceLevel.COUNTRY)
    assert len(states) == 32
    assert {state.level for state in states} == {SpaceLevel.STATE}


def municipality(actor, state, name="Comala", code="06003"):
    with transaction():
        return operations.add_municipality(actor=actor, state=state, name=name, code=code, now=NOW)


def test_a_municipality_gets_its_space_once_inside_its_state(app):
    with transaction():
        operations.add_mexico()
    colima, country = (db.session.scalars(sa.select(Space).filter_by(code=code)).one() for code in ("MX-COL", "MX"))
    admin = grant(person(), Role.ADMINISTRATOR, PLATFORM)
    made = municipality(admin, colima)
    assert (made.level, made.parent_id, made.slug) == (SpaceLevel.MUNICIPALITY, colima.id, "comala-colima")
    assert records("space.added")[0]["new"] == {"name": "Comala", "code": "06003"}
    for code in ("06003", "20003", "6003", "０６００４", "06 03"):
        with pytest.raises(Invalid) as invalid:
            municipality(admin, colima, "Otro", code)
        assert invalid.value.field == "code"
    for actor, place in ((admin, country), (admin, made), (grant(person(), Role.STEWARD, colima), colima)):
        with pytest.raises(Denied):
            municipality(actor, place)


def test_what_is_missing_of_mexico_is_added(app):
    with transaction():
        operations.add_mexico()
        db.session.execute(sa.delete(Space).where(Space.code == "MX-OAX"))
    with transaction():
        operations.add_mexico()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Space)) == 33


def test_a_forum_is_installed_by_whoever_answers_for_the_space(space, steward):
    with pytest.raises(Denied):
        install(person(), space)
    forum = install(steward, space)
    assert "consenso" in forum.rules_html
    found = records("forum.installed")[0]
    assert found["scope"] == space.scope
    assert "consenso" not in json.dumps(found)


def test_a_forum_needs_a_name_of_its_own(space, steward):
    install(steward, space)
    for name in ("Secretariado Técnico", "  "):
        with pytest.raises(Invalid) as refusal:
            install(steward, space, name)
        assert refusal.value.field == "name"


def test_rules_change_in_the_open(space, steward):
    forum = install(steward, space)
    with pytest.raises(Denied), transaction():
        operations.set_rules(actor=person(), forum=forum, rules="Mando yo.", now=NOW)
    with pytest.raises(Invalid), transaction():
        operations.set_rules(actor=steward, forum=forum, rules=" ", now=NOW)
    with transaction():
        operations.set_rules(actor=steward, forum=forum, rules="Por mayoría. <script>x</script>", now=NOW)
    assert "<script>" not in forum.rules_html
    found = records("forum.ruled")[0]
    assert found["old"]["rules"] != found["new"]["rules"]


def test_a_seat_takes_the_sector_of_its_organisation(space, steward):
    forum, university = install(steward, space), organisation(Sector.ACADEMIA)
    with pytest.raises(Denied), transaction():
        operations.add_seat(actor=person(), forum=forum, organisation=university, now=NOW)
    with transaction():
        operations.add_seat(actor=steward, forum=forum, organisation=university, now=NOW)
    assert [seat.sector for seat in forum.seats] == [Sector.ACADEMIA]
    assert records("seat.added")[0]["new"] == {"organisation": university.slug, "sector": "academia"}
