"""Closing a conversation, slowing it down, keeping someone from it: who may, what it stops, what the history tells."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from cocrea.accounts import privacy
from cocrea.accounts.models import Person, Role
from cocrea.audit.models import HistoryRecord
from cocrea.core import live
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import (
    EventKind,
    LiveEvent,
    Message,
    PollElectorate,
    PollKind,
    Restriction,
    RestrictionKind,
    Session,
    TableMember,
    Turn,
    TurnKind,
)
from tests.conftest import NOW
from tests.factories import agreements, polls, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records
from tests.real import at_once

REASON = "Interrumpió tres veces a otras personas."
MUTED, REMOVED = RestrictionKind.MUTED, RestrictionKind.REMOVED


@pytest.fixture
def room(app):
    """A live session, who facilitates it and a member of its table."""
    session, facilitator = tables.live_session()
    return session, facilitator, tables.member(session.table, person("Rosa Elvira"))


def do(operation, actor, session, now=NOW, **said):
    with transaction():
        operation(actor=actor, session=session, now=now, **said)


def restrict(room, kind=MUTED, reason=REASON, actor=None):
    session, facilitator, someone = room
    do(operations.restrict, actor or facilitator, session, person=someone, kind=kind, reason=reason)


def lift(room):
    session, facilitator, someone = room
    do(operations.lift_restriction, facilitator, session, person=someone)


def lock(session, actor, reason="Escuchemos a quien expone."):
    do(operations.lock_conversation, actor, session, reason=reason)


def slow(session, actor, seconds=30, reason="Somos muchas personas."):
    do(operations.set_slow_mode, actor, session, seconds=seconds, reason=reason)


def say(session, actor, key, now=NOW):
    with transaction():
        return operations.post_message(actor=actor, session=session, body="Hola.", client_key=key, now=now).seq


def refused(call, *arguments, **said):
    with pytest.raises(Denied) as denied:
        call(*arguments, **said)
    return str(denied.value.message)


def acts(session):
    found = db.session.scalars(
        sa.select(LiveEvent).filter_by(session_id=session.id, kind=EventKind.RULES).order_by(LiveEvent.seq)
    )
    return [event.payload for event in found]


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def test_nobody_writes_in_a_closed_conversation_not_even_the_facilitation(room):
    session, facilitator, someone = room
    lock(session, facilitator)
    lock(session, facilitator)
    for actor in (someone, facilitator):
        assert "Escuchemos a quien expone." in refused(say, session, actor, "k1")
    do(operations.unlock_conversation, facilitator, session)
    do(operations.unlock_conversation, facilitator, session)
    assert say(session, someone, "k1") == 4
    assert acts(session) == [{"act": "locked"}, {"act": "unlocked"}]
    (locked,) = records("session.locked")
    assert (locked["subject"], locked["reason"]) == (session.reference, "Escuchemos a quien expone.")
    assert len(records("session.unlocked")) == 1


def test_in_a_closed_conversation_the_floor_goes_on_and_what_is_said_aloud_is_recorded(room):
    session, facilitator, someone = room
    lock(session, facilitator)
    do(operations.ask_for_floor, someone, session, kind=TurnKind.QUESTION)
    said = {"body": "Falta agua.", "attribution": "La sala", "client_key": "k1"}
    do(operations.record_in_person, facilitator, session, **said)
    assert (count(Turn), count(Message)) == (1, 1)


def test_slow_mode_makes_each_person_wait_and_the_facilitation_not(room):
    session, facilitator, someone = room
    say(session, someone, "before")
    slow(session, facilitator)
    assert (
        refused(say, session, someone, "k1", NOW + timedelta(seconds=10))
        == "Puedes volver a escribir en 20 segundos."
    )
    assert (
        refused(say, session, someone, "k1", NOW + timedelta(seconds=29.5))
        == "Puedes volver a escribir en 1 segundo."
    )
    say(session, someone, "k1", NOW + timedelta(seconds=30))
    say(session, tables.member(session.table), "k1", NOW + timedelta(seconds=30))
    assert say(session, facilitator, "k1") < say(session, facilitator, "k2")
    slow(session, facilitator, 0, "Ya somos pocas.")
    say(session, someone, "k2", NOW + timedelta(seconds=31))
    assert [record["new"] for record in records("session.slowed")] == [{"slow": 30}, {"slow": 0}]


def test_what_was_accepted_is_acknowledged_again_however_slow_or_closed_it_became(room):
    session, facilitator, someone = room
    first = say(session, someone, "k1")
    slow(session, facilitator)
    assert say(session, someone, "k1") == first
    lock(session, facilitator)
    restrict(room)
    assert say(session, someone, "k1") == first
    assert count(Message) == 1


@pytest.mark.parametrize("seconds", [-1, 601])
def test_a_wait_has_its_bounds(room, seconds):
    session, facilitator, _someone = room
    with pytest.raises(Invalid):
        slow(session, facilitator, seconds)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_every_act_has_its_reason(room, reason):
    session, facilitator, _someone = room
    for act in (partial(lock, session, facilitator, reason), partial(slow, session, facilitator, 10, reason)):
        with pytest.raises(Invalid):
            act()
    with pytest.raises(Invalid):
        restrict(room, reason=reason)
    assert acts(session) == []


def test_only_the_facilitation_of_a_live_session_moderates(room):
    session, facilitator, someone = room
    for actor in (
        someone,
        grant(person(), Role.FACILITATOR, tables.table()),
        grant(person(), Role.RAPPORTEUR, session.table),
    ):
        refused(lock, session, actor)
        refused(slow, session, actor)
        refused(restrict, room, actor=actor)
    do(operations.end_session, facilitator, session)
    assert "terminó" in refused(lock, session, facilitator)
    assert "terminó" in refused(restrict, room)
    assert count(Restriction) == 0


def test_nobody_who_facilitates_is_kept_from_speaking(room):
    session, facilitator, _someone = room
    others = [grant(person(), role, session.table) for role in (Role.FACILITATOR, Role.COFACILITATOR)]
    for who in (tables.member(session.table, someone) for someone in (facilitator, *others)):
        refused(restrict, (session, facilitator, who))
    with pytest.raises(Conflict):
        restrict((session, facilitator, person()))
    assert count(Restriction) == 0


def test_whoever_is_muted_reads_why_and_neither_writes_nor_asks_for_the_floor(room):
    session, _facilitator, someone = room
    do(operations.ask_for_floor, someone, session, kind=TurnKind.QUESTION)
    restrict(room)
    assert queries.floor(session).line == []
    for act in (
        partial(say, session, someone, "k1"),
        partial(do, operations.ask_for_floor, someone, session, kind=TurnKind.REPLY),
    ):
        assert REASON in refused(act)
    say(session, tables.member(session.table), "k1")
    lift(room)
    lift(room)
    say(session, someone, "k1")
    assert acts(session) == [{"act": "muted"}, {"act": "lifted"}]


def test_whoever_had_the_floor_has_it_no_more(room):
    session, facilitator, someone = room
    do(operations.ask_for_floor, someone, session, kind=TurnKind.QUESTION)
    turn = db.session.scalars(sa.select(Turn)).one()
    with transaction():
        operations.give_floor(actor=facilitator, turn=turn, now=NOW)
    restrict(room, REMOVED)
    assert queries.floor(session).speaking is None


@pytest.mark.parametrize(
    ("kind", "poll_kind", "answers"),
    [(MUTED, PollKind.THUMBS, True), (MUTED, PollKind.CLOUD, False), (REMOVED, PollKind.THUMBS, False)],
)
def test_whoever_is_muted_still_answers_but_writes_no_word_and_whoever_is_out_answers_nothing(
    room, kind, poll_kind, answers
):
    session, facilitator, someone = room
    poll = polls.opened(session, facilitator, poll_kind, electorate=PollElectorate.EVERYONE)
    restrict(room, kind)
    answer = partial(polls.answered, poll, someone, "agua" if poll_kind is PollKind.CLOUD else "agree")
    if answers:
        answer()
    else:
        assert REASON in refused(answer)


def test_whoever_reports_writes_no_public_text_while_muted_and_may_after_the_session(room):
    session, facilitator, someone = room
    grant(someone, Role.RAPPORTEUR, session.table)
    with transaction():
        minutes = operations.draft_minutes(actor=someone, session=session, now=NOW)
    text = agreements.put(agreements.drafted(session, someone), facilitator)
    left = agreements.drafted(session, facilitator, "Otro")
    agreements.withdrawn(left, facilitator)
    restrict(room)

    def minute(words):
        with transaction():
            operations.save_minutes(actor=someone, minutes=minutes, source=words, base=minutes.version, now=NOW)

    for refused in (
        lambda: agreements.drafted(session, someone),
        lambda: agreements.edited(text, someone, "Mío"),
        lambda: agreements.reworked(left, someone, session),
        lambda: minute("Lo que quiero"),
    ):
        with pytest.raises(Denied) as denied:
            refused()
        assert REASON in str(denied.value.message)
    assert text.is_put
    restrict(room, actor=facilitator, kind=REMOVED)
    with pytest.raises(Denied):
        agreements.drafted(session, someone)
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    minute("Lo que pasó")


def test_being_muted_can_become_being_removed_and_both_end_as_one(room):
    session, _facilitator, someone = room
    restrict(room)
    restrict(room)
    restrict(room, REMOVED, "Siguió interrumpiendo.")
    assert "Siguió interrumpiendo." in refused(say, session, someone, "k1")
    lift(room)
    assert (count(Restriction), len(records("session.muted")), len(records("session.person_returned"))) == (0, 1, 1)


def test_nobody_lifts_what_keeps_themselves(room):
    session, _facilitator, someone = room
    restrict(room)
    grant(someone, Role.COFACILITATOR, session.table)
    refused(do, operations.lift_restriction, someone, session, person=someone)
    assert count(Restriction) == 1


def test_another_reason_is_recorded_and_told(room):
    session, facilitator, someone = room
    lock(session, facilitator)
    lock(session, facilitator, "Ahora es el receso.")
    slow(session, facilitator)
    slow(session, facilitator)
    slow(session, facilitator, reason="Llegaron más.")
    restrict(room)
    restrict(room, reason="Volvió a interrumpir.")
    assert (session.locked_because, session.slow_because) == ("Ahora es el receso.", "Llegaron más.")
    assert "Volvió a interrumpir." in refused(say, session, someone, "k1")
    told = [len(records(f"session.{action}")) for action in ("locked", "slowed", "muted")]
    assert (told, len(acts(session))) == ([2, 2, 2], 6)


def test_no_pace_where_there_was_none_changes_nothing_and_says_so(room):
    session, facilitator, _someone = room
    with pytest.raises(Conflict):
        slow(session, facilitator, 0)
    assert acts(session) == []


def test_the_room_is_not_told_whose_turn_ended_because_they_were_muted(room):
    session, _facilitator, someone = room
    do(operations.ask_for_floor, someone, session, kind=TurnKind.QUESTION)
    restrict(room)
    told = [event.payload for event in queries.events_since(session, 0) if event.kind is EventKind.FLOOR]
    assert told[-1] == {"act": "withdrawn"}


def test_it_holds_in_this_session_alone_and_the_seat_stays(room):
    session, facilitator, someone = room
    restrict(room, REMOVED)
    other = tables.session(session.table, facilitator)
    say(other, someone, "k1")
    assert db.session.get(TableMember, (session.table_id, someone.id))


def test_leaving_the_table_and_coming_back_lifts_nothing(room):
    session, _facilitator, someone = room
    restrict(room)
    with transaction():
        operations.leave(actor=someone, table=session.table, now=NOW)
    tables.member(session.table, someone)
    assert REASON in refused(say, session, someone, "k1")


def test_the_history_says_why_and_never_whom(room):
    session, facilitator, someone = room
    restrict(room)
    (told,) = records("session.muted")
    assert (told["actor"], told["subject"], told["reason"]) == (facilitator.public_id, session.reference, REASON)
    everything = " ".join(db.session.scalars(sa.select(HistoryRecord.canonical)))
    assert someone.public_id not in everything
    assert someone.name not in everything
    assert someone.public_id not in str(acts(session))
    with pytest.raises(Invalid):
        restrict(room, REMOVED, "rosa  elvira gritó")


def test_their_connections_to_this_session_are_cut_off(room, monkeypatch):
    session, _facilitator, someone = room
    rooms = []
    monkeypatch.setattr(live, "disconnect", rooms.append)
    restrict(room)
    lift(room)
    assert rooms == [operations.own_room(session, someone.id)] * 2


def test_the_person_finds_it_among_their_data(room):
    _session, _facilitator, someone = room
    restrict(room)
    assert privacy.personal_data(someone)["session_restrictions"][0]["reason"] == REASON


def test_judging_costs_nothing_where_the_facilitation_changed_nothing(room, count_queries):
    session, facilitator, someone = room
    with transaction(), count_queries() as before:
        operations.post_message(actor=someone, session=session, body="Hola.", client_key="k1", now=NOW)
    slow(session, facilitator, 10)
    slow(session, facilitator, 0)
    with transaction(), count_queries() as after:
        operations.post_message(actor=someone, session=session, body="Hola.", client_key="k2", now=NOW)
    assert len(after) <= len(before) + 1


@pytest.mark.slow
def test_of_ten_messages_that_one_person_sends_at_once_in_slow_mode_one_is_taken(committed_app):
    session, facilitator = tables.live_session()
    someone = tables.member(session.table)
    slow(session, facilitator)
    session_id, person_id = session.id, someone.id

    def send(key):
        return say(db.session.get_one(Session, session_id), db.session.get_one(Person, person_id), key)

    answers = at_once(committed_app, [partial(send, f"k{n}") for n in range(10)])
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert {str(answer.message) for answer in answers if isinstance(answer, CocreaError)} == {
        "Puedes volver a escribir en 30 segundos."
    }


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(3))
def test_nothing_of_whoever_is_muted_comes_after_that(committed_app, round_):
    session, facilitator = tables.live_session()
    members = [tables.member(session.table) for _ in range(8)]
    session_id, facilitator_id, ids = session.id, facilitator.id, [someone.id for someone in members]

    def send(person_id):
        return say(db.session.get_one(Session, session_id), db.session.get_one(Person, person_id), "k1")

    def mute(person_id):
        with transaction():
            held = db.session.get_one(Session, session_id)
            by, someone = db.session.get_one(Person, facilitator_id), db.session.get_one(Person, person_id)
            operations.restrict(actor=by, session=held, person=someone, kind=MUTED, reason=REASON, now=NOW)
            return held.ruled_seq

    answers = at_once(committed_app, [partial(act, one) for one in ids for act in (send, mute)])
    for said, muted in zip(answers[::2], answers[1::2], strict=True):
        if isinstance(said, int):
            assert said < muted
        else:
            assert isinstance(said, Denied)
            assert REASON in str(said.message)


def _say(room, now, key):
    session, _facilitator, someone = room
    do(operations.post_message, someone, session, now, body="Sigo.", client_key=key)


def test_a_word_taken_for_some_minutes_comes_back_by_itself(room):
    session, facilitator, someone = room
    do(operations.restrict, facilitator, session, person=someone, kind=MUTED, reason=REASON, minutes=5)
    over = NOW + timedelta(minutes=5)
    for moment in (NOW, over - timedelta(seconds=1)):
        with pytest.raises(Denied):
            _say(room, moment, "k1")
    _say(room, over, "k2")
    assert db.session.query(Message).count() == 1
    (told,) = records("session.muted")
    assert told["new"] == {"mute_minutes": 5}
    lift_at = over + timedelta(minutes=1)
    do(operations.lift_restriction, facilitator, session, lift_at, person=someone)
    assert records("session.unmuted") == []
    (listed,) = [one for one in queries.participants(session, over) if one.member.person_id == someone.id]
    assert listed.restriction is None


def test_it_is_taken_again_and_given_back_by_hand_before_its_end(room):
    session, facilitator, someone = room
    minutes = {"person": someone, "kind": MUTED, "reason": REASON}
    do(operations.restrict, facilitator, session, **minutes, minutes=5)
    later = NOW + timedelta(minutes=6)
    do(operations.restrict, facilitator, session, later, **minutes, minutes=15)
    with pytest.raises(Denied):
        _say(room, later + timedelta(minutes=14), "k1")
    do(operations.lift_restriction, facilitator, session, later + timedelta(minutes=1), person=someone)
    _say(room, later + timedelta(minutes=2), "k1")
    assert len(records("session.unmuted")) == 1


@pytest.mark.parametrize("minutes", [-5, 1, 60, 10**9])
def test_only_lengths_from_the_list_are_taken(room, minutes):
    session, facilitator, someone = room
    with pytest.raises(Invalid) as refusal:
        do(operations.restrict, facilitator, session, person=someone, kind=MUTED, reason=REASON, minutes=minutes)
    assert refusal.value.field == "minutes"
    assert db.session.query(Restriction).count() == 0


def test_who_is_put_out_of_the_room_is_out_until_the_session_ends(room):
    session, facilitator, someone = room
    do(operations.restrict, facilitator, session, person=someone, kind=REMOVED, reason=REASON, minutes=5)
    assert db.session.query(Restriction).one().until is None
