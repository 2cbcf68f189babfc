"""The account of a count in words, rule by rule, and the page that tells it."""

from __future__ import annotations

import csv
import io

import pytest

from cocrea.accounts.models import Sector
from cocrea.core.db import transaction
from cocrea.voting import account
from cocrea.voting.counting.shares import Satisfaction
from cocrea.voting.rules import RuleName
from tests.factories import voting
from tests.factories.accounts import person


def counted(rule, ballots, options=3, **figures):
    """A counted contest whose options are called A, B, C …"""
    voters = voting.electorate(len(ballots))
    contest = voting.contest(options=options, rule=rule, **figures)
    for voter, choices in zip(voters, ballots, strict=True):
        voting.choose(contest, voter, choices)
    with transaction():
        for option, letter in zip(contest.options, "ABCDEF", strict=False):
            option.title = letter
    return voting.sealed(contest)


def told(contest):
    return [str(sentence) for sentence in account.steps(contest)]


COUNTS = {
    "majority": (
        (RuleName.MAJORITY, [["2"], ["2"], ["1"]]),
        ["«B» tiene 2 votos: más de la mitad."],
    ),
    "plurality": (
        (RuleName.MAJORITY, [["2"], ["2"], ["1"], ["3"]]),
        ["«B» tiene 2 votos: más que cada otra."],
    ),
    "tie": (
        (RuleName.MAJORITY, [["1"], ["2"]]),
        ["tiene 1 voto, y ninguna otra tiene más."],
    ),
    "points": (
        (RuleName.SCORE, [{"1": 1, "2": 5}, {"1": 1}]),
        ["«B» suma 5.", "«A» suma 2."],
    ),
    "runoff": (
        (RuleName.IRV, [["1"], ["1"], ["2", "3"], ["3", "2"], ["3"]]),
        ["Sale «B», con 1; pasan a su siguiente preferencia.", "Gana «C», con 3."],
    ),
    "pairs": (
        (RuleName.SCHULZE, [["1", "2"], ["1", "2"], ["2"]]),
        ["«A» vence a «B», 2 contra 1.", "«A» vence a «C», 2 contra 0.", "«B» vence a «C», 3 contra 0."],
    ),
    "bought by what it costs": (
        (RuleName.EQUAL_SHARES, [["1"], ["1"], ["2"], ["3"], ["3"]]),
        ["paga como máximo 30 pesos", "paga como máximo 20 pesos"],
    ),
    "bought in turn": (
        (RuleName.GREEDY, [["1"], ["1"], ["2"], ["3"], ["3"], ["3"]]),
        ["«C» (3 votos) cuesta 40 pesos y cabe. Quedan 60.", "y cabe. Quedan 0.", "no cabe en los 0 que quedan."],
    ),
    "seats": (
        (RuleName.SEQ_PAV, [["1", "2"], ["1", "2"], ["1"], ["3"], ["3"]]),
        ["Gana «A», con 3.", "Gana «C», con 2."],
    ),
    "transfers": (
        (RuleName.STV, [["1", "2"], ["1", "2"], ["1", "2"], ["1", "3"], ["3"], ["3", "2"], ["2"]]),
        [
            "La cuota para ganar es de 3 votos.",
            "Gana «A», con 4.",
            "le sobra a «A»: 1 voto.",
            "Sale «B»",
            "Gana «C», con 2.25.",
        ],
    ),
    "one vote is told as one": (
        (RuleName.GREEDY, [["1"]]),
        ["«A» (1 voto) cuesta 60 pesos y cabe."],
    ),
}
FIGURES = {
    RuleName.EQUAL_SHARES: {"budget": 100, "costs": (60, 40, 40)},
    RuleName.GREEDY: {"budget": 100, "costs": (60, 40, 40)},
    RuleName.SEQ_PAV: {"seats": 2},
    RuleName.STV: {"seats": 2},
}


@pytest.mark.parametrize("kind", COUNTS)
def test_each_step_is_told_in_words(app, kind):
    (rule, ballots), expected = COUNTS[kind]
    sentences = told(counted(rule, ballots, **FIGURES.get(rule, {})))
    for part in expected:
        assert any(part in sentence for sentence in sentences), (part, sentences)


def test_what_each_pays_under_equal_satisfaction_is_told_in_pesos(app):
    figures = {**FIGURES[RuleName.EQUAL_SHARES], "satisfaction": Satisfaction.COUNT}
    sentences = told(counted(RuleName.EQUAL_SHARES, [["1"], ["1"], ["2"], ["3"], ["3"]], **figures))
    assert any("«C»" in one and "como máximo 20 pesos" in one for one in sentences)


def test_each_use_of_the_rule_for_ties_is_told(app):
    contest = counted(RuleName.MAJORITY, [["1"], ["2"]])
    (tie,) = contest.result["ties"]
    winner = contest.options[int(tie["chosen"]) - 1].title
    assert f"El orden de la semilla tomó «{winner}»." in told(contest)[-1]


def test_without_quorum_the_account_says_first_that_it_decides_nothing(client, clock):
    voting.electorate(3)
    contest = counted(RuleName.IRV, [["1"]], quorum_percent=50)
    clock.moment = voting.CLOSES
    page = client.get(f"/votaciones/{contest.reference}").text
    assert page.index("Sin quórum esto no decide nada") < page.index("Gana «A»")


def test_each_quorum_is_told_by_itself_and_only_where_it_is_asked(client, clock):
    person(sector=Sector.ACADEMIA)
    contest = counted(RuleName.MAJORITY, [["1"], ["1"], ["1"]], sector_quorum_percent=50)
    clock.moment = voting.CLOSES
    page = client.get(f"/votaciones/{contest.reference}").text
    assert page.count("De cada sector debía votar al menos el 50 %") == 2  # above, and among the tests
    assert "al menos el 0 %" not in page
    assert "hacía falta el 0 %" not in page


def test_rounds_of_votes_are_a_table_with_the_winner_first(app):
    contest = counted(RuleName.IRV, [["1"], ["1"], ["2", "3"], ["3", "2"], ["3"]])
    assert account.flow(contest) == account.Flow(2, [("C", "2", "3"), ("A", "2", "2"), ("B", "1", "")])


def test_bars_have_the_winners_first_in_their_order(app):
    contest = counted(RuleName.GREEDY, [["1"], ["1"], ["2"], ["3"], ["3"], ["3"]], **FIGURES[RuleName.GREEDY])
    assert [(bar.option.title, bar.votes, bar.won) for bar in account.bars(contest)] == [
        ("C", 3, True),
        ("A", 2, True),
        ("B", 1, False),
    ]


def test_where_means_are_compared_bars_and_account_are_of_means(client, clock):
    contest = counted(RuleName.SCORE, [{"1": 3, "2": 5}, {"1": 3}, {"1": 2}], average=True)
    assert [(bar.option.title, bar.mean, round(bar.share)) for bar in account.bars(contest)] == [
        ("B", "5", 100),
        ("A", "≈ 2.667", 53),
        ("C", "0", 0),
    ]
    assert told(contest)[1] == "«A»: la suma de sus puntos, 8, entre cuántas personas la califican, 3, da ≈ 2.667."
    clock.moment = voting.CLOSES
    page = client.get(f"/votaciones/{contest.reference}").text
    assert "5 en promedio" in page
    assert "Se suman" not in page


def test_what_satisfies_is_said_with_the_rule(client, app):
    figures = {**FIGURES[RuleName.EQUAL_SHARES], "rule": RuleName.EQUAL_SHARES, "options": 3}
    for satisfaction, words in (
        (Satisfaction.COUNT, "cueste lo que cueste"),
        (Satisfaction.COST, "mientras más cuesta"),
    ):
        contest = voting.contest(satisfaction=satisfaction, **figures)
        assert words in client.get(f"/votaciones/{contest.reference}").text


@pytest.mark.parametrize(("value", "words"), [(3, "3"), ("4.00000", "4"), ("1.75000", "1.75"), ("1/3", "≈ 0.333")])
def test_figures_are_exact_or_say_that_they_are_cut(app, value, words):
    assert account.figure(value) == words


@pytest.mark.parametrize("kind", COUNTS)
def test_the_page_of_the_result_tells_the_account(client, clock, kind):
    (rule, ballots), _expected = COUNTS[kind]
    contest = counted(rule, ballots, **FIGURES.get(rule, {}))
    clock.moment = voting.CLOSES
    page = client.get(f"/votaciones/{contest.reference}").text
    assert "Cómo se contó, paso a paso" in page
    assert contest.seed in page
    assert contest.ballots_root in page


def test_the_ballots_as_a_table(client, clock):
    contest = counted(RuleName.IRV, [["2", "1"], []])
    clock.moment = voting.CLOSES
    answer = client.get(f"/votaciones/{contest.reference}/boletas.csv")
    header, *rows = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    assert header == ["receipt", "1", "2", "3", "invalid"]
    assert sorted(row[1:] for row in rows) == [["", "", "", ""], ["2", "1", "", ""]]
