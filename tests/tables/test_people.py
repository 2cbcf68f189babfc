"""Naming people to functions of a cycle and its tables: who may, whom a search finds, and what everyone sees."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Grant, Invitation, Role
from cocrea.core import live
from cocrea.extensions import db
from cocrea.tables import queries
from cocrea.tables.models import MemberRole
from tests.factories import accounts, cycles, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records

SAME_ANSWER = "Enviamos la invitación a ese correo"


@pytest.fixture
def table(app):
    return tables.table()


@pytest.fixture
def steward(table):
    return cycles.steward(table.cycle)


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def page_of(table, more=""):
    return f"/ciclos/{table.cycle.slug}/personas{more}"


def name(client, table, office, who, **extra):
    return client.post(page_of(table, "/nombramiento"), data={"office": office, "who": who, **extra})


def choices(page):
    return re.findall(r'name="person"[^>]*value="([^"]*)"', page.text)


def held(someone):
    statement = sa.select(Grant.role, Grant.scope).where(Grant.person_id == someone.id)
    return {tuple(row) for row in db.session.execute(statement)}


def test_a_steward_finds_a_member_by_name_and_names_them(client, table, steward):
    someone = tables.member(table, person("José Ángel Núñez"))
    client.sign_in(steward)
    office = f"facilitator@{table.cycle.scope}"
    found = name(client, table, office, "angel nunez")
    assert (found.status_code, choices(found), held(someone)) == (200, [someone.public_id], set())
    done = name(client, table, office, "angel nunez", person=someone.public_id)
    assert done.status_code == 303
    assert held(someone) == {(Role.FACILITATOR, table.cycle.scope)}
    (told,) = records("role.granted")
    assert (told["actor"], told["subject"]) == (steward.public_id, someone.public_id)
    assert someone.name in client.get(done.location).text


def test_a_search_finds_only_people_whose_names_are_public_here(client, table, steward):
    stranger = person("Lucía Oculta")
    tables.member(tables.table(), stranger)
    unconfirmed = person("Lucía Sin Confirmar")
    grant(unconfirmed, Role.OBSERVER, table)
    unconfirmed.verified_at = None
    db.session.commit()
    client.sign_in(steward)
    answers = [name(client, table, f"expert@{table.scope}", who) for who in ("Lucía", "Nadie Existe")]
    assert {answer.status_code for answer in answers} == {422}
    for answer in answers:
        assert choices(answer) == []
        assert "Nadie con ese nombre" in answer.text
    forged = name(client, table, f"expert@{table.scope}", "Lucía", person=stranger.public_id)
    assert (forged.status_code, held(stranger)) == (422, set())


def test_every_address_gets_the_same_answer(client, table, steward, outbox):
    accounts.credential(person(), "con-cuenta@example.org")
    client.sign_in(steward)
    pages = []
    for email in ("con-cuenta@example.org", "sin-cuenta@example.org"):
        answer = name(client, table, f"rapporteur@{table.scope}", email)
        page = client.get(answer.location).text
        assert SAME_ANSWER in page
        pages.append(page.count("<li"))
        client.post(page_of(table, f"/invitaciones/{db.session.scalar(sa.select(Invitation.id))}/retiro"))
    assert pages[0] == pages[1]
    assert [mail.to[0] for mail in outbox] == ["con-cuenta@example.org", "sin-cuenta@example.org"]
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0


def test_a_facilitator_names_the_rapporteur_of_a_table_and_the_seat_says_so(client, table):
    facilitator, someone = cycles.facilitator(table.cycle), tables.member(table)
    client.sign_in(facilitator)
    asked = client.get(page_of(table, "/nombramiento")).text
    assert f"rapporteur@{table.scope}" in asked
    assert "facilitator@" not in asked
    name(client, table, f"rapporteur@{table.scope}", someone.name, person=someone.public_id)
    assert queries.membership(someone, table).role is MemberRole.RAPPORTEUR
    given = db.session.scalars(sa.select(Grant).where(Grant.person_id == someone.id)).one()
    client.post(page_of(table, f"/{given.id}/retiro"), data={"reason": "Terminó su encargo."})
    assert queries.membership(someone, table).role is MemberRole.MEMBER


def test_a_facilitator_of_a_table_names_at_that_table_only(client, table):
    other = tables.table(table.cycle)
    client.sign_in(grant(person(), Role.FACILITATOR, table))
    someone = tables.member(table)
    asked = client.get(page_of(table, "/nombramiento")).text
    assert f"rapporteur@{table.scope}" in asked
    assert f"@{other.scope}" not in asked
    for office in (f"rapporteur@{other.scope}", f"facilitator@{table.scope}", f"rapporteur@{table.cycle.scope}", "x"):
        answer = name(client, table, office, someone.name, person=someone.public_id)
        assert (answer.status_code, held(someone)) == (422, set())


def test_withdrawing_says_why_and_cuts_the_connections(client, table, steward, monkeypatch):
    rooms = []
    monkeypatch.setattr(live, "disconnect", rooms.append)
    someone = grant(person("Facilitadora 07"), Role.FACILITATOR, table)
    address = page_of(table, f"/{someone.all_grants[0].id}/retiro")
    client.sign_in(steward)
    assert address in client.get(page_of(table)).text
    assert someone.name in client.get(address).text
    assert (client.post(address, data={"reason": " "}).status_code, len(held(someone))) == (422, 1)
    assert client.post(address, data={"reason": "Dejó la facilitación."}).status_code == 303
    assert (held(someone), rooms) == (set(), [f"person:{someone.id}"])
    (told,) = records("role.revoked")
    assert (told["reason"], told["old"]["role"]) == ("Dejó la facilitación.", "facilitator")
    assert client.get(address).status_code == 404


def test_everyone_reads_who_leads_and_nobody_else_sees_addresses(client, table, steward, outbox):
    grant(person("Facilitadora 08"), Role.FACILITATOR, table)
    client.sign_in(steward)
    name(client, table, f"expert@{table.scope}", "experta@example.org")
    assert "experta@example.org" in client.get(page_of(table)).text
    invited = db.session.scalars(sa.select(Invitation)).one()
    client.post("/salir")
    for who in (None, person(), grant(person(), Role.RAPPORTEUR, table)):
        if who is not None:
            client.sign_in(who)
        page = client.get(page_of(table)).text
        assert "Facilitadora 08" in page
        assert "experta@example.org" not in page
        assert "Nombrar a alguien" not in page
        assert client.post(page_of(table, f"/invitaciones/{invited.id}/retiro")).status_code == 404


def test_who_may_not_name_is_refused_on_every_door(client, table):
    someone = grant(person(), Role.FACILITATOR, table)
    dismissal = page_of(table, f"/{someone.all_grants[0].id}/retiro")
    assert name(client, table, f"expert@{table.scope}", "a@example.org").status_code == 401
    client.sign_in(tables.member(table))
    assert client.get(page_of(table, "/nombramiento")).status_code == 403
    assert name(client, table, f"expert@{table.scope}", "a@example.org").status_code == 403
    assert client.post(dismissal, data={"reason": "Porque sí."}).status_code == 403
    elsewhere = tables.table()
    assert client.post(dismissal.replace(table.cycle.slug, elsewhere.cycle.slug)).status_code == 404


def test_drafts_do_not_exist_for_others(client, table):
    table.cycle.published_at = None
    db.session.commit()
    client.sign_in(person())
    assert client.get(page_of(table)).status_code == 404


def test_the_page_costs_the_same_with_many(client, table, steward, count_queries):
    client.sign_in(steward)

    def cost():
        with count_queries() as log:
            assert client.get(page_of(table)).status_code == 200
        return len(log)

    grant(person(), Role.EXPERT, table)
    few = cost()
    for _ in range(12):
        grant(person(), Role.EXPERT, tables.table(table.cycle))
    assert cost() == few <= 10
