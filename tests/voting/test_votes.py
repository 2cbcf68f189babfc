"""From an admitted proposal to its vote: who is shown the way, when, and what everyone reads of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.cycles.models import StageKind
from tests.conftest import NOW
from tests.factories import cycles, proposals, voting
from tests.factories.accounts import person

CALL, TO_CALL = "Ponerla a votación", "Convoca la votación de las propuestas admitidas"


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


def test_an_admitted_proposal_leads_the_facilitation_to_its_vote(client, cycle):
    proposal = proposals.admitted(cycle)
    other = proposals.admitted(cycle)
    address = f"/propuestas/{proposal.reference}"
    page = client.sign_in(cycles.facilitator(cycle)).get(address).text
    assert CALL in page
    form = client.get(f"/ciclos/{cycle.slug}/votaciones/nueva?propuesta={proposal.reference}").text
    chosen = [line for line in form.splitlines() if 'value="C' in line and ("checked" in line or "selected" in line)]
    assert [reference in "".join(chosen) for reference in (proposal.reference, other.reference)] == [True, False]
    assert CALL not in client.sign_in(person()).get(address).text


def test_there_is_no_way_to_a_vote_without_a_voting_stage_to_come(client):
    cycle = cycles.cycle(StageKind.PROPOSALS)
    cycles.stage(cycle, StageKind.VOTING, start=NOW - timedelta(days=9), end=NOW - timedelta(days=2))
    proposal = proposals.admitted(cycle)
    assert CALL not in client.sign_in(cycles.facilitator(cycle)).get(f"/propuestas/{proposal.reference}").text


def test_a_proposal_shows_the_vote_it_was_put_to(client, cycle, clock):
    contest = voting.contest(cycle)
    address = f"/propuestas/{contest.options[0].proposal.reference}"
    for state, later in (("Por abrir", 0), ("Abierta", 2), ("Cerrada", 24)):
        clock.advance(hours=later)
        page = client.get(address).text
        assert f"/votaciones/{contest.reference}" in page
        assert state in page.partition("Su votación")[2].partition("</div>")[0]
    voting.sealed(contest, clock.moment)
    assert "Contada" in client.get(address).text.partition("Su votación")[2].partition("</div>")[0]


def test_the_facilitation_is_told_two_weeks_before_voting_and_until_its_end(client, clock):
    cycle = cycles.cycle(StageKind.PROPOSALS)
    cycles.stage(cycle, StageKind.VOTING, start=NOW + timedelta(days=15), end=NOW + timedelta(days=20))
    proposals.admitted(cycle)
    facilitator = cycles.facilitator(cycle)
    told = []
    for later in (0, 1, 18, 1):
        clock.advance(days=later)
        told.append(TO_CALL in client.sign_in(facilitator).get("/").text)
    assert told == [False, True, True, False]
    assert TO_CALL not in client.sign_in(person()).get("/").text
