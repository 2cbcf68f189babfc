"""Two commitments of the local cycle in the making: one that can be signed, one with gaps left on purpose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Person
from cocrea.commitments import sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.operations import draft_from_proposal, revise
from cocrea.commitments.sections import Section
from cocrea.demo.template import plain_content
from cocrea.demo.world import Scene
from cocrea.followup.operations import ActionText, ActivityText, add_action, add_activity


def tell(scene: Scene) -> None:
    """Write the drafts into the script: begun, then a section after the other, then the roadmap."""
    for entry in scene.data["commitments"]:
        days, number = entry["days_ago"], entry["number"]
        author = scene.people[entry["author"]]
        scene.script.ago(days, _begin, scene, entry, author)
        for section in sections.SECTIONS:
            scene.script.ago(days - 1, _revise, scene, entry, author, section)
        for action in entry["key_actions"]:
            scene.script.ago(days - 2, _plan, scene, number, author, action)


def _begin(scene: Scene, entry: dict[str, Any], author: Person, *, now: datetime) -> None:
    scene.commitments[entry["number"]] = draft_from_proposal(
        actor=author,
        proposal=scene.proposals[entry["proposal"]],
        lead=scene.world.organisations[entry["lead"]],
        now=now,
    )


def _revise(scene: Scene, entry: dict[str, Any], author: Person, section: Section, *, now: datetime) -> None:
    commitment = scene.commitments[entry["number"]]
    partners = [scene.world.organisations[key].id for key in entry["partners"]]
    content = {
        **plain_content(scene.world, entry),
        "title": entry["title"],
        "partners": partners,
        "sources": "",
    }
    base = sections.fingerprint(commitment, section)
    revise(actor=author, commitment=commitment, section=section, content=content, base=base, now=now)


def _plan(scene: Scene, number: int, author: Person, entry: dict[str, Any], *, now: datetime) -> None:
    commitment: Commitment = scene.commitments[number]
    content = ActionText(entry["title"], entry["weight"])
    action = add_action(actor=author, commitment=commitment, content=content, now=now)
    for activity in entry["activities"]:
        add_activity(actor=author, action=action, content=_activity(scene, activity), now=now)


def _activity(scene: Scene, entry: dict[str, Any]) -> ActivityText:
    return ActivityText(
        title=entry["title"],
        responsible_id=scene.world.organisations[entry["responsible"]].id if entry["responsible"] else None,
        starts_on=scene.script.day(entry["start_day"]),
        ends_on=scene.script.day(entry["end_day"]),
        means_of_verification=entry["means_of_verification"],
    )
