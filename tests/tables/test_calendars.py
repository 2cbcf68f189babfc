"""Sessions in people's own calendars."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.tables import calendars, operations, queries
from cocrea.tables.models import RestrictionKind
from tests.conftest import NOW
from tests.factories import cycles, tables
from tests.factories.accounts import PASSWORD, credential, grant, person

SECRET, OPEN = "https://secreta.example.org/x", "https://abierta.example.org/y"
TITLE = "Agua; para todas, también «arriba»\\ BEGIN:VEVENT " + "ñ" * 60


def run(operation, actor, **said):
    with transaction():
        return operation(actor=actor, now=NOW, **said)


@pytest.fixture
def called(app):
    """A table with a session whose link is secret, and one whose link is for everyone."""
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    secret = tables.session(table, facilitator, live=False, title=TITLE, link=SECRET, place="Casa\nde todas")
    shown = tables.session(table, facilitator, live=False, title="Abierta", link=OPEN, link_is_public=True)
    return secret, shown, facilitator


def whole(answer):
    """The calendar without its folds."""
    return answer.data.replace(b"\r\n ", b"")


def events(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_a_session_says_when_and_where_in_utc(client, called):
    session, _shown, _facilitator = called
    ((uid, event),) = events(client.get(f"/sesiones/{session.reference}.ics")).items()
    assert uid.startswith(f"{session.reference.lower()}@")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (session.starts_at, session.ends_at)
    assert event["dtstart"].to_ical().endswith(b"Z")
    assert str(event["summary"]) == session.title
    assert str(event["location"]) == "Casa de todas"
    assert str(event["url"]).endswith(f"/sesiones/{session.reference}")
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")


def test_a_change_keeps_the_uid_and_a_cancellation_is_told(client, called):
    session, _shown, facilitator = called
    address = f"/sesiones/{session.reference}.ics"
    before = events(client.get(address))
    run(operations.cancel_session, facilitator, session=session, reason="Se inundó la sala.")
    after = events(client.get(address))
    assert before.keys() == after.keys()
    event = next(iter(after.values()))
    assert (event["sequence"], event["status"]) == (1, "CANCELLED")
    assert "Se inundó la sala." in event["description"]


def test_the_secret_link_is_only_for_those_who_may_see_it(client, called):
    session, _shown, _facilitator = called
    one, every = f"/sesiones/{session.reference}.ics", f"/ciclos/{session.cycle.slug}/sesiones.ics"
    member = tables.member(session.table)
    for reader, sees in ((None, False), (person(), False), (member, True)):
        if reader:
            client.sign_in(reader)
        assert (b"secreta.example.org" in whole(client.get(one))) is sees
        feed = client.get(every)
        assert len(events(feed)) == 2
        assert b"secreta.example.org" not in whole(feed)
        assert b"abierta.example.org" in whole(feed)
    assert "private" in client.get(one).headers["Cache-Control"]


def test_a_feed_that_did_not_change_is_not_sent_again(client, called):
    address = f"/ciclos/{called[0].cycle.slug}/sesiones.ics"
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def own_address(page):
    start = page.text.index("/calendarios/")
    return page.text[start : page.text.index(".ics", start)] + ".ics"


def test_ones_own_calendar_opens_without_signing_in_until_it_is_taken_away(client, called):
    session, _shown, facilitator = called
    member = tables.member(session.table)
    other = tables.table(session.cycle, facilitator=facilitator, name="Otra mesa")
    elsewhere = tables.session(other, facilitator, live=False)
    client.sign_in(member)
    client.post("/cuenta/calendario")
    first = own_address(client.get("/cuenta/calendario"))
    client.post("/cuenta/calendario")
    second = own_address(client.get("/cuenta/calendario"))
    client.post("/salir")
    assert client.get(first).status_code == 404
    read = client.get(second)
    assert {uid.split("@")[0] for uid in events(read)} == {s.reference.lower() for s in called[:2]}
    assert elsewhere.reference.lower() not in read.text.lower()
    assert b"secreta.example.org" in whole(read)
    with transaction():
        operations.leave(actor=member, table=session.table, now=NOW)
    assert events(client.get(second)) == {}
    client.sign_in(member)
    client.post("/cuenta/calendario/retiro")
    assert client.get(second).status_code == 404
    assert client.get(second.replace(".ics", "x.ics")).status_code == 404


@pytest.fixture
def renewable(client, called):
    """A member with a calendar address: the person, and the address."""
    member = tables.member(called[0].table)
    credential(member, "eva@example.org")
    run(operations.open_calendar, member)
    client.sign_in(member)
    return member, own_address(client.get("/cuenta/calendario"))


def reset(app, client, _member):
    app.extensions["mailman"].outbox = outbox = []
    client.post("/contrasena/olvidada", data={"email": "eva@example.org"})
    link = re.search(r"https?://[^/]+(/\S+)", outbox[0].body).group(1)
    assert "dirección secreta de calendario" in client.get(link).text
    assert client.post(link, data={"password": "canasta verde sobre hielo"}).location == "/entrar"
    assert "dirección secreta de calendario" in outbox[-1].body


def change(_app, client, _member):
    said = {"current_password": PASSWORD, "password": "canasta verde sobre hielo"}
    assert client.post("/cuenta/contrasena", data=said).status_code == 303


def close_the_others(_app, client, _member):
    assert client.post("/cuenta/sesiones/cierre").status_code == 303


@pytest.mark.parametrize("lock_out", [reset, change, close_the_others])
def test_what_locks_others_out_ends_a_copied_calendar_address(app, client, renewable, lock_out):
    member, copied = renewable
    other = person()
    run(operations.open_calendar, other)
    untouched = calendars.token(queries.key_of(other))
    lock_out(app, client, member)
    assert client.get(copied).status_code == 404
    client.sign_in(member)
    page = client.get("/cuenta/calendario")
    assert "Tu dirección cambió el viernes 5 de junio" in page.text
    assert events(client.get(own_address(page)))
    assert client.get(f"/calendarios/{untouched}.ics").status_code == 200
    client.post("/cuenta/calendario")
    assert "Tu dirección cambió" not in client.get("/cuenta/calendario").text


def test_whoever_had_no_calendar_address_is_given_none(app, client, called):
    member = tables.member(called[0].table)
    client.sign_in(member)
    close_the_others(app, client, member)
    assert queries.key_of(member) is None


def test_ones_own_calendar_has_what_one_runs_and_only_the_links_one_may_see(client, called):
    session, _shown, facilitator = called
    reporter, out = grant(person(), Role.RAPPORTEUR, session.table), tables.member(session.table)
    restricted = {"person": out, "kind": RestrictionKind.REMOVED, "reason": "Insultó."}
    run(operations.open_session, facilitator, session=session)
    run(operations.restrict, facilitator, session=session, **restricted)
    facilitator.locale = "en"
    db.session.commit()
    read = {}
    for owner in (facilitator, reporter, out):
        run(operations.open_calendar, owner)
        client.sign_in(owner)
        read[owner] = client.get(own_address(client.get("/cuenta/calendario")))
        assert len(events(read[owner])) == 2
    assert [b"secreta.example.org" in whole(found) for found in read.values()] == [True, True, False]
    client.post("/salir")
    assert b"Mis sesiones" not in whole(read[facilitator])


def test_drafts_and_suspended_people_have_no_calendar(client, called):
    session, _shown, _facilitator = called
    member = tables.member(session.table)
    run(operations.open_calendar, member)
    client.sign_in(member)
    address = own_address(client.get("/cuenta/calendario"))
    session.cycle.published_at = None
    db.session.commit()
    assert events(client.get(address)) == {}
    assert client.get(f"/ciclos/{session.cycle.slug}/sesiones.ics").status_code == 404
    member.suspended_at = NOW
    db.session.commit()
    assert client.get(address).status_code == 404


def test_a_calendar_costs_the_same_with_many_sessions(client, count_queries, called):
    session, _shown, facilitator = called

    address = f"/ciclos/{session.cycle.slug}/sesiones.ics"

    def cost():
        with count_queries() as log:
            client.get(address)
        return len(log)

    few = cost()
    for n in range(12):
        start = NOW + timedelta(days=n)
        tables.session(session.table, facilitator, live=False, starts_at=start, ends_at=start + timedelta(hours=1))
    assert cost() == few <= 4
