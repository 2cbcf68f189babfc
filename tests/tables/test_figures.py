"""What the tables give to cycle pages and stage reports."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import Gender, Sector
from cocrea.core.db import transaction
from cocrea.cycles import figures as shared
from cocrea.cycles.models import StageKind
from cocrea.tables import figures, operations
from tests.conftest import NOW
from tests.factories import cycles, forums, tables
from tests.factories.accounts import person


@pytest.fixture
def room(app):
    """A live session with a member of academia, one who says nothing of themselves, and what each said."""
    session, facilitator = tables.live_session()
    known = tables.member(session.table, person(sector=Sector.ACADEMIA, gender=Gender.WOMAN, territory="MX-OAX"))
    silent = tables.member(session.table, person(sector=None))
    for someone in (known, silent, known):
        tables.said(session, someone)
    with transaction():
        operations.record_in_person(
            actor=facilitator, session=session, body="Falta agua.", attribution="La sala", client_key="k9", now=NOW
        )
    return session, facilitator


def test_seats_and_interventions_are_counted_by_channel_and_by_what_was_declared(room):
    session, _facilitator = room
    counted = figures.received(session.cycle, session.cycle.stages[0])
    assert counted["seat"] == {
        "channel": {"online": 2},
        "sector": {"academia": 1},
        "gender": {"woman": 1},
        "territory": {"MX-OAX": 1},
    }
    assert counted["message"]["channel"] == {"online": 3, "in_person": 1}
    assert counted["message"]["sector"] == {"academia": 2}
    assert figures.received(session.cycle, None) == counted


def test_small_groups_reach_no_page(room):
    session, _facilitator = room
    published = shared.gather(session.cycle)
    assert published["seat"]["gender"] == published["message"]["territory"] == {}
    assert published["message"]["channel"] == {"online": 3, "in_person": 1}


def test_what_was_hidden_and_what_came_outside_the_stage_do_not_count(room):
    session, facilitator = room
    hidden = tables.said(session, facilitator, "Un insulto.")
    with transaction():
        operations.hide_message(actor=facilitator, message=hidden, reason="Insulta.", now=NOW)
    assert sum(figures.received(session.cycle, None)["message"]["channel"].values()) == 4
    later = cycles.stage(session.cycle, StageKind.TABLES, start=NOW + timedelta(days=1), end=NOW + timedelta(days=2))
    assert figures.received(session.cycle, later) == {}


def test_stages_in_which_tables_do_not_meet_have_none(room):
    session, _facilitator = room
    assert figures.received(session.cycle, cycles.stage(session.cycle, StageKind.CONSULTATION)) == {}


def test_a_stage_without_dates_is_no_crash(room):
    session, _facilitator = room
    undated = cycles.stage(session.cycle, StageKind.TABLES)
    undated.starts_at = undated.ends_at = None
    assert figures.received(session.cycle, undated) == figures.received(session.cycle, None)


def test_the_cycle_and_the_stage_show_them(client, room):
    session, _facilitator = room
    slug = session.cycle.slug
    for address in (f"/ciclos/{slug}", f"/ciclos/{slug}/etapas/1/informe"):
        page = client.get(address).text
        assert "Asientos en las mesas" in page
        assert "Intervenciones en las sesiones" in page


def test_they_cost_one_statement(room, count_queries):
    session, _facilitator = room
    cycle = session.cycle
    with count_queries() as log:
        figures.received(cycle, None)
    assert len(log) == 1


def test_what_a_forum_does_is_no_figure_of_the_tables(app):
    house = forums.chamber(StageKind.TABLES)
    session = house.session()
    tables.said(session, house.titulars[0])
    assert figures.received(house.cycle, None) == {}
