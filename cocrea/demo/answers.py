"""What is said to the proposals of the local cycle: amendments, and answers of institutions with their corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.demo.proposals import REVIEWER
from cocrea.demo.world import Scene
from cocrea.proposals.models import Duty, Part, ResponseKind
from cocrea.proposals.operations import Answer, accept, amend, correct, decline, respond, route
from cocrea.proposals.queries import responses


def tell(scene: Scene) -> None:
    """Write amendments, routings, answers and their corrections into the script."""
    reviewed = {entry["key"]: entry["reviewed_days_ago"] for entry in scene.data["proposals"]}
    for entry in scene.data["routings"]:
        scene.script.ago(entry["days_ago"], _route, scene, entry, Duty.JOINT)
    for entry in scene.data["responses"]:
        if not entry.get("joint"):
            scene.script.ago(reviewed[entry["proposal"]], _route, scene, entry, Duty.LEAD)
        scene.script.ago(entry["published_days_ago"], _respond, scene, entry)
        if correction := entry.get("correction"):
            scene.script.ago(correction["days_ago"], _correct, scene, entry, correction)
    for entry in scene.data["amendments"]:
        scene.script.ago(entry["days_ago"], _amend, scene, entry)
        if decided := entry.get("decided"):
            scene.script.ago(decided["days_ago"], _decide, scene, entry["key"], decided)


def _amend(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    proposal = scene.proposals[entry["proposal"]]
    said = {"part": Part(entry["part"]), "body": entry["body"], "why": entry["why"], "base": proposal.version}
    author = scene.people[entry["author"]]
    scene.amendments[entry["key"]] = amend(actor=author, proposal=proposal, now=now, **said)


def _decide(scene: Scene, key: str, decided: dict[str, Any], *, now: datetime) -> None:
    amendment, reason = scene.amendments[key], decided["reason"]
    shared = {"actor": scene.people[decided["by"]], "amendment": amendment, "reason": reason, "now": now}
    if decided["accepted"]:
        accept(read=amendment.proposal.version, **shared)
    else:
        decline(**shared)


def _route(scene: Scene, entry: dict[str, Any], duty: Duty, *, now: datetime) -> None:
    route(
        actor=scene.people[REVIEWER],
        proposal=scene.proposals[entry["proposal"]],
        organisation=scene.world.organisations[entry["organisation"]],
        duty=duty,
        now=now,
    )


def _respond(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    respond(
        actor=scene.people[entry["by"]],
        proposal=scene.proposals[entry["proposal"]],
        organisation=scene.world.organisations[entry["organisation"]],
        answer=Answer(ResponseKind(entry["kind"]), entry["reasons"]),
        now=now,
    )


def _correct(scene: Scene, entry: dict[str, Any], said: dict[str, Any], *, now: datetime) -> None:
    proposal, organisation = scene.proposals[entry["proposal"]], scene.world.organisations[entry["organisation"]]
    response = next(one for one in responses(proposal) if one.organisation_id == organisation.id)
    feeds = tuple(scene.commitments[number].reference for number in said["feeds"])
    correct(
        actor=scene.people[entry["by"]],
        response=response,
        answer=Answer(ResponseKind(said["kind"]), said["reasons"], said["next_steps"], feeds),
        reason=said["why"],
        base=response.fingerprint,
        now=now,
    )
