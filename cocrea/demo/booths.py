"""Booths of votes: one that is open these days, with its officers, one that waits for some, and those of the past."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from cocrea.demo.world import Scene
from cocrea.voting.models import Booth, ShiftKind
from cocrea.voting.operations import (
    ask_for_paper,
    assign,
    create_booth,
    mark,
    note_ballots_printed,
)
from cocrea.voting.queries import booths

COUNTING = 3  # days, unless told otherwise


def tell(scene: Scene, entry: dict[str, Any]) -> None:
    """Write the booths of a contest into the script: set up before it opens, asked for and marked when they are."""
    for number, told in enumerate(entry["booths"]):
        place = (scene, entry["key"], number)
        scene.script.ago(1 - entry["opens_day"], _set_up, *place, told)
        for who in told["asked"]:
            scene.script.ago(-entry["opens_day"], _ask, *place, who)
        if told["printed"]:
            scene.script.ago(-entry["opens_day"], _print, *place, told["printed"])
        for who in told["marked"]:
            scene.script.ago(-told["days"][0], _mark, *place, told["attend"][0]["person"], who)


def _set_up(scene: Scene, contest: str, number: int, told: dict[str, Any], *, now: datetime) -> None:
    def hours(day: int) -> tuple[datetime, datetime]:
        return scene.script.moment(day, time(told["from"])), scene.script.moment(day, time(told["until"]))

    days = [hours(day) for day in told["days"]]
    booth = create_booth(
        actor=scene.world.facilitator,
        contest=scene.contests[contest],
        place=told["place"],
        address=told["address"],
        days=days,
        form_key=f"{contest}-{number}",
        now=now,
    )
    over, counting = days[-1][1], timedelta(days=told.get("counting_days", COUNTING))
    shifts = [(one["person"], ShiftKind.ATTEND, hours(one["day"])) for one in told["attend"]]
    shifts += [(who, ShiftKind.COUNT, (over, over + counting)) for who in told["count"]]
    for who, kind, (starts, ends) in shifts:
        given: Any = {"kind": kind, "starts_at": starts, "ends_at": ends}
        assign(actor=scene.world.facilitator, booth=booth, person=scene.people[who], now=now, **given)


def _ask(scene: Scene, contest: str, number: int, who: str, *, now: datetime) -> None:
    ask_for_paper(actor=scene.people[who], booth=_booth(scene, contest, number), now=now)


def _print(scene: Scene, contest: str, number: int, ballots: int, *, now: datetime) -> None:
    booth = _booth(scene, contest, number)
    note_ballots_printed(actor=scene.world.facilitator, booth=booth, first=0, number=ballots, now=now)


def _mark(scene: Scene, contest: str, number: int, officer: str, who: str, *, now: datetime) -> None:
    mark(actor=scene.people[officer], booth=_booth(scene, contest, number), person=scene.people[who], now=now)


def _booth(scene: Scene, contest: str, number: int) -> Booth:
    return booths(scene.contests[contest])[number]
