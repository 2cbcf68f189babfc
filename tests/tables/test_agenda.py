"""The agenda of a session: prepared, gone through, told to the room."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.agendas import TEMPLATES
from cocrea.tables.models import AgendaItem, EventKind, LiveEvent, Purpose
from cocrea.tables.operations import ItemContent
from cocrea.tables.operations.agenda import MOST_ITEMS
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import person

PANEL = {"X-Cocrea-Panel": "agenda"}
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def live(app):
    return tables.live_session()


def add(session, by, title="Fugas", **said):
    content = ItemContent(title, said.pop("purpose", Purpose.DISCUSS), said.pop("minutes", 15), **said)
    with transaction():
        operations.add_item(actor=by, session=session, content=content, now=NOW)
    return queries.agenda(session)[-1]


def titles(session):
    return [item.title for item in queries.agenda(session)]


def act(operation, item, by, now=NOW, **said):
    with transaction():
        operation(actor=by, item=item, now=now, **said)


def events(session):
    db.session.rollback()
    found = queries.events_since(session, 0)
    return [event.payload for event in found if event.kind is EventKind.AGENDA]


def test_items_stand_in_their_order_and_change_places(live):
    session, facilitator = live
    one, two, three = (add(session, facilitator, title) for title in ("Uno", "Dos", "Tres"))
    act(operations.move_item, three, facilitator, up=True)
    act(operations.move_item, one, facilitator, up=True)
    assert titles(session) == ["Uno", "Tres", "Dos"]
    act(operations.move_item, one, facilitator, up=False)
    act(operations.remove_item, three, facilitator)
    assert titles(session) == ["Uno", "Dos"]
    assert [item.position for item in queries.agenda(session)] == [1, 2]
    assert (one.position, two.position) == (1, 2)


def test_one_item_is_under_way_and_ends_with_the_session(live):
    session, facilitator = live
    one, two = add(session, facilitator, "Uno"), add(session, facilitator, "Dos")
    act(operations.start_item, one, facilitator)
    act(operations.start_item, two, facilitator, LATER)
    assert (one.started_at, one.ended_at, two.is_running) == (NOW, LATER, True)
    for operation in (operations.start_item, operations.edit_item, operations.remove_item):
        said = {"content": ItemContent("Otro", Purpose.DECIDE, 5)} if operation is operations.edit_item else {}
        with pytest.raises(Denied):
            act(operation, two, facilitator, **said)
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=LATER)
    assert two.ended_at == LATER
    assert events(session)[2:] == [{"act": "started", "item": one.id}, {"act": "started", "item": two.id}]


def test_nothing_begins_before_the_session_and_nobody_else_conducts_it(app):
    cycle = tables.meeting_cycle()
    facilitator = tables.cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    session = tables.session(table, facilitator, live=False)
    item = add(session, facilitator)
    with pytest.raises(Denied):
        act(operations.start_item, item, facilitator)
    for other in (tables.member(table), person()):
        with pytest.raises(Denied):
            add(session, other)
        with pytest.raises(Denied):
            act(operations.edit_item, item, other, content=ItemContent("Mío", Purpose.INFORM, 5))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (ItemContent(" \u200b ", Purpose.INFORM, 5), "title"),
        (ItemContent("Fugas", Purpose.INFORM, 0), "minutes"),
        (ItemContent("Fugas", Purpose.INFORM, 481), "minutes"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(live, content, field):
    session, facilitator = live
    with pytest.raises(Invalid) as refused, transaction():
        operations.add_item(actor=facilitator, session=session, content=content, now=NOW)
    assert refused.value.field == field


def test_a_template_goes_after_what_is_there_up_to_the_limit(live):
    session, facilitator = live
    add(session, facilitator, "Antes")
    with transaction():
        operations.use_template(actor=facilitator, session=session, template=TEMPLATES["problema"], now=NOW)
    assert titles(session)[0] == "Antes" and len(titles(session)) == 1 + len(TEMPLATES["problema"].items)
    while len(queries.agenda(session)) < MOST_ITEMS:
        add(session, facilitator)
    with pytest.raises(Conflict):
        add(session, facilitator)


def test_the_history_tells_of_changes_without_their_text(live):
    session, facilitator = live
    add(session, facilitator, "Secreto a voces")
    record = db.session.scalars(sa.select(HistoryRecord).filter_by(action="session.agenda")).one()
    assert record.subject == session.reference and "Secreto" not in record.canonical


def test_an_added_item_is_on_the_page_and_once(client, live):
    session, facilitator = live
    form = {"title": "<b>Fugas</b>", "purpose": "decide", "minutes": "20", "client_key": "k1", "presenter": "Ana"}
    for _ in range(2):
        answer = client.sign_in(facilitator).post(f"/sesiones/{session.reference}/puntos", data=form)
        assert answer.status_code == 303
    page = client.get(f"/sesiones/{session.reference}").text
    assert page.count("&lt;b&gt;Fugas&lt;/b&gt;") >= 1 and "Decidir · 20 minutos" in page
    assert len(queries.agenda(session)) == 1


def test_a_script_gets_the_panel_alone_also_with_its_errors(client, live):
    session, facilitator = live
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/puntos"
    refused = client.post(address, data={"title": "Con título", "purpose": "inform", "minutes": "x"}, headers=PANEL)
    assert refused.status_code == 422
    assert "Con título" in refused.text and "<html" not in refused.text
    whole = client.post(address, data={"title": "Con título", "purpose": "inform", "minutes": "x"})
    assert whole.status_code == 422 and "<html" in whole.text and "Con título" in whole.text
    taken = client.post(address, data={"title": "Fugas", "purpose": "inform", "minutes": "5"}, headers=PANEL)
    assert taken.status_code == 200 and "Fugas" in taken.text and "<html" not in taken.text
    item = db.session.scalars(sa.select(AgendaItem)).one()
    begun = client.post(f"{address}/{item.id}/inicio", headers=PANEL)
    assert 'aria-current="step"' in begun.text and 'data-controller="timer"' in begun.text
    assert client.get(f"/sesiones/{session.reference}/paneles/agenda").status_code == 200
    assert client.get(f"/sesiones/{session.reference}/paneles/otro").status_code == 404


def test_when_its_time_is_up_the_facilitation_alone_is_told_what_to_do(client, live, clock):
    session, facilitator = live
    one, two = add(session, facilitator, "Uno"), add(session, facilitator, "Dos")
    act(operations.start_item, one, facilitator)
    page = f"/sesiones/{session.reference}"
    client.sign_in(facilitator)
    assert "<div data-over hidden>" in client.get(page).text
    clock.advance(minutes=15)
    shown = client.get(page).text
    assert "<div data-over>" in shown
    assert "Pasar a «Dos»" in shown
    act(operations.start_item, two, facilitator, NOW + timedelta(minutes=15))
    clock.advance(minutes=15)
    assert "Es el último" in client.get(page).text
    assert "data-over" not in client.sign_in(tables.member(session.table)).get(page).text


def test_readers_see_the_agenda_and_no_way_to_change_it(client, live):
    session, facilitator = live
    item = add(session, facilitator)
    panel = client.get(f"/sesiones/{session.reference}/paneles/agenda").text
    assert "Fugas" in panel and "<form" not in panel
    elsewhere, _other = tables.live_session()
    client.sign_in(facilitator)
    assert client.get(f"/sesiones/{elsewhere.reference}/puntos/{item.id}/edicion").status_code == 404


def test_editing_and_moving_from_the_page(client, live):
    session, facilitator = live
    one, two = add(session, facilitator, "Uno"), add(session, facilitator, "Dos", documents="https://example.org")
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/puntos/{two.id}"
    page = client.get(f"{address}/edicion").text
    assert "Dos" in page and "https://example.org" in page
    form = {"title": "Dos bis", "purpose": "decide", "minutes": "9", "documents": "[ley](https://example.org/ley)"}
    assert client.post(f"{address}/edicion", data=form).status_code == 303
    assert client.post(f"{address}/edicion", data={**form, "title": ""}).status_code == 422
    client.post(f"{address}/lugar", data={"direction": "up"})
    assert titles(session) == ["Dos bis", "Uno"]
    assert 'href="https://example.org/ley"' in client.get(f"/sesiones/{session.reference}").text
    client.post(f"/sesiones/{session.reference}/puntos/{one.id}/retiro")
    assert titles(session) == ["Dos bis"]
    client.post(f"/sesiones/{session.reference}/puntos/plantilla", data={"template": "foro"})
    assert len(titles(session)) > 1
    assert client.post(f"/sesiones/{session.reference}/puntos/plantilla", data={"template": "x"}).status_code == 404


def test_events_of_the_agenda_come_with_the_rest(live):
    session, facilitator = live
    add(session, facilitator)
    tables.said(session, facilitator)
    kinds = [event.kind for event in db.session.scalars(sa.select(LiveEvent).order_by(LiveEvent.seq))]
    assert kinds == [EventKind.OPENED, EventKind.AGENDA, EventKind.MESSAGE]
