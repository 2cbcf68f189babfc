"""The ballot as pages: filled, read back, cast, changed; for every style, and for those who may not vote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.voting.models import ElectorateRule, OpenBallot, Secrecy
from cocrea.voting.rules import RuleName
from tests.factories import forums, voting
from tests.factories.accounts import person
from tests.voting.pages import ballot, cast, receipt_in, url_of

BALLOTS = {
    RuleName.MAJORITY: ({}, {"options": "2"}, "La eliges"),
    RuleName.APPROVAL: ({"max_choices": 2}, {"options": ["1", "3"]}, "La eliges"),
    RuleName.SCORE: ({}, {"option_1": "5", "option_2": "0"}, "5 de 5 puntos"),
    RuleName.IRV: ({}, {"option_1": "2", "option_2": "", "option_3": "1"}, "Lugar 2"),
    RuleName.GREEDY: ({"budget": 100, "costs": (60, 40, 70)}, {"options": ["1", "2"]}, "La eliges"),
}
WRONG = {
    "too many": (RuleName.APPROVAL, {"max_choices": 1}, {"options": ["1", "2"]}),
    "over the budget": (RuleName.GREEDY, {"budget": 100, "costs": (60, 40, 70)}, {"options": ["1", "3"]}),
    "two in one place": (RuleName.IRV, {}, {"option_1": "1", "option_2": "1"}),
    "unknown": (RuleName.MAJORITY, {}, {"options": "9"}),
    "points": (RuleName.SCORE, {}, {"option_1": "6"}),
}


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


def test_an_open_ballot_holds_no_person_and_no_time(app):
    assert set(OpenBallot.__table__.columns.keys()) == {"contest_id", "pseudonym", "receipt", "choices"}


@pytest.mark.parametrize("rule", BALLOTS)
def test_a_ballot_of_each_shape_is_said_back_and_cast_without_scripts(client, voter, clock, rule):
    figures, filled, said = BALLOTS[rule]
    contest = voting.contest(options=3, rule=rule, **figures)
    clock.moment = voting.OPENS
    client.sign_in(voter)
    assert 'id="boleta"' in client.get(url_of(contest)).text
    review = client.post(url_of(contest, "/boleta"), data=filled)
    assert said in review.text
    assert ("Suma $100 de los $100 que se reparten." in review.text) is (contest.budget is not None)
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
