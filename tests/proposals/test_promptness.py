"""How institutions answer, in figures: against a plain computation, and as anyone reads them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.core.i18n import zone
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.proposals import operations, queries
from cocrea.proposals.models import DayOff, ResponseKind
from cocrea.proposals.operations import Answer
from cocrea.proposals.promptness import Promptness, measure
from tests.conftest import NOW
from tests.factories import proposals
from tests.factories.accounts import grant, organisation, person, save

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MEXICO = zone("America/Mexico_City")
LAW_2026 = {"2026-01-01", "2026-02-02", "2026-03-16", "2026-05-01", "2026-09-16", "2026-11-16", "2026-12-25"}
hours = st.integers(0, 24 * 330).map(lambda number: BEGIN + timedelta(hours=number))


@dataclass
class Turn:
    routed_at: datetime
    due_at: datetime
    published_at: datetime | None
    kind: ResponseKind | None


@st.composite
def turns(draw):
    routed = draw(hours)
    due = routed + timedelta(hours=draw(st.integers(0, 900)))
    if draw(st.booleans()):
        return Turn(routed, due, None, None)
    answered = routed + timedelta(hours=draw(st.integers(0, 24 * 30)))
    return Turn(routed, due, answered, draw(st.sampled_from(ResponseKind)))


def working_days(turn: Turn, off: set[date]) -> int:
    """Day by day, as one would with a calendar on the wall."""
    day, last = turn.routed_at.astimezone(MEXICO).date(), turn.published_at.astimezone(MEXICO).date()
    passed = 0
    while day < last:
        day += timedelta(days=1)
        if day.isoweekday() < 6 and day.isoformat() not in LAW_2026 and day not in off:
            passed += 1
    return passed


@given(st.lists(turns(), max_size=30), st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40), hours)
def test_the_figures_are_those_of_a_plain_computation(given, off, now):
    found = measure(given, off, MEXICO, now)
    answered = [turn for turn in given if turn.published_at]
    ordered = sorted(working_days(turn, off) for turn in answered)
    assert (found.routed, found.answered) == (len(given), len(answered))
    assert found.late == len([turn for turn in answered if not turn.published_at < turn.due_at])
    assert found.waiting_late == len([turn for turn in given if not turn.published_at and not now < turn.due_at])
    assert found.in_time + found.late + found.waiting_in_time + found.waiting_late == len(given)
    assert found.by_kind == [len([turn for turn in answered if turn.kind is kind]) for kind in ResponseKind]
    if not ordered:
        assert found.median is None
    else:
        assert sum(days < found.median for days in ordered) * 2 <= len(ordered)
        assert sum(days > found.median for days in ordered) * 2 <= len(ordered)
        assert found.median * 2 == ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]


@given(st.lists(turns(), max_size=12), st.lists(turns(), max_size=12), hours)
def test_two_institutions_together_are_as_if_they_were_one(one, other, now):
    together = measure(one, set(), MEXICO, now) + measure(other, set(), MEXICO, now)
    assert together == measure([*one, *other], set(), MEXICO, now)
    assert Promptness() + together == together


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


def routed(cycle, institution):
    return proposals.routed(proposals.admitted(cycle), institution)


def answer(routing, kind, at):
    official = grant(person(), Role.OFFICIAL, routing.organisation)
    with transaction():
        return operations.respond_to_each(
            actor=official, routings=[routing.id], answer=Answer(kind, "Porque sí."), now=at
        )[0]


def figures(cycle, now=NOW):
    return {body.slug: measured for body, measured in queries.promptness(cycle, now)}


def test_each_institution_is_measured_by_its_own_calendar(cycle):
    busy, resting = organisation(), organisation()
    for institution in (busy, resting):
        given = routed(cycle, institution)
        if institution is resting:
            today = NOW.astimezone(zone(cycle.timezone)).date()
            for number in range(1, 8):
                save(DayOff(organisation_id=resting.id, day=today + timedelta(days=number), name="Vacaciones"))
        answer(given, ResponseKind.PARTLY, NOW + timedelta(days=7))
        routed(cycle, institution)
    found = figures(cycle, NOW + timedelta(days=365))
    assert found[busy.slug].delays == (5,)
    assert found[resting.slug].delays == (0,)
    assert [(one.routed, one.answered, one.waiting_late) for one in found.values()] == [(2, 1, 1)] * 2


def test_a_correction_counts_by_what_it_says_now_and_when_it_was_first_said(cycle):
    given = routed(cycle, organisation())
    made = answer(given, ResponseKind.NOT_ACCEPTED, NOW)
    official = grant(person(), Role.OFFICIAL, given.organisation)
    with transaction():
        operations.correct(
            actor=official,
            response=made,
            answer=Answer(ResponseKind.ACCEPTED, "Nos equivocamos."),
            reason="Se revisó.",
            base=made.fingerprint,
            now=given.due_at + timedelta(days=9),
        )
    (found,) = figures(cycle).values()
    assert (found.kinds, found.late, found.delays) == ({ResponseKind.ACCEPTED: 1}, 0, (0,))


def test_what_is_not_public_is_not_counted(cycle):
    given = routed(cycle, organisation())
    with transaction():
        set_visibility(given.proposal, Visibility.HIDDEN, reason="x", now=NOW)
    assert figures(cycle) == {}


@pytest.mark.parametrize("left", [Visibility.MERGED, Visibility.SPLIT])
def test_what_was_answered_counts_after_it_is_merged_or_split(cycle, left):
    institution = organisation()
    given = [routed(cycle, institution) for _ in range(2)]
    answer(given[0], ResponseKind.ACCEPTED, NOW)
    with transaction():
        for one in given:
            set_visibility(one.proposal, left, reason="x", now=NOW)
    (found,) = figures(cycle).values()
    assert (found.routed, found.answered, found.waiting) == (1, 1, 0)
    assert [row.slug for row in queries.cycles_answered_by(institution)] == [cycle.slug]


def test_anyone_reads_them_and_takes_them_along(client, cycle):
    page = f"/ciclos/{cycle.slug}/respuestas"
    assert "Todavía no se turna ninguna propuesta" in client.get(page).text
    quick, silent = organisation(), organisation()
    answer(routed(cycle, quick), ResponseKind.ALREADY, NOW)
    routed(cycle, silent)
    shown = client.get(page).text
    for told in (quick.name, silent.name, "La mediana es el valor de en medio", "no se oculta ninguna cifra"):
        assert told in shown
    for linking in (
        f"/ciclos/{cycle.slug}",
        f"/ciclos/{cycle.slug}/propuestas",
        f"/instituciones/{quick.slug}/dias-inhabiles",
    ):
        assert page in client.get(linking).text
    rows = {
        row["institution"]: row
        for row in csv.DictReader(io.StringIO(client.get(f"{page}.csv").text.lstrip("\ufeff")))
    }
    assert (rows[quick.slug]["median_working_days"], rows[silent.slug]["median_working_days"]) == ("0", "")
    items = {item["institution"]: item for item in client.get(f"{page}.json").get_json()["items"]}
    assert (items[quick.slug]["already"], items[silent.slug]["waiting"]) == (1, 1)
    assert client.get(f"{page}.xml").status_code == 404


def test_statements_do_not_grow_with_institutions(client, cycle, count_queries):
    costs = []
    for more in (2, 8):
        for _ in range(more):
            answer(routed(cycle, organisation()), ResponseKind.ALREADY, NOW)
        with count_queries() as log:
            client.get(f"/ciclos/{cycle.slug}/respuestas?{more}")
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10
