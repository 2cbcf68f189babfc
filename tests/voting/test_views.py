"""The pages of a contest: calling it, the ballot, the receipt, the result, for every role and for hostile people."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.voting import counting, operations
from cocrea.voting.models import Contest, ElectorateRule, OpenBallot, Secrecy
from cocrea.voting.rules import GROUPS, RuleName
from tests.conftest import NOW
from tests.factories import cycles, forums, proposals, voting
from tests.factories.accounts import person

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def voter(app):
    return voting.electorate(1)[0]


@pytest.fixture
def contest(voter):
    return voting.contest(options=2)


@pytest.fixture
def opened(contest, clock):
    clock.moment = voting.OPENS
    return contest


@pytest.fixture
def counted(voter, contest, clock):
    """A counted contest and the receipts of three voters."""
    people = [voter, *voting.electorate(2)]
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    receipts = [voting.vote(contest, someone, "yes", "no") for someone in people]
    clock.moment = voting.CLOSES
    return voting.sealed(contest), receipts


def url_of(contest, tail=""):
    return f"/votaciones/{contest.reference}{tail}"


def ballot(*choices, **more):
    return {**{f"option_{n}": choice for n, choice in enumerate(choices, 1)}, **more}


def cast(client, contest, *choices):
    return client.post(url_of(contest, "/boleta"), data=ballot(*choices, confirmed="1"))


def receipt_in(page):
    return re.search(r"data-copy>([0-9A-Z-]{19})<", page.text).group(1)


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


def test_voting_reviewing_changing_and_the_receipt(client, opened, voter):
    client.sign_in(voter)
    assert "Tu boleta" in client.get(url_of(opened)).text
    review = client.post(url_of(opened, "/boleta"), data=ballot("yes", "abstain"))
    assert "Depositar mi boleta" in review.text
    assert voting.box_size(opened) == 0
    back = client.post(url_of(opened, "/boleta"), data=ballot("yes", "abstain", confirmed="1", change="1"))
    assert back.text.count("checked") == 2
    assert voting.box_size(opened) == 0
    first, second = receipt_in(cast(client, opened, "yes", "no")), receipt_in(cast(client, opened, "no", "no"))
    assert first != second
    assert voting.box_size(opened) == 1
    page = client.get(url_of(opened))
    assert "Ya votaste" in page.text
    assert first not in page.text and second not in page.text
    assert "checked" not in page.text


def test_what_carries_choices_or_a_receipt_is_not_kept_by_browsers(client, opened, voter):
    client.sign_in(voter)
    for data in (
        ballot("yes", "no"),
        ballot("yes", "no", confirmed="1"),
        ballot("yes", "no", change="1"),
        ballot("yes"),
    ):
        assert "no-store" in client.post(url_of(opened, "/boleta"), data=data).headers["Cache-Control"]


def test_no_cookie_header_or_address_carries_choices_or_receipts(client, opened, voter):
    client.sign_in(voter)
    answer = cast(client, opened, "yes", "no")
    receipt = receipt_in(answer)
    assert receipt not in str(answer.headers)
    assert answer.location is None
    with client.session_transaction() as session:
        assert set(session) <= {"_user_id", "_fresh", "_id", "csrf_token"}


@pytest.mark.parametrize("choices", [(), ("yes",), ("yes", "maybe"), ("", "")])
def test_a_ballot_that_is_not_whole_is_not_cast(client, opened, voter, choices):
    client.sign_in(voter)
    assert cast(client, opened, *choices).status_code == 422
    assert voting.box_size(opened) == 0


def test_answers_to_questions_that_are_not_there_are_left_out(client, opened, voter):
    client.sign_in(voter)
    assert cast(client, opened, "yes", "no", "yes").status_code == 200
    assert db.session.scalar(db.select(OpenBallot.choices)) == {"1": "yes", "2": "no"}


def test_a_visitor_is_invited_and_the_unconfirmed_told(client, opened):
    assert "Entrar para votar" in client.get(url_of(opened)).text
    assert client.post(url_of(opened, "/boleta"), data=ballot("yes", "no")).status_code == 401
    client.sign_in(person(verified=False))
    assert "Confirma tu correo" in client.get(url_of(opened)).text
    assert cast(client, opened, "yes", "no").status_code == 403


def test_who_came_after_the_opening_is_told_so(client, opened, voter):
    voting.vote(opened, voter, "yes", "no")
    client.sign_in(person())
    page = client.get(url_of(opened))
    assert "No estás en el padrón" in page.text
    assert "Revisar mi boleta" not in page.text
    assert cast(client, opened, "yes", "no").status_code == 403


@pytest.mark.parametrize(
    ("moment", "word"), [(voting.OPENS - timedelta(seconds=1), "abre el"), (voting.CLOSES, "cerró el")]
)
def test_no_ballot_outside_the_window_and_the_answer_keeps_no_choice(client, contest, voter, clock, moment, word):
    client.sign_in(voter)
    clock.moment = moment
    answer = cast(client, contest, "yes", "no")
    assert (answer.status_code, word in answer.text) == (403, True)
    assert "option_1" not in answer.text


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


def test_an_open_ballot_holds_no_person_and_no_time(app):
    assert set(OpenBallot.__table__.columns.keys()) == {"contest_id", "pseudonym", "receipt", "choices"}


BALLOTS = {
    RuleName.MAJORITY: ({}, {"options": "2"}, "La eliges"),
    RuleName.APPROVAL: ({"max_choices": 2}, {"options": ["1", "3"]}, "La eliges"),
    RuleName.SCORE: ({}, {"option_1": "5", "option_2": "0"}, "5 de 5 puntos"),
    RuleName.IRV: ({}, {"option_1": "2", "option_2": "", "option_3": "1"}, "Lugar 2"),
    RuleName.GREEDY: ({"budget": 100, "costs": (60, 40, 70)}, {"options": ["1", "2"]}, "La eliges"),
}


@pytest.mark.parametrize("rule", BALLOTS)
def test_a_ballot_of_each_shape_is_said_back_and_cast_without_scripts(client, voter, clock, rule):
    figures, filled, said = BALLOTS[rule]
    contest = voting.contest(options=3, rule=rule, **figures)
    clock.moment = voting.OPENS
    client.sign_in(voter)
    assert 'id="boleta"' in client.get(url_of(contest)).text
    review = client.post(url_of(contest, "/boleta"), data=filled)
    assert said in review.text
    assert voting.box_size(contest) == 0
    receipt = client.post(url_of(contest, "/boleta"), data={**filled, "confirmed": "1"})
    assert receipt_in(receipt)
    assert voting.box_size(contest) == 1


def test_a_page_that_gives_a_ballot_back_counts_more_than_what_the_tab_kept(client, opened, voter):
    client.sign_in(voter)
    asked = client.get(url_of(opened)).text
    assert f'data-draft="ballot:{opened.reference}"' in asked
    assert f'data-owner="{voter.public_id}"' in asked
    assert "data-answered" not in asked
    given_back = client.post(url_of(opened, "/boleta"), data=ballot("yes", "no", confirmed="1", change="1")).text
    assert "data-answered" in given_back
    assert f'data-controller="cast" data-draft="ballot:{opened.reference}"' in cast(client, opened, "yes", "no").text


def test_two_options_in_one_place_are_told_at_both(client, voter, clock):
    contest = voting.contest(options=3, rule=RuleName.IRV)
    clock.moment = voting.OPENS
    client.sign_in(voter)
    answer = client.post(url_of(contest, "/boleta"), data={"option_1": "1", "option_2": "2", "option_3": "1"})
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 2
    assert "Otra opción también lleva el lugar 1" in answer.text


def test_where_means_are_compared_no_points_is_not_zero_points(client, voter, clock):
    contest = voting.contest(options=2, rule=RuleName.SCORE, average=True)
    clock.moment = voting.OPENS
    assert client.sign_in(voter).get(url_of(contest)).text.count("Sin calificar") == 2


WRONG = {
    "too many": (RuleName.APPROVAL, {"max_choices": 1}, {"options": ["1", "2"]}),
    "over the budget": (RuleName.GREEDY, {"budget": 100, "costs": (60, 40, 70)}, {"options": ["1", "3"]}),
    "two in one place": (RuleName.IRV, {}, {"option_1": "1", "option_2": "1"}),
    "unknown": (RuleName.MAJORITY, {}, {"options": "9"}),
    "points": (RuleName.SCORE, {}, {"option_1": "6"}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_fit_keeps_what_was_filled(client, voter, clock, wrong):
    rule, figures, filled = WRONG[wrong]
    contest = voting.contest(options=3, rule=rule, **figures)
    clock.moment = voting.OPENS
    client.sign_in(voter)
    answer = client.post(url_of(contest, "/boleta"), data={**filled, "confirmed": "1"})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert voting.box_size(contest) == 0


@pytest.mark.parametrize("rule", [RuleName.YES_NO, RuleName.APPROVAL, RuleName.SCORE, RuleName.IRV])
def test_a_blank_ballot_is_said_to_be_one_and_counts(client, voter, clock, rule):
    contest = voting.contest(options=3, rule=rule)
    clock.moment = voting.OPENS
    client.sign_in(voter)
    assert "está en blanco" in client.post(url_of(contest, "/boleta"), data={"blank": "1"}).text
    assert receipt_in(client.post(url_of(contest, "/boleta"), data={"blank": "1", "confirmed": "1"}))
    clock.moment = voting.CLOSES
    voting.sealed(contest)
    assert contest.result["blank"] == 1


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


def test_the_receipt_of_an_open_contest_promises_no_secret(client, clock):
    chamber = forums.chamber(StageKind.PROPOSALS, StageKind.VOTING)
    contest = voting.contest(
        chamber.cycle, electorate=ElectorateRule.FORUM, table=chamber.table, secrecy=Secrecy.OPEN
    )
    clock.moment = voting.OPENS
    client.sign_in(chamber.titulars[0])
    page = cast(client, contest, "yes").text
    assert "con el nombre de quien votó" in page
    assert "sin nombres" not in page
    assert "Guárdalo solo si es seguro" not in page
    assert "El voto es secreto" not in client.get(f"/ciclos/{contest.cycle.slug}/votaciones").text


def test_a_contest_that_was_called_off_tells_no_dates_or_ballots_that_never_came(client, contest, app):
    with transaction():
        operations.cancel(actor=cycles.facilitator(contest.cycle), contest=contest, reason="Faltó gente", now=NOW)
    page = client.get(url_of(contest)).text
    assert contest.closes_at.isoformat() not in page
    assert "se destruyeron" not in page
    listed = client.get(f"/ciclos/{contest.cycle.slug}/votaciones").text
    assert "Se canceló el" in listed
    assert "Cerró el" not in listed


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
