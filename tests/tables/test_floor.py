"""The floor of a session: asked for, given, timed; and told to the room."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Gender, Person, Role, Sector
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import EventKind, FloorMode, PlaceInLine, Session, Turn, TurnKind
from cocrea.tables.operations import Speaker, floor
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import grant, person
from tests.factories.history import records
from tests.real import at_once

PANEL = {"X-Cocrea-Panel": "floor"}


@pytest.fixture
def live(app):
    return tables.live_session()


def after(minutes):
    return NOW + timedelta(minutes=minutes)


def do(operation, *, by, now=NOW, **said):
    with transaction():
        operation(actor=by, now=now, **said)


def ask(session, by, kind=TurnKind.CONTRIBUTION, now=NOW, key=""):
    do(operations.ask_for_floor, by=by, session=session, kind=kind, now=now, client_key=key)
    return queries.open_turn(session, by.id)


def in_hall(session, by, name="Fila 3", sector=None, kind=TurnKind.CONTRIBUTION, key=""):
    speaker = Speaker(name, sector, kind)
    do(operations.add_speaker, by=by, session=session, speaker=speaker, client_key=key)
    return queries.floor(session).turns[-1]


def move(turn, by, reason="Tiene que irse pronto.", up=True):
    do(operations.move_turn, by=by, turn=turn, up=up, reason=reason)


def rule(session, by, mode, minutes=3, reason=""):
    do(operations.set_floor_rule, by=by, session=session, mode=mode, minutes=minutes, reason=reason)


def line(session):
    return [position.turn for position in queries.floor(session).line]


def acts(session):
    db.session.rollback()
    return [event.payload["act"] for event in queries.events_since(session, 0) if event.kind is EventKind.FLOOR]


def test_the_floor_goes_from_one_to_the_next(live):
    session, facilitator = live
    one, two = (ask(session, tables.member(session.table)) for _ in range(2))
    do(operations.give_floor, by=facilitator, turn=one)
    assert (queries.floor(session).speaking, line(session)) == (one, [two])
    do(operations.give_floor, by=facilitator, turn=two, now=after(2))
    assert (one.spoken, one.ended_at, two.is_speaking) == (120, after(2), True)
    do(operations.end_turn, by=facilitator, turn=two, now=after(3))
    assert (queries.floor(session).speaking, two.spoken) == (None, 60)
    assert acts(session) == ["asked", "asked", "given", "given", "ended"]
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(PlaceInLine))


def test_asking_twice_is_asking_once_and_again_is_possible_afterwards(live):
    session, facilitator = live
    someone = tables.member(session.table)
    turn = ask(session, someone, key="k1")
    assert ask(session, someone, TurnKind.QUESTION, key="k2") is turn
    do(operations.withdraw_turn, by=someone, turn=turn)
    assert ask(session, someone, key="k1") is None
    again = ask(session, someone, key="k3")
    do(operations.give_floor, by=facilitator, turn=again)
    assert ask(session, someone, key="k4") is again
    do(operations.end_turn, by=someone, turn=again)
    assert ask(session, someone, key="k5").is_waiting
    first = in_hall(session, facilitator, key="k6")
    assert in_hall(session, facilitator, key="k6") is first


def test_two_devices_of_one_person_at_once_make_one_turn(committed_app):
    session, _facilitator = tables.live_session()
    session_id, person_id = session.id, tables.member(session.table).id
    keys = iter(["k1", "k2", "k3", "k4", "k5", "k6"])

    def send():
        with transaction():
            operations.ask_for_floor(
                actor=db.session.get_one(Person, person_id),
                session=db.session.get_one(Session, session_id),
                kind=TurnKind.CONTRIBUTION,
                client_key=next(keys),
                now=NOW,
            )

    assert at_once(committed_app, [send] * 6) == [None] * 6
    db.session.rollback()
    assert len(list(db.session.scalars(sa.select(Turn)))) == 1
    assert acts(db.session.get_one(Session, session_id)) == ["asked"]


def test_pauses_do_not_count(live):
    session, facilitator = live
    turn = ask(session, tables.member(session.table))
    do(operations.give_floor, by=facilitator, turn=turn)
    do(operations.pause_turn, by=facilitator, turn=turn, now=after(1))
    assert turn.is_paused and turn.seconds(after(9)) == 60
    with pytest.raises(Denied):
        do(operations.pause_turn, by=facilitator, turn=turn, now=after(2))
    do(operations.resume_turn, by=facilitator, turn=turn, now=after(10))
    with pytest.raises(Denied):
        do(operations.resume_turn, by=facilitator, turn=turn, now=after(10))
    assert turn.seconds(after(11)) == 120
    do(operations.end_turn, by=facilitator, turn=turn, now=after(12))
    assert turn.spoken == 180


def test_the_end_of_the_session_ends_the_turn_and_leaves_the_rest_unspoken(live):
    session, facilitator = live
    speaks, waits = (tables.member(session.table) for _ in range(2))
    turn, later = ask(session, speaks), ask(session, waits)
    do(operations.give_floor, by=facilitator, turn=turn)
    do(operations.end_session, by=facilitator, session=session, now=after(5))
    assert (turn.spoken, turn.ended_at) == (300, after(5))
    assert later.is_waiting
    for operation, actor in ((operations.give_floor, facilitator), (operations.withdraw_turn, waits)):
        with pytest.raises(Denied):
            do(operation, by=actor, turn=later, now=after(6))
    with pytest.raises(Denied):
        ask(session, tables.member(session.table), now=after(6))


def test_who_may_not_write_may_not_ask_and_nobody_else_conducts(live):
    session, facilitator = live
    observer = grant(person(), Role.OBSERVER, session.cycle)
    tables.member(session.table, observer)
    for someone in (person(), observer, person(verified=False)):
        with pytest.raises(Denied):
            ask(session, someone)
    member = tables.member(session.table)
    turn, other = ask(session, member), ask(session, tables.member(session.table))
    for operation in (operations.give_floor, operations.end_turn, operations.pause_turn):
        with pytest.raises(Denied):
            do(operation, by=member, turn=turn)
    with pytest.raises(Denied):
        do(operations.withdraw_turn, by=member, turn=other)
    with pytest.raises(Denied):
        do(operations.withdraw_turn, by=facilitator, turn=other)
    with pytest.raises(Denied):
        move(turn, member)
    with pytest.raises(Denied):
        in_hall(session, member)
    with pytest.raises(Denied):
        rule(session, member, FloorMode.BALANCED)
    with pytest.raises(Denied):
        do(operations.close_floor, by=member, session=session)


def test_a_closed_list_takes_no_more_and_keeps_who_waits(live):
    session, facilitator = live
    turn = ask(session, tables.member(session.table))
    for _ in range(2):
        do(operations.close_floor, by=facilitator, session=session)
    with pytest.raises(Denied):
        ask(session, tables.member(session.table))
    assert line(session) == [turn]
    do(operations.open_floor, by=facilitator, session=session)
    ask(session, tables.member(session.table))
    assert acts(session) == ["asked", "closed", "opened", "asked"]
    assert len(records("session.floor_closed")) == len(records("session.floor_opened")) == 1


def test_the_facilitation_moves_a_turn_with_a_reason_that_stays(live):
    session, facilitator = live
    one, two, three, four = (ask(session, tables.member(session.table), now=after(n)) for n in range(4))
    move(three, facilitator)
    assert line(session) == [one, three, two, four]
    move(three, facilitator)
    move(one, facilitator, up=False)
    assert line(session) == [three, two, one, four]
    (first, *_rest) = records("session.turn_moved")
    assert (first["subject"], first["old"], first["new"]) == (session.reference, {"place": 3}, {"place": 2})
    assert first["reason"] == "Tiene que irse pronto."
    do(operations.give_floor, by=facilitator, turn=two)
    assert line(session) == [three, one, four]
    do(operations.give_floor, by=facilitator, turn=three)
    order = ask(session, tables.member(session.table), TurnKind.POINT_OF_ORDER, now=after(9))
    assert line(session) == [one, order, four]


def test_a_move_needs_a_reason_that_names_nobody_and_stops_at_the_ends(live):
    session, facilitator = live
    one, two = (ask(session, tables.member(session.table, person(name)), now=NOW) for name in ("Rosa", "Luz"))
    for reason in ("  ", "Rosa pidió salir antes"):
        with pytest.raises(Invalid) as refused:
            move(one, facilitator, reason, up=False)
        assert refused.value.field == "reason"
    move(one, facilitator)
    move(two, facilitator, up=False)
    assert line(session) == [one, two] and not records("session.turn_moved")


def test_balanced_looks_at_who_spoke_and_of_which_sector(live):
    session, facilitator = live
    rule(session, facilitator, FloorMode.BALANCED, 2, reason="Para que hablen todas.")
    talks, quiet = (tables.member(session.table, person(sector=Sector.ACADEMIA)) for _ in range(2))
    first = ask(session, talks)
    do(operations.give_floor, by=facilitator, turn=first)
    do(operations.end_turn, by=facilitator, turn=first, now=after(2))
    again, new = ask(session, talks, now=after(3)), ask(session, quiet, now=after(4))
    hall = in_hall(session, facilitator, sector=Sector.PRIVATE_SECTOR)
    assert line(session) == [hall, new, again]
    (told,) = records("session.floor_rule")
    assert told["old"] == {"floor_mode": "by_request", "floor_minutes": 3}
    assert told["new"] == {"floor_mode": "balanced", "floor_minutes": 2}
    assert told["reason"] == "Para que hablen todas."


def test_who_speaks_in_the_hall_counts_as_one_by_their_name(live):
    session, facilitator = live
    rule(session, facilitator, FloorMode.BALANCED)
    turn = in_hall(session, facilitator, "Doña Rosa")
    do(operations.give_floor, by=facilitator, turn=turn)
    do(operations.end_turn, by=facilitator, turn=turn, now=after(1))
    again, other = in_hall(session, facilitator, "doña  rosa"), in_hall(session, facilitator, "Fila 9")
    assert line(session) == [other, again]
    do(operations.withdraw_turn, by=facilitator, turn=again)
    assert line(session) == [other]


def test_what_does_not_fit_is_refused_at_its_field(live, monkeypatch):
    session, facilitator = live
    for minutes in (0, 61):
        with pytest.raises(Invalid) as refused:
            rule(session, facilitator, FloorMode.BALANCED, minutes)
        assert refused.value.field == "minutes"
    with pytest.raises(Invalid) as refused:
        in_hall(session, facilitator, " \u200b ")
    assert refused.value.field == "name"
    monkeypatch.setattr(floor, "MOST_WAITING", 1)
    ask(session, tables.member(session.table))
    with pytest.raises(Conflict):
        ask(session, tables.member(session.table))


def test_whoever_leaves_the_table_leaves_the_line(live):
    session, facilitator = live
    leaves, removed, stays = (tables.member(session.table) for _ in range(3))
    turn, waits, kept = (ask(session, someone) for someone in (leaves, removed, stays))
    do(operations.give_floor, by=facilitator, turn=turn)
    do(operations.leave, by=leaves, table=session.table, now=after(1))
    do(operations.remove, by=facilitator, table=session.table, person=removed, reason="Interrumpió a otras.")
    assert (turn.ended_at, turn.spoken) == (after(1), 60)
    assert waits.withdrawn_at == NOW and line(session) == [kept]
    assert acts(session)[-2:] == ["ended", "withdrawn"]


def test_what_the_room_and_the_history_are_told_names_nobody(live):
    session, facilitator = live
    turn = ask(session, tables.member(session.table, person("Rosa Elvira")))
    hall = in_hall(session, facilitator, "Doña Chabela")
    move(hall, facilitator)
    payloads = [event.payload for event in queries.events_since(session, 1)]
    assert payloads[0] == {"act": "asked", "turn": turn.id}
    everything = json.dumps(payloads) + " ".join(db.session.scalars(sa.select(HistoryRecord.canonical)))
    assert "Rosa" not in everything and "Chabela" not in everything


def speak(session, facilitator, someone, minutes):
    turn = ask(session, someone)
    do(operations.give_floor, by=facilitator, turn=turn)
    do(operations.end_turn, by=facilitator, turn=turn, now=after(minutes))


def time_told(session, *, is_over):
    found = queries.floor(session).turns
    return queries.time_by_group(queries.seated(session.table), found, is_over=is_over)


def test_time_is_told_by_sector_of_five_or_more(live):
    session, facilitator = live
    academics = [tables.member(session.table, person(sector=Sector.ACADEMIA)) for _ in range(5)]
    other = tables.member(session.table, person(sector=Sector.PRIVATE_SECTOR))
    for someone, minutes in ((academics[0], 2), (other, 1)):
        speak(session, facilitator, someone, minutes)
    assert time_told(session, is_over=False) == {"sector": {"rest": 180}}
    for _ in range(4):
        tables.member(session.table, person(sector=Sector.PRIVATE_SECTOR))
    assert time_told(session, is_over=False) == {"sector": {"academia": 120, "private_sector": 60}}


def test_time_is_told_by_gender_when_all_is_said_and_five_of_a_group_spoke(live):
    session, facilitator = live
    women = [tables.member(session.table, person(gender=Gender.WOMAN)) for _ in range(5)]
    men = [tables.member(session.table, person(gender=Gender.MAN)) for _ in range(5)]
    for someone in (*women[:4], *men):
        speak(session, facilitator, someone, 1)
    assert "gender" not in time_told(session, is_over=False)
    assert time_told(session, is_over=True)["gender"] == {"rest": 540}
    speak(session, facilitator, women[4], 1)
    assert time_told(session, is_over=True)["gender"] == {"woman": 300, "man": 300}


def page_of(session, act=""):
    return f"/sesiones/{session.reference}{act}"


def test_asking_from_the_page_with_and_without_scripts(client, live):
    session, _facilitator = live
    someone = tables.member(session.table)
    client.sign_in(someone)
    form = {"kind": "question", "client_key": "k1"}
    for _ in range(2):
        assert client.post(page_of(session, "/turnos"), data=form).status_code == 303
    assert len(line(session)) == 1
    page = client.get(page_of(session)).text
    assert "Eres tú" in page and "Retirar mi petición" in page and "Pregunta" in page
    turn = queries.open_turn(session, someone.id)
    alone = client.post(page_of(session, f"/turnos/{turn.id}/retiro"), headers=PANEL)
    assert alone.status_code == 200 and "<html" not in alone.text and "Pedir la palabra" in alone.text
    refused = client.post(page_of(session, "/turnos"), data={"kind": "speech"}, headers=PANEL)
    assert refused.status_code == 422 and "<html" not in refused.text
    assert client.post(page_of(session, "/turnos"), data={"kind": "speech"}).status_code == 422


def test_the_facilitation_conducts_from_the_panel(client, live):
    session, facilitator = live
    someone = tables.member(session.table, person("Rosa Elvira"))
    turn = ask(session, someone)
    client.sign_in(facilitator)

    def send(act, **data):
        answer = client.post(page_of(session, act), data=data, headers=PANEL)
        return answer.status_code, answer.text

    status, panel = send("/turnos/presenciales", name="<b>Fila 3</b>", kind="contribution", client_key="k1")
    assert status == 200 and "&lt;b&gt;Fila 3&lt;/b&gt;" in panel
    hall = queries.floor(session).turns[-1]
    status, panel = send(f"/turnos/{hall.id}/lugar", direction="up", reason="")
    assert status == 422 and f'id="turno-{hall.id}-reason-error"' in panel
    assert send(f"/turnos/{hall.id}/lugar", direction="up", reason="Ya se va.")[0] == 200
    assert line(session) == [hall, turn]
    assert "La facilitación lo movió: Ya se va." in client.get(page_of(session, "/paneles/floor")).text
    status, panel = send(f"/turnos/{turn.id}/inicio")
    assert 'data-news="Habla Rosa Elvira."' in panel and 'data-controller="timer"' in panel
    assert "data-paused" in send(f"/turnos/{turn.id}/pausa")[1]
    assert "data-paused" not in send(f"/turnos/{turn.id}/reanudacion")[1]
    client.sign_in(someone)
    mine = client.get(page_of(session)).text
    assert 'data-news="Tienes la palabra."' in mine and "Terminar mi turno" in mine
    client.sign_in(facilitator)
    assert "Nadie tiene la palabra" in send(f"/turnos/{turn.id}/fin")[1]
    assert send("/palabra/regla", mode="balanced", minutes="0")[0] == 422
    status, panel = send("/palabra/regla", mode="balanced", minutes="2", reason="Para oír a todas.")
    assert status == 200 and "alternando sectores" in panel
    assert "Lista cerrada" in send("/palabra/cierre")[1]
    assert "Lista cerrada" not in send("/palabra/apertura")[1]
    assert client.post(page_of(session, f"/turnos/{hall.id}/retiro")).status_code == 303


def test_readers_see_who_waits_and_neither_minutes_nor_forms(client, live):
    session, facilitator = live
    turn = ask(session, tables.member(session.table, person("Rosa Elvira")))
    ask(session, tables.member(session.table))
    panel = client.get(page_of(session, "/paneles/floor")).text
    assert "Rosa Elvira" in panel and "Pidió a las" in panel
    assert "<form" not in panel and "ha hablado" not in panel
    client.sign_in(facilitator)
    assert "ha hablado 0:00" in client.get(page_of(session, "/paneles/floor")).text
    elsewhere, _other = tables.live_session()
    assert client.post(page_of(elsewhere, f"/turnos/{turn.id}/inicio")).status_code == 404
