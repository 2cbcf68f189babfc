"""Taking a seat away and giving it back: who may, what the history tells, and that it takes effect at once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts import privacy
from cocrea.accounts.models import Role
from cocrea.accounts.operations import withdraw
from cocrea.accounts.queries import prove_password
from cocrea.audit.models import HistoryRecord
from cocrea.core import live
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import Removal, TableMember
from tests.conftest import NOW
from tests.factories import accounts, cycles, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records

REASON = "Interrumpió tres veces la palabra de otras personas."


@pytest.fixture
def seat(app):
    """A table with its facilitator and one member with an e-mail."""
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table, someone = tables.table(cycle, facilitator=facilitator), person("Rosa Elvira")
    accounts.credential(someone, "rosa@example.org")
    return table, facilitator, tables.member(table, someone)


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def remove(table, actor, someone, reason=REASON):
    with transaction():
        operations.remove(actor=actor, table=table, person=someone, reason=reason, now=NOW)


def readmit(table, actor, someone):
    with transaction():
        operations.readmit(actor=actor, table=table, person=someone, now=NOW)


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def page_of(table, someone, act="retiro"):
    return f"/mesas/{table.reference}/asientos/{someone.public_id}/{act}"


def test_the_history_says_why_and_never_whose(seat, outbox):
    table, facilitator, someone = seat
    remove(table, facilitator, someone)
    (told,) = records("table.member_removed")
    assert (told["actor"], told["subject"], told["reason"]) == (facilitator.public_id, table.reference, REASON)
    assert told["old"] == {"seat": "member"}
    everything = " ".join(db.session.scalars(sa.select(HistoryRecord.canonical)))
    assert someone.public_id not in everything
    assert someone.name not in everything


def test_the_person_is_told_why_in_a_mail(seat, outbox):
    table, facilitator, someone = seat
    remove(table, facilitator, someone)
    readmit(table, facilitator, someone)
    removed, returned = outbox
    assert removed.to == returned.to == ["rosa@example.org"]
    assert REASON in removed.body
    assert f"/mesas/{table.reference}" in returned.body


def test_someone_without_an_email_loses_the_seat_just_the_same(seat, outbox):
    table, facilitator, _someone = seat
    remove(table, facilitator, tables.member(table))
    assert (count(Removal), outbox) == (1, [])


def test_every_connection_of_theirs_is_cut_off(seat, monkeypatch):
    table, facilitator, someone = seat
    rooms = []
    monkeypatch.setattr(live, "disconnect", rooms.append)
    remove(table, facilitator, someone)
    assert f"person:{someone.id}" in rooms


def test_nobody_sits_down_again_by_themselves(seat, outbox):
    table, facilitator, someone = seat
    remove(table, facilitator, someone)
    with pytest.raises(Denied) as denied:
        tables.member(table, someone)
    assert REASON in str(denied.value.message)
    readmit(table, facilitator, someone)
    readmit(table, facilitator, someone)
    tables.member(table, someone)
    assert (count(TableMember), count(Removal)) == (1, 0)
    assert len(records("table.member_readmitted")) == 1


def test_only_the_facilitation_of_this_table_may(seat):
    table, facilitator, someone = seat
    other = tables.member(table)
    elsewhere = grant(person(), Role.FACILITATOR, tables.table())
    for actor in (other, someone, elsewhere, grant(person(), Role.RAPPORTEUR, table)):
        with pytest.raises(Denied):
            remove(table, actor, someone)
    tables.member(table, facilitator)
    with pytest.raises(Denied):
        remove(table, facilitator, facilitator)
    assert (count(Removal), records("table.member_removed")) == (0, [])


def test_who_facilitates_keeps_their_seat(client, seat):
    table, facilitator, _someone = seat
    tables.member(table, facilitator)
    cofacilitator = grant(person(), Role.COFACILITATOR, table)
    client.sign_in(cofacilitator)
    with pytest.raises(Denied):
        remove(table, cofacilitator, facilitator)
    assert page_of(table, facilitator) not in client.get(f"/mesas/{table.reference}").text
    assert "quien se la dio" in client.get(page_of(table, facilitator)).text


@pytest.mark.parametrize("reason", [" ", "\n", "Rosa  Elvira insultó.", "rosa elvira"])
def test_a_reason_is_needed_and_names_nobody(seat, reason):
    table, facilitator, someone = seat
    with pytest.raises(Invalid):
        remove(table, facilitator, someone, reason)
    assert count(TableMember) == 1


def test_removing_twice_is_one_removal(seat, outbox):
    table, facilitator, someone = seat
    remove(table, facilitator, someone)
    with pytest.raises(Conflict):
        remove(table, facilitator, someone)
    assert len(records("table.member_removed")) == 1


def test_the_person_finds_it_among_their_data(seat, outbox):
    table, facilitator, someone = seat
    remove(table, facilitator, someone)
    assert privacy.personal_data(someone)["table_removals"][0]["reason"] == REASON


def test_what_is_about_someone_ends_with_their_account_and_the_history_goes_on_saying_why(seat, outbox):
    table, facilitator, someone = seat
    other = tables.member(table)
    for taken in (someone, other):
        remove(table, facilitator, taken)
    with transaction():
        proof = prove_password("rosa@example.org", accounts.PASSWORD)
        withdraw(actor=someone, proof=proof, now=NOW)
    assert [removal.person_id for removal in queries.removals(table)] == [other.id]
    assert REASON not in str(privacy.personal_data(someone))
    assert {told["reason"] for told in records("table.member_removed")} == {REASON}


def test_from_the_page_of_the_table_and_back(client, seat, outbox):
    table, facilitator, someone = seat
    client.sign_in(facilitator)
    shown = client.get(f"/mesas/{table.reference}").text
    assert page_of(table, someone) in shown
    asked = client.get(page_of(table, someone))
    assert someone.name in asked.text
    empty = client.post(page_of(table, someone), data={"reason": " "})
    assert (empty.status_code, count(TableMember)) == (422, 1)
    done = client.post(page_of(table, someone), data={"reason": REASON})
    assert (done.status_code, count(TableMember)) == (303, 0)
    after = client.get(done.location).text
    assert someone.name in after
    assert page_of(table, someone, "devolucion") in after
    assert client.get(page_of(table, someone)).status_code == 404
    assert client.post(page_of(table, someone, "devolucion")).status_code == 303
    assert count(Removal) == 0


def test_nobody_else_sees_whose_seats_were_taken(client, seat, outbox):
    table, facilitator, someone = seat
    other = tables.member(table)
    assert "Retirar asiento" not in client.get(f"/mesas/{table.reference}").text
    remove(table, facilitator, someone)
    for who in (None, other):
        if who is not None:
            client.sign_in(who)
        for address in (f"/mesas/{table.reference}", "/historial", f"/historial?folio={table.reference}"):
            page = client.get(address).text
            assert someone.name not in page
        assert client.post(page_of(table, someone, "devolucion")).status_code == 404
    assert REASON in client.get("/historial").text
    assert client.post(page_of(table, facilitator)).status_code == 404


def test_the_person_reads_the_reason_instead_of_the_button(client, seat, outbox):
    table, facilitator, someone = seat
    remove(table, facilitator, someone)
    client.sign_in(someone)
    page = client.get(f"/mesas/{table.reference}").text
    assert REASON in page
    assert "Unirme a esta mesa" not in page
    assert client.post(f"/mesas/{table.reference}/asiento").status_code == 403


def test_visitors_are_led_to_sign_in(client, seat):
    table, _facilitator, someone = seat
    assert client.post(page_of(table, someone), data={"reason": REASON}).status_code == 401
    assert count(TableMember) == 1
