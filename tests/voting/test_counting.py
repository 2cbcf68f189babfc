"""The count and its verification, as properties, and the command a stranger runs."""

from __future__ import annotations

import copy
from hashlib import sha256
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cocrea.audit.canonical import canonical_json
from cocrea.cli.verifying import verify_contest
from cocrea.core import exports
from cocrea.voting import counting, files, queries
from cocrea.voting.rules import RuleName
from tests.factories import proposals, voting

choices = st.sampled_from(counting.CHOICES)


@st.composite
def boxes(draw: Any) -> tuple[int, list[dict[str, Any]]]:
    options = draw(st.integers(1, 4))
    answers = st.fixed_dictionaries({str(n): choices for n in range(1, options + 1)})
    ballots = draw(st.lists(answers, max_size=25))
    return options, [{"receipt": f"R{n:03d}", "choices": answer} for n, answer in enumerate(ballots)]


def _terms(options: int, **terms: Any) -> counting.Terms:
    names = tuple(counting.Candidate(str(n), f"Opción {n}") for n in range(1, options + 1))
    return counting.Terms("yes-no-abstain", names, **terms)


def _count(ballots: Any, options: int = 1, roll: int = 100, quorum: int = 0, threshold: int = 50) -> dict[str, Any]:
    terms = _terms(options, quorum_percent=quorum, threshold_percent=threshold)
    return counting.count(terms, ballots, roll_size=roll, seed="alba")


def _ballots(yes: int, no: int, abstain: int = 0) -> list[dict[str, Any]]:
    answers = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain
    return [{"receipt": f"R{n:03d}", "choices": {"1": answer}} for n, answer in enumerate(answers)]


@given(boxes(), st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_changes_nothing(box, random):
    options, ballots = box
    shuffled = random.sample(ballots, len(ballots))
    assert canonical_json(_count(ballots, options)) == canonical_json(_count(shuffled, options))
    assert counting.ballots_root(ballots) == counting.ballots_root(shuffled)


@given(boxes())
def test_every_ballot_is_counted_once_in_every_option(box):
    options, ballots = box
    result = _count(ballots, options)
    assert result["ballots"] == len(ballots)
    for number, option in enumerate(result["options"], 1):
        assert option["position"] == number
        assert sum(option[choice] for choice in counting.CHOICES) == len(ballots)


@given(yes=st.integers(0, 60), no=st.integers(0, 60), abstain=st.integers(0, 60), threshold=st.integers(0, 99))
def test_yes_must_be_more_than_the_threshold_and_abstentions_do_not_weigh(yes, no, abstain, threshold):
    option = _count(_ballots(yes, no, abstain), roll=200, threshold=threshold)["options"][0]
    assert option["passes"] == (yes > 0 and yes / (yes + no) > threshold / 100)


@pytest.mark.parametrize(
    ("yes", "no", "threshold", "passes"),
    [
        (1, 1, 50, False),
        (2, 1, 50, True),
        (2, 1, 66, True),
        (66, 34, 66, False),
        (67, 33, 66, True),
        (0, 0, 0, False),
    ],
)
def test_edges_of_the_threshold(yes, no, threshold, passes):
    assert _count(_ballots(yes, no), threshold=threshold)["options"][0]["passes"] is passes


@pytest.mark.parametrize(
    ("cast", "roll", "quorum", "reached"),
    [
        (50, 100, 50, True),
        (49, 100, 50, False),
        (1, 3, 33, True),
        (1, 3, 34, False),
        (0, 0, 50, True),
        (0, 9, 0, True),
    ],
)
def test_edges_of_the_quorum(cast, roll, quorum, reached):
    result = _count(_ballots(0, 0, cast), roll=roll, quorum=quorum)
    assert result["quorum_reached"] is reached


@given(yes=st.integers(1, 20), no=st.integers(0, 20))
def test_one_more_yes_never_loses_what_was_won(yes, no):
    before = _count(_ballots(yes, no))["options"][0]["passes"]
    after = _count(_ballots(yes + 1, no))["options"][0]["passes"]
    assert after or not before


def _published() -> dict[str, Any]:
    answers = ("yes", "no", "abstain", "no")
    ballots = [{"receipt": f"2222-2222-2222-222{n}", "choices": {"1": "yes", "2": c}} for n, c in enumerate(answers)]
    return {
        "format": counting.FORMAT,
        "question": "¿La llevamos al plan?",
        "rule": _terms(2, quorum_percent=10).published(),
        "options": [{"position": n, "title": title, "cost": None} for n, title in enumerate(("Padrón", "Avance"), 1)],
        "seed": "alba",
        "seed_commitment": sha256(b"alba").hexdigest(),
        "roll": {"size": 9, "took_part": 4},
        "ballots": ballots,
        "ballots_root": counting.ballots_root(ballots),
        "result": _count(ballots, options=2, roll=9, quorum=10),
    }


def _change(path: tuple[Any, ...], value: Any) -> Any:
    def tamper(published: dict[str, Any]) -> None:
        place = published
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return tamper


def _repeat_receipt(published: dict[str, Any]) -> None:
    published["ballots"][1]["receipt"] = published["ballots"][0]["receipt"]


TAMPERINGS = {
    "a choice": (_change(("ballots", 0, "choices", "2"), "abstain"), {"root"}),
    "an unknown choice": (_change(("ballots", 0, "choices", "1"), "maybe"), {"answers", "root"}),
    "an answer too many": (_change(("ballots", 0, "choices", "3"), "yes"), {"answers", "root"}),
    "a receipt": (_change(("ballots", 0, "receipt"), "3333-2222-2222-2222"), {"root"}),
    "a receipt twice": (_repeat_receipt, {"receipts", "root"}),
    "a ballot removed": (lambda published: published["ballots"].pop(), {"took_part", "root", "result"}),
    "a ballot added": (
        lambda published: published["ballots"].append({"receipt": "9999", "choices": {"1": "no", "2": "no"}}),
        {"took_part", "root", "result"},
    ),
    "the roll": (_change(("roll", "size"), 3), {"roll"}),
    "the turnout": (_change(("roll", "took_part"), 5), {"took_part"}),
    "the root": (_change(("ballots_root",), "00" * 32), {"root"}),
    "the verdict": (_change(("result", "options", 1, "passes"), True), {"result"}),
    "the verdict's spelling": (_change(("result", "options", 1, "passes"), 0), {"result"}),
    "a figure": (_change(("result", "options", 0, "yes"), 5), {"result"}),
    "the quorum": (_change(("rule", "quorum_percent"), 90), {"result"}),
    "the threshold": (_change(("rule", "threshold_percent"), 20), {"result"}),
    "the base of the threshold": (_change(("rule", "threshold_base"), "entitled"), {"result"}),
    "the seed": (_change(("seed",), "ocaso"), {"seed"}),
    "what the seed was": (_change(("seed_commitment",), "00" * 32), {"seed"}),
    "an option": (lambda published: published["options"].pop(), {"answers", "result"}),
    "the format": (_change(("format",), "cocrea-contest-9"), {"format"}),
    "no rule": (lambda published: published.pop("rule"), {"malformed"}),
    "ballots of another kind": (_change(("ballots",), ["no"]), {"malformed"}),
    "choices of another kind": (_change(("ballots", 0, "choices"), 7), {"answers", "root", "result"}),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found(name):
    tamper, expected = TAMPERINGS[name]
    published = copy.deepcopy(_published())
    assert counting.faults(published) == []
    tamper(published)
    assert expected <= set(counting.faults(published))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_file_makes_the_check_crash(found):
    assert counting.faults(found) == ["format"]
    for part in ("ballots", "roll", "rule", "options", "result"):
        assert counting.faults({**_published(), part: found}) != []


def _run(content: str, *options: str) -> Any:
    return CliRunner().invoke(verify_contest, ["-", *options], input=content)


def test_the_download_of_a_sealed_contest_verifies(app):
    cycle = proposals.working_cycle()
    voters = voting.electorate(7)
    contest = voting.contest(cycle, options=12)
    for number, voter in enumerate(voters):
        voting.vote(contest, voter, *[counting.CHOICES[(number + option) % 3] for option in range(12)])
    voting.sealed(contest)
    download = canonical_json(queries.published(contest))
    assert download == canonical_json(queries.published(contest))
    assert _run(download).exit_code == 0


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (RuleName.IRV, [["2", "1"], ["3"], ["3", "2"], []]),
        (RuleName.SCORE, [{"2": 5}, {"1": 1, "3": 2}, {}]),
        (RuleName.APPROVAL, [["1", "2"], ["2"], ["3"], []]),
    ],
)
def test_both_downloads_are_counted_as_the_contest_was(app, tmp_path, rule, said):
    voters = voting.electorate(len(said))
    contest = voting.contest(options=3, rule=rule)
    for voter, choices in zip(voters, said, strict=True):
        voting.choose(contest, voter, choices)
    voting.sealed(contest)
    (tmp_path / "v.json").write_text(canonical_json(queries.published(contest)))
    columns = ["receipt", "1", "2", "3", "invalid"]
    (tmp_path / "v.csv").write_text("".join(exports.as_csv(columns, queries.table(contest))))
    for name in ("v.json", "v.csv"):
        election = files.read(tmp_path / name, rule)
        outcome = counting.tally(election, rule, seed=contest.seed)
        assert list(outcome.winners) == contest.result["winners"]
        assert (election.valid, election.blank) == (contest.result["valid"], contest.result["blank"])
