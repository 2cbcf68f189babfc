"""Sessions called, changed and called off, and what everyone is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.core import text
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import EventKind, LiveEvent, RestrictionKind, Session, SessionMode, SessionState
from tests.conftest import NOW
from tests.factories import cycles, tables
from tests.factories.accounts import person
from tests.factories.history import records

SECRET = "https://video.example.org/sala-7f3a"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def run(operation, actor, now=NOW, **said):
    with transaction():
        return operation(actor=actor, now=now, **said)


def last(session, action):
    return (records(action, subject=session.reference) or [None])[-1]


def planned(days=10, **columns):
    cycle = cycles.cycle()
    cycles.stage(cycle, StageKind.TABLES, start=NOW - DAY, end=NOW + 60 * DAY)
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    start = NOW + days * DAY
    moments = {"starts_at": start, "ends_at": start + 2 * HOUR}
    return tables.session(table, facilitator, live=False, **moments, **columns), facilitator


def plan_of(session, **changes):
    names = ("title", "mode", "starts_at", "ends_at", "place", "link", "link_is_public")
    return operations.SessionPlan(**{**{name: getattr(session, name) for name in names}, **changes})


def edit(session, by, reason="Cambió la sala.", now=NOW, **changes):
    plan = plan_of(session, **changes)
    return run(operations.edit_session, by, now, session=session, plan=plan, reason=reason)


@pytest.mark.parametrize(("days", "short"), [(7, False), (6, True), (0, True)])
def test_notice_shorter_than_the_rule_is_told_for_good(app, days, short):
    session, _facilitator = planned(days)
    new = last(session, "session.scheduled")["new"]
    assert (session.is_short_notice, new["notice_days"]) == (short, days)
    assert (new.get("short_notice"), new.get("notice_rule")) == ((True, 7) if short else (None, None))


def test_the_stage_decides_how_much_notice_there_is_to_be(app):
    session, facilitator = planned(3)
    session.cycle.stages[0].rules = {"session_notice": 2}
    db.session.commit()
    assert edit(session, facilitator, starts_at=session.starts_at - HOUR)
    assert not session.is_short_notice
    assert edit(session, facilitator, starts_at=NOW + DAY)
    assert session.is_short_notice


def test_an_edit_is_recorded_with_its_reason_and_without_texts(app):
    session, facilitator = planned(link=SECRET)
    assert edit(session, facilitator, title="Otro título", link=f"{SECRET}b", mode=SessionMode.HYBRID, place="Casa")
    kept = last(session, "session.edited")
    assert (kept["reason"], kept["old"]["mode"], kept["new"]["mode"]) == ("Cambió la sala.", "online", "hybrid")
    assert kept["old"]["text"] != kept["new"]["text"]
    assert kept["new"]["text"] == text.fingerprint("Otro título", "Casa")
    assert (kept["new"]["has_link"], kept["new"]["link_is_public"], kept["new"]["link_changed"]) == (
        True,
        False,
        True,
    )
    assert "sala-7f3a" not in str(kept)
    assert (session.revision, session.title) == (1, "Otro título")
    event = db.session.scalars(sa.select(LiveEvent).filter_by(session_id=session.id)).one()
    assert (event.kind, event.payload) == (EventKind.CHANGED, {"act": "edited"})


def test_of_a_changed_link_the_history_says_only_that_it_changed(app):
    session, facilitator = planned(link=SECRET)
    edit(session, facilitator, link=f"{SECRET}b")
    kept = last(session, "session.edited")
    assert kept["new"].pop("link_changed") and kept["old"] == kept["new"]


def test_an_edit_that_changes_nothing_leaves_no_trace(app):
    session, facilitator = planned()
    assert not edit(session, facilitator)
    assert (session.revision, last(session, "session.edited")) == (0, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"title": ""},
        {"link": "http://video.example.org"},
        {"link": "javascript:alert(1)"},
        {"link": "https://yo@video.example.org"},
        {"link": "https://[mal"},
        {"link": "https://v.example/" + "x" * 500},
        {"place": f"En {SECRET}"},
        {"mode": SessionMode.IN_PERSON},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_what_does_not_fit_is_refused(app, changes):
    session, facilitator = planned()
    with pytest.raises(Invalid):
        edit(session, facilitator, **changes)


def test_once_open_the_link_may_be_mended_and_the_time_stays(app):
    session, facilitator = tables.live_session()
    assert edit(session, facilitator, link=SECRET)
    with pytest.raises(Invalid):
        edit(session, facilitator, starts_at=session.starts_at - HOUR)
    run(operations.end_session, facilitator, session=session)
    with pytest.raises(Denied):
        edit(session, facilitator, link="")


def test_only_the_facilitation_changes_and_cancels(app):
    session, _facilitator = planned()
    someone = tables.member(session.table)
    with pytest.raises(Denied):
        edit(session, someone, title="Otra")
    with pytest.raises(Denied):
        run(operations.cancel_session, someone, session=session, reason="Porque sí.")


def test_a_cancelled_session_stays_as_a_tombstone_and_never_opens(app, client):
    session, facilitator = planned(link=SECRET, link_is_public=True)
    run(operations.cancel_session, facilitator, session=session, reason="Se inundó la sala.")
    assert (session.state, last(session, "session.cancelled")["reason"]) == (
        SessionState.CANCELLED,
        "Se inundó la sala.",
    )
    for refused in (operations.open_session, operations.use_template):
        more = {"template": None} if refused is operations.use_template else {}
        with pytest.raises(Denied):
            run(refused, facilitator, session=session, **more)
    with pytest.raises(Denied):
        run(operations.cancel_session, facilitator, session=session, reason="Otra vez.")
    page = client.get(f"/sesiones/{session.reference}").text
    assert "Se inundó la sala." in page
    assert SECRET not in page
    assert "Cancelada" in client.get(f"/mesas/{session.table.reference}").text


def test_sessions_at_the_same_time_are_found(app):
    session, facilitator = planned()
    after = tables.session(
        session.table, facilitator, live=False, starts_at=session.ends_at, ends_at=session.ends_at + HOUR
    )
    assert queries.overlapping(session) == []
    edit(after, facilitator, starts_at=session.ends_at - HOUR)
    assert queries.overlapping(session) == [after]
    run(operations.cancel_session, facilitator, session=after, reason="Sobra.")
    assert queries.overlapping(session) == []


# --- pages


def form_of(**changes):
    said = {"title": "Primera", "mode": "online", "starts_at": "2026-06-08T12:00", "ends_at": "2026-06-08T14:00"}
    return {**said, **changes}


def test_calling_with_short_notice_warns_before_and_after(client, app):
    session, facilitator = planned()
    client.sign_in(facilitator)
    address = f"/mesas/{session.table.reference}/sesiones/nueva"
    assert "Esta etapa pide avisar con 7 días" in client.get(address).text
    made = client.post(address, data=form_of())
    assert made.status_code == 303
    page = client.get(made.location).text
    assert "Se convocó con menos de 7 días de aviso" in page
    assert "Se avisó con menos días de los que pide la etapa" in client.get(made.location).text
    again = client.post(address, data=form_of(starts_at="2026-06-08T13:00", ends_at="2026-06-08T15:00"))
    assert "A la misma hora hay otra sesión: «Primera»" in client.get(again.location).text


def test_all_that_is_wrong_with_a_session_is_said_at_once(client, app):
    session, facilitator = planned()
    client.sign_in(facilitator)
    wrong = form_of(title="", mode="hybrid", place="", ends_at="2026-06-08T11:00")
    answer = client.post(f"/mesas/{session.table.reference}/sesiones/nueva", data=wrong)
    assert answer.status_code == 422
    for words in (
        "De qué trata: Este dato hace falta.",
        "La sesión termina después de empezar.",
        "Di dónde se reúnen.",
    ):
        assert words in answer.text


def test_a_time_that_does_not_exist_comes_back_with_what_was_typed(client, app):
    session, facilitator = planned()
    session.cycle.timezone = "America/Tijuana"
    db.session.commit()
    client.sign_in(facilitator)
    form = form_of(title="De madrugada", starts_at="2026-11-01T01:30", ends_at="2026-11-01T03:00")
    answer = client.post(f"/mesas/{session.table.reference}/sesiones/nueva", data=form)
    assert answer.status_code == 422
    assert "esa hora llega dos veces" in answer.text
    assert "De madrugada" in answer.text


def test_the_form_of_an_edit_shows_the_times_of_the_cycle(client, app):
    session, facilitator = planned(link=SECRET)
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/edicion"
    page = client.get(address).text
    assert 'value="2026-06-15T12:00' in page
    form = form_of(starts_at="2026-06-16T12:00", ends_at="2026-06-16T14:00", reason="Hubo paro.")
    assert client.post(address, data=form).status_code == 303
    assert db.session.get(Session, session.id).starts_at == NOW + 11 * DAY
    assert client.post(address, data={**form, "title": "Otra", "reason": ""}).status_code == 422
    assert client.post(f"/sesiones/{session.reference}/cancelacion", data={"reason": ""}).status_code == 422
    assert client.post(f"/sesiones/{session.reference}/cancelacion", data={"reason": "Paro."}).status_code == 303


def test_of_two_who_edit_at_once_neither_undoes_the_other_unawares(client, app):
    session, facilitator = planned()
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/edicion"
    assert 'name="revision" type="hidden" value="0"' in client.get(address).text
    form = form_of(starts_at="2026-06-16T12:00", ends_at="2026-06-16T14:00", reason="Hubo paro.", revision="0")
    edit(session, facilitator, title="De otra persona")
    refused = client.post(address, data=form)
    assert refused.status_code == 422
    assert "cambió la convocatoria mientras escribías" in refused.text and "2026-06-16T12:00" in refused.text
    assert db.session.get(Session, session.id).title == "De otra persona"
    assert 'name="revision" type="hidden" value="1"' in refused.text
    assert client.post(address, data={**form, "revision": "1"}).status_code == 303
    assert client.post(address, data={**form, "revision": "¹x", "title": "Con otra cosa"}).status_code == 303


def test_a_session_when_no_stage_lets_tables_meet_is_called_with_a_warning(client, app):
    session, facilitator = planned()
    client.sign_in(facilitator)
    address = f"/mesas/{session.table.reference}/sesiones/nueva"
    made = client.post(address, data=form_of(starts_at="2026-12-08T12:00", ends_at="2026-12-08T14:00"))
    assert "La etapa de mesas no estará abierta a esa hora" in client.get(made.location).text
    past = client.post(address, data=form_of(starts_at="2026-06-01T12:00", ends_at="2026-06-01T14:00"))
    assert past.status_code == 422
    assert "terminaría antes de ahora" in past.text


def test_the_seconds_of_a_time_are_no_change(app):
    session, facilitator = tables.live_session()
    session.starts_at += timedelta(seconds=7)
    db.session.commit()
    whole = session.starts_at.replace(second=0)
    assert edit(session, facilitator, starts_at=whole, link=SECRET)
    assert (session.link, session.starts_at.second) == (SECRET, 7)


def test_the_link_is_for_the_table_unless_shown_to_everyone(client, app):
    session, facilitator = planned(link=SECRET)
    address = f"/sesiones/{session.reference}"
    for someone in (None, person()):
        if someone:
            client.sign_in(someone)
        page = client.get(address).text
        assert "video.example.org" not in page
        assert "lo ven quienes integran la mesa" in page
    client.sign_in(tables.member(session.table))
    assert f'href="{SECRET}"' in client.get(address).text
    edit(session, facilitator, link_is_public=True)
    client.sign_in(person())
    assert f'href="{SECRET}"' in client.get(address).text


def test_the_secret_link_ends_with_the_session_and_for_whoever_is_put_out(client, app):
    session, facilitator = tables.live_session()
    edit(session, facilitator, link=SECRET)
    out, member = tables.member(session.table), tables.member(session.table)
    removed = {"person": out, "kind": RestrictionKind.REMOVED, "reason": "Insultó."}
    run(operations.restrict, facilitator, session=session, **removed)
    addresses = (f"/sesiones/{session.reference}", f"/sesiones/{session.reference}.ics")

    def sees(someone):
        client.sign_in(someone)
        return {SECRET in client.get(address).text.replace("\r\n ", "") for address in addresses}

    assert (sees(out), sees(member), sees(facilitator)) == ({False}, {True}, {True})
    run(operations.end_session, facilitator, session=session)
    assert sees(member) == sees(facilitator) == {False}


# --- how far a session is

STEPS = ("open", "end", "cancel", "edit", "draft", "correct", "approve")
LATER = NOW + 40 * DAY
FOLLOWS = {
    SessionState.SCHEDULED: {"open": SessionState.LIVE, "cancel": SessionState.CANCELLED, "edit": None},
    SessionState.LIVE: {"end": SessionState.ENDED, "edit": None, "draft": None},
    SessionState.ENDED: {"draft": SessionState.DRAFTED},
    SessionState.DRAFTED: {"draft": None, "correct": SessionState.CORRECTION},
    SessionState.CORRECTION: {"draft": None, "approve": SessionState.APPROVED},
    SessionState.APPROVED: {"draft": None},
    SessionState.CANCELLED: {},
}


def _step(name, session, actor, number):
    minutes = queries.minutes_of(session)
    if name in {"correct", "approve"} and minutes is None:
        raise Denied(name)
    if name == "open":
        run(operations.open_session, actor, session=session)
    elif name == "end":
        run(operations.end_session, actor, session=session)
    elif name == "cancel":
        run(operations.cancel_session, actor, session=session, reason="Ya no.")
    elif name == "edit":
        edit(session, actor, title=f"Título {number}")
    elif name == "draft":
        run(operations.draft_minutes, actor, session=session)
    elif name == "correct":
        run(operations.ask_for_corrections, actor, minutes=minutes, days=5)
    else:
        run(operations.approve_minutes, actor, LATER, minutes=minutes)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), max_size=9))
def test_a_session_goes_only_where_its_state_leads(app, steps):
    session, facilitator = planned()
    drafted_live = False
    for number, name in enumerate(steps):
        before = session.state
        allowed = name in FOLLOWS[before]
        try:
            _step(name, session, facilitator, number)
        except (Denied, Conflict):
            db.session.rollback()
            assert not allowed, (before, name)
            continue
        db.session.expire_all()
        assert allowed, (before, name)
        drafted_live = drafted_live or (name == "draft" and before is SessionState.LIVE)
        after = FOLLOWS[before][name] or before
        if after is SessionState.ENDED and drafted_live:
            after = SessionState.DRAFTED
        assert session.state is after
    listed = next(one for one in queries.sessions_of(session.table) if one.id == session.id)
    assert listed.state is session.state
