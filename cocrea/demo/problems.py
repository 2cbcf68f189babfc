"""Problems of a consultation: published, supported, merged, withdrawn, hidden; and support for topics."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cocrea.consultation.models import Problem, Side
from cocrea.consultation.operations import Content, add_branch, enter, merge_problems, publish_problem, support_topic
from cocrea.consultation.queries import given_lines
from cocrea.demo.cycles import last_support_day
from cocrea.demo.world import Scene
from cocrea.discussion.models import Channel, Visibility
from cocrea.discussion.operations import support, withdraw
from cocrea.moderation.operations import hide


def tell(scene: Scene) -> None:
    """Write the consultation into the script."""
    for entry in scene.data["problems"]:
        scene.script.ago(entry["days_ago"], _publish, scene, entry)
    for entry in scene.data["problems"]:
        _tell_supports(scene, entry)
    for topic in scene.data["topics"]:
        supporters = [(_support_topic, scene, topic["key"], person) for person in topic.get("supports", ())]
        scene.script.spread(22, 0, supporters)
    for entry in scene.data["problems"]:
        if entry["visibility"] != Visibility.PUBLIC:
            scene.script.ago(entry["visibility_days_ago"], _take_from_view, scene, entry)
    for entry in scene.data.get("branches", ()):
        scene.script.ago(entry["days_ago"], _gather, scene, entry)


def _gather(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    """A branch over what the named problems give as their cause or effect."""
    topic, side = scene.topics[entry["topic"]], Side(entry["side"])
    named = {scene.problems[key].reference for key in entry["problems"]}
    given = given_lines(topic, side).values()
    keys = [line.key for line in given if named & {row.reference for row in line.problems}]
    add_branch(actor=scene.world.facilitator, topic=topic, side=side, title=entry["title"], keys=keys, now=now)


def _tell_supports(scene: Scene, entry: dict[str, Any]) -> None:
    """From the day it was published to the last on which it could be supported."""
    last = last_support_day(scene)
    if entry["visibility"] != Visibility.PUBLIC:
        last = max(last, entry["visibility_days_ago"] + 1)
    supporters = [(_support, scene, entry["key"], person) for person in entry["supports"]]
    scene.script.spread(entry["days_ago"], min(last, entry["days_ago"]), supporters)


def _publish(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    content = Content(
        title=entry["title"],
        body=entry["what"],
        affected=entry["affected"],
        causes=entry["causes"],
        effects=entry["effects"],
        sources=entry["sources"],
        territory=entry["territory"] or "",
        municipality=entry.get("municipality", ""),
        targets=tuple(entry["sdg"]),
    )
    said = {
        "actor": scene.people[entry["author"] or entry["recorded_by"]],
        "topic": scene.topics[entry["topic"]],
        "content": content,
        "now": now,
    }
    scene.problems[entry["key"]] = _say(scene, entry, said)


def _say(scene: Scene, entry: dict[str, Any], said: dict[str, Any]) -> Problem:
    """In the workshop that the file names, or as everything else is published."""
    if event := entry.get("event"):
        return enter(workshop=scene.workshops[event], key=f"demo-{entry['key']}", **said).problem
    return publish_problem(
        cycle=scene.cycle,
        channel=Channel(entry["channel"]),
        attribution=_attribution(scene, entry, said["now"]),
        **said,
    )


def _attribution(scene: Scene, entry: dict[str, Any], now: datetime) -> str:
    """Who said it away from the platform, where and when."""
    if entry["author"]:
        return ""
    met = scene.script.today - timedelta(days=entry.get("date_days_ago") or (scene.script.now - now).days)
    return f"{entry['attribution']}, {met:%d/%m/%Y}"


def _support(scene: Scene, problem: str, person: str, *, now: datetime) -> None:
    support(actor=scene.people[person], contribution=scene.problems[problem], now=now)


def _support_topic(scene: Scene, topic: str, person: str, *, now: datetime) -> None:
    support_topic(actor=scene.people[person], topic=scene.topics[topic], now=now)


def _take_from_view(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    problem, reason = scene.problems[entry["key"]], entry["visibility_reason"]
    actor = scene.people[entry["visibility_by"]]
    match Visibility(entry["visibility"]):
        case Visibility.WITHDRAWN:
            withdraw(actor=actor, contribution=problem, reason=reason, now=now)
        case Visibility.HIDDEN:
            hide(actor=actor, contribution=problem, reason=reason, now=now)
        case Visibility.MERGED:
            into = scene.problems[entry["merged_into"]]
            merge_problems(actor=actor, problems=[problem], into=into, reason=reason, now=now)
