"""Calling a contest, extending it and calling it off, as the facilitation does on pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.voting import operations
from cocrea.voting.models import Contest
from cocrea.voting.rules import GROUPS, RuleName
from tests.conftest import NOW
from tests.factories import cycles, proposals, voting
from tests.factories.accounts import person
from tests.voting.pages import url_of

SCRIPT = "<script>alert(1)</script>"


def called(proposal, **changes):
    return {
        "question": "¿La llevamos?",
        "proposals": proposal.reference,
        "electorate": "verified",
        "table": "0",
        "opens_at": "2026-06-06T09:00",
        "closes_at": "2026-06-07T18:00",
        "rule": "yes-no-abstain",
        "satisfaction": "cost",
        "quorum_percent": "0",
        "sector_quorum_percent": "0",
        "threshold_percent": "50",
        "threshold_base": "yes-no",
        "secrecy": "secret",
        "option_order": "fixed",
        "turnout_shown": "always",
        **changes,
    }


def test_a_facilitator_calls_a_vote_in_the_cycles_own_hours(client, app):
    cycle = proposals.working_cycle()
    proposal = proposals.admitted(cycle)
    url = f"/ciclos/{cycle.slug}/votaciones/nueva"
    assert client.sign_in(person()).get(url).status_code == 403
    client.sign_in(cycles.facilitator(cycle))
    answer = client.post(url, data=called(proposal))
    assert answer.status_code == 303
    contest = db.session.scalar(db.select(Contest))
    assert contest.opens_at.isoformat() == "2026-06-06T15:00:00+00:00"
    assert "La votación abre el" in client.get(answer.location).text


def test_whoever_calls_a_vote_reads_how_it_differs_from_a_poll(client, app):
    cycle = proposals.working_cycle()
    page = client.sign_in(cycles.facilitator(cycle)).get(f"/ciclos/{cycle.slug}/votaciones/nueva").text
    assert "no son secretos, no dan comprobante y no deciden nada" in page
    assert f'href="/ciclos/{cycle.slug}/mesas">Ver las mesas' in page


@pytest.mark.parametrize(
    "changes",
    [
        {"question": " "},
        {"proposals": "X-PRO-1"},
        {"opens_at": "mañana"},
        {"closes_at": "2026-06-06T08:00"},
        {"quorum_percent": "101"},
        {"threshold_percent": "-1"},
        {"electorate": "everyone"},
        {"electorate": "table"},
    ],
)
def test_what_is_wrong_is_said_and_the_text_kept(client, app, changes):
    cycle = proposals.working_cycle()
    proposal = proposals.admitted(cycle)
    client.sign_in(cycles.facilitator(cycle))
    data = called(proposal, explanation="Lo que escribí con cuidado", **changes)
    answer = client.post(f"/ciclos/{cycle.slug}/votaciones/nueva", data=data)
    assert (answer.status_code, "Lo que escribí con cuidado" in answer.text) == (422, True)
    assert db.session.scalar(db.select(Contest)) is None


def test_hostile_text_is_never_markup(client, app, clock):
    cycle = proposals.working_cycle()
    proposal = proposals.admitted(cycle, content=proposals.Content(SCRIPT, SCRIPT))
    facilitator = cycles.facilitator(cycle)
    client.sign_in(facilitator)
    data = called(proposal, question=SCRIPT, explanation=f"{SCRIPT} [x](javascript:alert(1))")
    location = client.post(f"/ciclos/{cycle.slug}/votaciones/nueva", data=data).location
    clock.moment = NOW + timedelta(days=1)
    for url in (location, f"/ciclos/{cycle.slug}/votaciones", "/historial"):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


def test_options_of_ones_own_with_their_costs_are_put_to_the_vote(client, app):
    cycle = proposals.working_cycle()
    facilitator, proposal = cycles.facilitator(cycle), proposals.admitted(cycle)
    client.sign_in(facilitator)
    sent = called(
        proposal,
        rule="greedy",
        budget="300000",
        texts="Parque lineal | 250,000\nLuminarias | 90000",
        **{f"cost_{proposal.reference}": "120000"},
    )
    answer = client.post(f"/ciclos/{cycle.slug}/votaciones/nueva", data=sent)
    contest = db.session.scalars(sa.select(Contest)).one()
    assert answer.status_code == 303
    assert [(one.title, one.cost) for one in contest.options] == [
        (proposal.title, 120_000),
        ("Parque lineal", 250_000),
        ("Luminarias", 90_000),
    ]


def test_a_missing_cost_is_asked_for_where_it_is_missing_and_all_else_kept(client, app):
    cycle = proposals.working_cycle()
    facilitator, one, other = cycles.facilitator(cycle), proposals.admitted(cycle), proposals.admitted(cycle)
    client.sign_in(facilitator)
    sent = called(one, rule="greedy", budget="300000", texts="Parque lineal | 250000\nLuminarias")
    sent |= {"proposals": [one.reference, other.reference], f"cost_{one.reference}": "120000"}
    answer = client.post(f"/ciclos/{cycle.slug}/votaciones/nueva", data=sent)
    assert answer.status_code == 422
    assert answer.text.count("Escribe cuánto cuesta esta propuesta.") == 2  # in the summary and at its field
    assert f'href="#cost_{other.reference}"' in answer.text
    assert "Falta el costo de «Luminarias»" in answer.text
    assert 'value="120000"' in answer.text
    assert "Parque lineal | 250000" in answer.text
    assert db.session.scalar(db.select(Contest)) is None


def test_a_proposal_that_is_no_longer_admitted_is_refused_and_all_else_kept(client, app):
    cycle = proposals.working_cycle()
    sent = called(proposals.admitted(cycle), rule="greedy", budget="300000", explanation="Con cuidado")
    client.sign_in(cycles.facilitator(cycle))
    answer = client.post(f"/ciclos/{cycle.slug}/votaciones/nueva", data={**sent, "proposals": "X-PRO-1"})
    assert (answer.status_code, "Con cuidado" in answer.text) == (422, True)


def test_a_bar_in_an_option_is_text_where_no_money_is_shared(client, app):
    cycle = proposals.working_cycle()
    client.sign_in(cycles.facilitator(cycle))
    sent = called(proposals.admitted(cycle), texts="Presupuesto | 2024\nPresupuesto | 2025")
    assert client.post(f"/ciclos/{cycle.slug}/votaciones/nueva", data=sent).status_code == 303
    contest = db.session.scalars(sa.select(Contest)).one()
    titles = [option.title for option in contest.options]
    assert titles[1:] == ["Presupuesto | 2024", "Presupuesto | 2025"]


def test_a_contest_that_was_called_off_tells_no_dates_or_ballots_that_never_came(client, contest, app):
    with transaction():
        operations.cancel(actor=cycles.facilitator(contest.cycle), contest=contest, reason="Faltó gente", now=NOW)
    page = client.get(url_of(contest)).text
    assert contest.closes_at.isoformat() not in page
    assert "se destruyeron" not in page
    listed = client.get(f"/ciclos/{contest.cycle.slug}/votaciones").text
    assert "Se canceló el" in listed
    assert "Cerró el" not in listed


def test_a_contest_that_is_to_open_says_when(client, contest, app):
    listed = client.get(f"/ciclos/{contest.cycle.slug}/votaciones").text
    assert "Abre el" in listed and "Cierra el" not in listed


def test_the_rules_are_grouped_and_none_is_left_out():
    assert sorted(rule for _title, _hint, rules in GROUPS for rule in rules) == sorted(RuleName)


def test_the_facilitation_extends_and_calls_off_with_a_public_reason(client, contest, clock):
    client.sign_in(cycles.facilitator(contest.cycle))
    clock.moment = voting.OPENS
    assert "Prorrogar el cierre" in client.get(url_of(contest)).text

    def post(tail, **data):
        return client.post(url_of(contest, tail), data=data)

    refused = post("/prorroga", closes_at="2026-06-01T10:00", reason="Luz")
    assert refused.status_code == 422
    assert "no se acorta" in refused.text
    assert post("/prorroga", closes_at="2026-06-07T10:00", reason="Se fue la luz").status_code == 303
    assert post("/cancelacion", reason="").status_code == 422
    assert post("/cancelacion", reason=SCRIPT).status_code == 303
    page = client.get(url_of(contest)).text
    assert "Cancelada" in page
    assert SCRIPT not in page
    assert post("/cancelacion", reason="Otra vez").status_code == 403


def test_options_that_are_texts_are_not_called_proposals(client, app):
    cycle = proposals.working_cycle()
    of_texts = voting.contest(cycle, rule=RuleName.APPROVAL, options=2)
    for option in of_texts.options:
        option.proposal_id, option.title = None, f"Parque {option.position}"
    db.session.commit()
    client.sign_in(cycles.facilitator(cycle))
    listed = f"/ciclos/{cycle.slug}/votaciones"
    for page in (listed, url_of(of_texts), url_of(of_texts, "/cancelacion")):
        assert "propuesta" not in _main(client.get(page)), page
    assert "lee las opciones" in _main(client.get(url_of(of_texts)))
    voting.contest(cycle)
    assert all(word in _main(client.get(listed)) for word in ("opciones", "propuesta"))


def _main(page):
    """What a page says itself, without its menus."""
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return re.sub(r"<nav.*?</nav>", "", main, flags=re.DOTALL).casefold()
