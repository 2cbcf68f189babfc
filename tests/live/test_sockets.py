"""Who hears and speaks over a socket, and that nothing hostile or repeated does harm."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Sector, SignIn
from cocrea.core import presence
from cocrea.core.db import transaction
from cocrea.core.rates import Rate
from cocrea.extensions import db, socketio
from cocrea.tables import operations, sockets
from cocrea.tables.models import MemberRole, Message, RestrictionKind, TableMember
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import person

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"


@pytest.fixture
def room(app):
    return tables.live_session()


def place(session, **rest):
    return {"session": session.reference, **rest}


def post(socket, session, body="Hola a todas.", key="k1"):
    return socket.send("room.post", place(session, body=body, client_key=key))


def messages():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Message))


def wait_until_cut_off(socket):
    for _ in range(40):
        if not socket.is_connected:
            return
        time.sleep(0.05)
    raise AssertionError("still connected")


def test_everyone_in_the_room_hears_in_order(room, connect):
    session, facilitator = room
    speaker, reader = connect(facilitator), connect()
    assert reader.send("room.join", place(session))["last_seq"] == 1
    assert [post(speaker, session, f"Mensaje {n}", f"k{n}")["seq"] for n in range(3)] == [2, 3, 4]
    heard = reader.events()
    assert [(event["seq"], event["byline"]) for event in heard] == [(n, facilitator.name) for n in (2, 3, 4)]
    assert heard[0]["body_html"] == "<p>Mensaje 0</p>\n"


def test_more_than_a_process_holds_are_turned_away(app, connect, monkeypatch):
    engine = socketio.server.eio
    monkeypatch.setattr(engine, "sockets", dict.fromkeys(range(app.config["COCREA"].sockets)))
    assert connect().is_connected
    engine.sockets["one more"] = None
    assert not connect().is_connected


def test_only_those_who_joined_hear(room, connect):
    session, facilitator = room
    elsewhere, outside = connect(), connect()
    other, _someone = tables.live_session()
    elsewhere.send("room.join", place(other))
    post(connect(facilitator), session)
    assert elsewhere.events() == outside.events() == []


def test_a_question_and_its_reply_are_told_as_such(room, connect):
    session, facilitator = room
    speaker, reader = connect(facilitator), connect()
    for socket in (speaker, reader):
        socket.send("room.join", place(session))
    asked = speaker.send("room.post", place(session, body="¿Cuándo?", client_key="k1", question=True))
    speaker.send("room.post", place(session, body="Mañana.", client_key="k2", parent=asked["seq"]))
    question, reply = reader.events()
    assert (question["question"], question["answered"], question.get("parent")) == (True, False, None)
    assert (reply["parent"], "question" in reply) == (asked["seq"], False)


@pytest.mark.parametrize(
    "more",
    [{"parent": 99}, {"parent": -1}, {"parent": "2"}, {"parent": True}, {"parent": None}, {"question": "yes"}],
    ids=repr,
)
def test_a_malformed_reply_is_refused(room, connect, more):
    session, facilitator = room
    answer = connect(facilitator).send("room.post", place(session, body="Hola", client_key="k1", **more))
    assert (answer["ok"], answer["error"], messages()) == (False, "invalid", 0)


def test_sending_again_is_harmless(room, connect):
    session, facilitator = room
    speaker = connect(facilitator)
    speaker.send("room.join", place(session))
    answers = [post(speaker, session) for _ in range(5)]
    assert {answer["seq"] for answer in answers} == {2}
    assert (messages(), len(speaker.events())) == (1, 1)


def test_a_message_costs_few_trips_and_keeps_the_session_for_one(room, connect, count_queries, database_kind):
    session, _facilitator = room
    speaker, where = connect(tables.member(session.table)), place(session)
    assert speaker.send("room.post", {**where, "body": "Hola.", "client_key": "k1"})["ok"]
    with count_queries() as asked:
        assert speaker.send("room.post", {**where, "body": "Hola.", "client_key": "k2"})["ok"]
    kept = asked[next(n for n, text in enumerate(asked) if "UPDATE sessions" in text) :]
    assert (len(asked), len(kept)) == ((4, 1) if database_kind == "postgresql" else (7, 4))


def test_a_key_that_was_used_before_takes_no_number(room, connect):
    session, facilitator = room
    speaker = connect(facilitator)
    for _ in range(3):
        assert post(speaker, session)["seq"] == 2
    assert post(speaker, session, key="k2")["seq"] == 3


def test_what_was_missed_is_told_from_a_number_on(room, connect):
    session, facilitator = room
    for n in range(5):
        tables.said(session, facilitator, f"Mensaje {n}")
    told = connect().send("room.since", place(session, since=3))
    assert [event["seq"] for event in told["events"]] == [4, 5, 6]
    assert told["last_seq"] == 6


def test_catching_up_comes_in_portions(room, connect):
    session, facilitator = room
    with transaction():
        for n in range(205):
            operations.post_message(actor=facilitator, session=session, body=f"M{n}", client_key=f"k{n}", now=NOW)
    socket = connect()
    first = socket.send("room.since", place(session, since=0))
    assert (len(first["events"]), first["last_seq"]) == (200, 206)
    rest = socket.send("room.since", place(session, since=200))
    assert [event["seq"] for event in rest["events"]] == list(range(201, 207))


def test_what_is_said_by_http_is_heard_live(room, connect, client):
    session, facilitator = room
    reader = connect()
    reader.send("room.join", place(session))
    client.sign_in(facilitator)
    answer = client.post(f"/sesiones/{session.reference}/mensajes", data={"body": "Por HTTP", "client_key": "k1"})
    assert answer.status_code == 303
    assert [event["body_html"] for event in reader.events()] == ["<p>Por HTTP</p>\n"]


def test_no_script_travels(room, connect):
    session, facilitator = room
    reader = connect()
    reader.send("room.join", place(session))
    post(
        connect(facilitator),
        session,
        HOSTILE,
    )
    html = reader.events()[0]["body_html"]
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


def test_hiding_tells_the_reason_and_no_text(room, connect):
    session, facilitator = room
    message = tables.said(session, facilitator, "Un insulto.")
    reader = connect()
    reader.send("room.join", place(session))
    with transaction():
        operations.hide_message(actor=facilitator, message=message, reason="Insulta.", now=NOW)
    told = [*reader.events(), *reader.send("room.since", place(session, since=0))["events"]]
    assert "Un insulto" not in str(told)
    assert told[0]["kind"] == "hidden"
    assert told[0]["reason"] == "Insulta."


def test_rooms_of_cycles_that_are_not_public_do_not_exist(app, connect):
    session, _facilitator = tables.live_session()
    session.cycle.published_at = None
    db.session.commit()
    for event in ("room.join", "room.since", "room.post"):
        payload = place(session, since=0, body="Hola", client_key="k1")
        assert connect(person()).send(event, payload)["error"] == "not_found"
    assert connect(person()).send("room.join", {"session": "NO-SES-0001"})["error"] == "not_found"


def test_speaking_needs_a_seat_on_every_event(room, connect):
    session, _facilitator = room
    stranger, someone = connect(person()), person()
    for socket in (connect(), stranger):
        answer = post(socket, session)
        assert (answer["ok"], answer["error"]) == (False, "denied")
        assert answer["message"]
    tables.member(session.table, someone)
    speaker = connect(someone)
    assert post(speaker, session, key="k1")["ok"]
    db.session.delete(db.session.get_one(TableMember, (session.table_id, someone.id)))
    db.session.commit()
    assert post(speaker, session, key="k2")["error"] == "denied"
    assert messages() == 1


def test_leaving_the_table_ends_speaking(room, connect):
    session, _facilitator = room
    someone = tables.member(session.table)
    speaker = connect(someone)
    speaker.send("room.join", place(session))
    with transaction():
        operations.leave(actor=someone, table=session.table, now=NOW)
    again = speaker if speaker.is_connected else connect(someone)
    assert post(again, session)["error"] == "denied"


def test_a_removed_member_is_cut_off_even_if_they_joined_the_room_before_the_table(room, connect):
    session, facilitator = room
    someone = person()
    speaker = connect(someone)
    speaker.send("room.join", place(session))
    tables.member(session.table, someone)
    assert post(speaker, session)["ok"]
    with transaction():
        operations.remove(
            actor=facilitator, table=session.table, person=someone, reason="Interrumpió a otras.", now=NOW
        )
    wait_until_cut_off(speaker)
    assert post(connect(someone), session, key="k2")["error"] == "denied"
    assert messages() == 1


def test_a_session_that_ended_takes_no_more(room, connect):
    session, facilitator = room
    speaker = connect(facilitator)
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    assert post(speaker, session)["error"] == "denied"


def test_a_closed_stage_takes_no_more(room, connect, clock):
    session, facilitator = room
    speaker = connect(facilitator)
    clock.advance(days=8)
    answer = post(speaker, session)
    assert answer["error"] == "denied"
    assert "cerró el" in answer["message"]


def test_a_revoked_sign_in_is_refused_and_cut_off(room, connect):
    session, facilitator = room
    speaker = connect(facilitator)
    db.session.execute(sa.update(SignIn).values(revoked_at=NOW))
    db.session.commit()
    assert post(speaker, session)["error"] == "signed_out"
    wait_until_cut_off(speaker)
    assert messages() == 0


def test_a_suspended_person_is_refused(room, connect):
    session, facilitator = room
    speaker = connect(facilitator)
    facilitator.suspended_at = NOW
    db.session.commit()
    assert post(speaker, session)["error"] == "signed_out"


def test_signing_out_on_the_page_cuts_the_socket(room, connect):
    _session, facilitator = room
    speaker, other = connect(facilitator), connect(facilitator)
    speaker.browser.post("/salir")
    wait_until_cut_off(speaker)
    assert other.is_connected


@pytest.mark.parametrize(
    "payload",
    [
        (),
        (None,),
        ("texto",),
        (["lista"],),
        ({},),
        ({"session": 7},),
        ({"session": "x" * 41},),
        ({"session": ["a"]}, {"b": 1}),
    ],
    ids=str,
)
@pytest.mark.parametrize("event", ["room.join", "room.since", "room.post"])
def test_malformed_payloads_are_answered(app, connect, event, payload):
    socket = connect(person())
    answer = socket.send(event, *payload)
    assert (answer["ok"], answer["error"]) == (False, "invalid")
    assert socket.is_connected


@pytest.mark.parametrize(
    "rest",
    [
        {"body": None, "client_key": "k"},
        {"body": "x" * 4001, "client_key": "k"},
        {"body": "   ", "client_key": "k"},
        {"body": {"a": 1}, "client_key": "k"},
        {"body": "Hola", "client_key": "k" * 65},
        {"body": "Hola", "client_key": 5},
        {"body": "Hola"},
    ],
    ids=["no text", "too long", "blank", "object", "long key", "number key", "no key"],
)
def test_malformed_messages_are_answered(room, connect, rest):
    session, facilitator = room
    assert connect(facilitator).send("room.post", place(session, **rest))["error"] == "invalid"
    assert messages() == 0


@pytest.mark.parametrize("since", [-1, "1", None, 2**31, True, 1.5], ids=str)
def test_malformed_numbers_are_answered(room, connect, since):
    session, _facilitator = room
    assert connect().send("room.since", place(session, since=since))["error"] == "invalid"


def test_nul_and_control_characters_are_harmless(room, connect):
    session, facilitator = room
    speaker = connect(facilitator)
    assert post(speaker, session, "Hola", "k\x001")["error"] == "invalid"
    assert speaker.send("room.join", {"session": "A\x00B"})["error"] in {"invalid", "not_found"}
    assert post(speaker, session, "Ho\u202ela", "k2")["ok"]
    assert db.session.scalars(sa.select(Message.body_source)).all() == ["Hola"]


def test_half_a_character_is_kept_as_in_a_form(room, connect):
    session, facilitator = room
    assert post(connect(facilitator), session, "Hola \ud83d")["ok"]
    said = db.session.scalar(sa.select(Message.body_source).order_by(Message.id.desc()))
    assert said == "Hola \ufffd"


def test_unknown_events_are_answered(app, connect):
    assert connect().send("room.destroy", {"session": "x"})["error"] == "unknown"


def test_nobody_floods_the_room(room, connect):
    session, facilitator = room
    speaker = connect(facilitator)
    answers = [post(speaker, session, key=f"k{n}") for n in range(25)]
    assert [answer["ok"] for answer in answers] == [True] * 20 + [False] * 5
    assert "segundos" in answers[-1]["message"]
    assert messages() == 20


def moderate(operation, session, facilitator, **said):
    with transaction():
        operation(actor=facilitator, session=session, now=NOW, **said)


def restrict(session, facilitator, someone, kind):
    moderate(operations.restrict, session, facilitator, person=someone, kind=kind, reason="Interrumpió a otras.")


def test_closing_the_conversation_is_heard_and_refuses_what_comes_after(room, connect):
    session, facilitator = room
    someone = connect(tables.member(session.table))
    someone.send("room.join", place(session))
    moderate(operations.lock_conversation, session, facilitator, reason="Escuchemos a quien expone.")
    (told,) = someone.events()
    assert (told["seq"], told["kind"], told["act"]) == (2, "rules", "locked")
    assert "Escuchemos" not in str(told)
    answer = post(someone, session)
    assert (answer["error"], messages()) == ("denied", 0)
    assert "Escuchemos a quien expone." in answer["message"]
    moderate(operations.unlock_conversation, session, facilitator)
    assert post(someone, session)["ok"]


def test_in_slow_mode_the_devices_of_one_person_wait_together(room, connect):
    session, facilitator = room
    someone = tables.member(session.table)
    one, other = connect(someone), connect(someone)
    moderate(operations.set_slow_mode, session, facilitator, seconds=30, reason="Somos muchas personas.")
    assert post(one, session, key="k1")["ok"]
    answer = post(other, session, key="k2")
    assert (answer["error"], messages()) == ("denied", 1)
    assert "30 s" in answer["message"]


@pytest.mark.parametrize("kind", list(RestrictionKind))
def test_whoever_is_muted_or_removed_is_cut_off_on_every_device_and_comes_back_to_read(room, connect, kind):
    session, facilitator = room
    someone, other = tables.member(session.table), tables.member(session.table)
    devices, bystander = [connect(someone), connect(someone)], connect(other)
    for socket in (*devices, bystander):
        socket.send("room.join", place(session))
    restrict(session, facilitator, someone, kind)
    for socket in devices:
        wait_until_cut_off(socket)
    assert bystander.is_connected
    again = connect(someone)
    joined = again.send("room.join", place(session))
    assert (joined["ok"], joined["may_post"]) == (True, False)
    assert "Interrumpió a otras." in joined["reason"]
    assert post(again, session)["error"] == "denied"
    counted = sum(presence.counts(operations.live_room(session)).values())
    assert counted == (2 if kind is RestrictionKind.MUTED else 1)
    moderate(operations.lift_restriction, session, facilitator, person=someone)
    wait_until_cut_off(again)
    assert post(connect(someone), session)["ok"]


def test_only_who_may_write_is_told_to_be_writing_and_only_by_sector(room, connect, monkeypatch):
    session, facilitator = room
    told = []
    monkeypatch.setattr(sockets.writing, "note", lambda *said: told.append(said))
    monkeypatch.setattr(sockets, "TYPING", Rate(1, 3))
    member, observer = tables.member(session.table), tables.member(session.table)
    db.session.execute(sa.update(TableMember).filter_by(person_id=observer.id).values(role=MemberRole.OBSERVER))
    db.session.commit()
    answers = [connect(who).send("room.typing", place(session)) for who in (member, observer, None)]
    assert [answer["ok"] for answer in answers] == [True, False, False]
    assert [answer.get("error") for answer in answers[1:]] == ["denied", "denied"]
    assert connect(member).send("room.typing", place(session)) == {"ok": True}, "too often is no fault"
    assert connect(facilitator).send("room.typing", place(session))["ok"]
    assert [(where, who) for where, who, _label in told] == [
        (f"session:{session.id}", member.public_id),
        (f"session:{session.id}", facilitator.public_id),
    ]
    assert {label for _where, _who, label in told} <= {*Sector, "none"}


def test_nobody_writes_once_the_session_ended(room, connect, monkeypatch):
    session, facilitator = room
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    assert connect(facilitator).send("room.typing", place(session))["error"] == "denied"
