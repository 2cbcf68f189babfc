"""Who is to answer a proposal, until when, and who sees it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role, Sector
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import day_in_words, zone
from cocrea.extensions import db
from cocrea.proposals import operations, queries, rules
from cocrea.proposals.models import DayOff, Duty, Response, ResponseKind, Routing
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import grant, organisation, person, save
from tests.factories.history import actions


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def ministry(app):
    return organisation()


def official(institution):
    return grant(person(), Role.OFFICIAL, institution)


def route(proposal, institution, duty=Duty.LEAD, actor=None, **changes):
    asked = {"actor": actor or cycles.facilitator(proposal.cycle), "proposal": proposal, "now": NOW, **changes}
    with transaction():
        return operations.route(organisation=institution, duty=duty, **asked)


def held(proposal):
    return [(found.organisation_id, found.duty) for found in queries.routings(proposal)]


def answered(proposal, institution, at=NOW):
    text = {"kind": ResponseKind.PARTLY, "reasons_source": "Sí.", "reasons_html": "<p>Sí.</p>"}
    own = {"proposal_id": proposal.id, "organisation_id": institution.id, "author_id": official(institution).id}
    return save(Response(**own, **text, created_at=at, published_at=at))


def test_one_leads_and_others_join(cycle, ministry):
    proposal, other = proposals.admitted(cycle), organisation()
    route(proposal, other, Duty.JOINT)
    route(proposal, ministry)
    assert held(proposal) == [(ministry.id, Duty.LEAD), (other.id, Duty.JOINT)]
    assert actions(proposal.reference)[-2:] == ["proposal.routed"] * 2


def test_who_leads_changes_only_with_a_reason_and_the_terms_stay(cycle, ministry):
    proposal, other = proposals.admitted(cycle), organisation()
    first, joint = route(proposal, ministry), route(proposal, other, Duty.JOINT)
    terms = first.due_at, joint.due_at
    with pytest.raises(Invalid):
        route(proposal, other)
    changed = {"reason": "El padrón pasó a la otra institución.", "now": NOW + timedelta(days=3)}
    route(proposal, other, **changed)
    assert held(proposal) == [(other.id, Duty.LEAD), (ministry.id, Duty.JOINT)]
    assert (first.due_at, joint.due_at) == terms
    with pytest.raises(Conflict):
        route(proposal, other, **changed)


def test_the_database_lets_one_lead(cycle, ministry):
    proposal = proposals.admitted(cycle)
    route(proposal, ministry)
    term = {"routed_at": NOW, "due_at": NOW, "due_day": 20260601}
    with pytest.raises(sa.exc.IntegrityError):
        save(Routing(proposal_id=proposal.id, organisation_id=organisation().id, is_lead=True, **term))
    db.session.rollback()


def test_only_the_facilitation_routes_only_what_was_reviewed_and_only_to_public_institutions(cycle, ministry):
    proposal = proposals.admitted(cycle)
    for stranger in (person(), official(ministry), cycles.facilitator(proposals.working_cycle())):
        with pytest.raises(Denied):
            route(proposal, ministry, actor=stranger)
    with pytest.raises(Denied):
        route(proposals.published(cycle), ministry)
    with pytest.raises(Invalid):
        route(proposal, organisation(Sector.CIVIL_SOCIETY))
    assert held(proposal) == []


def test_taking_back_needs_a_reason_and_leaves_what_was_answered(cycle, ministry):
    proposal, other = proposals.admitted(cycle), organisation()
    route(proposal, ministry)
    route(proposal, other, Duty.JOINT)
    answered(proposal, other)
    by = {"actor": cycles.facilitator(cycle), "proposal": proposal, "now": NOW}
    with pytest.raises(Invalid), transaction():
        operations.unroute(**by, organisation=ministry, reason=" ")
    with pytest.raises(Conflict), transaction():
        operations.unroute(**by, organisation=other, reason="Ya no.")
    with transaction():
        operations.unroute(**by, organisation=ministry, reason="No es de su competencia.")
    assert held(proposal) == [(other.id, Duty.JOINT)]
    record = db.session.scalars(sa.select(HistoryRecord).where(HistoryRecord.action == "proposal.unrouted")).one()
    assert "No es de su competencia." in record.canonical


def test_the_term_leaps_over_the_institutions_days_off_and_never_moves(cycle, ministry):
    with transaction():
        cycle.stages[0].rules = {rules.ANSWER_DAYS.key: 3}
    today = NOW.date()
    mine = official(ministry)
    before = route(proposals.admitted(cycle), ministry).due_on
    rest = {"actor": mine, "organisation": ministry, "first": today, "last": today + timedelta(days=10)}
    with transaction():
        operations.declare_days_off(**rest, name="Vacaciones", now=NOW)
    proposal = proposals.admitted(cycle)
    after = route(proposal, ministry)
    assert after.due_on > today + timedelta(days=10) > before
    assert route(proposal, organisation(), Duty.JOINT).due_on == before
    local = after.due_at.astimezone(zone(cycle.timezone))
    assert (local.date(), local.hour) == (after.due_on + timedelta(days=1), 0)


def test_only_its_officials_keep_an_institutions_days(ministry):
    day = date(2027, 3, 2)
    asked = {"organisation": ministry, "first": day, "last": day, "name": "Aniversario", "now": NOW}
    with pytest.raises(Denied), transaction():
        operations.declare_days_off(actor=official(organisation()), **asked)
    mine = official(ministry)
    for wrong in ({"last": day - timedelta(days=1)}, {"last": day + timedelta(days=60)}, {"name": " "}):
        with pytest.raises(Invalid), transaction():
            operations.declare_days_off(actor=mine, **{**asked, **wrong})
    with transaction():
        assert operations.declare_days_off(actor=mine, **asked) == 1
    with pytest.raises(Invalid), transaction():
        operations.declare_days_off(actor=mine, **asked)
    with transaction():
        operations.drop_day_off(actor=mine, organisation=ministry, day=day, now=NOW)
    with pytest.raises(Conflict), transaction():
        operations.drop_day_off(actor=mine, organisation=ministry, day=day, now=NOW)
    assert db.session.scalars(sa.select(DayOff)).all() == []
    assert actions(ministry.slug) == ["institution.rests", "institution.works"]


def test_only_an_institution_that_has_it_answers(cycle, ministry):
    proposal, other = proposals.admitted(cycle), organisation()
    route(proposal, other)
    with pytest.raises(Denied), transaction():
        operations.respond(
            actor=official(ministry),
            proposal=proposal,
            organisation=ministry,
            answer=Answer(ResponseKind.ACCEPTED, "Sí."),
            now=NOW,
        )


def test_the_queue_of_an_institution(client, cycle, ministry, clock):
    mine, other = official(ministry), organisation()
    late, soon, done, foreign = (proposals.admitted(cycle) for _ in range(4))
    route(soon, ministry)
    route(late, ministry, now=NOW - timedelta(days=40))
    route(done, ministry)
    answered(done, ministry)
    route(foreign, other)
    client.sign_in(mine)
    page = client.get("/respuestas-pendientes").text
    assert page.index(late.reference) < page.index(soon.reference)
    assert "Con retraso" in page
    assert done.reference not in page
    assert foreign.reference not in page
    narrowed = client.get("/respuestas-pendientes?estado=tarde").text
    assert late.reference in narrowed
    assert soon.reference not in narrowed
    assert done.reference in client.get("/respuestas-pendientes?estado=respondidas").text
    assert client.sign_in(person()).get("/respuestas-pendientes").status_code == 403


def test_the_queue_is_paged_by_key_and_costs_the_same(client, cycle, ministry, count_queries):
    mine = official(ministry)
    for _ in range(3):
        route(proposals.admitted(cycle), ministry)
    client.sign_in(mine)

    def cost():
        with count_queries() as log:
            assert client.get("/respuestas-pendientes").status_code == 200
        return len(log)

    few = cost()
    for _ in range(51):
        route(proposals.admitted(cycle), ministry)
    assert cost() == few
    assert few <= 10
    first = client.get("/respuestas-pendientes").text
    following = client.get(re.search(r'href="(/respuestas-pendientes\?antes=[^"]+)"', first).group(1)).text
    shown = [re.findall(r'"/respuestas-pendientes/([0-9]+)"', page) for page in (first, following)]
    assert [len(references) for references in shown] == [50, 4]
    assert not set(shown[0]) & set(shown[1])


def test_what_waits_is_in_each_ones_list_of_things_to_do(app, cycle, ministry):
    proposal = proposals.admitted(cycle)
    mine, facilitator = official(ministry), cycles.facilitator(cycle)
    with app.test_request_context():
        assert f"/ciclos/{cycle.slug}/propuestas/sin-turnar" in {i.href for i in queries.todo(facilitator, NOW)}
        assert queries.todo(mine, NOW) == []
        routing = route(proposal, ministry)
        assert [(item.href, item.due, item.day) for item in queries.todo(mine, NOW)] == [
            ("/respuestas-pendientes", routing.due_at, routing.due_on)
        ]
        assert not any("sin-turnar" in item.href for item in queries.todo(facilitator, NOW))
        answered(proposal, ministry)
        assert queries.todo(mine, NOW) == []


def test_a_deadline_is_said_in_one_way_wherever_it_is(client, clock, cycle, ministry):
    routing = route(proposals.admitted(cycle), ministry)
    mine, said = official(ministry), f"Plazo: hasta el {day_in_words(routing.due_on)}"
    pages = (
        "/",
        "/respuestas-pendientes",
        f"/respuestas-pendientes/{routing.id}",
        f"/respuestas-pendientes/comun?turno={routing.id}",
        f"/propuestas/{routing.proposal.reference}",
    )
    client.sign_in(mine)
    for page in pages:
        assert said in client.get(page).text, page
    clock.advance(days=60)
    client.sign_in(mine)
    for page in pages[:2]:
        assert f"Venció el {day_in_words(routing.due_on)}" in client.get(page).text, page


def test_the_facilitation_routes_on_a_page(client, cycle, ministry):
    proposal = proposals.admitted(cycle)
    address = f"/propuestas/{proposal.reference}/turno"
    assert client.sign_in(person()).get(address).status_code == 403
    client.sign_in(cycles.facilitator(cycle))
    assert proposal.reference in client.get(f"/ciclos/{cycle.slug}/propuestas/sin-turnar").text
    assert client.post(address, data={"organisation": ministry.id, "duty": ""}).status_code == 422
    assert client.post(address, data={"organisation": ministry.id, "duty": "lead"}).status_code == 303
    assert proposal.reference not in client.get(f"/ciclos/{cycle.slug}/propuestas/sin-turnar").text
    again = client.post(address, data={"organisation": ministry.id, "duty": "lead", "reason": "Porque así es."})
    assert (again.status_code, "Porque así es." in again.text) == (422, True)
    with client.application.test_client() as visitor:
        page = visitor.get(f"/propuestas/{proposal.reference}").text
        assert ministry.name in page
        assert "Plazo: " in page
    taken = {"organisation": ministry.id, "reason": "No es de su competencia."}
    assert client.post(f"{address}/retiro", data={**taken, "reason": ""}).status_code == 422
    assert client.post(f"{address}/retiro", data=taken).status_code == 303
    assert held(proposal) == []


def test_a_late_answer_says_so_for_ever(client, cycle, ministry, clock):
    proposal = proposals.admitted(cycle)
    due = route(proposal, ministry).due_at
    address = f"/propuestas/{proposal.reference}"
    assert "retraso" not in client.get(address).text
    clock.advance(days=60)
    assert "Con retraso" in client.get(address).text
    answered(proposal, ministry, due)
    assert "Llegó con retraso" in client.get(address).text


def test_the_calendar_of_an_institution_is_public_and_its_officials_keep_it(client, ministry):
    address = f"/instituciones/{ministry.slug}/dias-inhabiles"
    asked = {"first": "2027-03-02", "last": "2027-03-03", "name": "Aniversario"}
    assert "Agregar días inhábiles" not in client.get(address).text
    assert client.sign_in(person()).post(address, data=asked).status_code == 403
    client.sign_in(official(ministry))
    wrong = client.post(address, data={**asked, "last": "2027-03-01"})
    assert (wrong.status_code, "Aniversario" in wrong.text) == (422, True)
    assert client.post(address, data=asked).status_code == 303
    assert "Aniversario" in client.get(address).text
    assert client.post(f"{address}/retiro", data={"day": "no"}).status_code == 422
    assert client.post(f"{address}/retiro", data={"day": "2027-03-02"}).status_code == 303
    assert client.get("/instituciones/no-existe/dias-inhabiles").status_code == 404
    outside = organisation(Sector.CIVIL_SOCIETY)
    assert client.get(f"/instituciones/{outside.slug}/dias-inhabiles").status_code == 404
