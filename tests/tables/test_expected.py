"""What the page of a table says to each person, and in what capacity people sit at it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import Role
from cocrea.core import todo
from cocrea.core.db import transaction
from cocrea.core.errors import Denied
from cocrea.core.i18n import hour
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import Entry, MemberRole, PollElectorate, TableMember
from cocrea.tables.operations import Seating
from cocrea.tables.policies import facilitates
from tests.conftest import NOW
from tests.factories import accounts as people
from tests.factories import cycles, polls, tables
from tests.factories.accounts import grant, person


@pytest.fixture
def table(app):
    cycle = tables.meeting_cycle()
    return tables.table(cycle, facilitator=cycles.facilitator(cycle))


def facilitator_of(table):
    return cycles.facilitator(table.cycle)


def arrange(table, **seating):
    with transaction():
        operations.arrange_seats(
            actor=facilitator_of(table), table=table, seating=Seating(**seating), reason="Acuerdo.", now=NOW
        )


def step(client, table, someone=None):
    """The part of the page that says what comes next."""
    if someone is not None:
        client.sign_in(someone)
    page = client.get(f"/mesas/{table.reference}").text
    assert page.count("Qué sigue para ti") == 1
    assert page.count("button--primary") <= 1
    return page.split("Qué sigue para ti")[1].split('<div class="columns">')[0]


def seated(table, role):
    someone = grant(person(), role, table) if role else person()
    return tables.member(table, someone)


def test_a_visitor_is_led_to_sign_in_by_how_one_enters(client, table):
    for entry, words in (
        (Entry.OPEN, "Cualquiera puede sentarse"),
        (Entry.REQUEST, "por solicitud"),
        (Entry.INVITATION, "por invitación"),
    ):
        arrange(table, entry=entry)
        shown = step(client, table)
        assert words in shown
        assert "/entrar?next=" in shown


def test_whoever_has_no_seat_is_told_how_to_come_by_one(client, table):
    assert "Unirme a esta mesa" in step(client, table, person())
    arrange(table, entry=Entry.REQUEST)
    asks = person()
    assert "Pedir un lugar" in step(client, table, asks)
    with transaction():
        operations.ask_for_seat(actor=asks, table=table, reason="Conozco el tema.", now=NOW)
    waits = step(client, table, asks)
    assert "Ya pediste tu lugar" in waits
    assert "Retirar mi solicitud" in waits
    arrange(table, entry=Entry.INVITATION)
    invited = person()
    people.credential(invited, "rosa@example.org")
    with transaction():
        operations.invite_to_seat(actor=facilitator_of(table), table=table, email="rosa@example.org", now=NOW)
    assert "acepta y toma tu asiento" in step(client, table, invited)
    assert "acepta y toma tu asiento" not in step(client, table, person())


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (None, "di lo que piensas"),
        (Role.EXPERT, "aporta lo que sabes"),
        (Role.OBSERVER, "puedes leerla"),
        (Role.RAPPORTEUR, "escribir la minuta"),
        (Role.COFACILITATOR, "tú la conduces"),
    ],
)
def test_a_live_session_comes_first_in_the_words_of_each_capacity(client, table, role, words):
    someone = seated(table, role)
    tables.session(table, facilitator_of(table))
    shown = step(client, table, someone)
    assert words in shown
    assert "Entrar a la sesión en vivo" in shown


def test_the_facilitation_is_told_what_waits_before_what_is_planned(client, table):
    leads = facilitator_of(table)
    assert "Convocar una sesión" in step(client, table, leads)
    session = tables.session(table, leads, live=False)
    assert "ábrela" in step(client, table, leads)
    session.starts_at = NOW + timedelta(days=2)
    db.session.commit()
    assert "prepara su orden del día" in step(client, table, leads)
    arrange(table, entry=Entry.REQUEST)
    with transaction():
        operations.ask_for_seat(actor=person(), table=table, reason="Conozco el tema.", now=NOW)
    assert "Responder solicitudes" in step(client, table, leads)


def test_before_and_after_the_stage_everyone_is_told_when(client, app):
    cycle = tables.meeting_cycle()
    table = tables.table(cycle, facilitator=cycles.facilitator(cycle))
    (stage,) = cycle.stages
    stage.starts_at, stage.ends_at = NOW + timedelta(days=2), NOW + timedelta(days=3)
    db.session.commit()
    for someone in (None, person(), cycles.facilitator(cycle)):
        assert "abre el" in step(client, table, someone)
    stage.starts_at, stage.ends_at = NOW - timedelta(days=3), NOW - timedelta(days=2)
    db.session.commit()
    for someone in (None, person(), cycles.facilitator(cycle)):
        assert "cerró el" in step(client, table, someone)


def test_a_member_reads_what_was_agreed_when_nothing_else_is_due(client, table):
    someone, leads = seated(table, None), facilitator_of(table)
    assert "te la anunciamos aquí" in step(client, table, someone)
    session = tables.session(table, leads)
    with transaction():
        operations.end_session(actor=leads, session=session, now=NOW)
    assert "Ver los acuerdos" in step(client, table, someone)


def test_a_session_that_nobody_opened_does_not_hide_the_next_one(client, table):
    someone, leads = seated(table, None), facilitator_of(table)
    for days in (-2, 9, 3):
        start = NOW + timedelta(days=days)
        kept = tables.session(table, leads, live=False, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
        kept.starts_at, kept.ends_at, kept.title = start, start + timedelta(hours=2), f"En {days} días"
        db.session.commit()
    assert f"{(NOW + timedelta(days=3)).day} de junio" in step(client, table, someone)
    assert "ábrela" in step(client, table, leads)
    (card,) = queries.tables_of(table.cycle, NOW)
    assert card.meets_at == NOW + timedelta(days=3)
    (card,) = queries.tables_of(table.cycle, NOW + timedelta(days=20))
    assert card.meets_at == NOW + timedelta(days=9)


def test_the_live_session_is_told_to_members_among_many_never_opened(app, table):
    someone, leads = seated(table, None), facilitator_of(table)
    for days in range(12):
        never = tables.session(table, leads, live=False)
        never.starts_at, never.ends_at = (NOW - timedelta(days=days + 2) + n * timedelta(hours=1) for n in (0, 1))
        db.session.commit()
    live = tables.session(table, leads)
    with app.test_request_context():
        assert [item.href for item in todo.gather(someone, NOW)] == [f"/sesiones/{live.reference}"]
        assert f"/sesiones/{live.reference}" in [item.href for item in todo.gather(leads, NOW)]


def test_corrections_are_asked_of_members_until_their_term(client, clock, table):
    someone, leads = seated(table, None), facilitator_of(table)
    session = tables.session(table, leads)
    with transaction():
        operations.end_session(actor=leads, session=session, now=NOW)
        minutes = operations.draft_minutes(actor=leads, session=session, now=NOW)
        operations.ask_for_corrections(actor=leads, minutes=minutes, days=2, now=NOW)
    assert "Leer la minuta" in step(client, table, someone)
    clock.advance(days=2)
    assert "Leer la minuta" not in step(client, table, someone)


def test_a_cofacilitator_runs_sessions_and_does_not_name_who_leads(client, table):
    leads = grant(person(), Role.COFACILITATOR, table)
    session = tables.session(table, leads)
    assert session.is_live
    assert tables.member(table, leads) is leads
    assert db.session.get(TableMember, (table.id, leads.id)).role is MemberRole.COFACILITATOR
    assert not facilitates(leads, tables.table())
    client.sign_in(leads)
    page = client.get(f"/ciclos/{table.cycle.slug}/personas/nombramiento").text
    assert f"rapporteur@{table.scope}" in page
    assert "facilitator@" not in page
    assert "cofacilitation@" not in page


def test_experts_speak_and_are_not_counted_in_the_polls_of_members(table):
    session = tables.session(table, facilitator_of(table))
    expert, member = seated(table, Role.EXPERT), seated(table, None)
    tables.said(session, expert, "Los pozos bajaron dos metros.")
    poll = polls.opened(session, facilitator_of(table))
    polls.answered(poll, member, "agree")
    with pytest.raises(Denied) as denied:
        polls.answered(poll, expert, "agree")
    assert "quien asesora" in str(denied.value.message)
    everyone = polls.opened(session, facilitator_of(table), electorate=PollElectorate.EVERYONE)
    polls.answered(everyone, expert, "agree")


def test_who_is_who_is_told_by_capacity(client, table):
    institution = people.organisation()
    official = person("Servidora 01", organisation_id=institution.id)
    for someone in (grant(official, Role.OFFICIAL, institution), grant(person("Experta 01"), Role.EXPERT, table)):
        tables.member(table, someone)
    page = client.get(f"/mesas/{table.reference}").text
    who = page.split("Ver a las personas")[1]
    assert who.index("Personas servidoras públicas") < who.index(institution.name) < who.index("Personas expertas")


def test_sessions_are_listed_as_one_looks_for_them(client, table):
    """What is live and what comes first, then what is over, and what was cancelled folded at the end."""
    leads = facilitator_of(table)
    made = {}
    for title, days in (("Lejana", 20), ("Cercana", 3), ("Cancelada", 5)):
        times = {"starts_at": NOW + timedelta(days=days), "ends_at": NOW + timedelta(days=days, hours=1)}
        made[title] = tables.session(table, leads, live=False, title=title, **times)
    made["Pasada"] = tables.session(table, leads, title="Pasada")
    with transaction():
        operations.end_session(actor=leads, session=made["Pasada"], now=NOW)
        operations.cancel_session(actor=leads, session=made["Cancelada"], reason="Hubo paro.", now=NOW)
    tables.session(table, leads, title="En curso")
    page = client.get(f"/mesas/{table.reference}").text.split('<div class="columns">')[1]
    places = [page.index(f">{title}<") for title in ("En curso", "Cercana", "Lejana", "Pasada", "Cancelada")]
    assert places == sorted(places)
    assert page.index("1 sesión cancelada") < places[-1]


def test_joining_says_beforehand_that_words_are_public(client, table):
    assert "lo que digas en sus sesiones es público y lleva tu nombre" in step(client, table, person()).lower()
    arrange(table, entry=Entry.REQUEST)
    someone = person()
    assert "es público y lleva tu nombre" in step(client, table, someone)
    assert "es público y lleva tu nombre" in client.get(f"/mesas/{table.reference}/solicitud").text


def test_what_is_live_says_until_when_and_not_before_when(app, client, table):
    leads = facilitator_of(table)
    held = tables.session(table, leads)
    someone = seated(table, None)
    with app.test_request_context():
        assert [str(item.when) for item in todo.gather(someone, NOW)] == [f"En vivo, hasta las {hour(held.ends_at)}"]
        late = held.ends_at + timedelta(minutes=1)
        assert [str(item.when) for item in todo.gather(someone, late)] == ["En vivo: ya pasó su hora de terminar"]
        assert [(str(item.title), item.when) for item in todo.gather(leads, late)] == [("Termina la sesión", "")]
    client.sign_in(someone)
    home = client.get("/").text
    assert "En vivo, hasta las" in home
    assert "Antes del" not in home.partition("<footer")[0]
