"""How one comes to a table: by the open door, by request, by invitation; limited seats; who may answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts import operations as accounts
from cocrea.accounts import privacy
from cocrea.accounts.models import Invitation, Person, Role, Sector
from cocrea.accounts.queries import own_invitations
from cocrea.audit.models import HistoryRecord
from cocrea.core import todo
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import Entry, MemberRole, SeatRequest, Table, TableMember
from cocrea.tables.operations import Seating
from tests.conftest import NOW
from tests.factories import accounts as people
from tests.factories import cycles, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records
from tests.real import at_once

WHY = "Doy clases de hidrología y conozco los pozos."
LATER = NOW + timedelta(days=30)


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def arranged(**seating):
    """A table with that entry, and who facilitates it."""
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    arrange(table, facilitator, **seating)
    return table, facilitator


def arrange(table, actor, reason="Así lo pidió el foro.", **seating):
    with transaction():
        operations.arrange_seats(actor=actor, table=table, seating=Seating(**seating), reason=reason, now=NOW)


def ask(table, actor, reason=WHY, now=NOW):
    with transaction():
        return operations.ask_for_seat(actor=actor, table=table, reason=reason, now=now)


def accept(table, actor, someone, now=NOW):
    with transaction():
        operations.accept_request(actor=actor, table=table, person=someone, now=now)


def decline(table, actor, someone, *, again=False, reason="Ya hay dos personas de tu organización.", now=NOW):
    with transaction():
        operations.decline_request(
            actor=actor, table=table, person=someone, reason=reason, may_ask_again=again, now=now
        )


def invite(table, actor, email, now=NOW):
    with transaction():
        operations.invite_to_seat(actor=actor, table=table, email=email, now=now)


def take_up(someone, now=NOW):
    with transaction():
        accounts.accept(actor=someone, invitation=own_invitations(someone, now)[0], now=now)


def to_do(app, someone):
    with app.test_request_context():
        return todo.gather(someone, NOW)


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def test_a_table_is_open_until_someone_says_otherwise(app):
    table = tables.table()
    assert table.entry is Entry.OPEN
    tables.member(table)
    assert count(TableMember) == 1


def test_by_request_one_asks_once_and_is_let_in(app, outbox):
    table, facilitator = arranged(entry=Entry.REQUEST)
    someone = person("Rosa Elvira", sector=Sector.ACADEMIA)
    people.credential(someone, "rosa@example.org")
    with pytest.raises(Denied):
        tables.member(table, someone)
    for _ in range(2):
        ask(table, someone)
    assert count(SeatRequest) == 1
    accept(table, facilitator, someone)
    seat = db.session.scalars(sa.select(TableMember)).one()
    assert (seat.person_id, seat.sector, seat.role) == (someone.id, Sector.ACADEMIA, MemberRole.MEMBER)
    assert count(SeatRequest) == 0
    assert f"/mesas/{table.reference}" in outbox[0].body
    everything = " ".join(db.session.scalars(sa.select(HistoryRecord.canonical)))
    assert someone.public_id not in everything
    assert WHY not in everything
    assert records("table.seat_granted")[0]["new"] == {"seat": "member"}


def test_a_no_has_a_reason_that_the_person_reads(client, app, outbox):
    table, facilitator = arranged(entry=Entry.REQUEST)
    someone = person("Rosa Elvira")
    people.credential(someone, "rosa@example.org")
    ask(table, someone)
    decline(table, facilitator, someone)
    assert "Ya hay dos personas" in outbox[0].body
    assert "de nuevo" not in outbox[0].body
    with pytest.raises(Denied) as denied:
        ask(table, someone)
    assert "Ya hay dos personas" in str(denied.value.message)
    client.sign_in(someone)
    assert "Ya hay dos personas" in client.get(f"/mesas/{table.reference}").text
    assert client.get(f"/mesas/{table.reference}/solicitud").status_code == 403
    client.sign_in(person())
    assert "Ya hay dos personas" not in client.get(f"/mesas/{table.reference}").text


def test_one_asks_again_where_the_answer_allows_it(client, app, outbox):
    table, facilitator = arranged(entry=Entry.REQUEST)
    someone = person()
    ask(table, someone)
    decline(table, facilitator, someone, again=True)
    client.sign_in(someone)
    assert "Pedir un lugar" in client.get(f"/mesas/{table.reference}").text
    ask(table, someone, "Ahora represento a mi colonia.")
    request = db.session.scalars(sa.select(SeatRequest)).one()
    assert (request.is_waiting, request.answer, request.reason) == (True, "", "Ahora represento a mi colonia.")


@pytest.mark.parametrize("reason", [" ", "Rosa  Elvira no", ""])
def test_a_no_names_nobody(app, reason):
    table, facilitator = arranged(entry=Entry.REQUEST)
    someone = person("Rosa Elvira")
    ask(table, someone)
    with pytest.raises(Invalid):
        decline(table, facilitator, someone, reason=reason)
    assert records("table.seat_declined") == []


def test_what_was_answered_is_not_answered_again(app, outbox):
    table, facilitator = arranged(entry=Entry.REQUEST)
    first, second = person(), person()
    for someone in (first, second):
        ask(table, someone)
    accept(table, facilitator, first)
    decline(table, facilitator, second)
    for answer in (accept, decline):
        for someone in (first, second):
            with pytest.raises(Conflict):
                answer(table, facilitator, someone)
    assert count(TableMember) == 1


def test_only_the_facilitation_answers_and_sees_who_asked(client, app):
    table, _facilitator = arranged(entry=Entry.REQUEST)
    someone = person("Rosa Elvira")
    ask(table, someone)
    address = f"/mesas/{table.reference}"
    for who in (
        someone,
        person(),
        grant(person(), Role.FACILITATOR, tables.table()),
        grant(person(), Role.EXPERT, table),
    ):
        with pytest.raises(Denied):
            accept(table, who, someone)
        with pytest.raises(Denied):
            decline(table, who, someone)
        client.sign_in(who)
        assert client.get(f"{address}/entrada").status_code == 403
        assert client.post(f"{address}/solicitudes/{someone.public_id}/aceptacion").status_code == 404
        assert who is someone or "Rosa Elvira" not in client.get(address).text


def test_nothing_is_asked_or_given_outside_the_stage(app):
    table, facilitator = arranged(entry=Entry.REQUEST)
    someone, late = person(), person()
    ask(table, someone)
    with pytest.raises(Denied):
        ask(table, late, now=LATER)
    with pytest.raises(Denied):
        accept(table, facilitator, someone, now=LATER)
    with pytest.raises(Denied):
        invite(table, facilitator, "a@example.org", now=LATER)
    decline(table, facilitator, someone, now=LATER)


def test_whose_seat_was_taken_away_cannot_ask(app, outbox):
    table, facilitator = arranged(entry=Entry.REQUEST)
    someone = person()
    ask(table, someone)
    accept(table, facilitator, someone)
    with transaction():
        operations.remove(actor=facilitator, table=table, person=someone, reason="Interrumpió.", now=NOW)
    with pytest.raises(Denied) as denied:
        ask(table, someone)
    assert "Interrumpió." in str(denied.value.message)


def test_the_invited_take_their_seat_and_others_do_not(client, app, outbox):
    table, facilitator = arranged(entry=Entry.INVITATION)
    someone, other = person(), person()
    people.credential(someone, "rosa@example.org")
    invite(table, facilitator, " ROSA@example.org ")
    assert table.name in outbox[0].body
    with pytest.raises(Denied):
        tables.member(table, other)
    with pytest.raises(Denied):
        ask(table, other)
    assert "invitación" in str(to_do(app, someone)[0].title)
    client.sign_in(someone)
    assert "Aceptar la invitación" in client.get(f"/mesas/{table.reference}").text
    take_up(someone)
    assert (count(TableMember), count(Invitation)) == (1, 0)
    assert records("role.granted") == []


def test_from_the_page_of_the_table_the_invitation_is_used_up_too(app, outbox):
    table, facilitator = arranged(entry=Entry.INVITATION)
    someone = person()
    people.credential(someone, "rosa@example.org")
    invite(table, facilitator, "rosa@example.org")
    with pytest.raises(Denied):
        tables_member_at(table, someone, NOW + timedelta(days=14))
    tables.member(table, someone)
    assert (count(TableMember), count(Invitation)) == (1, 0)


def tables_member_at(table, someone, now):
    with transaction():
        return operations.join(actor=someone, table=table, now=now)


@pytest.mark.parametrize("lost", ["function", "account"])
def test_an_offer_of_someone_who_may_not_make_it_any_more_seats_nobody(client, app, outbox, lost):
    table, facilitator = arranged(entry=Entry.INVITATION)
    someone = person()
    people.credential(someone, "rosa@example.org")
    invite(table, facilitator, "rosa@example.org")
    if lost == "account":
        facilitator.suspended_at = NOW
    else:
        facilitator.all_grants.clear()
    db.session.commit()
    client.sign_in(someone)
    assert "Aceptar la invitación" not in client.get(f"/mesas/{table.reference}").text
    assert client.post(f"/mesas/{table.reference}/asiento").status_code == 403
    with pytest.raises(Conflict):
        take_up(someone)
    assert count(TableMember) == 0


def test_whoever_sits_already_leaves_no_offer_waiting(app, outbox):
    table, facilitator = arranged()
    someone = tables.member(table)
    people.credential(someone, "rosa@example.org")
    invite(table, facilitator, "rosa@example.org")
    take_up(someone)
    assert (count(TableMember), count(Invitation)) == (1, 0)


def test_an_invitation_does_not_open_a_closed_stage(client, app, outbox):
    table, facilitator = arranged(entry=Entry.INVITATION)
    someone = person()
    people.credential(someone, "rosa@example.org")
    invite(table, facilitator, "rosa@example.org")
    for stage in table.cycle.stages:
        stage.ends_at = NOW
    db.session.commit()
    client.sign_in(someone)
    offer = db.session.scalars(sa.select(Invitation)).one()
    assert client.post(f"/invitaciones/{offer.id}/aceptacion").status_code == 403
    assert (count(TableMember), count(Invitation)) == (0, 1)


def test_one_answer_whether_or_not_the_address_has_an_account(client, app, outbox):
    table, facilitator = arranged(entry=Entry.INVITATION)
    people.credential(person(), "tiene@example.org")
    client.sign_in(facilitator)
    answers = []
    for address in ("tiene@example.org", "nadie@example.org"):
        answer = client.post(f"/mesas/{table.reference}/entrada", data={"email": address})
        answers.append((answer.status_code, client.get(answer.location).text.count("Enviamos la invitación")))
    assert answers == [(303, 1), (303, 1)]
    assert [letter.to for letter in outbox] == [["tiene@example.org"], ["nadie@example.org"]]
    assert client.post(f"/mesas/{table.reference}/entrada", data={"email": "no es"}).status_code == 422


def test_the_facilitation_takes_an_offer_back(client, app, outbox):
    table, facilitator = arranged(entry=Entry.INVITATION)
    invite(table, facilitator, "rosa@example.org")
    offer = db.session.scalars(sa.select(Invitation)).one()
    address = f"/mesas/{table.reference}/invitaciones/{offer.id}/retiro"
    client.sign_in(person())
    assert client.post(address).status_code == 403
    client.sign_in(facilitator)
    assert "rosa@example.org" in client.get(f"/mesas/{table.reference}/entrada").text
    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 404
    assert count(Invitation) == 0


def test_whoever_has_a_function_at_the_table_need_not_ask(app):
    table, facilitator = arranged(entry=Entry.INVITATION)
    for someone in (facilitator, grant(person(), Role.EXPERT, table), grant(person(), Role.RAPPORTEUR, table.cycle)):
        tables.member(table, someone)
    assert count(TableMember) == 3


def test_the_facilitation_and_the_person_are_told_what_waits(app):
    table, facilitator = arranged(entry=Entry.REQUEST)
    ask(table, person())
    ask(table, person())
    (told,) = [item for item in to_do(app, facilitator) if "lugar" in str(item.title)]
    assert told.href.endswith(f"/mesas/{table.reference}/entrada")
    assert [item for item in to_do(app, person()) if "lugar" in str(item.title)] == []


def test_a_request_is_taken_back_and_goes_with_the_account(app):
    table, _facilitator = arranged(entry=Entry.REQUEST)
    someone = person()
    ask(table, someone)
    assert privacy.personal_data(someone)["seat_requests"][0]["reason"] == WHY
    with transaction():
        operations.withdraw_request(actor=someone, table=table, now=NOW)
    assert count(SeatRequest) == 0
    with pytest.raises(Denied), transaction():
        operations.withdraw_request(actor=someone, table=table, now=NOW)
    ask(table, someone)
    privacy.forget(someone)
    assert count(SeatRequest) == 0


def test_a_full_sector_shuts_nobody_out_of_an_open_table(app):
    table, _facilitator = arranged(wanted={Sector.ACADEMIA: 1})
    for _ in range(3):
        tables.member(table, person(sector=Sector.ACADEMIA))
    assert count(TableMember) == 3


def test_where_seats_are_limited_the_rest_wait_in_line(app, outbox):
    table, facilitator = arranged(wanted={Sector.ACADEMIA: 1}, is_limited=True)
    first = tables.member(table, person(sector=Sector.ACADEMIA))
    waits, undeclared = person(sector=Sector.ACADEMIA), person(sector=None)
    for someone in (waits, undeclared):
        with pytest.raises(Denied):
            tables.member(table, someone)
        ask(table, someone)
    with pytest.raises(Conflict):
        accept(table, facilitator, waits)
    accept(table, facilitator, undeclared)
    with transaction():
        operations.leave(actor=first, table=table, now=NOW)
    accept(table, facilitator, waits)
    assert queries.taken(table, Sector.ACADEMIA) == 1


@pytest.mark.parametrize("gone", ["suspended_at", "withdrawn_at"])
def test_whoever_is_suspended_or_gone_holds_no_limited_seat(app, gone):
    table, _facilitator = arranged(wanted={Sector.ACADEMIA: 1}, is_limited=True)
    first = tables.member(table, person(sector=Sector.ACADEMIA))
    assert queries.taken(table, Sector.ACADEMIA) == sum(queries.electorate(table).values()) == 1
    setattr(first, gone, NOW)
    db.session.commit()
    assert queries.taken(table, Sector.ACADEMIA) == 0
    assert (queries.electorate(table), queries.balance(table).taken) == ({}, {})
    tables.member(table, person(sector=Sector.ACADEMIA))
    assert count(TableMember) == 2


def test_who_waits_is_seated_for_the_sector_they_asked_for(app, outbox):
    table, facilitator = arranged(wanted={Sector.ACADEMIA: 1, Sector.CIVIL_SOCIETY: 1}, is_limited=True)
    tables.member(table, person(sector=Sector.ACADEMIA))
    waits = person(sector=Sector.ACADEMIA)
    ask(table, waits)
    waits.sector = Sector.CIVIL_SOCIETY
    db.session.commit()
    with pytest.raises(Conflict):
        accept(table, facilitator, waits)
    arrange(table, facilitator, entry=Entry.REQUEST, wanted=dict(table.wanted), is_limited=True)
    other = person(sector=Sector.CIVIL_SOCIETY)
    ask(table, other)
    other.sector = Sector.ACADEMIA
    db.session.commit()
    accept(table, facilitator, other)
    assert queries.membership(other, table).sector is Sector.CIVIL_SOCIETY


def test_who_waits_reads_how_many_of_their_sector_came_before(client, app):
    table, _facilitator = arranged(wanted={Sector.ACADEMIA: 0}, is_limited=True)
    for minutes in range(2):
        ask(table, person(sector=Sector.ACADEMIA), now=NOW + timedelta(minutes=minutes))
    ask(table, person(sector=Sector.CIVIL_SOCIETY))
    last = person(sector=Sector.ACADEMIA)
    ask(table, last, now=NOW + timedelta(minutes=5))
    client.sign_in(last)
    assert "Hay 2 personas de tu sector antes que tú." in client.get(f"/mesas/{table.reference}").text


def test_whoever_leads_or_advises_takes_no_seat(app):
    table, facilitator = arranged(wanted={Sector.ACADEMIA: 1}, is_limited=True)
    tables.member(table, grant(person(sector=Sector.ACADEMIA), Role.EXPERT, table))
    tables.member(table, facilitator)
    tables.member(table, person(sector=Sector.ACADEMIA))
    assert queries.taken(table, Sector.ACADEMIA) == 1


def test_an_invitation_does_not_pass_by_the_line(app, outbox):
    table, facilitator = arranged(wanted={Sector.ACADEMIA: 1}, is_limited=True)
    tables.member(table, person(sector=Sector.ACADEMIA))
    someone = person(sector=Sector.ACADEMIA)
    people.credential(someone, "rosa@example.org")
    invite(table, facilitator, "rosa@example.org")
    with pytest.raises(Denied):
        take_up(someone)
    assert count(Invitation) == 1


def test_arranging_is_recorded_with_its_reason(client, app):
    table, facilitator = arranged()
    assert records("table.arranged") == []
    with pytest.raises(Invalid):
        arrange(table, facilitator, " ", entry=Entry.REQUEST)
    arrange(table, facilitator, entry=Entry.REQUEST, wanted={Sector.ACADEMIA: 2})
    (told,) = records("table.arranged")
    assert (told["old"], told["new"]) == (
        {"entry": "open", "wanted": {}},
        {"entry": "request", "wanted": {"academia": 2}},
    )
    with pytest.raises(Denied):
        arrange(table, person(), entry=Entry.OPEN)
    assert "Academia: 2" in client.get(f"/historial?folio={table.reference}").text


@pytest.mark.parametrize(
    "seating",
    [
        {"wanted": {Sector.ACADEMIA: -1}},
        {"wanted": {Sector.ACADEMIA: 201}},
        {"is_limited": True},
        {"commitment_limit": 0},
        {"commitment_limit": 21},
    ],
    ids=str,
)
def test_impossible_seats_are_refused(app, seating):
    table, facilitator = arranged()
    with pytest.raises(Invalid):
        arrange(table, facilitator, **seating)


def test_the_pages_from_the_setting_to_the_seat(client, app, outbox):
    table, facilitator = arranged()
    address, someone = f"/mesas/{table.reference}", person("Rosa Elvira", sector=Sector.ACADEMIA)
    client.sign_in(facilitator)
    assert client.get(f"{address}/lugares").status_code == 200
    sent = {"entry": "request", "wanted_academia": "2", "reason": "Para que haya equilibrio."}
    assert client.post(f"{address}/lugares", data={**sent, "reason": ""}).status_code == 422
    assert client.post(f"{address}/lugares", data=sent).status_code == 303
    assert 'value="2"' in client.get(f"{address}/lugares").text
    assert "Faltan 2 lugares de academia" in client.get(address).text
    client.sign_in(someone)
    assert "Pedir un lugar" in client.get(address).text
    assert client.post(f"{address}/solicitud", data={"reason": " "}).status_code == 422
    for _ in range(2):
        assert client.post(f"{address}/solicitud", data={"reason": WHY}).status_code == 303
    assert "en espera" in client.get(address).text
    client.sign_in(facilitator)
    assert "1 solicitud de lugar" in client.get(address).text
    assert WHY in client.get(f"{address}/entrada").text
    page = f"{address}/solicitudes/{someone.public_id}"
    assert client.get(f"{page}/rechazo").status_code == 200
    assert client.post(f"{page}/rechazo", data={"reason": ""}).status_code == 422
    assert client.post(f"{page}/aceptacion").status_code == 303
    assert client.post(f"{page}/aceptacion").status_code == 404
    assert "Falta 1 lugar de academia" in client.get(address).text


def test_genders_are_told_only_in_groups_of_five(client, app):
    table, _facilitator = arranged(seeks_parity=True)
    for gender, number in (("woman", 5), ("man", 5), ("nonbinary", 1)):
        for _ in range(number):
            tables.member(table, person(gender=gender))
    page = client.get(f"/mesas/{table.reference}").text
    assert "Persona no binaria" not in page
    assert queries.balance(table).genders_shown == [("Mujer", 5)] or len(queries.balance(table).genders_shown) == 1
    for _ in range(4):
        tables.member(table, person(gender="nonbinary"))
    assert [people for _label, people in queries.balance(table).genders_shown] == [5, 5, 5]


def test_who_reads_the_page_twice_learns_no_newcomers_gender(client, app):
    table, _facilitator = arranged(seeks_parity=True)
    address = f"/mesas/{table.reference}"
    for gender in ["woman"] * 5 + ["man"] * 5:
        tables.member(table, person(gender=gender))
    page = client.get(address).text
    assert "Mujer" not in page
    assert "cuando termina la etapa de mesas" in page
    for stage in table.cycle.stages:
        stage.ends_at = NOW
    db.session.commit()
    page = client.get(address).text
    assert "Mujer" in page
    assert "cuando termina la etapa" not in page


def test_who_declared_no_sector_is_told_so(app):
    table, _facilitator = arranged(wanted={Sector.ACADEMIA: 1}, is_limited=True)
    for someone, told in ((person(sector=None), "declarado"), (person(sector=Sector.CIVIL_SOCIETY), "de tu sector")):
        with pytest.raises(Denied) as denied:
            tables.member(table, someone)
        assert told in str(denied.value.message)


@pytest.mark.slow
def test_the_last_seat_is_taken_once(committed_app):
    table, facilitator = arranged(wanted={Sector.ACADEMIA: 2}, is_limited=True)
    someone = [person(sector=Sector.ACADEMIA).id for _ in range(8)]
    asks = person(sector=Sector.ACADEMIA)
    tables_id, leads, waits = table.id, facilitator.id, asks.id
    with transaction():
        db.session.add(
            SeatRequest(table_id=table.id, person_id=waits, sector=Sector.ACADEMIA, reason=WHY, asked_at=NOW)
        )

    def joining(who):
        def run():
            tables.member(db.session.get_one(Table, tables_id), db.session.get_one(Person, who))

        return run

    def letting_in():
        get = db.session.get_one
        accept(get(Table, tables_id), get(Person, leads), get(Person, waits))

    results = at_once(committed_app, [*map(joining, someone), letting_in])
    db.session.rollback()
    assert results.count(None) == 2
    assert all(isinstance(found, Denied | Conflict) for found in results if found is not None)
    assert count(TableMember) == 2


@pytest.mark.slow
def test_of_two_answers_at_once_one_holds(committed_app):
    table, facilitator = arranged(entry=Entry.REQUEST)
    someone = person()
    at, leads, who = table.id, facilitator.id, someone.id

    def loaded():
        get = db.session.get_one
        return get(Table, at), get(Person, leads), get(Person, who)

    def asking():
        found, _leads, asker = loaded()
        ask(found, asker)

    assert all(not isinstance(found, Exception) for found in at_once(committed_app, [asking] * 6))
    db.session.rollback()
    assert count(SeatRequest) == 1
    results = at_once(committed_app, [lambda: accept(*loaded()), lambda: decline(*loaded())] * 3)
    db.session.rollback()
    assert sum(found is None for found in results) == 1
    assert all(isinstance(found, Conflict) for found in results if found is not None)
    assert count(TableMember) + count(SeatRequest) == 1


@pytest.mark.slow
def test_sitting_down_and_being_let_in_at_once_is_one_seat(committed_app):
    table, facilitator = arranged(entry=Entry.REQUEST)
    waiting = [person() for _ in range(4)]
    for someone in waiting:
        ask(table, someone)
    arrange(table, facilitator, entry=Entry.OPEN)
    at, leads, ids = table.id, facilitator.id, [someone.id for someone in waiting]
    get = db.session.get_one

    def joining(who):
        return lambda: tables.member(get(Table, at), get(Person, who)) and None

    def letting_in(who):
        return lambda: accept(get(Table, at), get(Person, leads), get(Person, who))

    results = at_once(committed_app, [call for who in ids for call in (joining(who), joining(who), letting_in(who))])
    db.session.rollback()
    assert all(found is None or isinstance(found, Conflict) for found in results)
    assert results[0::3] == results[1::3] == [None] * 4
    assert (count(TableMember), count(SeatRequest)) == (4, 0)
