"""What is published of ballots by channel and booth, and what recounts changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.voting import channels, counting, operations, queries, scrutiny
from cocrea.voting.models import PaperCorrection
from tests.factories import papers, voting

READING = papers.READING


def test_the_file_tells_channels_and_booths_and_no_ballot_s_channel(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, "n", "b", "x")
    papers.tallied(contest, by)
    file = queries.published(contest)
    assert counting.faults(file) == []
    assert file["channels"] == {"online": 6, "paper": 3}
    assert {key for ballot in file["ballots"] for key in ballot} == {"receipt", "choices"}
    for wrong in (
        {"channels": {"online": 5, "paper": 4}},
        {"booths": []},
        {"booths": [{**file["booths"][0], "marks": 4}]},
        {"channels": {"online": 6}},
    ):
        assert counting.faults({**file, **wrong}) in (["channels"], ["malformed"])
    assert "took_part" not in counting.faults({**file, "format": "cocrea-contest-2"})


def _wrong(file: dict[str, Any]) -> list[dict[str, Any]]:
    """Ways in which somebody could have changed what a file tells of its channels."""
    booth, told = file["booths"][0], file["channels"]
    act = booth["act"]
    return [
        {"channels": {"online": 6.0, "paper": 3}},
        {"channels": {"online": "6", "paper": "3"}},
        {"channels": {"online": 10, "paper": -1}},
        {"booths": [{**booth, "annulled": "no"}]},
        {"booths": [{**booth, "annulled": 0}]},
        {"booths": [booth, {**booth, "marks": 0, "annulled": True}]},
        {"booths": [{**booth, "act": {**act, "in_box": -3}}]},
        {"booths": [{**booth, "act": {**act, "received": True}}]},
        {"booths": [booth, {**booth, "number": 2, "marks": 0, "annulled": True, "act": "ninguna"}]},
        {"booths": [{**booth, "act": None}]},
        {"booths": None},
        {"channels": None},
        {"roll": {**file["roll"], "took_part": 9.5}},
        {"channels": {**told, "online": 9, "paper": 0}, "booths": []},
    ]


def test_no_changed_channel_passes(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, "n", "b", "x")
    papers.tallied(contest, by)
    file = json.loads(json.dumps(queries.published(contest)))
    assert counting.faults(file) == []
    for wrong in _wrong(file):
        assert counting.faults({**file, **wrong}) in (["channels"], ["malformed"]), wrong
    for unknown in ([], {}, None, 3, "cocrea-contest-4"):
        assert counting.faults({**file, "format": unknown}) == ["format"]


def test_a_difference_between_marks_and_papers_is_no_fault_and_is_told(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, "n", "b")
    papers.tallied(contest, by)
    file = queries.published(contest)
    assert counting.faults(file) == []
    assert [booth["number"] for booth in counting.differences(file)] == [1]


def test_kinds_of_ballots_are_told_only_of_five_or_more(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, "n", "b", "x")
    papers.tallied(contest, by)
    told = channels.by_channel(channels.groups_of(contest))
    assert [group.ballots for group in told.groups] == [6, 3] and told.kinds == channels.NONE


@pytest.mark.parametrize(
    ("online", "paper", "kinds"),
    [
        ((9, 0, 0), (5, 0, 0), channels.KINDS),
        ((9, 5, 5), (5, 5, 5), channels.KINDS),
        ((9, 3, 2), (5, 4, 1), channels.MERGED),
        ((9, 5, 5), (9, 0, 0), channels.NONE),
        ((9, 0, 0), (4, 0, 0), channels.NONE),
        ((9, 0, 0), (0, 0, 0), channels.KINDS),
    ],
)
def test_the_rule_of_the_figures(online, paper, kinds):
    groups = [channels.Group(None, *online), channels.Group(None, *paper)]
    assert channels._told(groups).kinds == kinds


def test_what_a_correction_says_is_told_where_enough_papers_are_left_untold(app):
    contest = voting.contest()
    voters = voting.electorate(9)
    booth, officers = papers.staffed(contest)
    papers.mark(booth, *voters)
    voting.sealed(contest)
    papers.act(booth, officers[0], 6, remarks="Conforme.")
    batch = papers.agreed(booth, officers, *"ssssss")
    for folio, told in ((1, True), (2, False)):
        with transaction():
            operations.recount(actor=officers[2], batch=batch, lines={folio: "n"}, reason="Pegada", now=READING)
        waiting = db.session.scalars(sa.select(PaperCorrection).where(scrutiny.is_waiting())).one()
        with transaction():
            operations.confirm(actor=officers[1], correction=waiting, batch=batch, now=READING)
        contest.result = {"ballots": 6, "valid": 6, "blank": 0, "invalid": 0}
        assert {may for *_what, may in channels.changes(contest, channels.groups_of(contest))} == {told}
