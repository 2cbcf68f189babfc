"""The result as pages: what is shown when, to whom, what a stranger takes along, and at what cost."""

from __future__ import annotations

import json

import pytest

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.voting import counting
from cocrea.voting.models import Contest
from tests.factories import cycles, proposals, voting
from tests.factories.accounts import person
from tests.voting.pages import url_of

SCRIPT = "<script>alert(1)</script>"


def test_while_open_nobody_sees_ballots_or_a_partial_count(client, opened, voter):
    voting.vote(opened, voter, "yes", "no")
    for someone in (None, person(), cycles.facilitator(opened.cycle), cycles.steward(opened.cycle)):
        if someone:
            client.sign_in(someone)
        page = client.get(url_of(opened))
        assert "síes de" not in page.text
        for tail in ("/boletas", "/boletas.json"):
            assert client.get(url_of(opened, tail)).status_code in {302, 303, 403}


def test_the_receipt_is_found_after_the_count(client, counted):
    contest, receipts = counted
    typed = receipts[0].lower().replace("-", " ")
    answer = client.post(url_of(contest, "/boletas"), data={"receipt": typed})
    assert "Tu boleta está en la urna y fue contada" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    for wrong in ("2222-2222-2222-2222", SCRIPT, "'; --"):
        page = client.post(url_of(contest, "/boletas"), data={"receipt": wrong})
        assert "no está en la lista" in page.text
        assert SCRIPT not in page.text
    assert client.post(url_of(contest, "/boletas"), data={"receipt": ""}).status_code == 422


def test_the_result_and_what_a_stranger_recomputes(client, counted):
    contest, receipts = counted
    page = client.get(url_of(contest))
    assert "Aprobada" in page.text and "No aprobada" in page.text
    assert contest.ballots_root in page.text
    assert all(receipt in client.get(url_of(contest, "/boletas")).text for receipt in receipts)
    download = client.get(url_of(contest, "/boletas.json"))
    assert "attachment" in download.headers["Content-Disposition"]
    assert counting.faults(json.loads(download.text)) == []
    assert client.get(url_of(contest, "/boletas.json")).data == download.data


def test_between_the_close_and_the_count(client, contest, clock):
    clock.moment = voting.CLOSES
    assert "se está sellando" in client.get(url_of(contest)).text


@pytest.mark.parametrize("reference", ["C1-VOT-9999", "%00", "x" * 300])
@pytest.mark.parametrize("tail", ["", "/boletas", "/boletas.json"])
def test_wrong_references_are_not_found(client, reference, tail):
    assert client.get(f"/votaciones/{reference}{tail}").status_code == 404


def test_a_contest_of_an_unpublished_cycle_is_not_there(client, contest):
    with transaction():
        contest.cycle.published_at = None
    assert client.get(url_of(contest)).status_code == 404
    assert client.get(f"/ciclos/{contest.cycle.slug}/votaciones").status_code == 404
    assert client.sign_in(cycles.steward(contest.cycle)).get(url_of(contest)).status_code == 200


def _statements(client, count_queries, url):
    db.session.expunge_all()  # as a request would, it begins with nothing loaded
    with count_queries() as log:
        assert client.get(url).status_code == 200
    return len(log)


def _contest_of(options, voter):
    """The addresses of a cycle's contests and of one of them, with as many options as there are contests."""
    cycle = proposals.working_cycle()
    contest = voting.contest(cycle, options=options)
    for _ in range(options - 1):
        voting.contest(cycle)
    voting.vote(contest, voter, *["yes"] * options)
    return f"/ciclos/{cycle.slug}/votaciones", url_of(contest)


def test_pages_cost_the_same_with_any_number_of_options_and_contests(client, voter, count_queries, clock):
    addresses = [_contest_of(options, voter) for options in (3, 30)]
    client.sign_in(voter)
    costs = []
    for moment in (voting.OPENS, voting.CLOSES):
        clock.moment = moment
        for contest in db.session.scalars(db.select(Contest)):
            voting.sealed(contest, moment)
        client.get("/historial")  # the first page in an hour also notes that the person came
        costs.append([[_statements(client, count_queries, url) for url in urls] for urls in addresses])
    for few, many in costs:
        assert few == many
        assert max(many) <= 10
