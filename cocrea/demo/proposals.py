"""Proposals of the local cycle: published, supported, reviewed, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Problem
from cocrea.consultation.queries import causes_of
from cocrea.demo.world import Scene
from cocrea.discussion.attachments import Upload
from cocrea.discussion.models import Channel, Visibility
from cocrea.discussion.operations import support
from cocrea.proposals import rules
from cocrea.proposals.models import Finding, ProposalStatus
from cocrea.proposals.operations import (
    Content,
    admit,
    attach,
    draft,
    invite_coauthor,
    publish,
    record,
    reject,
    take_offered,
    withdraw,
)

REVIEWER = "facilitador-02"
SUPPORTED = 12  # days after publishing in which supports come in


def tell(scene: Scene) -> None:
    """Write proposals into the script; what votes and commitments do to them is theirs to tell."""
    for entry in scene.data["proposals"]:
        scene.script.ago(entry["days_ago"], _write, scene, entry)
        for invited in entry.get("invited", ()):
            scene.script.ago(entry["days_ago"] - 1, _share, scene, entry, invited)
        if entry["visibility"] == Visibility.WITHDRAWN:
            scene.script.ago(entry["visibility_days_ago"], _withdraw, scene, entry)
        elif entry["reviewed_days_ago"] is not None:
            scene.script.ago(entry["reviewed_days_ago"], _review, scene, entry)
        last = max(entry["days_ago"] - SUPPORTED, entry.get("visibility_days_ago", -1) + 1, 0)
        supporters = [(_support, scene, entry["key"], person) for person in entry["supports"]]
        scene.script.spread(entry["days_ago"], last, supporters)


def _write(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    problems = [scene.problems[key] for key in entry["problems"]]
    said: dict[str, Any] = {
        "cycle": scene.cycle,
        "content": _content(entry, problems),
        "problems": problems,
        "now": now,
    }
    if recorded := entry.get("recorded"):
        author = scene.people[recorded["by"]]
        origin: dict[str, Any] = {"channel": Channel(recorded["channel"]), "attribution": recorded["attribution"]}
        proposal = record(actor=author, **said, **origin)
    else:
        author = scene.people[entry["author"]]
        table = scene.tables[entry["table"]] if entry["table"] else None
        proposal = draft(actor=author, **said, table=table, channel=Channel(entry["channel"]))
    scene.proposals[entry["key"]] = proposal
    if file := entry.get("file"):
        upload = Upload(file["text"].encode(), "text/plain", file["name"])
        attach(actor=author, proposal=proposal, upload=upload, description=file["description"], now=now)
    if entry["status"] != ProposalStatus.DRAFT:
        publish(actor=author, proposal=proposal, now=now)


def _share(scene: Scene, entry: dict[str, Any], invited: dict[str, Any], *, now: datetime) -> None:
    proposal = scene.proposals[entry["key"]]
    invite_coauthor(actor=scene.people[entry["author"]], proposal=proposal, email=invited["email"], now=now)
    if invited["accepted"]:
        take_offered(actor=scene.people[invited["accepted"]], scope=proposal.scope, now=now)


def _content(entry: dict[str, Any], problems: list[Problem]) -> Content:
    return Content(
        title=entry["title"],
        body=entry["what_to_do"],
        beneficiaries=entry["beneficiaries"],
        responsible=entry["responsible"],
        needs=entry["needs"],
        targets=tuple(entry.get("targets", ())),
        causes=tuple(causes_of(problems)) if entry.get("causes") else (),
    )


def _review(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    judge = reject if entry["status"] == ProposalStatus.NOT_ADMITTED else admit
    judge(
        actor=scene.people[REVIEWER],
        proposal=scene.proposals[entry["key"]],
        findings=_findings(scene, entry.get("not_met", {})),
        reason=entry["status_reason"],
        now=now,
    )


def _findings(scene: Scene, not_met: dict[str, str]) -> list[tuple[Finding, str]]:
    """Every criterion of the cycle is met but those that are named, with why."""
    return [
        (Finding.NOT_MET, not_met[criterion.name]) if criterion.name in not_met else (Finding.MET, "")
        for criterion in rules.kept_criteria(scene.cycle)
    ]


def _withdraw(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    proposal, reason = scene.proposals[entry["key"]], entry["visibility_reason"]
    withdraw(actor=scene.people[entry["author"]], proposal=proposal, reason=reason, now=now)


def _support(scene: Scene, proposal: str, person: str, *, now: datetime) -> None:
    support(actor=scene.people[person], contribution=scene.proposals[proposal], now=now)
