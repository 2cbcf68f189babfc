"""Files of votes: what is wrong in them is told with its line, and the command answers in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cocrea.cli.counting import FAULTS, count
from cocrea.voting import files
from cocrea.voting.counting import FORMAT, Terms
from cocrea.voting.files import Fault, Unreadable

PB = """META
key;value
num_projects;2
num_votes;2
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
a;60;Agua
b;50;"Luz; y sombra"
VOTES
voter_id;vote
1;a,b
2;
"""
SOI = """# DATA TYPE: soi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 5
# ALTERNATIVE NAME 1: Ana
# ALTERNATIVE NAME 2: Beto
# ALTERNATIVE NAME 3: Caro
3: 1,2
2: 3
"""
BLT = """3 1
-2
4 1 3 0
2 2 3 0
1 0
0
"Ana"
"Beto"
"Caro ""la de la mesa"" Ruiz"
"Título"
"""
CONTEST: dict[str, Any] = {
    "format": FORMAT,
    "rule": Terms("greedy", (), budget=30).published(),
    "options": [{"position": n, "title": f"Obra {n}", "cost": 10 * n} for n in (1, 2, 3)],
    "seed": "alba",
    "ballots": [{"receipt": f"R{n}", "choices": said} for n, said in enumerate((["2"], ["1", "2"], [], None))],
}


def _reading(tmp_path, suffix, text):
    path = tmp_path / f"votos{suffix}"
    path.write_text(text, encoding="utf-8")
    return files.read(path)


def test_a_budget_is_read_with_its_blank_ballots(tmp_path):
    election = _reading(tmp_path, ".pb", PB)
    assert (election.budget, election.valid, election.blank) == (100, 1, 1)
    assert election.candidates["b"].name == "Luz; y sombra"


def test_who_withdrew_is_on_no_ballot(tmp_path):
    election = _reading(tmp_path, ".blt", BLT)
    assert list(election.candidates) == ["1", "3"]
    assert {ballot.tiers: ballot.weight for ballot in election.ballots} == {(("1",), ("3",)): 4, (("3",),): 2}
    assert (election.blank, election.candidates["3"].name) == (1, 'Caro "la de la mesa" Ruiz')


@pytest.mark.parametrize(
    ("suffix", "text", "change", "fault", "line"),
    [
        (".pb", PB, ("budget;100", "budget;muchos"), Fault.NOT_A_NUMBER, 5),
        (".pb", PB, ("budget;100", "budget;-1"), Fault.NOT_A_NUMBER, 5),
        (".pb", PB, ("budget;100\n", ""), Fault.MISSING, 0),
        (".pb", PB, ("approval", "telepathy"), Fault.UNKNOWN_KIND, 6),
        (".pb", PB, ("1;a,b", "1;a,c"), Fault.UNKNOWN_CANDIDATE, 13),
        (".pb", PB, ("1;a,b", "1;a,a"), Fault.REPEATED, 13),
        (".pb", PB, ("1;a,b", "1;a;b;c"), Fault.UNEVEN, 13),
        (".pb", PB, ("b;50", "a;50"), Fault.REPEATED, 10),
        (".pb", PB, ("num_votes;2", "num_votes;3"), Fault.OTHER_COUNT, 4),
        (".pb", PB, ("META\n", ""), Fault.NO_SECTION, 1),
        (".pb", PB, ("VOTES\nvoter_id;vote", "VOTES\nvoter_id;voto"), Fault.MISSING, 11),
        (".soi", SOI, ("3: 1,2", "3: 1,1"), Fault.REPEATED, 7),
        (".soi", SOI, ("3: 1,2", "3: 1,9"), Fault.UNKNOWN_CANDIDATE, 7),
        (".soi", SOI, ("3: 1,2", "3: 1,{2,3}"), Fault.NOT_STRICT, 7),
        (".soi", SOI, ("3: 1,2", "tres: 1,2"), Fault.NOT_A_NUMBER, 7),
        (".soi", SOI, ("3: 1,2", "3 1 2"), Fault.NOT_A_BALLOT, 7),
        (".soi", SOI, ("3: 1,2", "3: {1,2"), Fault.NOT_A_BALLOT, 7),
        (".soi", SOI, ("VOTERS: 5", "VOTERS: 6"), Fault.OTHER_COUNT, 3),
        (".soc", SOI, ("TYPE: soi", "TYPE: soc"), Fault.NOT_COMPLETE, 7),
        (".blt", BLT, ("4 1 3 0", "4 1 3"), Fault.UNFINISHED, 3),
        (".blt", BLT, ("4 1 3 0", "4 1 1 0"), Fault.REPEATED, 3),
        (".blt", BLT, ("4 1 3 0", "4 1 7 0"), Fault.UNKNOWN_CANDIDATE, 3),
        (".blt", BLT, ("3 1\n", "3\n"), Fault.NOT_A_BALLOT, 1),
        (".blt", BLT, ('"Ana"', "Ana"), Fault.NOT_A_BALLOT, 7),
        (".blt", BLT, ('0\n"Ana"', '"Ana"'), Fault.UNFINISHED, 6),
        (".txt", "", ("", ""), Fault.UNKNOWN_FORMAT, 0),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, suffix, text, change, fault, line):
    with pytest.raises(Unreadable) as refused:
        _reading(tmp_path, suffix, text.replace(*change, 1))
    assert (refused.value.fault, refused.value.line) == (fault, line)


@given(
    st.sampled_from(sorted(files.READERS)),
    st.text(),
    st.sampled_from([PB, SOI, BLT, json.dumps(CONTEST)]),
    st.integers(0, 200),
)
def test_no_text_does_more_than_not_be_read(suffix, noise, text, place):
    try:
        election = files.READERS[suffix](text[:place] + noise + text[place:])
    except Unreadable:
        return
    assert all(name in election.candidates for ballot in election.ballots for name in ballot.named)


CSV = """receipt,1,2,3,invalid
R1,2,1,,
R2,,1,,
R3,,,,
R4,1,,,1
"""


def _table(tmp_path, rule, text=CSV):
    path = tmp_path / "boletas.csv"
    path.write_text(text)
    return files.read(path, rule)


def test_what_the_cells_of_a_table_mean_depends_on_the_rule(tmp_path):
    orders = _table(tmp_path, "irv")
    assert {ballot.tiers: ballot.weight for ballot in orders.ballots} == {(("2",), ("1",)): 1, (("2",),): 1}
    assert (orders.valid, orders.blank, orders.invalid) == (2, 1, 1)
    assert dict(_table(tmp_path, "score").ballots[0].points) == {"1": 2, "2": 1}
    marks = _table(tmp_path, "approval", CSV.replace("R1,2,1", "R1,1,1"))
    assert [ballot.named for ballot in marks.ballots] == [("1", "2"), ("2",)]


@pytest.mark.parametrize(
    ("rule", "change", "fault", "line"),
    [
        ("approval", ("", ""), Fault.NOT_A_BALLOT, 2),  # a place is no mark
        ("majority", ("R1,2,1", "R1,1,1"), Fault.NOT_A_BALLOT, 2),
        ("irv", ("R1,2,1", "R1,3,1"), Fault.NOT_A_BALLOT, 2),
        ("irv", ("R1,2,1", "R1,1,1"), Fault.NOT_A_BALLOT, 2),
        ("irv", ("R1,2,1", "R1,sí,1"), Fault.NOT_A_NUMBER, 2),
        ("irv", ("R2,,1", "R1,,1"), Fault.REPEATED, 3),
        ("irv", ("R2,,1,,", "R2,,1,"), Fault.UNEVEN, 3),
        ("score", ("R2,,1", "R2,,-1"), Fault.NOT_A_NUMBER, 3),
        ("score", ("R2,,1", "R2,,1001"), Fault.NOT_A_BALLOT, 3),
        ("irv", ("receipt,1,2,3", "receipt,1,3,2"), Fault.MISSING, 1),
        ("irv", (CSV, ""), Fault.MISSING, 1),
    ],
)
def test_a_wrong_table_is_told_with_its_line(tmp_path, rule, change, fault, line):
    with pytest.raises(Unreadable) as refused:
        _table(tmp_path, rule, CSV.replace(*change, 1))
    assert (refused.value.fault, refused.value.line) == (fault, line)


def test_a_contest_is_read_with_its_budget_and_its_order_of_ties(tmp_path):
    election = _reading(tmp_path, ".json", json.dumps(CONTEST))
    assert (election.budget, election.valid, election.blank, election.invalid) == (30, 2, 1, 1)
    assert (election.candidates["2"].name, election.candidates["2"].cost, election.seed) == ("Obra 2", 20, "alba")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"format": "cocrea-contest-1"}, Fault.UNKNOWN_KIND),
        ({"rule": {**Terms("greedy", (), budget=30).published(), "name": "yes-no-abstain"}}, Fault.NOT_A_BALLOT),
        ({"rule": Terms("yes-no-abstain", ()).published()}, Fault.UNKNOWN_KIND),
        ({"rule": 7}, Fault.NOT_A_BALLOT),
        ({"ballots": [{"receipt": "R1", "choices": ["9"]}]}, Fault.NOT_A_BALLOT),
        ({"ballots": [{"receipt": "R1", "choices": ["1"]}] * 2}, Fault.REPEATED),
        ({"ballots": ["R1"]}, Fault.NOT_A_BALLOT),
    ],
)
def test_a_contest_that_makes_no_sense_is_refused(tmp_path, change, fault):
    with pytest.raises(Unreadable) as refused:
        _reading(tmp_path, ".json", json.dumps({**CONTEST, **change}))
    assert refused.value.fault is fault


def test_broken_json_is_told_with_its_line(tmp_path):
    with pytest.raises(Unreadable) as refused:
        _reading(tmp_path, ".json", '{"format":\n "x",\n }')
    assert refused.value.line == 3


@pytest.mark.parametrize("arguments", [["--rule", "greedy"], ["--rule", "equal-shares", "--budget", "100"]])
def test_a_table_says_no_costs(tmp_path, arguments):
    path = tmp_path / "boletas.csv"
    path.write_text(CSV)
    ran = CliRunner().invoke(count, [str(path), *arguments])
    assert ran.exit_code
    assert "usa el .json" in ran.output


def test_every_fault_has_its_words():
    assert FAULTS.keys() == set(Fault)


def test_the_command_tells_the_result_in_words_and_as_data(tmp_path):
    path = tmp_path / "mesa.blt"
    path.write_text(BLT)
    told = CliRunner().invoke(count, [str(path), "--rule", "irv"]).output
    assert "Gana: Ana." in told
    assert "En blanco: 1" in told
    result = json.loads(CliRunner().invoke(count, [str(path), "--rule", "irv", "--json"]).output)
    assert result["winners"] == ["1"]
    assert (result["rule"], result["valid"], result["blank"], result["invalid"]) == ("irv", 6, 1, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rule", "approval"], "usa irv"),
        (["--rule", "azar"], "azar"),
        (["--rule", "irv", "--seats", "0"], "seats"),
        (["--rule", "greedy", "--budget", "mucho"], "250000"),
    ],
)
def test_the_command_refuses_with_a_reason(tmp_path, arguments, told):
    path = tmp_path / "mesa.blt"
    path.write_text(BLT)
    ran = CliRunner().invoke(count, [str(path), *arguments])
    assert ran.exit_code
    assert told in ran.output


def test_the_command_says_in_which_line_a_file_is_wrong(tmp_path):
    path = tmp_path / "mesa.blt"
    path.write_text(BLT.replace("4 1 3 0", "4 1 9 0"))
    ran = CliRunner().invoke(count, [str(path), "--rule", "irv"])
    assert ran.exit_code
    assert "renglón 3" in ran.output
