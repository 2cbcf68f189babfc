"""Small groups: opened, entered, extended, called back; what each comes to is brought back once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from cocrea.accounts import privacy
from cocrea.accounts.models import Person, Role, Sector, Visitor
from cocrea.core import live
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied, Invalid, NotFound
from cocrea.extensions import db
from cocrea.tables import figures, jobs, minuting, operations, policies, queries
from cocrea.tables.models import (
    BreakoutGroup,
    BreakoutSeat,
    Deal,
    EventKind,
    LiveEvent,
    Message,
    PollAnswer,
    RestrictionKind,
    Session,
    TurnKind,
)
from cocrea.tables.operations import RoundPlan
from tests.conftest import NOW
from tests.factories import breakouts, polls, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records
from tests.real import at_once

OVER = NOW + timedelta(minutes=10)
DURING = OVER - timedelta(seconds=1)


@pytest.fixture
def room(app):
    """A live session, who facilitates it, and four members of its table."""
    session, facilitator = tables.live_session()
    return session, facilitator, [tables.member(session.table) for _ in range(4)]


def do(operation, actor, session, now=NOW, **said):
    with transaction():
        return operation(actor=actor, session=session, now=now, **said)


def acts(session, kind=EventKind.BREAKOUT):
    own = sa.select(LiveEvent).filter_by(session_id=session.id, kind=kind).order_by(LiveEvent.seq)
    return [event.payload.get("act") for event in db.session.scalars(own)]


def said_in(session):
    own = sa.select(Message).filter_by(session_id=session.id).order_by(Message.seq)
    return list(db.session.scalars(own))


def say(session, actor, now=NOW, key=""):
    with transaction():
        return operations.post_message(
            actor=actor,
            session=session,
            body="Hola.",
            client_key=key or secrets.token_hex(8),
            now=now,
        ).seq


def refused(call, *arguments, **said):
    with pytest.raises(Denied) as denied:
        call(*arguments, **said)
    return str(denied.value.message)


def test_a_session_divides_into_rooms_of_its_own(room):
    session, facilitator, members = room
    groups = breakouts.opened(session, facilitator, *members, groups=3, questions=["¿Qué?", "¿Cómo?", "¿Quién?"])
    assert [group.session.reference for group in groups] == [f"{session.reference}-G{n}" for n in (1, 2, 3)]
    assert [group.question for group in groups] == ["¿Qué?", "¿Cómo?", "¿Quién?"]
    assert sorted(queries.sizes(groups[0].breakout).values()) == [1, 1, 2]
    for group in groups:
        assert (group.session.parent_id, group.session.starts_at, group.session.ended_at) == (session.id, NOW, OVER)
        assert group.session.is_live_at(NOW)
        assert group.session.is_live_at(DURING)
        assert not group.session.is_live_at(OVER)
    assert acts(session) == ["opened"]
    (record,) = records("session.groups_opened")
    assert record["subject"] == session.reference
    told = {"round": 1, "groups": 3, "minutes": 10, "deal": "mixed", "seed": "s", "dealt": 4}
    assert told.items() <= record["new"].items()


def test_a_form_sent_twice_divides_once(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members, key="k1")
    breakouts.opened(session, facilitator, *members, key="k1")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BreakoutGroup)) == 2
    assert "ya están trabajando" in refused(breakouts.opened, session, facilitator)


def test_a_second_round_waits_for_the_first_and_has_names_of_its_own(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    second = breakouts.opened(session, facilitator, *members, now=OVER)
    assert [group.session.reference for group in second] == [f"{session.reference}-R2G{n}" for n in (1, 2)]
    assert acts(session) == ["opened", "ended", "opened"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"groups": 1}, "groups"),
        ({"groups": 13}, "groups"),
        ({"minutes": 2}, "minutes"),
        ({"minutes": 61}, "minutes"),
        ({"questions": [" "]}, "questions"),
        ({"questions": ["a", "b", "c"]}, "questions"),
        ({"questions": ["a" * 301]}, "questions"),
    ],
)
def test_a_round_has_measure(room, said, field):
    session, facilitator, _members = room
    with pytest.raises(Invalid) as invalid:
        breakouts.opened(session, facilitator, **said)
    assert invalid.value.field == field


def test_who_is_dealt(room):
    """Members who are there; neither who facilitates, observes or was put out, nor who is no member."""
    session, facilitator, members = room
    observer = person()
    grant(observer, Role.OBSERVER, session.table)
    tables.member(session.table, observer)
    absent, outsider, out = tables.member(session.table), person(), members[0]
    said = {"person": out, "kind": RestrictionKind.REMOVED, "reason": "Interrumpió."}
    do(operations.restrict, facilitator, session, **said)
    came = tables.member(session.table)
    do(operations.say_here, came, session)
    tables.member(session.table, facilitator)
    breakouts.opened(session, facilitator, *members, observer, outsider, facilitator)
    seated = set(db.session.scalars(sa.select(BreakoutSeat.person_id)))
    assert seated == {one.id for one in [*members[1:], came]}
    assert absent.id not in seated


def test_by_hand_nobody_is_dealt_and_the_facilitation_seats(room):
    session, facilitator, (rosa, *_others) = room
    groups = breakouts.opened(session, facilitator, rosa, deal=Deal.BY_HAND)
    assert queries.sizes(groups[0].breakout) == {}
    move = partial(do, operations.move_person, facilitator, session, person=rosa.public_id)
    move(number=2)
    move(number=2)
    assert breakouts.group_of(rosa, session).number == 2
    move(number=1)
    assert breakouts.group_of(rosa, session).number == 1
    assert [(r["old"], r["new"]) for r in records("session.group_moved")] == [
        ({}, {"group": 2, "round": 1}),
        ({"group": 2}, {"group": 1, "round": 1}),
    ]
    assert rosa.name not in str(records("session.group_moved"))
    assert acts(session) == ["opened", "moved", "moved"]
    with pytest.raises(Invalid):
        move(number=3)
    with pytest.raises(NotFound):
        do(operations.move_person, facilitator, session, person=person().public_id, number=1)


def test_who_comes_later_enters_the_smallest_group_once(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members[:3])
    smallest = min(breakouts.groups(session), key=lambda group: queries.sizes(group.breakout)[group.session_id])
    for _twice in range(2):
        assert do(operations.enter_group, members[3], session).id == smallest.session_id
    assert acts(session) == ["opened", "entered"]
    assert acts(smallest.session) == ["entered"]
    own = breakouts.group_of(members[0], session)
    assert do(operations.enter_group, members[0], session).id == own.session_id


def test_who_may_not_enter(room):
    session, facilitator, members = room
    enter = partial(refused, do, operations.enter_group)
    assert "no hay grupos" in enter(members[0], session)
    breakouts.opened(session, facilitator)
    assert "visita" in enter(facilitator, session)
    assert "únete primero" in enter(person(), session)
    assert "no hay grupos" in refused(do, operations.enter_group, members[0], session, now=OVER)


def test_a_group_is_written_in_by_who_is_in_it_and_the_facilitation(room):
    session, facilitator, members = room
    groups = breakouts.opened(session, facilitator, *members)
    for one in members:
        own = breakouts.group_of(one, session)
        (other,) = [group for group in groups if group is not own]
        assert say(own.session, one)
        assert "quienes están en este grupo" in refused(say, other.session, one)
    assert say(groups[0].session, facilitator)


def test_meanwhile_the_facilitation_alone_speaks_in_the_session(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    assert "Los grupos están trabajando" in refused(say, session, members[0])
    assert "Los grupos están trabajando" in refused(
        do, operations.ask_for_floor, members[0], session, kind=TurnKind.QUESTION
    )
    assert say(session, facilitator)
    assert say(session, members[0], now=OVER)


def test_a_group_closes_by_its_dates(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.group_of(members[0], session)
    assert say(group.session, members[0], now=DURING)
    assert "El tiempo de los grupos terminó" in refused(say, group.session, members[0], now=OVER)
    assert "El tiempo de los grupos terminó" in refused(say, group.session, facilitator, now=OVER)
    assert "El tiempo" in refused(breakouts.saved, group, members[0], "Tarde", now=OVER)


def test_more_time_and_an_early_end(room):
    session, facilitator, members = room
    groups = breakouts.opened(session, facilitator, *members)
    do(operations.extend_groups, facilitator, session, minutes=5)
    later = OVER + timedelta(minutes=4)
    assert say(groups[0].session, facilitator, now=later)
    assert acts(groups[0].session) == ["extended"]
    with pytest.raises(Invalid):
        do(operations.extend_groups, facilitator, session, minutes=61)
    do(operations.end_groups, facilitator, session, now=later)
    assert "no hay grupos" in refused(do, operations.extend_groups, facilitator, session, now=later, minutes=5)
    assert "no hay grupos" in refused(do, operations.end_groups, facilitator, session, now=later)
    assert "terminó" in refused(say, groups[0].session, facilitator, now=later)
    assert acts(session) == ["opened", "extended", "ended"]
    assert acts(groups[0].session, EventKind.ENDED) == [None]
    (extended,), (ended,) = records("session.groups_extended"), records("session.groups_ended")
    assert (extended["old"]["ends_at"][11:16], extended["new"]["ends_at"][11:16]) == ("18:10", "18:15")
    assert ended["new"] == {"round": 1, "results": 0}


@pytest.mark.parametrize("slow", [0, 30])
def test_a_message_from_before_an_early_end_comes_too_late_once_the_group_was_called_back(room, slow):
    session, facilitator, members = room
    one, two = breakouts.opened(session, facilitator, *members)
    before = say(one.session, facilitator, now=NOW, key="kept")
    one.session.slow_seconds = two.session.slow_seconds = slow
    db.session.commit()
    stale = DURING - timedelta(minutes=1)
    assert say(two.session, facilitator, now=NOW)
    ruled = one.session.ruled_seq
    do(operations.end_groups, facilitator, session, now=DURING)
    assert one.session.ruled_seq > ruled, "whoever was judged before is judged again"
    for group in (one, two):
        assert "El tiempo de los grupos terminó" in refused(say, group.session, facilitator, now=stale)
    assert say(one.session, facilitator, now=stale, key="kept") == before
    assert [len(said_in(group.session)) for group in (one, two)] == [1, 1]


def test_only_the_facilitation_conducts_them(room):
    session, facilitator, (someone, *_others) = room
    assert "Solo la facilitación" in refused(breakouts.opened, session, someone)
    breakouts.opened(session, facilitator)
    for operation, said in (
        (operations.extend_groups, {"minutes": 5}),
        (operations.end_groups, {}),
        (operations.tell_groups, {"body": "Cinco minutos."}),
        (operations.ask_for_results, {}),
        (operations.move_person, {"person": someone.public_id, "number": 1}),
    ):
        assert "Solo la facilitación" in refused(do, operation, someone, session, **said)


def test_groups_are_not_divided_and_have_neither_agreements_nor_minutes(room):
    session, facilitator, members = room
    group = breakouts.opened(session, facilitator, *members)[0].session
    assert "no se divide" in refused(breakouts.opened, group, facilitator)
    agreed = operations.AgreementContent("Publicar", [])
    for operation, said in (
        (operations.draft_minutes, {}),
        (operations.draft_agreement, {"content": agreed}),
        (operations.record_agreement, {"content": agreed}),
        (operations.end_session, {}),
        (operations.cancel_session, {"reason": "Ya no."}),
    ):
        assert refused(do, operation, facilitator, group, **said)


def test_a_notice_reaches_every_group(room):
    session, facilitator, members = room
    groups = breakouts.opened(session, facilitator, *members)
    do(operations.tell_groups, facilitator, session, body="Quedan cinco minutos.")
    assert {group.session.notice_source for group in groups} == {"Quedan cinco minutos."}
    assert session.notice_source == ""
    with pytest.raises(Invalid):
        do(operations.tell_groups, facilitator, session, body=" ")


def test_what_a_group_comes_to_is_brought_back_once(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.group_of(members[0], session)
    breakouts.saved(group, members[0], "Primero, **medir**.")
    assert said_in(session) == []
    for _twice in range(2):
        breakouts.called_back(session, OVER)
    (message,) = said_in(session)
    assert (message.author, message.attribution) == (None, f"Grupo {group.number}")
    assert "<strong>medir</strong>" in message.body_html
    assert f'href="/sesiones/{group.session.reference}"' in message.body_html
    event = db.session.get(LiveEvent, (session.id, message.seq))
    assert event.client_key == f"breakout-{group.session_id}"
    (ended,) = records("session.groups_ended")
    assert (ended["new"], ended["actor"]) == ({"round": 1, "results": 1}, "system")


def test_before_the_time_is_over_nothing_is_called_back(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    breakouts.called_back(session, DURING)
    assert records("session.groups_ended") == []


def test_the_job_calls_back_whose_time_is_over(room, clock):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    assert queries.sessions_to_call_back(DURING) == []
    assert queries.sessions_to_call_back(OVER) == [session]
    clock.advance(minutes=10)
    jobs.call_groups_back.call_local()
    assert queries.sessions_to_call_back(OVER) == []


def test_a_result_is_asked_for_early_and_then_stays(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    with pytest.raises(Conflict):
        do(operations.ask_for_results, facilitator, session)
    group = breakouts.group_of(members[0], session)
    breakouts.saved(group, members[0], "Medir.")
    do(operations.ask_for_results, facilitator, session)
    assert [message.attribution for message in said_in(session)] == [f"Grupo {group.number}"]
    assert "no cambia" in refused(breakouts.saved, group, members[0], "Otra cosa")
    do(operations.end_groups, facilitator, session)
    assert len(said_in(session)) == 1


def test_the_platforms_own_key_is_nobody_elses(room):
    session, facilitator, _members = room
    with pytest.raises(Invalid):
        say(session, facilitator, key="breakout-1")


def test_a_session_that_ended_has_ended_also_for_who_was_late(room):
    """Whoever waited for the session while it ended comes with a moment before its end."""
    session, facilitator, members = room
    do(operations.end_session, facilitator, session, now=OVER)
    assert session.has_ended(NOW)
    assert "terminó" in refused(say, session, members[0], now=NOW)
    assert "terminó" in refused(do, operations.ask_for_floor, members[0], session, kind=TurnKind.QUESTION)


def test_what_is_on_its_way_while_the_session_ends_is_refused(room, monkeypatch):
    session, _facilitator, members = room
    judge = policies.can_post

    def ending(*judged):
        allowed = judge(*judged)
        own = sa.update(Session.__table__).where(Session.__table__.c.id == session.id)
        db.session.execute(own.values(ended_at=OVER))
        return allowed

    monkeypatch.setattr(policies, "can_post", ending)
    assert "terminó" in refused(say, session, members[0], now=NOW)
    assert said_in(session) == []


def test_what_was_brought_back_is_over_also_for_who_was_late(room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others[:-1])
    group = breakouts.group_of(rosa, session)
    breakouts.saved(group, rosa, "Medir.")
    do(operations.end_groups, facilitator, session, now=DURING)
    said = said_in(session)
    other = next(one for one in breakouts.groups(session) if one is not group)
    assert "El tiempo" in refused(breakouts.saved, other, facilitator, "Tarde")
    for actor, operation, more in (
        (facilitator, operations.extend_groups, {"minutes": 30}),
        (facilitator, operations.ask_for_results, {}),
        (facilitator, operations.move_person, {"person": rosa.public_id, "number": 1}),
        (others[-1], operations.enter_group, {}),
    ):
        with pytest.raises(Conflict) as over:
            do(operation, actor, session, **more)
        assert str(over.value.message) == str(policies.NO_GROUPS)
    do(operations.end_groups, facilitator, session)
    assert said_in(session) == said
    assert {one.session.ended_at for one in breakouts.groups(session)} == {DURING}
    assert len(records("session.groups_ended")) == 1


def _written_elsewhere(group):
    """What another process saved: this one still has the group as it was."""
    own = sa.update(BreakoutGroup.__table__).where(BreakoutGroup.__table__.c.session_id == group.session_id)
    db.session.execute(own.values(result="Lo último.", version=7))


@pytest.mark.parametrize("way", [operations.ask_for_results, operations.end_groups])
def test_what_is_brought_back_is_what_was_saved_last(room, way, monkeypatch):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.groups(session)[0]
    breakouts.saved(group, facilitator, "Lo primero.")
    number = queries.breakouts.last_round if way is operations.ask_for_results else queries.breakouts.rounds_to_return

    def read(whole):
        found = number(whole)
        _written_elsewhere(group)
        return found

    monkeypatch.setattr(queries, number.__name__, read)
    do(way, facilitator, session)
    (message,) = said_in(session)
    assert "Lo último." in message.body_source
    assert db.session.get_one(BreakoutGroup, group.session_id).result == "Lo último."


def test_ending_the_session_ends_its_groups(room):
    session, facilitator, members = room
    groups = breakouts.opened(session, facilitator, *members)
    breakouts.saved(groups[0], facilitator, "Medir.")
    do(operations.end_session, facilitator, session)
    assert acts(session) == ["opened", "ended"]
    assert [message.attribution for message in said_in(session)] == ["Grupo 1"]
    assert "terminó" in refused(say, groups[0].session, facilitator)
    last = db.session.scalar(sa.select(LiveEvent).filter_by(session_id=session.id, seq=session.last_seq))
    assert last.kind is EventKind.ENDED


def test_polls_of_a_group_are_its_own_and_close_with_it(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.group_of(members[0], session)
    poll = polls.opened(group.session, facilitator)
    polls.answered(poll, members[0], "agree")
    other = next(one for one in members if breakouts.group_of(one, session) is not group)
    assert "este grupo" in refused(polls.answered, poll, other, "agree")
    breakouts.called_back(session, OVER)
    assert not poll.is_open
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PollAnswer)) == 0


def test_two_who_save_at_a_time_lose_nothing(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.group_of(members[0], session)
    breakouts.saved(group, members[0], "Medir.", base=0)
    with pytest.raises(Conflict):
        breakouts.saved(group, facilitator, "Preguntar.", base=0)
    breakouts.saved(group, facilitator, "Medir y preguntar.", base=1)
    assert (group.result, group.version) == ("Medir y preguntar.", 2)
    assert acts(group.session) == ["saved", "saved"]
    with pytest.raises(Invalid):
        breakouts.saved(group, facilitator, "x" * 1501)
    other = next(one for one in members if breakouts.group_of(one, session) is not group)
    assert "este grupo" in refused(breakouts.saved, group, other, "Intruso")


@pytest.mark.parametrize("kind", list(RestrictionKind))
def test_who_is_kept_from_the_session_is_kept_from_its_groups(room, kind, monkeypatch):
    session, facilitator, (rosa, *others) = room
    cut = []
    monkeypatch.setattr(live, "disconnect", cut.append)
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    do(operations.restrict, facilitator, session, person=rosa, kind=kind, reason="Interrumpió.")
    assert cut == [operations.own_room(group, rosa.id)] == [operations.own_room(session, rosa.id)]
    assert "Interrumpió." in refused(say, group, rosa)
    assert acts(group, EventKind.RULES) == [kind.value]
    do(operations.lift_restriction, facilitator, group, person=rosa)
    assert say(group, rosa)


def test_from_a_group_the_facilitation_restricts_in_the_whole_session(room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    said = {"person": rosa, "kind": RestrictionKind.MUTED, "reason": "Interrumpió."}
    do(operations.restrict, facilitator, group, **said)
    assert [record["subject"] for record in records("session.muted")] == [session.reference]
    assert "Interrumpió." in refused(say, session, rosa, now=OVER)


def test_lock_and_slow_mode_hold_in_the_groups(room):
    session, facilitator, (rosa, *others) = room
    do(operations.set_slow_mode, facilitator, session, seconds=30, reason="Somos muchas.")
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    assert say(group, rosa)
    assert "30 s" in refused(say, group, rosa, key="other")
    do(operations.lock_conversation, facilitator, session, reason="Escuchemos.")
    assert "Escuchemos." in refused(say, group, rosa, now=NOW + timedelta(minutes=1))
    do(operations.unlock_conversation, facilitator, session)
    do(operations.set_slow_mode, facilitator, session, seconds=0, reason="Ya somos pocas.")
    assert say(group, rosa, key="again")
    assert acts(group, EventKind.RULES) == ["locked", "unlocked", "slowed"]


def test_who_loses_the_seat_loses_the_group(room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    do(operations.ask_for_floor, rosa, group, kind=TurnKind.QUESTION)
    with transaction():
        operations.remove(actor=facilitator, table=session.table, person=rosa, reason="No viene.", now=NOW)
    assert queries.floor(group).line == []
    assert "únete primero" in refused(say, group, rosa)
    with pytest.raises(NotFound):
        queries.visible_room(rosa, group.reference)


def test_while_they_work_the_groups_are_for_the_table(room, clock):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    own = breakouts.group_of(rosa, session).session
    other = next(group.session for group in breakouts.groups(session) if group.session is not own)
    for reader, where in ((rosa, own), (rosa, other), (facilitator, own)):
        assert queries.visible_room(reader, where.reference).session is where
    elsewhere = person()
    grant(elsewhere, Role.FACILITATOR, tables.table())
    for outsider in (person(), elsewhere, Visitor()):
        with pytest.raises(NotFound):
            queries.visible_room(outsider, own.reference)
    clock.advance(minutes=10)
    assert queries.visible_room(person(), own.reference).session is own


def test_minutes_tell_of_the_groups(room):
    session, facilitator, members = room
    rosa = tables.member(session.table, person(sector=Sector.ACADEMIA))
    breakouts.opened(session, facilitator, *members, rosa)
    group = breakouts.group_of(rosa, session)
    breakouts.saved(group, rosa, "Primero, medir.\n\n# No es un título")
    with transaction():
        early = operations.draft_minutes(actor=facilitator, session=session, now=NOW).source
    assert "Primero, medir" not in early
    breakouts.called_back(session, OVER)
    told = minuting.draft(session, minuting.Known({}, groups=queries.told_groups(session)))
    assert breakouts.QUESTION in told
    assert "Academia: 1" in told
    assert "Primero, medir." in told
    assert f"/sesiones/{group.session.reference}" in told
    assert "\n# No" not in told


def test_who_took_part_in_a_group_took_part_in_the_session(room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    say(breakouts.group_of(rosa, session).session, rosa)
    say(session, facilitator)
    assert queries.attendance(session).total == 2


def test_groups_are_in_no_list_and_in_no_figure(app, room):
    session, facilitator, (rosa, *others) = room
    cycle = session.cycle
    before = figures.received(cycle, None)
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    say(group, rosa)
    assert queries.sessions_of(session.table) == [session]
    assert queries.overlapping(session) == []
    assert queries.calendar_of(cycle) == [session]
    assert [found.session for found in queries.own_calendar(rosa)] == [session]
    with app.test_request_context():
        assert [item.href for item in queries.todo(rosa, NOW) if group.reference in item.href] == []
    assert [card.meets_at for card in queries.tables_of(cycle, OVER)] == [session.starts_at]
    soon = NOW - timedelta(minutes=30)
    assert queries.sessions_to_remind_of(soon) == []
    assert figures.received(cycle, None).get("message") == before.get("message")
    assert figures.received(cycle, None)["attending"]["channel"] == {"online": 1}


def test_an_account_that_ends_leaves_its_group(room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    assert "breakout_seats" in privacy.personal_data(rosa)
    privacy.forget(rosa)
    assert db.session.scalar(sa.select(sa.func.count()).where(BreakoutSeat.person_id == rosa.id)) == 0


def test_who_was_put_out_is_in_no_group_any_more(room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session)
    in_it = len(queries.people_in(group))
    said = {"person": rosa, "kind": RestrictionKind.REMOVED, "reason": "Interrumpió."}
    do(operations.restrict, facilitator, session, **said)
    assert rosa.name not in [name for name, _sector in queries.people_in(group)]
    (round_,) = queries.rounds(session, rosa)
    assert (
        sum(queries.sizes(group.breakout).values())
        == sum(round_.sectors[one.session_id].total() for one in round_.groups)
        == 3
    )
    assert round_.own is None
    breakouts.called_back(session, OVER)
    (round_,) = queries.rounds(session)
    assert round_.sectors[group.session_id].total() == in_it


def test_nobody_undoes_what_the_facilitation_deals_by_hand(room):
    session, facilitator, (rosa, *_others) = room
    breakouts.opened(session, facilitator, deal=Deal.BY_HAND)
    assert "te pondrá" in refused(do, operations.enter_group, rosa, session)
    do(operations.move_person, facilitator, session, person=rosa.public_id, number=2)
    assert do(operations.enter_group, rosa, session) is breakouts.group_of(rosa, session).session


def test_whoever_is_moved_leaves_the_line_of_the_group(room):
    session, facilitator, (rosa, *others) = room
    groups = breakouts.opened(session, facilitator, rosa, *others)
    own = breakouts.group_of(rosa, session)
    do(operations.ask_for_floor, rosa, own.session, kind=TurnKind.QUESTION)
    (other,) = [group for group in groups if group is not own]
    do(operations.move_person, facilitator, session, person=rosa.public_id, number=other.number)
    assert queries.floor(own.session).line == []


def test_what_the_clock_closes_nobody_closed(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.groups(session)[0].session
    polls.opened(group, facilitator)
    breakouts.called_back(session, OVER)
    (closed,) = records("poll.closed")
    assert closed["actor"] == "system"


def test_minutes_say_why_nothing_is_told_of_a_group(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.groups(session)[0]
    breakouts.saved(group, facilitator, "Medir.")

    def told():
        return minuting.draft(session, minuting.Known({}, groups=queries.told_groups(session)))

    assert "todavía no vuelve" in told()
    breakouts.called_back(session, OVER)
    message = queries.message(session, group.returned_seq)
    with transaction():
        operations.hide_message(actor=facilitator, message=message, reason="Datos de una persona.", now=OVER)
    assert "ocultó" in told()
    assert "no dejó nada escrito" in told()


def test_what_a_text_leaves_open_swallows_no_link(room):
    session, facilitator, members = room
    breakouts.opened(session, facilitator, *members)
    group = breakouts.groups(session)[0]
    breakouts.saved(group, facilitator, "```\nMedir.")
    breakouts.called_back(session, OVER)
    assert f'href="/sesiones/{group.session.reference}"' in said_in(session)[0].body_html


# --- at once


def _prepared():
    session, facilitator = tables.live_session()
    members = [tables.member(session.table) for _ in range(4)]
    breakouts.opened(session, facilitator, *members[:2])
    return session.id, facilitator.id, [one.id for one in members]


def _at(operation, session_id, actor_id, now=NOW, **said):
    with transaction():
        actor, session = db.session.get_one(Person, actor_id), db.session.get_one(Session, session_id)
        return getattr(operation(actor=actor, session=session, now=now, **said), "id", None)


def _together(app, calls):
    """What came of it; what was committed is read afresh."""
    found = at_once(app, calls)
    db.session.rollback()
    return found


def test_two_tabs_that_enter_at_once_are_one_person_in_one_group(committed_app):
    session, _facilitator, members = _prepared()
    late = members[2]
    found = _together(committed_app, [partial(_at, operations.enter_group, session, late)] * 4)
    assert len(set(found)) == 1
    own = sa.select(sa.func.count()).where(BreakoutSeat.person_id == late)
    assert db.session.scalar(own) == 1


def test_two_people_who_enter_at_once_keep_the_groups_even(committed_app):
    session, _facilitator, members = _prepared()
    _together(committed_app, [partial(_at, operations.enter_group, session, late) for late in members[2:]])
    last = queries.last_round(db.session.get_one(Session, session))
    assert sorted(queries.sizes(last.breakout).values()) == [2, 2]


def test_of_two_ends_at_once_one_brings_back(committed_app):
    session, facilitator, _members = _prepared()
    with transaction():
        group = breakouts.groups(db.session.get_one(Session, session))[0]
        actor = db.session.get_one(Person, facilitator)
        operations.save_result(actor=actor, group=group, body="Medir.", base=0, now=NOW)

    def call_back():
        with transaction():
            operations.call_back(session=db.session.get_one(Session, session), now=OVER)

    ends = [partial(_at, operations.end_groups, session, facilitator, now=DURING)] * 2
    found = at_once(
        committed_app, [*ends, call_back, partial(_at, operations.end_session, session, facilitator, OVER)]
    )
    assert all(one is None or isinstance(one, CocreaError) for one in found[:3]), found
    assert [message.attribution for message in said_in(db.session.get_one(Session, session))] == ["Grupo 1"]
    assert len(records("session.groups_ended")) == 1


def test_an_end_and_more_time_at_once_are_one_after_the_other(committed_app):
    session, facilitator, _members = _prepared()
    more = partial(_at, operations.extend_groups, session, facilitator, minutes=5)
    found = _together(committed_app, [partial(_at, operations.end_groups, session, facilitator), more])
    assert found[0] is None
    assert found[1] is None or isinstance(found[1], Denied)
    last = queries.last_round(db.session.get_one(Session, session))
    assert last.breakout.ends_at == NOW
    assert {group.session.ended_at for group in last.groups} == {NOW}


def test_of_two_rounds_opened_at_once_one_is(committed_app):
    session, facilitator = tables.live_session()
    plan = RoundPlan(2, 10, ["¿Qué?"])
    opening = partial(_at, operations.open_groups, session.id, facilitator.id, plan=plan)
    found = _together(committed_app, [opening, opening])
    assert sorted(map(type, found), key=str) == sorted([type(None), Denied], key=str)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BreakoutGroup)) == 2
