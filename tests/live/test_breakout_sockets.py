"""Small groups over the wire: who may join, read and write, who hears what, and who is cut off."""

from __future__ import annotations

import pytest

from cocrea.core.db import transaction
from cocrea.tables import operations
from cocrea.tables.models import RestrictionKind
from tests.conftest import NOW
from tests.factories import breakouts, tables
from tests.factories.accounts import person


@pytest.fixture
def divided(app):
    """A session whose groups are at work: its facilitator, two of its members, and the group of the first."""
    session, facilitator = tables.live_session()
    members = [tables.member(session.table) for _ in range(2)]
    breakouts.opened(session, facilitator, *members)
    return session, facilitator, members, breakouts.group_of(members[0], session)


def ask(socket, event, session, **more):
    return socket.send(event, {"session": session.reference, **more})


def said(socket, session, body="Hola."):
    return ask(socket, "room.post", session, body=body, client_key="k1")


def test_who_may_join_a_group_at_work(connect, divided):
    _session, facilitator, (own, other), group = divided
    answers = {who: ask(connect(who), "room.join", group.session) for who in (own, other, facilitator)}
    assert [answers[who]["may_post"] for who in (own, other, facilitator)] == [True, False, True]
    assert [answer["live"] for answer in answers.values()] == [True] * 3
    for socket in (connect(person()), connect()):
        for event, more in (("room.join", {}), ("room.since", {"since": 0}), ("room.typing", {})):
            assert ask(socket, event, group.session, **more)["error"] == "not_found"
        assert said(socket, group.session)["error"] == "not_found"


def test_once_it_is_over_anyone_reads_and_nobody_writes(connect, divided, clock):
    _session, facilitator, (own, _other), group = divided
    clock.advance(minutes=10)
    joined = ask(connect(), "room.join", group.session)
    assert (joined["ok"], joined["live"]) == (True, False)
    for who in (own, facilitator):
        refusal = said(connect(who), group.session)
        assert (refusal["error"], "El tiempo de los grupos terminó" in refusal["message"]) == ("denied", True)


def test_each_writes_in_their_own_group_and_the_facilitation_anywhere(connect, divided):
    session, facilitator, (own, other), group = divided
    assert said(connect(own), group.session)["ok"]
    assert said(connect(other), group.session)["error"] == "denied"
    assert "Los grupos están trabajando" in said(connect(own), session)["message"]
    for where in (session, group.session):
        assert said(connect(facilitator), where)["ok"]


def test_what_is_said_in_a_group_is_told_in_no_other_room(connect, divided):
    session, _facilitator, (own, other), group = divided
    in_group, in_session = connect(own), connect(other)
    ask(in_group, "room.join", group.session)
    ask(in_session, "room.join", session)
    said(connect(own), group.session, "Solo para el grupo")
    assert [event["kind"] for event in in_group.events()] == ["message"]
    assert in_session.events() == []


def test_both_rooms_hear_of_more_time_and_of_the_end(connect, divided):
    session, facilitator, (own, _other), group = divided
    breakouts.saved(group, own, "Medir.")
    in_group, in_session = connect(own), connect()
    ask(in_group, "room.join", group.session)
    ask(in_session, "room.join", session)
    with transaction():
        operations.extend_groups(actor=facilitator, session=session, minutes=5, now=NOW)
    with transaction():
        operations.end_groups(actor=facilitator, session=session, now=NOW)
    assert [(event["kind"], event.get("act")) for event in in_group.events()] == [
        ("breakout", "extended"),
        ("ended", None),
    ]
    told = in_session.events()
    assert [(event["kind"], event.get("act")) for event in told] == [
        ("breakout", "extended"),
        ("message", None),
        ("breakout", "ended"),
    ]
    assert (told[1]["byline"], told[1]["key"]) == (f"Grupo {group.number}", f"breakout-{group.session_id}")


def test_who_is_put_out_of_the_session_is_cut_off_in_the_group(connect, divided):
    session, facilitator, (own, other), group = divided
    theirs, others = connect(own), connect(other)
    for socket in (theirs, others):
        ask(socket, "room.join", group.session)
    kept = {"person": own, "kind": RestrictionKind.REMOVED, "reason": "Interrumpió."}
    with transaction():
        operations.restrict(actor=facilitator, session=session, now=NOW, **kept)
    assert (theirs.is_connected, others.is_connected) == (False, True)
    assert ask(connect(own), "room.join", group.session)["error"] == "not_found"


def test_who_loses_the_seat_is_cut_off_in_the_group(connect, divided):
    session, facilitator, (own, other), group = divided
    theirs, others = connect(own), connect(other)
    for socket in (theirs, others):
        ask(socket, "room.join", group.session)
    with transaction():
        operations.remove(actor=facilitator, table=session.table, person=own, reason="No viene.", now=NOW)
    assert (theirs.is_connected, others.is_connected) == (False, True)
    assert ask(connect(own), "room.join", group.session)["error"] == "not_found"
