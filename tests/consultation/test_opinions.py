"""Opinion groups against real conversations and their reference answers, and where there is nothing to find."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from cocrea.cli import group
from cocrea.consultation import opinions
from cocrea.consultation.opinions import polis
from cocrea.consultation.opinions.answers import Answers
from cocrea.consultation.opinions.groups import project
from tests.conftest import shared

SEATTLE, BIODIVERSITY = "15-per-hour-seattle", "scoop-hivemind.biodiversity"
CONVERSATIONS = [SEATTLE, BIODIVERSITY, "scoop-hivemind.freshwater", "london.youth.policing"]
COUNTED = ("na", "nd", "ns", "pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt")


def conversation(name):
    return shared("polis", name)


def made(values, left_out=None):
    """Answers of people 0, 1, … to statements 0, 1, …"""
    values = np.array(values, dtype=float)
    people, statements = values.shape
    out = np.zeros(statements, dtype=bool) if left_out is None else np.array(left_out)
    return Answers(list(range(people)), list(range(statements)), values, out)


def two_camps(people=40, statements=12, seed=3):
    """Half of the people agree where the other half disagrees, with a little noise and gaps."""
    random = np.random.default_rng(seed)
    values = np.where(np.arange(people)[:, None] % 2, 1.0, -1.0) * np.ones(statements)
    values[random.random(values.shape) < 0.1] = 0
    values[random.random(values.shape) < 0.2] = np.nan
    return made(values)


def adjusted_rand(one, other):
    """How alike two divisions of the same people are (Hubert and Arabie 1985); 1 is the same."""
    both = list(zip(one, other, strict=True))
    pairs = [sum(math.comb(n, 2) for n in Counter(labels).values()) for labels in (both, one, other)]
    expected = pairs[1] * pairs[2] / math.comb(len(one), 2)
    return (pairs[0] - expected) / ((pairs[1] + pairs[2]) / 2 - expected)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_counts_of_both_exports_are_those_of_the_file(name):
    folder = conversation(name)
    counts = []
    for file in ("participants-votes.csv", "votes.csv"):
        answers, _groups = polis.read(folder / file)
        told = polis.told(answers, opinions.given(answers, {}))
        counts.append({row["id"]: (row["agree"], row["disagree"], row["pass"]) for row in told["statements"]})
    with (folder / "participants-votes.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    direct = {
        int(column): tuple(sum(row[column] == sign for row in rows) for sign in ("1", "-1", "0"))
        for column in rows[0]
        if column.isdecimal()
    }
    assert counts[0] == direct
    assert counts[1] == {statement: count for statement, count in direct.items() if any(count)}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_both_exports_print_the_same(name):
    printed = [run(conversation(name) / file).stdout for file in ("participants-votes.csv", "votes.csv")]
    assert json.loads(printed[0])["participants"] > 20
    assert printed[0] == printed[1]


def test_columns_in_another_order_print_the_same(tmp_path):
    for name, rows in (("one", "participant,2,10\n7,1,-1\n3,,0\n"), ("other", "10,participant,2\n0,3,\n-1,7,1\n")):
        (tmp_path / name).write_text(rows, "utf-8")
    assert run(tmp_path / "one").stdout == run(tmp_path / "other").stdout != ""


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_statistics_of_published_groups_are_the_references(name):
    answers, groups = polis.read(conversation(name))
    told = polis.told(answers, opinions.given(answers, groups))
    reference = json.loads((conversation(name) / "reference.json").read_text("utf-8"))["A_given_published_groups"]
    ours = {(voice["group"], row["id"]): voice for row in told["statements"] for voice in row["groups"]}
    for row in reference["per_group_statement"]:
        voice = ours[int(row["group"]), int(row["statement"])]
        assert [voice[key] for key in COUNTED] == pytest.approx([row[key] for key in COUNTED], abs=1e-6)
    for side, key in (("agree", "value"), ("disagree", "disagree")):
        found = {str(row["statement"]): row[key] for row in told["consensus"]}
        assert found == pytest.approx(reference[f"group_aware_consensus_{side}"], abs=1e-6)


@pytest.mark.parametrize(("name", "alike"), [(BIODIVERSITY, 0.9), (SEATTLE, 0.8)])
def test_our_groups_are_alike_the_published_ones(name, alike):
    answers, published = polis.read(conversation(name))
    ours = {person: found.id for found in opinions.analyse(answers).groups for person in found.members}
    both = sorted(set(ours) & set(published))
    assert len(both) > 100
    assert adjusted_rand([ours[person] for person in both], [published[person] for person in both]) >= alike


def test_the_same_votes_give_the_same_bytes():
    told = [json.dumps(polis.told(found, opinions.analyse(found))) for found in (two_camps(), two_camps())]
    assert told[0] == told[1]


def test_two_camps_are_found_and_speak():
    found = opinions.analyse(two_camps())
    assert {tuple({person % 2 for person in each.members}) for each in found.groups} == {(0,), (1,)}
    assert all(1 <= len(each.speaking) <= 5 for each in found.groups)
    odd = next(each for each in found.groups if each.members[0] % 2)
    assert any(said.agrees for said in odd.speaking)
    assert max(found.consensus.values()) < 0.3


def test_where_there_are_no_groups_hardly_ever_any_are_told():
    """People who answer each statement on its own: one false alarm in twenty conversations is what chance allows."""
    assert sum(bool(opinions.analyse(everyone_alone(seed)).groups) for seed in range(20)) <= 1


def everyone_alone(seed):
    random = np.random.default_rng(seed)
    people, statements = int(random.integers(30, 200)), int(random.integers(8, 40))
    popular = random.random(statements)
    values = np.where(random.random((people, statements)) < popular, 1.0, -1.0)
    values[random.random(values.shape) < 0.25] = np.nan
    return made(values)


def test_few_people_are_no_groups():
    assert opinions.analyse(complete(28)).groups == []
    assert opinions.analyse(complete(30)).groups


def complete(people):
    """Two camps without gaps."""
    return made(np.nan_to_num(two_camps(people).values))


def test_who_answered_little_is_left_out_and_small_conversations_ask_less():
    values = two_camps().values.copy()
    values[0] = np.nan
    values[0, :3] = 1
    assert 0 not in opinions.analyse(made(values)).people
    assert 0 in opinions.analyse(made(values[:, :3])).people


def test_what_moderation_took_out_moves_nobody():
    answers = two_camps()
    loud = np.column_stack([answers.values, np.where(np.arange(40) < 20, 1.0, -1.0)])
    taken_out = [False] * 12 + [True]
    as_if = np.column_stack([answers.values, np.zeros(40)])
    assert np.array_equal(project(loud, np.array(taken_out)), project(as_if, np.array([False] * 13)))


@settings(max_examples=60, deadline=None)
@for_all(st.integers(0, 50), st.integers(0, 50), st.integers(0, 2**32 - 1))
def test_any_answers_are_analysed(people, statements, seed):
    random = np.random.default_rng(seed)
    values = random.choice([1.0, -1.0, 0.0, np.nan], size=(people, statements))
    answers = made(values, random.random(statements) < 0.1)
    found = opinions.analyse(answers)
    json.dumps(polis.told(answers, found), allow_nan=False)
    members = [person for each in found.groups for person in each.members]
    assert sorted(members) == (found.people if found.groups else [])
    sizes = [len(each.members) for each in found.groups]
    assert all(larger >= smaller for larger, smaller in pairwise(sizes))


def run(*arguments):
    return CliRunner().invoke(group(), ["opinions", *map(str, arguments)])


def test_the_command_prints_it_as_json():
    result = run("--given-groups", conversation(SEATTLE))
    told = json.loads(result.stdout)
    assert told["participants"] == 339
    assert [found["size"] for found in told["groups"]] == [99, 39]
    assert {row["group"] for row in told["representative"]} == {0, 1}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("participants-votes.csv", "participant,0,1\n1,1,2\n", "renglón 2, columna 1"),
        ("participants-votes.csv", "participant,0,1\n1,1\n", "renglón 2"),
        ("participants-votes.csv", "participant,0\nyo,1\n", "renglón 2, columna participant"),
        ("votes.csv", "timestamp,datetime,comment-id,voter-id,vote\nx,,1,1,1\n", "renglón 2, columna timestamp"),
        ("votes.csv", "a,b\n1,2\n", "no es una exportación"),
        ("votes.csv", "", "no es una exportación"),
        ("votes.csv", "timestamp,datetime,comment-id,voter-id,vote\n", "no tiene respuestas"),
        ("participants-votes.csv", "participant,0,1\n", "no tiene respuestas"),
        (
            "participants-votes.csv",
            "participant,0\n1,1\n2,1\n1,-1\n",
            "repite lo que debe estar una sola vez (renglón 4",
        ),
        ("participants-votes.csv", "participant,0,1,0\n1,1,1,-1\n", "(renglón 1, columna 0)"),
        ("participants-votes.csv", "participant,1,01\n1,1,-1\n", "(renglón 1, columna 01)"),
    ],
)
def test_a_file_that_is_no_export_is_said_with_its_place(tmp_path, name, text, says):
    (tmp_path / name).write_text(text, "utf-8")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert says in result.stderr


@pytest.mark.parametrize(
    ("comments", "says"),
    [
        ("comment-id,mod\n0,-1\n", "A comments.csv le falta la columna moderated."),
        ("id,moderated\n0,-1\n", "A comments.csv le falta la columna comment-id."),
        ("", "A comments.csv le falta la columna comment-id."),
        ("comment-id,moderated\nx,-1\n", "renglón 2, columna comment-id"),
    ],
)
def test_comments_with_other_columns_are_said(tmp_path, comments, says):
    (tmp_path / "participants-votes.csv").write_text("participant,0\n1,1\n", "utf-8")
    (tmp_path / "comments.csv").write_text(comments, "utf-8")
    result = run(tmp_path)
    assert result.exit_code == 1 and says in result.stderr


def test_a_file_that_cannot_be_opened_is_said(tmp_path, monkeypatch):
    def closed(self, *_args, **_options):
        raise PermissionError(13, "cerrado", str(self))

    (tmp_path / "votes.csv").touch()
    monkeypatch.setattr(Path, "open", closed)
    result = run(tmp_path)
    assert result.exit_code == 1 and "No se puede leer votes.csv: cerrado." in result.stderr


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path):
    (tmp_path / "participants-votes.csv").write_text("participant,0\n1,1\n", "utf-8")
    (tmp_path / "comments.csv").mkdir()
    assert "No se puede leer comments.csv" in run(tmp_path).stderr


def test_the_help_says_that_without_groups_there_is_no_consensus():
    assert "«consensus» salen vacías" in " ".join(run("--help").stdout.split())


def test_a_folder_without_votes_says_what_is_missing(tmp_path):
    assert "Falta votes.csv" in run(tmp_path).stderr
