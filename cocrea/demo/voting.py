"""Votes of the local cycle: two counted, one of them with papers; one whose papers are being read; and one open now for
each way of filling a ballot that people should try."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Person
from cocrea.demo import booths, packs, scrutiny
from cocrea.demo.world import Scene
from cocrea.discussion.models import Channel
from cocrea.voting.counting import Base
from cocrea.voting.models import Deciding, ElectorateRule
from cocrea.voting.operations import NewOption, cast, create_contest, freeze, seal
from cocrea.voting.rules import RuleName

CALLED = 2  # days before the opening


def tell(scene: Scene) -> None:
    """Write the votes into the script."""
    for entry in scene.data["contests"]:
        opens, closes = scene.script.moment(entry["opens_day"]), scene.script.moment(entry["closes_day"])
        scene.script.ago(CALLED - entry["opens_day"], _call, scene, entry, opens, closes)
        scene.script.at(opens, _freeze, scene, entry["key"])
        if "booths" in entry:
            booths.tell(scene, entry)
        if entry["state"] == "closed":
            scene.script.spread(-entry["opens_day"] - 1, -entry["closes_day"] + 1, _ballots(scene, entry))
            scene.script.at(closes, _seal, scene, entry["key"])
            if "booths" in entry:
                scrutiny.tell(scene, entry)
    packs.tell_of_contests(scene)


def _ballots(scene: Scene, entry: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Who voted and what was voted are in the data apart; chance joins them, and counting parts them again."""
    patterns = [pattern["choices"] for pattern in entry["ballots"] for _ in range(pattern["count"])]
    random.SystemRandom().shuffle(patterns)
    return [
        (_cast, scene, entry, scene.people[voter["person"]], Channel(voter["channel"]), choices)
        for voter, choices in zip(entry["took_part"], patterns, strict=True)
    ]


def _call(scene: Scene, entry: dict[str, Any], opens: datetime, closes: datetime, *, now: datetime) -> None:
    scene.contests[entry["key"]] = create_contest(
        actor=scene.world.facilitator,
        cycle=scene.cycle,
        question=entry["question"],
        explanation=entry["explanation"],
        options=_options(scene, entry),
        electorate=ElectorateRule(entry["electorate"]),
        deciding=_deciding(entry),
        opens_at=opens,
        closes_at=closes,
        now=now,
    )


def _options(scene: Scene, entry: dict[str, Any]) -> list[NewOption]:
    proposals = [NewOption(proposal=scene.proposals[key]) for key in entry["options"]]
    return proposals + [NewOption(**text) for text in entry.get("texts", ())]


def _deciding(entry: dict[str, Any]) -> Deciding:
    rule = RuleName(entry.get("rule", RuleName.YES_NO))
    return Deciding(
        rule=rule,
        budget=entry.get("budget"),
        quorum_percent=entry["quorum_percent"],
        threshold_percent=entry["threshold_percent"],
        threshold_base=Base.YES_NO if rule is RuleName.YES_NO else Base.VALID,
    )


def _freeze(scene: Scene, key: str, *, now: datetime) -> None:
    freeze(contest=scene.contests[key], now=now)


def _cast(
    scene: Scene,
    entry: dict[str, Any],
    voter: Person,
    channel: Channel,
    choices: Any,
    *,
    now: datetime,
) -> None:
    if entry["options"]:
        choices = {str(position): choices[key] for position, key in enumerate(entry["options"], 1)}
    cast(actor=voter, contest=scene.contests[entry["key"]], choices=choices, channel=channel, now=now)


def _seal(scene: Scene, key: str, *, now: datetime) -> None:
    seal(contest=scene.contests[key], now=now)
