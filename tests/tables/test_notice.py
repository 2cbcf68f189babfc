"""The notice at the top of a room, and the screen of the hall."""

from __future__ import annotations

import re

import pytest

from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import EventKind, PollShows, Purpose, TurnKind
from tests.conftest import NOW
from tests.factories import polls, tables
from tests.factories.history import records


@pytest.fixture
def room(app):
    return tables.live_session()


def pin(session, actor, body="Receso a las **cinco**."):
    with transaction():
        operations.pin_notice(actor=actor, session=session, body=body, now=NOW)


def unpin(session, actor):
    with transaction():
        operations.unpin_notice(actor=actor, session=session, now=NOW)


def told(session):
    events = queries.events_since(session, 0)
    return [event.payload["act"] for event in events if event.kind is EventKind.NOTICE]


def test_one_notice_is_pinned_replaced_and_taken_away(room):
    session, facilitator = room
    for body in ("Uno.", "Uno.", "Dos."):
        pin(session, facilitator, body)
    assert session.notice_html == "<p>Dos.</p>\n"
    for _ in range(2):
        unpin(session, facilitator)
    assert (session.notice_html, told(session)) == ("", ["pinned", "pinned", "removed"])
    notices = [told for told in records(subject=session.reference) if told["action"].startswith("session.notice")]
    assert len(notices) == 3
    assert "Dos." not in str(notices)


@pytest.mark.parametrize("body", ["", " \n", "x" * 501], ids=["empty", "blank", "long"])
def test_a_notice_has_words_and_is_short(room, body):
    session, facilitator = room
    with pytest.raises(Invalid):
        pin(session, facilitator, body)


def test_only_the_facilitation_pins_until_the_end(room):
    session, facilitator = room
    with pytest.raises(Denied):
        pin(session, tables.member(session.table))
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    with pytest.raises(Denied):
        pin(session, facilitator)


def test_before_it_opens_a_notice_waits_for_the_stage(room, clock):
    _live, facilitator = room
    session = tables.session(_live.table, facilitator, live=False)
    pin(session, facilitator)
    for stage in session.cycle.stages:
        stage.ends_at = NOW
    db.session.commit()
    with pytest.raises(Denied):
        pin(session, facilitator, "Otro.")
    pin(_live, facilitator, "Terminamos con calma.")


def test_pinning_with_and_without_scripts(room, client):
    session, facilitator = room
    client.sign_in(facilitator)
    page = f"/sesiones/{session.reference}"
    hostile = "Receso <script>alert(1)</script> **ya**"
    assert client.post(f"{page}/aviso", data={"notice": hostile}).location == f"{page}#notice"
    shown = client.get(page).text
    assert "<strong>ya</strong>" in shown
    assert "<script>alert" not in shown
    assert client.post(f"{page}/aviso", data={"notice": " "}).status_code == 422
    panel = client.post(f"{page}/aviso/retiro", headers={"X-Cocrea-Panel": "notice"})
    assert (panel.status_code, "Fijar un aviso" in panel.text) == (200, True)
    member = tables.member(session.table)
    client.sign_in(member)
    assert client.get(f"{page}/paneles/notice").text.strip() == "", "nothing takes no room"


def screen(client, session):
    return client.get(f"/sesiones/{session.reference}/proyeccion").text


def test_the_screen_of_the_hall_shows_where_the_session_is(room, client, count_queries):
    session, facilitator = room
    pin(session, facilitator)
    with transaction():
        for title in ("Bienvenida", "Acordar"):
            content = operations.ItemContent(title, Purpose.INFORM, 10)
            operations.add_item(actor=facilitator, session=session, content=content, now=NOW)
        operations.start_item(actor=facilitator, item=queries.agenda(session)[0], now=NOW)
        for name in ("Fila uno", "Fila dos"):
            speaker = operations.Speaker(name, None, TurnKind.CONTRIBUTION)
            operations.add_speaker(actor=facilitator, session=session, speaker=speaker, now=NOW)
        first = queries.floor(session).line[0].turn
        operations.give_floor(actor=facilitator, turn=first, now=NOW)
    with count_queries() as log:
        page = screen(client, session)
    for words in ("Bienvenida", "Acordar", "Fila uno", "Fila dos", "<strong>cinco</strong>", "data:image/svg+xml"):
        assert words in page
    assert f"<span>sesiones/</span><span>{session.reference}</span>" in page
    assert "<form" not in page
    assert len(log) <= 8


def test_the_screen_shows_no_more_of_a_poll_than_a_visitor_may_see(room, client):
    session, facilitator = room
    member = tables.member(session.table)
    poll = polls.opened(session, facilitator, shows=PollShows.AFTER_ANSWERING)
    with transaction():
        operations.answer_poll(actor=member, poll=poll, choices=["agree"], now=NOW)
    client.sign_in(member)
    assert 'class="bars' in client.get(f"/sesiones/{session.reference}").text, "who answered sees the result"
    shown = screen(client, session)
    assert poll.question in shown
    assert "hall__bars" not in shown
    assert "Contestó 1 persona." in shown
    with transaction():
        operations.close_poll(actor=facilitator, poll=poll, now=NOW)
    shown = screen(client, session)
    assert re.search(r"De acuerdo</bdi></span> <strong>1<", shown)


def test_a_bar_of_the_screen_is_long_by_all_who_chose_it(room, client):
    session, facilitator = room
    member = tables.member(session.table)
    poll = polls.opened(session, facilitator)
    with transaction():
        operations.answer_poll(actor=member, poll=poll, choices=["agree"], now=NOW)
        operations.count_in_person(actor=facilitator, poll=poll, counts={"disagree": 4}, now=NOW)
        operations.close_poll(actor=facilitator, poll=poll, now=NOW)
    widths = re.findall(r'bars__online" width="([\d.]+)%', screen(client, session))
    assert {"100.0", "25.0"} <= set(widths), "four in the hall, one online"


def test_the_screen_says_on_which_day_it_starts_and_why_it_was_cancelled(room, client):
    live, facilitator = room
    session = tables.session(live.table, facilitator, live=False)
    shown = screen(client, session)
    assert f'datetime="{session.starts_at.isoformat()}"' in shown
    with transaction():
        operations.cancel_session(actor=facilitator, session=session, reason="Hay alerta de lluvia.", now=NOW)
    shown = screen(client, session)
    assert "Hay alerta de lluvia." in shown
    assert "Empieza" not in shown and "data:image/svg+xml" not in shown


def test_the_screen_names_nobody_of_a_named_poll(room, client):
    session, facilitator = room
    member = tables.member(session.table)
    poll = polls.opened(session, facilitator, shows=PollShows.LIVE, is_named=True)
    with transaction():
        operations.answer_poll(actor=member, poll=poll, choices=["agree"], now=NOW)
    assert member.name not in screen(client, session)


def test_there_is_no_screen_of_a_draft(room, client):
    session, _facilitator = room
    session.cycle.published_at = None
    db.session.commit()
    assert client.get(f"/sesiones/{session.reference}/proyeccion").status_code == 404
