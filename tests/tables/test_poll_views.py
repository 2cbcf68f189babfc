"""Straw polls on the page: what each may see and when, and forms that work with and without scripts."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import Poll, PollAnswer, PollKind, PollShows
from tests.conftest import NOW
from tests.factories import polls, tables
from tests.factories.accounts import person

PANEL = {"X-Cocrea-Panel": "poll"}
ASKED = {"kind": "thumbs", "shows": "after_close", "electorate": "members", "item": "0"}
SECRET, WORD, HANDS = "Porque falta la consulta", "Teponaztli", 7531
RESULTS = 'class="bars"'


@pytest.fixture
def live(app):
    return tables.live_session()


def address(session, poll=None, act=""):
    return f"/sesiones/{session.reference}/sondeos" + (f"/{poll.id}/{act}" if poll else "")


def everywhere(client, session, reader):
    """All that a reader can be told of a session: its pages, its panel, its events, the search and the data."""
    if reader is not None:
        client.sign_in(reader)
    pages = [
        f"/sesiones/{session.reference}",
        f"/sesiones/{session.reference}/paneles/poll",
        f"/mesas/{session.table.reference}",
        f"/ciclos/{session.cycle.slug}/mesas",
        "/historial",
        "/historial/descarga.ndjson",
    ]
    told = [client.get(page).text for page in pages]
    events = queries.events_payload(session, queries.events_since(session, 0))
    return "\n".join([*told, str(events)])


@pytest.mark.parametrize(
    ("shows", "role", "before"),
    [
        *itertools.product([PollShows.LIVE], ["answered", "waits", "facilitates", "reads"], [True]),
        (PollShows.AFTER_ANSWERING, "answered", True),
        *itertools.product([PollShows.AFTER_ANSWERING], ["waits", "facilitates", "reads"], [False]),
        *itertools.product([PollShows.AFTER_CLOSE], ["answered", "waits", "facilitates", "reads"], [False]),
    ],
)
def test_results_are_told_to_nobody_before_they_may_be(client, live, shows, role, before):
    session, facilitator = live
    other, waits = tables.member(session.table), tables.member(session.table)
    answered = tables.member(session.table)
    reader = {"answered": answered, "waits": waits, "facilitates": facilitator, "reads": None}[role]
    poll = polls.opened(session, facilitator, shows=shows)
    cloud = polls.opened(session, facilitator, PollKind.CLOUD, shows=shows)
    polls.answered(poll, other, "block", reason=SECRET)
    polls.answered(cloud, other, WORD)
    polls.answered(poll, answered, "agree")
    polls.answered(cloud, answered, "agua")
    polls.counted(poll, facilitator, agree=HANDS, abstain=1)
    for closed in (False, True):
        told = everywhere(client, session, reader)
        visible = before or closed
        assert (SECRET in told, WORD in told, RESULTS in told) == (visible, visible, visible)
        assert ("7,531" in told) is visible
        if not closed:
            for each in (poll, cloud):
                polls.closed(each, facilitator)


@pytest.mark.parametrize("is_named", [False, True])
def test_names_stand_beside_answers_in_named_polls_alone(client, live, is_named):
    session, facilitator = live
    member = tables.member(session.table, person("Xóchitl Única"))
    poll = polls.opened(session, facilitator, is_named=is_named)
    polls.answered(poll, member, "block", reason=SECRET)
    panel = f"/sesiones/{session.reference}/paneles/poll"
    assert "Xóchitl" not in client.get(panel).text
    polls.closed(poll, facilitator)
    shown = client.get(panel).text
    assert SECRET in shown and ("Xóchitl" in shown) is is_named


def test_a_poll_is_opened_once_and_answered_without_scripts(client, live):
    session, facilitator = live
    member = tables.member(session.table)
    client.sign_in(facilitator)
    form = {**ASKED, "question": "<b>¿Seguimos?</b>", "client_key": "k1"}
    assert [client.post(address(session), data=form).status_code for _ in range(2)] == [303, 303]
    poll = db.session.scalars(sa.select(Poll)).one()
    page = client.sign_in(member).get(f"/sesiones/{session.reference}").text
    assert "&lt;b&gt;¿Seguimos?&lt;/b&gt;" in page and f'id="sondeo-{poll.id}"' in page
    empty = client.post(address(session, poll, "respuesta"))
    assert empty.status_code == 422 and "Elige una respuesta" in empty.text and "<html" in empty.text
    for choice in ("disagree", "agree"):
        assert client.post(address(session, poll, "respuesta"), data={"choice": choice}).status_code == 303
    panel = client.get(f"/sesiones/{session.reference}/paneles/poll").text
    assert "Ya contestaste" in panel and 'value="agree" checked' in panel
    assert db.session.scalars(sa.select(PollAnswer.choices)).all() == [["agree"]]


def test_whoever_opens_a_poll_reads_how_it_differs_from_a_vote(client, live):
    session, facilitator = live
    votes = f"/ciclos/{session.cycle.slug}/votaciones"
    page = client.sign_in(facilitator).get(f"/sesiones/{session.reference}").text
    assert "no da comprobante y no decide nada" in page
    assert f'href="{votes}">Ver las votaciones' in page


def test_a_script_gets_the_panel_alone_also_with_its_errors(client, live):
    session, facilitator = live
    client.sign_in(facilitator)
    form = {**ASKED, "kind": "single", "question": "¿Cuál camino?", "options": "Uno"}
    refused = client.post(address(session), data=form, headers=PANEL)
    assert refused.status_code == 422 and "<html" not in refused.text
    assert "¿Cuál camino?" in refused.text and "de 2 a 10 opciones" in refused.text
    opened = client.post(address(session), data={**form, "options": "Uno\nDos\n\nTres"}, headers=PANEL)
    poll = db.session.scalars(sa.select(Poll)).one()
    assert opened.status_code == 200 and poll.options == ["Uno", "Dos", "Tres"]
    counted = client.post(address(session, poll, "sala"), data={"people_2": "4"}, headers=PANEL)
    assert counted.status_code == 200 and poll.in_person == {"2": 4}
    wrong = client.post(address(session, poll, "sala"), data={"people_2": "-4"}, headers=PANEL)
    assert wrong.status_code == 422 and poll.in_person == {"2": 4}


def test_tightening_and_closing_from_the_page(client, live):
    session, facilitator = live
    poll = polls.opened(session, facilitator, shows=PollShows.LIVE)
    client.sign_in(facilitator)
    assert client.post(address(session, poll, "reserva"), data={"shows": "live"}).status_code == 422
    assert client.post(address(session, poll, "reserva"), data={"shows": "after_close"}).status_code == 303
    assert poll.shows is PollShows.AFTER_CLOSE
    assert client.post(address(session, poll, "cierre")).status_code == 303
    assert client.post(address(session, poll, "cierre")).status_code == 403
    assert RESULTS in client.get(f"/sesiones/{session.reference}").text


def test_whoever_answers_too_late_is_told_where_the_result_stands(client, live):
    session, facilitator = live
    member = tables.member(session.table)
    poll = polls.opened(session, facilitator)
    polls.closed(poll, facilitator)
    client.sign_in(member)
    for headers, status in ((PANEL, 422), ({}, 403)):
        late = client.post(address(session, poll, "respuesta"), data={"choice": "agree"}, headers=headers)
        assert late.status_code == status and "ya se cerró" in late.text and RESULTS in late.text


def test_visitors_and_strangers_see_polls_and_no_way_to_answer(client, live):
    session, facilitator = live
    poll = polls.opened(session, facilitator)
    visitor = client.get(f"/sesiones/{session.reference}/paneles/poll").text
    assert "¿Seguimos con esto?" in visitor and "Entrar para contestar" in visitor and "<form" not in visitor
    stranger = client.sign_in(person()).get(f"/sesiones/{session.reference}/paneles/poll").text
    assert "integrantes de la mesa" in stranger and "<form" not in stranger
    elsewhere, _other = tables.live_session()
    assert client.post(address(elsewhere, poll, "respuesta"), data={"choice": "agree"}).status_code == 404


def test_clouds_and_several_choices_are_answered_from_the_page(client, live):
    session, facilitator = live
    cloud = polls.opened(session, facilitator, PollKind.CLOUD, shows=PollShows.LIVE)
    several = polls.opened(session, facilitator, PollKind.MULTIPLE, options=["Uno", "Dos", "Tres"], most=2)
    client.sign_in(tables.member(session.table))
    assert client.post(address(session, cloud, "respuesta"), data={"word": "dos cosas"}).status_code == 422
    assert client.post(address(session, cloud, "respuesta"), data={"word": WORD}).status_code == 303
    assert client.post(address(session, several, "respuesta"), data={"choices": ["1", "2", "3"]}).status_code == 422
    assert client.post(address(session, several, "respuesta"), data={"choices": ["3", "1"]}).status_code == 303
    assert {tuple(choices) for choices in db.session.scalars(sa.select(PollAnswer.choices))} == {(WORD,), ("1", "3")}
    client.sign_in(facilitator)
    assert client.post(address(session, cloud, "sala"), data={"word": "agua", "people": "3"}).status_code == 303
    page = client.get(f"/sesiones/{session.reference}").text
    assert WORD in page and "agua" in page


def test_the_page_says_what_closing_leaves(client, live):
    session, facilitator = live
    poll = polls.opened(session, facilitator)
    client.sign_in(tables.member(session.table))
    assert "Al cerrarse borramos quién contestó" in client.get(f"/sesiones/{session.reference}").text
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    page = client.get(f"/sesiones/{session.reference}").text
    assert (
        "Al cerrarse borramos quién contestó qué" in page
        and "<form" not in page.split('id="poll"')[1].split("</section>")[0]
    )
    assert poll.result["answered"] == 0
