"""A roadmap in time, on paper, in calendars and in feed readers."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup.calendar import gantt
from cocrea.followup.models import Activity, KeyAction
from tests.factories import commitments, followup

ATOM = "{http://www.w3.org/2005/Atom}"
FIRST = date(2026, 1, 15)
spans = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 900)), min_size=1, max_size=8)


@pytest.fixture
def signed(app):
    return commitments.signed(None, 60, 40, activities=2)


def _action(*days):
    dates = [(FIRST + timedelta(days=start), FIRST + timedelta(days=start + length)) for start, length in days]
    return KeyAction(title="Acción", weight=100, activities=[Activity(starts_on=a, ends_on=b) for a, b in dates])


@given(spans, st.integers(-30, 3000))
def test_every_bar_and_mark_lies_on_the_line(days, now):
    drawn = gantt([_action(*days)], FIRST + timedelta(days=now))
    ((_same, bars),) = drawn.groups
    assert all(bar.x >= 0 and bar.width > 0 and bar.x + bar.width <= 100.02 for bar in bars)
    assert all(0 <= x < 100 for _day, x in drawn.marks)
    assert 1 <= len(drawn.marks) <= 4
    assert drawn.today is None or 0 <= drawn.today < 100


def test_nothing_is_drawn_of_nothing():
    assert gantt([], FIRST) is None
    assert gantt([KeyAction(title="Acción", weight=100, activities=[])], FIRST) is None


def test_the_page_of_a_commitment_draws_its_roadmap_and_says_it_in_a_table(client, signed, clock):
    commitment, _of = signed
    for path in ("", "/hoja-de-ruta"):
        page = client.get(f"/compromisos/{commitment.reference}{path}").text
        assert page.count('class="gantt__bar"') == 4
        assert "La línea vertical es hoy" in page
        assert "Actividades en el tiempo" in page
    clock.advance(days=900)
    assert "queda fuera de estas fechas" in client.get(f"/compromisos/{commitment.reference}").text


def test_the_sheet_says_what_was_promised_and_leads_back(client, signed):
    commitment, of = signed
    page = client.get(f"/compromisos/{commitment.reference}/ficha").text
    assert "data:image/svg+xml" in page
    assert f"/compromisos/{commitment.reference}</a>" in page
    for said in (commitment.objective, of.lead.name, of.counterpart.name, "De 12 de 80 a 80 de 80", "Actividad 2"):
        assert said in page


def test_due_days_are_whole_days_of_a_calendar(client, signed):
    commitment, _of = signed
    activity = followup.first_activity(commitment)
    for path in (f"/compromisos/{commitment.reference}", f"/ciclos/{commitment.cycle.slug}/tablero"):
        answer = client.get(f"{path}/fechas.ics")
        assert answer.mimetype == "text/calendar"
        events = Calendar.from_ical(answer.data).walk("VEVENT")
        assert len(events) == 4
        assert events[0]["dtstart"].dt == activity.ends_on
        assert activity.title in events[0]["summary"]
        again = client.get(f"{path}/fechas.ics", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_what_happens_is_a_feed(client, signed):
    commitment, of = signed
    other, _of = commitments.signed(commitment.cycle)
    address = f"/compromisos/{commitment.reference}/cambios.atom"
    empty = ElementTree.fromstring(client.get(address).data)
    assert empty.findall(f"{ATOM}entry") == []
    assert empty.find(f"{ATOM}updated") is not None
    followup.completed(followup.first_activity(commitment), of)
    for path, number in (
        (address, 3),
        (f"/ciclos/{commitment.cycle.slug}/tablero/cambios.atom", 3),
        (f"/compromisos/{other.reference}/cambios.atom", 0),
    ):
        answer = client.get(path)
        assert answer.mimetype == "application/atom+xml"
        entries = ElementTree.fromstring(answer.data).findall(f"{ATOM}entry")
        assert len(entries) == number
        assert len({entry.find(f"{ATOM}id").text for entry in entries}) == number


def test_what_is_not_followed_up_or_not_public_is_nowhere(client, app):
    draft, _of = commitments.complete()
    signed, of = commitments.signed(draft.cycle)
    followup.completed(followup.first_activity(signed), of)
    signed.visibility = Visibility.HIDDEN
    db.session.commit()
    for commitment in (draft, signed):
        for name in ("ficha", "fechas.ics", "cambios.atom"):
            assert client.get(f"/compromisos/{commitment.reference}/{name}").status_code == 404
    assert b"VEVENT" not in client.get(f"/ciclos/{draft.cycle.slug}/tablero/fechas.ics").data
    assert b"entry" not in client.get(f"/ciclos/{draft.cycle.slug}/tablero/cambios.atom").data


def test_hostile_titles_stay_text_in_feeds(client, signed):
    commitment, of = signed
    activity = followup.first_activity(commitment)
    activity.title = "]]><script>alert(1)</script>&\u202e"
    db.session.commit()
    followup.completed(activity, of)
    feed = client.get(f"/compromisos/{commitment.reference}/cambios.atom").data
    assert b"<script>" not in feed
    titles = [title.text for title in ElementTree.fromstring(feed).iter(f"{ATOM}title")]
    assert any("<script>" in title for title in titles)
    assert client.get(f"/compromisos/{commitment.reference}/fechas.ics").status_code == 200
