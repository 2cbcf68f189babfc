"""Questions and replies in the conversation of a room."""

from __future__ import annotations

import re
import secrets

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import minuting, operations, queries
from cocrea.tables.models import EventKind, Message
from cocrea.tables.queries.rooms import _page
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.history import actions


@pytest.fixture
def room(app):
    return tables.live_session()


def run(operation, **values):
    with transaction():
        return operation(now=NOW, **values)


def say(session, by, body="Buenas tardes.", key="", **more):
    event = run(
        operations.post_message,
        actor=by,
        session=session,
        body=body,
        client_key=key or secrets.token_hex(8),
        **more,
    )
    return event.seq


def message(session, seq):
    return db.session.scalars(sa.select(Message).filter_by(session_id=session.id, seq=seq)).one()


def told(session):
    return {event["seq"]: event for event in queries.events_payload(session, queries.events_since(session, 0))}


def listed(page):
    return [found.seq for found in page.messages]


def test_a_reply_to_a_reply_belongs_to_the_first_message(room):
    session, facilitator = room
    first = say(session, facilitator)
    reply = say(session, facilitator, parent=first)
    second = say(session, facilitator, parent=reply)
    assert {message(session, seq).parent_seq for seq in (reply, second)} == {first}
    assert [told(session)[seq].get("parent") for seq in (first, reply, second)] == [None, first, first]


def test_a_question_says_so_and_waits_for_its_answer(room):
    session, facilitator = room
    asked, plain = say(session, facilitator, is_question=True), say(session, facilitator)
    assert (told(session)[asked]["question"], told(session)[asked]["answered"]) == (True, False)
    assert "question" not in told(session)[plain]


@pytest.mark.parametrize("number", [1, 99, 2**31 - 1], ids=["no message", "none yet", "highest"])
def test_what_is_no_message_is_not_replied_to(room, number):
    session, facilitator = room
    with pytest.raises(Invalid):
        say(session, facilitator, parent=number)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_a_message_of_another_session_is_not_replied_to(room):
    session, facilitator = room
    other = tables.session(session.table, facilitator)
    say(session, facilitator)
    there = say(session, facilitator)
    assert session.last_seq > other.last_seq
    with pytest.raises(Invalid):
        say(other, facilitator, parent=there)


def test_a_hidden_message_takes_no_replies_but_keeps_those_it_has(room):
    session, facilitator = room
    first = say(session, facilitator)
    reply = say(session, facilitator, parent=first, key="k1")
    run(operations.hide_message, actor=facilitator, message=message(session, first), reason="Insulta.")
    with pytest.raises(Invalid):
        say(session, facilitator, parent=first)
    assert say(session, facilitator, parent=first, key="k1") == reply, "what was accepted is acknowledged"
    assert listed(queries.messages(session)) == [first, reply]


def test_what_was_said_in_the_hall_also_asks_and_replies(room):
    session, facilitator = room
    first = say(session, facilitator)
    event = run(
        operations.record_in_person,
        actor=facilitator,
        session=session,
        body="¿Y el agua?",
        attribution="La sala",
        client_key="k1",
        parent=first,
        is_question=True,
    )
    spoken = message(session, event.seq)
    assert (spoken.parent_seq, spoken.is_question, spoken.byline) == (first, True, "La sala")


def test_the_facilitation_marks_a_question_answered_once_and_back(room):
    session, facilitator = room
    asked = message(session, say(session, facilitator, is_question=True))
    for answered in (True, True, False):
        run(operations.mark_question, actor=facilitator, message=asked, answered=answered)
    events = [event for event in queries.events_since(session, 0) if event.kind is EventKind.QUESTION]
    assert [event.payload for event in events] == [{"of": asked.seq}] * 2
    assert actions(asked.reference) == ["message.answered", "message.unanswered"]
    assert told(session)[events[0].seq]["answered"] is False, "who comes later hears how it stands"
    assert "body_html" not in told(session)[events[0].seq]


def test_who_may_not_mark_and_what_is_no_question(room):
    session, facilitator = room
    member = tables.member(session.table)
    asked, plain = say(session, member, is_question=True), say(session, member)
    for actor, seq in ((member, asked), (facilitator, plain)):
        with pytest.raises(Denied):
            run(operations.mark_question, actor=actor, message=message(session, seq), answered=True)


def test_the_page_shows_replies_beneath_what_they_answer(room, count_queries):
    session, facilitator = room
    first, second = say(session, facilitator), say(session, facilitator)
    reply = say(session, facilitator, parent=first)
    third = say(session, facilitator)
    assert session.id  # read afresh after the commit
    with count_queries() as log:
        page = queries.messages(session)
        assert [found.byline for found in page.messages]
    assert listed(page) == [first, reply, second, third]
    assert len(log) == 1


def test_what_is_answered_stands_above_a_page_that_begins_after_it(room):
    session, facilitator = room
    first = say(session, facilitator)
    others = [say(session, facilitator) for _ in range(3)]
    reply = say(session, facilitator, parent=first)
    page = queries.messages(session, limit=2)
    assert (listed(page), page.above, page.before) == ([first, reply, others[-1]], {first}, others[-1])
    older = queries.messages(session, before=others[0], limit=2)
    assert listed(older) == [first, reply], "an older page has the replies that came later"


@given(st.lists(st.integers(0, 8), min_size=1, max_size=12), st.integers(1, 6), st.none() | st.integers(0, 14))
@settings(deadline=None)
def test_pages_leave_nothing_out_and_repeat_nothing(thread_of, limit, before):
    """Each number answers a first message or opens a thread: page after page every message is in its own part once."""
    said = []
    for seq, pick in enumerate(thread_of, 1):
        firsts = [found.seq for found in said if found.parent_seq is None]
        parent = firsts[pick - 1] if 0 < pick <= len(firsts) else None
        said.append(Message(seq=seq, parent_seq=parent))
    seen: list[int] = []
    place = before
    while True:
        upto = [found for found in said if place is None or found.seq < place]
        recent = upto[-(limit + 1) :]
        wanted = {m.seq for m in recent} | {m.parent_seq for m in recent}
        later = {m.seq for m in said if place and m.seq >= place and m.parent_seq in {r.seq for r in recent}}
        page = _page([m for m in said if m.seq in wanted | later], place, limit)
        numbers = listed(page)
        assert len(numbers) == len(set(numbers))
        order = [(m.thread, m.seq) for m in page.messages]
        assert order == sorted(order)
        assert {m.thread for m in page.messages} <= set(numbers), "what is answered is there"
        seen += [m.seq for m in page.messages if m.seq not in page.above and (place is None or m.seq < place)]
        place = page.before
        if place is None:
            break
    assert sorted(seen) == [m.seq for m in said if before is None or m.seq < before]


def test_the_minutes_count_replies_and_questions(room):
    session, facilitator = room
    first = say(session, facilitator, is_question=True)
    say(session, facilitator, parent=first)
    assert "2 en línea" in minuting.draft(session, minuting.Known(queries.spoken(session)))


def test_replying_and_asking_without_scripts(client, room):
    session, facilitator = room
    first = say(session, facilitator, "Uno & «dos» <b>")
    say(session, facilitator, "Tres")
    member = tables.member(session.table)
    client.sign_in(member)
    address = f"/sesiones/{session.reference}"
    link = re.search(rf'href="([^"]*responder={first}#mensaje)"', client.get(address).text).group(1)
    page = client.get(link.replace("&amp;", "&")).text
    assert f'name="parent" type="hidden" value="{first}"' in page
    assert "Uno &amp; «dos» &lt;b&gt;</q>" in page
    form = {"body": "¿Y cuándo?", "client_key": "k1", "parent": str(first), "is_question": "y"}
    sent = client.post(f"{address}/mensajes", data=form)
    assert (sent.status_code, sent.location) == (303, f"{address}#m{session.last_seq}")
    shown = re.findall(r'id="m(\d+)"', client.get(address).text)
    assert [int(seq) for seq in shown] == [first, session.last_seq, first + 1]
    assert ">Pregunta<" in re.sub(r"\s*<svg.*?</svg>\s*", "", client.get(address).text, flags=re.S)
    assert "Ya se respondió" not in client.get(address).text


@pytest.mark.parametrize("parent", ["999", "x", "-1", "9" * 30])
def test_a_reply_to_nothing_gives_the_text_back_to_be_sent_alone(client, room, parent):
    session, _facilitator = room
    client.sign_in(tables.member(session.table))
    form = {"body": "Lo que escribí", "client_key": "k1", "parent": parent}
    answer = client.post(f"/sesiones/{session.reference}/mensajes", data=form)
    assert answer.status_code == 422
    assert "Lo que escribí" in answer.text
    assert 'name="parent" type="hidden" value=""' in answer.text


@pytest.mark.parametrize("number", ["999", "x", "", "0"])
def test_a_link_to_answer_nothing_is_no_crash(client, room, number):
    session, _facilitator = room
    client.sign_in(tables.member(session.table))
    page = client.get(f"/sesiones/{session.reference}?responder={number}").text
    assert "data-replying hidden" in page


def test_marking_with_and_without_scripts(client, room):
    session, facilitator = room
    asked = message(session, say(session, facilitator, is_question=True))
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/mensajes/{asked.seq}/respuesta"
    assert client.post(address).location == f"/sesiones/{session.reference}#m{asked.seq}"
    assert "La pregunta quedó como respondida" in client.get(f"/sesiones/{session.reference}").text
    answer = client.post(f"{address}/retiro", headers={"X-Cocrea-Panel": "actos"})
    assert (answer.status_code, answer.text) == (204, "")
    db.session.expire_all()
    assert message(session, asked.seq).answered_at is None


def test_a_reply_to_what_was_hidden_says_so(client, room):
    session, facilitator = room
    first = say(session, facilitator, "Un insulto.")
    say(session, facilitator, parent=first)
    run(operations.hide_message, actor=facilitator, message=message(session, first), reason="Insulta.")
    page = client.get(f"/sesiones/{session.reference}").text
    assert "un mensaje oculto" in page
    assert "Un insulto." not in page


def test_a_reply_in_the_hall_is_written_down_from_its_message(client, room):
    session, facilitator = room
    first = say(session, facilitator, "Uno")
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}"
    page = client.get(f"{address}?responder={first}").text
    assert page.count(f'name="parent" type="hidden" value="{first}"') == 2
    form = {"body": "Sí.", "attribution": "La sala", "client_key": "k1", "parent": str(first)}
    assert client.post(f"{address}/intervenciones", data=form).status_code == 303
    assert message(session, session.last_seq).parent_seq == first
    refused = client.post(f"{address}/intervenciones", data={**form, "client_key": "k2", "parent": "1"})
    assert (refused.status_code, "La sala" in refused.text) == (422, True)
