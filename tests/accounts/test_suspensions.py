"""Suspending an account: at once, with a public reason, without the name, and reversible."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from cocrea.accounts import operations, privacy, queries
from cocrea.accounts.models import PLATFORM, Person, Role, Suspension
from cocrea.core import live
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import accounts as make
from tests.factories.history import records

REASON = "Amenazas repetidas en los comentarios."
PAGE = "/administracion/cuentas"


@pytest.fixture
def admin(app):
    return make.grant(make.person("Administración 01"), Role.ADMINISTRATOR, PLATFORM)


@pytest.fixture
def ana(app):
    someone = make.person("Ana Inés Robles")
    make.credential(someone, "ana@example.org")
    return someone


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


@pytest.fixture
def cut_off(monkeypatch):
    rooms = []
    monkeypatch.setattr(live, "disconnect", rooms.append)
    return rooms


def suspend(actor, person, reason=REASON):
    with transaction():
        return operations.suspend(actor=actor, person=person, reason=reason, now=NOW)


def reinstate(actor, person, reason="La apelación tenía razón."):
    with transaction():
        return operations.reinstate(actor=actor, person=person, reason=reason, now=NOW)


def enter(email="ana@example.org"):
    proof = queries.prove_password(email, make.PASSWORD)
    with transaction():
        return operations.sign_in(proof=proof, device="", now=NOW)


def test_every_device_and_connection_is_out_at_once(admin, ana, cut_off, outbox):
    token = enter().token
    assert queries.signed_in_person(token)
    suspend(admin, ana)
    assert queries.signed_in_person(token) is None
    assert f"person:{ana.id}" in cut_off
    with pytest.raises(Denied) as denied:
        enter()
    assert "SUS-0001" in str(denied.value.message)


def test_lifting_lets_the_person_in_but_not_the_old_devices(admin, ana, cut_off, outbox):
    token = enter().token
    suspend(admin, ana)
    reinstate(admin, ana)
    assert queries.signed_in_person(token) is None
    assert enter().token


def test_the_history_says_what_who_decided_and_why_but_not_of_whom(admin, ana, outbox):
    suspend(admin, ana)
    reinstate(admin, ana)
    first, second = records()
    assert [found["action"] for found in (first, second)] == ["person.suspended", "person.reinstated"]
    assert {found["subject"] for found in (first, second)} == {"SUS-0001"}
    assert (first["reason"], first["actor"]) == (REASON, admin.public_id)
    written = json.dumps([first, second], ensure_ascii=False)
    assert ana.public_id not in written
    assert ana.name not in written


def test_the_person_is_told_both_times(admin, ana, outbox):
    suspend(admin, ana)
    reinstate(admin, ana)
    out, back = outbox
    assert out.to == back.to == ["ana@example.org"]
    assert REASON in out.body
    assert "/historial?folio=SUS-0001" in out.body
    assert "La apelación tenía razón." in back.body


@pytest.mark.parametrize("reason", [" ", "", "Ana  Ines Robles amenazó", "robles: ANA INÉS ROBLES"])
def test_a_reason_is_needed_both_times_and_names_nobody(admin, ana, outbox, reason):
    with pytest.raises(Invalid):
        suspend(admin, ana, reason)
    suspend(admin, ana)
    with pytest.raises(Invalid):
        reinstate(admin, ana, reason)
    assert not ana.is_active


def test_only_administrators_and_not_their_own(admin, ana):
    for actor in (make.person(), make.grant(make.person(), Role.STEWARD, "space:1"), admin):
        with pytest.raises(Denied):
            suspend(actor, admin if actor is admin else ana)
    assert records() == []


def test_twice_is_a_conflict_each_way(admin, ana, outbox):
    with pytest.raises(Conflict):
        reinstate(admin, ana)
    suspend(admin, ana)
    with pytest.raises(Conflict):
        suspend(admin, ana)
    reinstate(admin, ana)
    suspend(admin, ana)
    assert [found.reference for found in queries.suspensions_of(ana)] == ["SUS-0001", "SUS-0002"]


def test_the_person_finds_it_among_their_data(admin, ana, outbox):
    suspend(admin, ana)
    assert privacy.personal_data(ana)["suspensions"][0]["reason"] == REASON


def test_it_ends_with_the_account_and_the_history_goes_on_saying_why(client, admin, ana, outbox):
    suspend(admin, ana)
    reinstate(admin, ana)
    other = make.person()
    suspend(admin, other)
    client.sign_in(ana)
    assert "se borra que fuiste tú" in client.get("/cuenta/retiro").text
    client.post("/cuenta/retiro", data={"password": make.PASSWORD})
    assert list(db.session.scalars(sa.select(Suspension.person_id))) == [other.id]
    assert [told["reason"] for told in records("person.suspended")] == [REASON, REASON]
    assert REASON in client.get("/historial?folio=SUS-0001").text
    suspend(admin, make.person())
    assert records("person.suspended")[-1]["subject"] == "SUS-0003"


# Here the reason is in the person's own words, or is the public one of what became of what they contributed; drafts of
# an institution's answer are its reasons, which colleagues go on with; what it published stays as it was.
# an institution's answer are its reasons, which colleagues go on with.
PUBLIC = {
    "agreement_answers",
    "answer_drafts",
    "assessments",
    "attachments",
    "booth_acts",
    "contributions",
    "minutes_corrections",
    "poll_answers",
    "response_versions",
    "rearrangement_answers",
    "responses",
}


def test_no_other_table_keeps_a_reason_beside_whom_it_is_about():
    people = Person.__table__.c.id
    beside = {
        table.name
        for table in db.metadata.sorted_tables
        if any("reason" in column.name for column in table.columns) and privacy.pointing_at(table, people)
    }
    ending = {name for name in beside if db.metadata.tables[name].info.get(privacy.ENDS)}
    assert ending == {"seat_requests", "session_restrictions", "suspensions", "table_removals"}
    assert beside - ending == PUBLIC


def test_the_way_through_the_pages(client, admin, ana, outbox):
    client.sign_in(admin)
    assert PAGE in client.get("/").text
    address = f"{PAGE}/{ana.public_id}"
    for wanted in ("ines rob", "ana@example.org", ana.public_id):
        assert address in client.post(PAGE, data={"q": wanted}).text
    assert "Ninguna cuenta coincide" in client.post(PAGE, data={"q": "zzz"}).text
    assert client.post(f"{address}/suspension", data={"reason": " "}).status_code == 422
    assert client.post(f"{address}/suspension", data={"reason": REASON}).location == address
    page = client.get(address).text
    assert "Levantar la suspensión" in page
    assert address in client.get(PAGE).text
    again = client.post(f"{address}/suspension", data={"reason": REASON})
    assert again.status_code == 422
    assert client.post(f"{address}/suspension/retiro", data={"reason": "Apeló con razón."}).status_code == 303
    assert "Suspender la cuenta" in client.get(address).text
    assert address not in client.get(PAGE).text


def test_the_public_history_shows_the_reason_and_no_name(client, admin, ana, outbox):
    suspend(admin, ana)
    page = client.get("/historial?folio=SUS-0001").text
    assert REASON in page
    assert ana.name not in page
    assert ana.public_id not in page
    record = re.search(r"/historial/registros/\d+", page).group()
    assert ana.public_id not in client.get(record).text


def test_nobody_else_learns_anything(client, admin, ana, outbox):
    suspend(admin, ana)
    paths = (PAGE, f"{PAGE}/{ana.public_id}", f"{PAGE}/p-0000000000")
    assert all(client.get(path).status_code == 302 for path in paths)
    client.sign_in(make.grant(make.person(), Role.STEWARD, "space:1"))
    answers = [client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {403}
    assert not any(ana.name in answer.text for answer in answers)
    assert client.post(f"{PAGE}/{ana.public_id}/suspension", data={"reason": REASON}).status_code == 403
    assert db.session.scalar(sa.select(sa.func.count(Suspension.id))) == 1


def test_an_administrator_without_the_second_factor_is_none(client, admin, ana):
    client.sign_in(admin, second_factor=False)
    answer = client.post(f"{PAGE}/{ana.public_id}/suspension", data={"reason": REASON})
    assert "segundo-factor" in answer.location
    assert ana.is_active
