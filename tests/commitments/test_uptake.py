"""From a selected proposal to its commitment, and from there to the plan: who is shown the way, and when."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from tests.factories import commitments, cycles, proposals
from tests.factories.accounts import grant, organisation, person

BEGIN, TO_BEGIN = "Convertir en compromiso", "Convierte en compromisos las propuestas elegidas"
PUBLISH = "Publica el plan de acción"


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


def test_a_selected_proposal_leads_to_its_commitment(client, cycle):
    proposal = commitments.selected(cycle)
    address, way = f"/propuestas/{proposal.reference}", f"/propuestas/{proposal.reference}/compromiso"
    official = grant(person(), Role.OFFICIAL, organisation())
    for someone in (cycles.facilitator(cycle), official):
        page = client.sign_in(someone).get(address).text
        assert BEGIN in page and way in page
    page = client.sign_in(person()).get(address).text
    assert BEGIN not in page and "Su compromiso" in page
    assert client.get(way).status_code == 403


def test_a_committed_proposal_shows_what_took_it_up(client, cycle):
    commitment = commitments.draft(cycle)
    page = client.sign_in(cycles.facilitator(cycle)).get(f"/propuestas/{commitment.proposal.reference}").text
    assert f"/compromisos/{commitment.reference}" in page
    assert BEGIN not in page


def test_other_proposals_say_nothing_of_commitments(client, cycle):
    proposal = proposals.admitted(cycle)
    assert (
        "Su compromiso" not in client.sign_in(cycles.facilitator(cycle)).get(f"/propuestas/{proposal.reference}").text
    )


def test_the_facilitation_is_told_while_drafting_is_open(client, cycle, clock):
    commitments.selected(cycle)
    facilitator = cycles.facilitator(cycle)
    assert TO_BEGIN in client.sign_in(facilitator).get("/").text
    assert TO_BEGIN not in client.sign_in(cycles.facilitator(cycles.cycle(StageKind.DRAFTING))).get("/").text
    clock.advance(days=8)
    assert TO_BEGIN not in client.sign_in(facilitator).get("/").text


def test_the_steward_is_told_to_publish_once_everything_is_signed(client, cycle):
    steward = cycles.steward(cycle)
    page = client.sign_in(steward).get
    assert PUBLISH not in page("/").text
    _commitment, of = commitments.signed(cycle)
    assert PUBLISH in page("/").text
    assert f"/ciclos/{cycle.slug}/plan/publicacion" in page("/").text
    assert PUBLISH not in client.sign_in(of.official).get("/").text
    client.sign_in(steward)
    client.post(f"/ciclos/{cycle.slug}/plan/publicacion", data={"title": "Plan"})
    assert PUBLISH not in page("/").text


def test_after_the_plan_no_commitment_begins(client, cycle):
    proposal = commitments.selected(cycle)
    commitments.signed(cycle)
    facilitator = cycles.facilitator(cycle)
    ways = ("/", f"/propuestas/{proposal.reference}", f"/ciclos/{cycle.slug}/compromisos")
    client.sign_in(facilitator)
    assert [bool(re.search("Conv[a-z]+ en compromiso", client.get(way).text)) for way in ways] == [True] * 3
    client.sign_in(cycles.steward(cycle)).post(f"/ciclos/{cycle.slug}/plan/publicacion", data={"title": "Plan"})
    client.sign_in(facilitator)
    assert [bool(re.search("Conv[a-z]+ en compromiso", client.get(way).text)) for way in ways] == [False] * 3
    assert "se publicó sin un compromiso que la retome" in client.get(ways[1]).text


def test_drafts_hold_the_plan_back_until_signing_is_over(client, cycle, clock):
    commitments.signed(cycle)
    commitments.draft(cycle)
    client.sign_in(cycles.steward(cycle))
    assert PUBLISH not in client.get("/").text
    with transaction():
        for stage in cycle.stages:
            if stage.kind is StageKind.DRAFTING:
                stage.ends_at = clock.moment + timedelta(hours=1)
    clock.advance(hours=2)
    assert PUBLISH in client.get("/").text
