"""The report of standards: each requirement met, not met and unknown, by what a real database holds."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from cocrea.accounts.models import Role, Sector
from cocrea.consultation import operations as consultation_operations
from cocrea.core.db import transaction
from cocrea.cycles import operations as cycle_operations
from cocrea.cycles.models import StageKind, StageReport
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.followup.models import Evidence
from cocrea.opendata.standards import judging, reporting
from cocrea.opendata.standards.findings import Status, Thresholds
from cocrea.proposals import operations as proposal_operations
from cocrea.proposals.models import ResponseKind
from cocrea.proposals.operations import Answer
from cocrea.tables.models import Headcount, Session, SessionMode
from tests.conftest import NOW
from tests.factories import commitments, consultation, cycles, discussion, followup, forums, proposals, workshops
from tests.factories import tables as sessions
from tests.factories.accounts import grant, organisation, person, save

LIMITS = Thresholds(365, 183, 14, 2, 2, 1, 1, 100)
MET, NOT_MET, UNKNOWN = Status.MET, Status.NOT_MET, Status.UNKNOWN
LONG_AGO = timedelta(days=500)
NUMBERS = ("1.1", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "5.1")


@pytest.fixture(autouse=True)
def _in_a_request(app):
    """Links are made while somebody asks."""
    with app.test_request_context():
        yield


def report(cycle, now=NOW, limits=LIMITS):
    db.session.expire_all()
    return reporting.of(cycle, limits, now)


def finding(cycle, number, now=NOW, limits=LIMITS):
    (found,) = (one for one in report(cycle, now, limits).findings if one.number == number)
    return found


def status(cycle, number, now=NOW, limits=LIMITS):
    return finding(cycle, number, now, limits).status


def figures(found) -> dict[str, Any]:
    return {figure.name: figure.value for figure in found.figures}


def published(cycle, ago):
    """As if it had been public for so long."""
    cycle.published_at = NOW - ago
    db.session.commit()
    return cycle


# ---------------------------------------------------------------- 1.1 the forum


@pytest.fixture
def chamber(app):
    made = forums.chamber()
    published(made.cycle, LONG_AGO)
    ruled(made.forum)
    return made


def ruled(forum, text="Se decide por mayoría."):
    forum.rules_source, forum.rules_html = text, f"<p>{text}</p>"
    db.session.commit()


def met_ago(chamber, *agos):
    """The forum's sessions, opened so long ago each."""
    for ago in agos:
        session = chamber.session(title="Sesión")
        session.opened_at, session.ended_at = NOW - ago, NOW - ago + timedelta(hours=1)
        db.session.commit()


def days(*numbers):
    return [timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(("since", "expected"), [(182, MET), (183, MET), (184, NOT_MET)])
def test_the_forum_met_within_half_a_year_to_the_day(chamber, since, expected):
    met_ago(chamber, *days(since + 366, since + 183, since))
    found = finding(chamber.cycle, "1.1")
    assert found.status is expected
    assert figures(found)["days_since_last_meeting"] == since


@pytest.mark.parametrize(("gap", "expected"), [(183, MET), (184, NOT_MET)])
def test_the_longest_pause_between_meetings_counts(chamber, gap, expected):
    published(chamber.cycle, timedelta(days=gap + 10))
    met_ago(chamber, *days(gap + 5, 5))
    found = finding(chamber.cycle, "1.1")
    assert (found.status, figures(found)["longest_gap_days"]) == (expected, gap)


def test_a_pause_that_began_before_the_cycle_counts_whole(chamber):
    published(chamber.cycle, timedelta(days=100))
    met_ago(chamber, *days(190, 5))
    assert figures(finding(chamber.cycle, "1.1"))["longest_gap_days"] == 185
    published(chamber.cycle, timedelta(days=4))
    assert figures(finding(chamber.cycle, "1.1"))["longest_gap_days"] == 5


def test_a_forum_without_public_rules_does_not_fulfil(chamber):
    met_ago(chamber, *days(400, 250, 100))
    assert status(chamber.cycle, "1.1") is MET
    ruled(chamber.forum, "")
    assert status(chamber.cycle, "1.1") is NOT_MET


def test_of_a_forum_that_never_met_here_nothing_is_known(chamber):
    assert status(chamber.cycle, "1.1") is UNKNOWN
    assert status(cycles.cycle(), "1.1") is UNKNOWN  # no forum at all


def test_sessions_that_were_not_held_or_are_not_public_are_no_meetings(chamber):
    chamber.session(live=False, starts_at=NOW + timedelta(hours=1))
    assert figures(finding(chamber.cycle, "1.1"))["meetings"] == 0
    met_ago(chamber, *days(3))
    assert figures(finding(chamber.cycle, "1.1"))["meetings"] == 1
    cancelled = db.session.query(Session).filter(Session.opened_at.is_not(None)).one()
    cancelled.cancelled_at = NOW
    db.session.commit()
    assert figures(finding(chamber.cycle, "1.1"))["meetings"] == 0
    cancelled.cancelled_at, chamber.cycle.published_at = None, None
    db.session.commit()
    assert figures(finding(chamber.cycle, "1.1"))["meetings"] == 0


# ---------------------------------------------------------------- 2.1 and 2.2 the site and its repository


def test_a_published_cycle_is_a_public_site_and_a_draft_is_none(app):
    assert status(cycles.cycle(), "2.1") is MET
    assert status(cycles.cycle(published=False), "2.1") is NOT_MET


@pytest.fixture
def activity(app):
    commitment, of = commitments.signed()
    published(commitment.cycle, LONG_AGO)
    return followup.first_activity(commitment), of


def added(activity, *agos):
    for number, ago in enumerate(agos):
        followup.evidence(activity[0], activity[1], f"https://example.org/{number}")
        db.session.query(Evidence).order_by(Evidence.id.desc()).first().created_at = NOW - ago
        db.session.commit()


@pytest.mark.parametrize(
    ("agos", "expected"),
    [
        ((), UNKNOWN),
        ((timedelta(days=3),), NOT_MET),
        ((timedelta(days=3), timedelta(days=3, hours=1)), NOT_MET),  # the same day, here
        ((timedelta(days=3), timedelta(days=4)), MET),
        ((timedelta(days=3), timedelta(days=365)), MET),
        ((timedelta(days=3), timedelta(days=365, seconds=1)), NOT_MET),
        ((timedelta(days=400),), NOT_MET),
    ],
)
def test_the_repository_is_updated_on_two_days_of_the_year(activity, agos, expected):
    added(activity, *agos)
    assert status(activity[0].key_action.commitment.cycle, "2.2") is expected


@pytest.mark.parametrize(("ago", "expected"), [(365, NOT_MET), (364, UNKNOWN)])
def test_before_a_year_has_passed_too_few_updates_say_nothing(activity, ago, expected):
    added(activity, *days(3))
    cycle = published(activity[0].key_action.commitment.cycle, timedelta(days=ago))
    assert status(cycle, "2.2") is expected


def test_evidence_of_a_hidden_commitment_does_not_count(activity):
    added(activity, *days(3, 9))
    commitment = activity[0].key_action.commitment
    commitment.visibility = Visibility.HIDDEN
    db.session.commit()
    assert figures(finding(commitment.cycle, "2.2"))["documents_in_year"] == 0


def test_reports_of_stages_are_documents_too(activity):
    added(activity, *days(3))
    cycle = activity[0].key_action.commitment.cycle
    told = {"source": "x", "html": "x", "author_id": person().id, "published_at": NOW - timedelta(days=40)}
    save(StageReport(stage_id=cycle.stages[0].id, **told))
    assert status(cycle, "2.2") is MET


# ---------------------------------------------------------------- 3.1 the notice


def stage_in(cycle, after, kind=StageKind.CONSULTATION):
    return cycles.stage(cycle, kind, start=cycle.published_at + after, end=cycle.published_at + after + LONG_AGO)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(days=15), MET),
        (timedelta(days=14), MET),
        (timedelta(days=14) - timedelta(seconds=1), NOT_MET),
        (timedelta(days=-2), NOT_MET),
    ],
)
def test_stages_are_announced_two_weeks_before_to_the_second(app, after, expected):
    cycle = cycles.cycle()
    stage_in(cycle, after)
    found = finding(cycle, "3.1")
    assert found.status is expected
    assert figures(found) == {"stage_1_notice_days": max(0, after.days)}


def test_preparation_needs_no_notice_and_without_dates_nothing_is_known(app):
    cycle = cycles.cycle()
    assert status(cycle, "3.1") is UNKNOWN
    stage_in(cycle, timedelta(days=1), StageKind.PREPARATION)
    assert status(cycle, "3.1") is UNKNOWN
    draft = cycles.cycle(StageKind.CONSULTATION, published=False)
    assert status(draft, "3.1") is UNKNOWN


@pytest.mark.parametrize(
    ("start", "moved_to", "expected"),
    [(40, 20, MET), (40, 14, MET), (40, 13, NOT_MET), (5, 8, MET)],
    ids=["sooner, with notice", "sooner, just", "sooner, without", "later, a week before"],
)
def test_moving_a_stage_sooner_gives_notice_anew_and_later_does_not(app, start, moved_to, expected):
    cycle = published(cycles.cycle(), timedelta(days=30))
    stage = cycles.stage(cycle, StageKind.CONSULTATION, start=NOW + timedelta(days=start), end=NOW + LONG_AGO)
    plan = cycle_operations.StagePlan(
        stage.title, stage.purpose, stage.product, NOW + timedelta(days=moved_to), stage.ends_at
    )
    with transaction():
        cycle_operations.edit_stage(
            actor=cycles.steward(cycle), stage=stage, plan=plan, now=NOW, reason="Se acordó.", notice_waiver="Urge."
        )
    assert status(cycle, "3.1") is expected


# ---------------------------------------------------------------- 3.2 outreach


def test_outreach_is_workshops_that_were_held(app):
    cycle = consultation.open_cycle()
    assert status(cycle, "3.2") is UNKNOWN
    coming = workshops.workshop(cycle, starts_at=NOW + timedelta(days=2), already_held=False)
    assert status(cycle, "3.2") is UNKNOWN
    with transaction():
        consultation_operations.cancel_workshop(
            actor=cycles.facilitator(cycle), workshop=coming, reason="Llueve.", now=NOW
        )
    assert status(cycle, "3.2") is NOT_MET
    workshops.workshop(cycle)
    assert status(cycle, "3.2") is MET


# ---------------------------------------------------------------- 3.3 inputs


def test_inputs_are_public_contributions(app):
    cycle = consultation.open_cycle()
    assert status(cycle, "3.3") is UNKNOWN
    problem = consultation.problem(cycle)
    assert status(cycle, "3.3") is MET
    discussion.comment(problem)
    assert figures(finding(cycle, "3.3"))["contributions"] == 2
    with transaction():
        set_visibility(db.session.merge(problem), Visibility.HIDDEN, reason="x", now=NOW)
    assert figures(finding(cycle, "3.3"))["contributions"] == 0
    assert status(cycle, "3.3", now=NOW + timedelta(days=7) - timedelta(seconds=1)) is UNKNOWN
    assert status(cycle, "3.3", now=NOW + timedelta(days=7)) is NOT_MET


def test_drafts_and_what_a_merge_made_are_no_inputs(app):
    cycle = proposals.working_cycle()
    proposals.draft(cycle)  # its problem is public
    assert figures(finding(cycle, "3.3"))["contributions"] == 1
    facilitator = cycles.facilitator(cycle)
    sources = [proposals.published(cycle), proposals.published(cycle)]
    before = figures(finding(cycle, "3.3"))["contributions"]
    proposals.consented(proposals.merging(facilitator, sources))
    assert figures(finding(cycle, "3.3"))["contributions"] == before
    assert figures(finding(cycle, "4.1"))["proposals"] == 1


# ---------------------------------------------------------------- 4.1 feedback


def answered(proposal):
    ministry = organisation()
    routing = proposals.routed(proposal, ministry)
    with transaction():
        proposal_operations.respond_to_each(
            actor=grant(person(), Role.OFFICIAL, ministry),
            routings=[routing.id],
            answer=Answer(ResponseKind.NOT_ACCEPTED, "Ya hay otro programa."),
            now=NOW,
        )


def test_every_public_proposal_is_answered_with_reasons(app):
    cycle = proposals.working_cycle()
    proposals.draft(cycle)
    assert status(cycle, "4.1") is UNKNOWN
    first, second = proposals.admitted(cycle), proposals.admitted(cycle)
    answered(first)
    found = finding(cycle, "4.1")
    assert (found.status, figures(found)["answered_percent"]) == (NOT_MET, 50)
    answered(second)
    assert status(cycle, "4.1") is MET


def test_what_was_not_admitted_was_answered_with_its_reason(app):
    cycle = proposals.working_cycle()
    proposal = proposals.published(cycle)
    assert status(cycle, "4.1") is NOT_MET
    with transaction():
        proposal_operations.reject(
            actor=cycles.facilitator(cycle),
            proposal=proposal,
            findings=proposals.first_not_met(cycle, "No le toca al estado."),
            reason="No le toca al estado.",
            now=NOW,
        )
    assert status(cycle, "4.1") is MET


def test_a_hidden_proposal_counts_neither_way(app):
    cycle = proposals.working_cycle()
    answered(proposals.admitted(cycle))
    hidden = proposals.admitted(cycle)
    assert status(cycle, "4.1") is NOT_MET
    with transaction():
        set_visibility(db.session.merge(hidden), Visibility.HIDDEN, reason="x", now=NOW)
    assert status(cycle, "4.1") is MET


def test_the_share_is_never_rounded_up(app):
    cycle = proposals.working_cycle()
    answered(proposals.admitted(cycle))
    proposals.admitted(cycle), proposals.admitted(cycle)
    at = {percent: Thresholds(**{**vars(LIMITS), "answered_percent": percent}) for percent in (33, 34)}
    assert [status(cycle, "4.1", limits=at[percent]) for percent in (33, 34)] == [MET, NOT_MET]


# ---------------------------------------------------------------- 5.1 meetings on results


@pytest.fixture
def watched(app):
    """A cycle whose follow-up began long ago, with a table and who facilitates it."""
    cycle = published(cycles.cycle(StageKind.TABLES), LONG_AGO)
    cycles.stage(cycle, StageKind.FOLLOW_UP, start=NOW - LONG_AGO, end=NOW + LONG_AGO)
    facilitator = cycles.facilitator(cycle)
    return cycle, sessions.table(cycle, facilitator=facilitator), facilitator


def held(watched, ago, sector=Sector.CIVIL_SOCIETY):
    """A session so long ago to which somebody of a sector came; nobody is noted where it is None."""
    session = sessions.session(watched[1], watched[2], mode=SessionMode.ONLINE)
    if sector is not None:
        for trait, value in (("", ""), ("sector", sector.value)):
            db.session.add(Headcount(session_id=session.id, trait=trait, value=value, people=3))
    session.opened_at, session.ended_at = NOW - ago, NOW - ago + timedelta(hours=1)
    db.session.commit()


@pytest.mark.parametrize(
    ("agos", "expected"),
    [
        ((), UNKNOWN),
        ((timedelta(days=1),), NOT_MET),
        ((timedelta(days=1), timedelta(days=365)), MET),
        ((timedelta(days=1), timedelta(days=365, seconds=1)), NOT_MET),
    ],
)
def test_two_meetings_a_year_on_results(watched, agos, expected):
    for ago in agos:
        held(watched, ago)
    assert status(watched[0], "5.1") is expected


def test_meetings_without_civil_society_do_not_count_and_unnoted_ones_say_nothing(watched):
    held(watched, timedelta(days=1)), held(watched, timedelta(days=2), Sector.PUBLIC_BODY)
    assert status(watched[0], "5.1") is NOT_MET
    held(watched, timedelta(days=3), None)
    assert status(watched[0], "5.1") is UNKNOWN
    held(watched, timedelta(days=4))
    assert status(watched[0], "5.1") is MET


def test_who_wrote_in_a_session_was_there(watched):
    for number in (1, 2):
        session = sessions.session(watched[1], watched[2])
        sessions.said(session, sessions.member(watched[1], person(sector=Sector.CIVIL_SOCIETY)))
        session.opened_at, session.ended_at = NOW - timedelta(days=number), NOW
        db.session.commit()
    assert status(watched[0], "5.1") is MET


@pytest.mark.parametrize(("ago", "expected"), [(365, NOT_MET), (364, UNKNOWN)])
def test_the_first_year_of_follow_up_runs_before_it_is_judged(watched, ago, expected):
    held(watched, timedelta(days=1))
    watched[0].stages[1].starts_at = NOW - timedelta(days=ago)
    db.session.commit()
    assert status(watched[0], "5.1") is expected


def test_meetings_before_the_follow_up_are_about_something_else(watched):
    held(watched, timedelta(days=3)), held(watched, timedelta(days=9))
    watched[0].stages[1].starts_at = NOW - timedelta(days=5)
    db.session.commit()
    assert figures(finding(watched[0], "5.1"))["meetings_in_year"] == 1
    watched[0].stages[1].starts_at = NOW + timedelta(days=5)
    db.session.commit()
    assert status(watched[0], "5.1") is UNKNOWN


# ---------------------------------------------------------------- the whole report


def test_a_cycle_that_is_over_is_judged_at_its_end(app):
    cycle = cycles.cycle(StageKind.CONSULTATION)
    end = cycle.stages[0].ends_at
    assert judging.end_of(cycle, NOW) == NOW
    assert judging.end_of(cycle, end + LONG_AGO) == end
    cycle.stages[0].ends_at = None
    assert judging.end_of(cycle, end + LONG_AGO) == end + LONG_AGO


def test_of_generated_rows_nothing_is_said(app):
    cycle = cycles.cycle(StageKind.CONSULTATION, source_note="Filas generadas")
    consultation.problem(cycle)
    assert {one.status for one in report(cycle).findings} == {UNKNOWN}
    assert all(one.figures == () for one in report(cycle).findings)


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_page_and_file_say_the_same(client, app):
    cycle = consultation.open_cycle()
    consultation.problem(cycle)
    page = client.get(f"/ciclos/{cycle.slug}/estandares").text
    answer = client.get(f"/ciclos/{cycle.slug}/estandares.json")
    items = json.loads(answer.data)["items"]
    assert tuple(item["requirement"] for item in items) == NUMBERS
    counts = {name: sum(item["status"] == name for item in items) for name in ("met", "unknown")}
    words = _plain(page)
    assert f"{counts['met']} de 8 cumplidos, {counts['unknown']} sin dato" in words
    for item in items:
        assert all(item[part] in words for part in ("title", "why", "rule", "remedy"))
        assert all(client.get(url).status_code == 200 for url in item["evidence"])
    assert items[5]["figures"]["contributions"] == 1
    assert items[0]["thresholds"] == {"forum_gap_days": 183}
    assert "%" not in items[6]["rule"].replace("100 %", "")


def test_the_thresholds_are_settings(client, app, monkeypatch):
    cycle = published(consultation.open_cycle(), timedelta(days=20))
    assert status(cycle, "3.1") is NOT_MET
    monkeypatch.setattr(app.config["COCREA"], "standards_notice_days", 13)
    items = json.loads(client.get(f"/ciclos/{cycle.slug}/estandares.json").data)["items"]
    assert (items[3]["status"], items[3]["thresholds"]) == ("met", {"notice_days": 13})


def test_a_draft_is_its_stewards_alone(client, app):
    cycle = cycles.cycle(published=False)
    paths = [f"/ciclos/{cycle.slug}/estandares", f"/ciclos/{cycle.slug}/estandares.json"]
    assert [client.get(path).status_code for path in paths] == [404, 404]
    client.sign_in(person())
    assert [client.get(path).status_code for path in paths] == [404, 404]
    client.sign_in(cycles.steward(cycle))
    assert [client.get(path).status_code for path in paths] == [200, 200]


def test_the_pages_of_a_cycle_lead_to_it(client, activity):
    slug = activity[0].key_action.commitment.cycle.slug
    for path in (f"/ciclos/{slug}", f"/ciclos/{slug}/datos", f"/ciclos/{slug}/tablero"):
        assert f'href="/ciclos/{slug}/estandares"' in client.get(path).text


def test_the_report_reads_whole_in_english(client, app):
    cycle = consultation.open_cycle()
    client.set_cookie("idioma", "en")
    assert "of 8 met" in client.get(f"/ciclos/{cycle.slug}/estandares").text


def test_the_report_costs_the_same_however_much_there_is(client, watched, count_queries):
    cycle, path = watched[0], f"/ciclos/{watched[0].slug}/estandares"
    visitor, known, costs = client, app_client(client), []
    known.sign_in(person())
    for _more in range(2):
        held(watched, timedelta(days=1)), held(watched, timedelta(days=9))
        proposals.problem(cycle)
        for reader in (visitor, known):
            db.session.expire_all()
            with count_queries() as log:
                assert reader.get(path).status_code == 200
            costs.append(len(log))
    assert costs[:2] == costs[2:]
    assert (costs[0] <= 10, costs[1] <= 12) == (True, True), costs


def app_client(client):
    return client.application.test_client()
