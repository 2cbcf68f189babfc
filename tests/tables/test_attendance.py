"""Who came to a session: confirmed, ticked, typed, counted; told to everyone as numbers alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from cocrea.accounts.models import Gender, Sector
from cocrea.consultation.models import Trait
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles import figures as shared
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.attending import WINDOW, Attendance, hall_code
from cocrea.tables.models import SessionMode, SheetName, Turn, TurnKind
from tests.conftest import NOW
from tests.factories import cycles, tables
from tests.factories.accounts import person
from tests.factories.history import records

HOUR = timedelta(hours=1)


def run(operation, actor, now=NOW, **said):
    with transaction():
        return operation(actor=actor, now=now, **said)


@pytest.fixture
def hybrid(app):
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    return tables.session(table, facilitator, mode=SessionMode.HYBRID, place="Casa de todas"), facilitator


def in_hall(session, someone, now=NOW, code=None):
    return run(operations.confirm_in_hall, someone, now, session=session, code=code or hall_code(session, now))


def channels(session):
    return {channel.value: number for channel, number in queries.attendance(session).by_channel().items()}


def test_in_the_hall_one_confirms_with_the_code_that_is_shown_once(hybrid):
    session, _facilitator = hybrid
    someone = person()
    for _ in range(2):
        in_hall(session, someone, code=f" {hall_code(session, NOW).lower()} ")
    assert channels(session) == {"in_person": 1}


def test_a_code_is_good_for_its_window_and_the_next(hybrid):
    session, _facilitator = hybrid
    code = hall_code(session, NOW)
    in_hall(session, person(), NOW + WINDOW, code)
    for late in (2 * WINDOW, 7 * HOUR):
        with pytest.raises(Invalid):
            in_hall(session, person(), NOW + late, code)
    assert channels(session) == {"in_person": 1}


def test_the_code_of_another_session_is_none(hybrid):
    session, facilitator = hybrid
    other = tables.session(session.table, facilitator, title="Otra")
    with pytest.raises(Invalid):
        in_hall(session, person(), code=hall_code(other, NOW))


def test_attendance_is_taken_from_an_hour_before_until_the_end(app):
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    start = NOW + HOUR + timedelta(minutes=1)
    session = tables.session(table, facilitator, live=False, starts_at=start, ends_at=start + HOUR)
    with pytest.raises(Denied):
        in_hall(session, person())
    in_hall(session, person(), NOW + timedelta(minutes=2))
    run(operations.open_session, facilitator, session=session)
    run(operations.end_session, facilitator, session=session)
    with pytest.raises(Denied):
        in_hall(session, person())
    run(operations.add_names, facilitator, session=session, names=["Ana"], sector=None, key="k1")
    assert channels(session) == {"paper": 1, "in_person": 1}


def test_online_counts_who_took_part_and_who_said_so_and_not_who_only_looked(hybrid):
    session, facilitator = hybrid
    wrote, asked, said, silent = (tables.member(session.table) for _ in range(4))
    tables.said(session, wrote)
    tables.said(session, wrote)
    run(operations.ask_for_floor, asked, session=session, kind=TurnKind.QUESTION)
    for _ in range(2):
        run(operations.say_here, said, session=session)
    assert channels(session) == {"online": 2}
    run(operations.give_floor, facilitator, turn=db.session.scalars(sa.select(Turn)).one())
    assert channels(session) == {"online": 3}
    in_hall(session, wrote)
    assert channels(session) == {"online": 2, "in_person": 1}
    run(operations.say_here, wrote, session=session)
    assert channels(session) == {"online": 2, "in_person": 1}
    assert silent.public_id not in {row.public_id for row in queries.attendees(session) if row.channel}


def test_strangers_do_not_count_themselves_online(hybrid):
    session, _facilitator = hybrid
    with pytest.raises(Denied):
        run(operations.say_here, person(), session=session)


def test_the_list_is_ticked_and_unticked_without_touching_who_confirmed(hybrid):
    session, facilitator = hybrid
    first, second, own = (tables.member(session.table) for _ in range(3))
    in_hall(session, own)
    stranger = person()
    everyone = [first.public_id, second.public_id, stranger.public_id, "p-nobody"]
    run(operations.tick_members, facilitator, session=session, people=everyone)
    assert channels(session) == {"in_person": 3}
    run(operations.tick_members, facilitator, session=session, people=[first.public_id])
    assert channels(session) == {"in_person": 2}
    with pytest.raises(Denied):
        run(operations.tick_members, first, session=session, people=[])


def test_names_of_the_sheet_are_kept_once_and_can_be_taken_off(hybrid):
    session, facilitator = hybrid
    for _ in range(2):
        names = ["Doña Ana", "", "  Beto  "]
        run(operations.add_names, facilitator, session=session, names=names, sector=Sector.ACADEMIA, key="k1")
    kept = queries.sheet_names(session)
    assert [name.name for name in kept] == ["Doña Ana", "Beto"]
    run(operations.erase_name, facilitator, name=kept[0])
    assert channels(session) == {"paper": 1}
    assert queries.attendance(session).sectors() == {(Sector.ACADEMIA, Channel.PAPER): 1}
    told = records("session.attendance")
    assert [record["new"] for record in told] == [{"sheet": 2}, {"sheet": -1}]
    assert "Ana" not in str(told)


@pytest.mark.parametrize("names", [[], [" "], ["x" * 121], ["a"] * 201], ids=["none", "blank", "long", "many"])
def test_names_that_do_not_fit_are_refused_whole(hybrid, names):
    session, facilitator = hybrid
    with pytest.raises(Invalid):
        run(operations.add_names, facilitator, session=session, names=names, sector=None, key="k1")
    assert queries.sheet_names(session) == []


def counted(session, by, people, **by_trait):
    counts = {Trait.SECTOR: by_trait.get("sector", {}), Trait.GENDER: by_trait.get("gender", {})}
    run(operations.count_unnamed, by, session=session, people=people, counts=counts)


def test_who_gives_no_name_is_counted_and_a_new_count_replaces_the_old(hybrid):
    session, facilitator = hybrid
    counted(session, facilitator, 12, sector={"academia": 7}, gender={"woman": 8, "man": 3})
    counted(session, facilitator, 9, sector={"academia": 5}, gender={"woman": 6})
    came = queries.attendance(session)
    assert (came.total, came.sectors()) == (
        9,
        {(Sector.ACADEMIA, Channel.IN_PERSON): 5, (None, Channel.IN_PERSON): 4},
    )
    for wrong in ({"sector": {"academia": 10}}, {"sector": {"marte": 1}}, {"gender": {"man": -1}}):
        with pytest.raises(Invalid):
            counted(session, facilitator, 9, **wrong)
    counted(session, facilitator, 0)
    assert queries.attendance(session).total == 0


@given(st.lists(st.integers(0, 12), min_size=6, max_size=6), st.integers(0, 9))
def test_no_gender_of_fewer_than_five_can_be_told(numbers, silent):
    known = dict(zip(Gender, numbers[:3], strict=True))
    unnamed = dict(zip(Gender, numbers[3:], strict=True))
    whole = sum(unnamed.values()) + silent
    came = Attendance({(None, Channel.ONLINE): sum(known.values())}, known, whole, {}, unnamed)
    shown = came.public_genders()
    assert all(number >= 5 for number in shown.values())
    if shown:
        assert sum(shown.values()) == came.total


def test_the_minutes_begin_with_who_came_as_numbers(client, hybrid):
    session, facilitator = hybrid
    member = tables.member(session.table, person(sector=Sector.ACADEMIA))
    tables.said(session, member)
    run(operations.add_names, facilitator, session=session, names=["Doña Ana"], sector=None, key="k1")
    counted(session, facilitator, 3)
    source = run(operations.draft_minutes, facilitator, session=session).source
    assert "## Asistencia" in source
    assert "5 personas: 1 en línea, 1 en papel, 3 en persona" in source
    assert "«En papel» son quienes firmaron la hoja en la sala." in source
    assert "Academia: 1 en línea" in source
    assert "Doña Ana" not in source
    assert member.name not in source
    address = f"/sesiones/{session.reference}/minuta"
    (told,) = client.get(f"{address}.json").json["items"]
    assert told["attendance"] == [
        {"sector": "academia", "channel": "online", "people": 1},
        {"sector": None, "channel": "paper", "people": 1},
        {"sector": None, "channel": "in_person", "people": 3},
    ]
    assert '""channel"": ""paper""' in client.get(f"{address}.csv").text


def test_figures_count_people_once_and_tell_no_small_group(hybrid):
    session, facilitator = hybrid
    someone = tables.member(session.table, person(gender=Gender.NONBINARY, territory="MX-OAX"))
    again = tables.session(session.table, facilitator, title="Otra")
    for where in (session, again):
        tables.said(where, someone)
    in_hall(session, tables.member(session.table))
    counted(session, facilitator, 9, gender={"woman": 6, "nonbinary": 3})
    run(operations.add_names, facilitator, session=session, names=["Ana", "Beto"], sector=None, key="k1")
    found = shared.gather(session.cycle)
    assert found["attending"]["channel"] == {"online": 1, "in_person": 1}
    assert found["unnamed"]["channel"] == {"in_person": 9, "paper": 2}
    assert found["attending"]["gender"] == found["attending"]["territory"] == {}
    assert found["unnamed"]["gender"] == {"woman": 6}


# --- pages


def test_the_code_leads_a_phone_to_one_button(client, hybrid):
    session, facilitator = hybrid
    client.sign_in(facilitator)
    hall = client.get(f"/sesiones/{session.reference}/asistencia/codigo")
    code = hall_code(session, NOW)
    assert code in hall.text
    assert "no-store" in hall.headers["Cache-Control"]
    someone = person()
    client.sign_in(someone)
    address = f"/sesiones/{session.reference}/asistencia"
    page = client.get(f"{address}?codigo={code}")
    assert f'value="{code}"' in page.text
    assert client.post(address, data={"code": "NADA"}).status_code == 422
    assert client.post(address, data={"code": code}).status_code == 303
    assert "Tu asistencia está registrada" in client.get(address).text
    assert client.get(f"{address}/codigo").status_code == 403


def test_names_are_seen_by_the_facilitation_only(client, hybrid):
    session, facilitator = hybrid
    member = tables.member(session.table)
    in_hall(session, member)
    run(operations.add_names, facilitator, session=session, names=["Doña Ana Única"], sector=None, key="k1")
    address = f"/sesiones/{session.reference}/asistencia"
    for reader in (None, person(), member):
        if reader:
            client.sign_in(reader)
        page = client.get(address).text
        assert "Doña Ana Única" not in page
        assert page.count(member.name) == (1 if reader is member else 0)
        assert "Cuántas personas asistieron" in page
    client.sign_in(facilitator)
    page = client.get(address).text
    assert "Doña Ana Única" in page
    assert member.name in page


def test_the_facilitation_ticks_types_and_counts_by_forms(client, hybrid):
    session, facilitator = hybrid
    member = tables.member(session.table)
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/asistencia"
    assert client.post(f"{address}/lista", data={"people": [member.public_id]}).status_code == 303
    names = {"names": "Ana\nBeto", "sector": "academia", "client_key": "k1"}
    assert client.post(f"{address}/hoja", data=names).status_code == 303
    assert client.post(f"{address}/conteo", data={"people": "6", "gender_woman": "6"}).status_code == 303
    assert client.post(f"{address}/conteo", data={"people": "2", "gender_woman": "3"}).status_code == 422
    assert channels(session) == {"paper": 2, "in_person": 7}
    assert "«En papel» son quienes firmaron la hoja" in client.get(address).text
    name = db.session.scalars(sa.select(SheetName)).first()
    assert client.post(f"{address}/hoja/{name.id}/retiro").status_code == 303
    assert client.post(f"{address}/hoja/9999/retiro").status_code == 404
    page = client.get(address)
    assert 'value="6"' in page.text
    assert client.get(f"{address}/hoja.pdf").data.startswith(b"%PDF")
    client.sign_in(member)
    for path in ("/lista", "/hoja", "/conteo"):
        assert client.post(address + path, data={}).status_code == 403


def test_the_page_costs_the_same_with_many(client, count_queries, hybrid):
    session, facilitator = hybrid
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/asistencia"

    def cost():
        with count_queries() as log:
            assert client.get(address).status_code == 200
        return len(log)

    in_hall(session, tables.member(session.table))
    few = cost()
    for _ in range(6):
        in_hall(session, tables.member(session.table))
    assert cost() == few <= 14
