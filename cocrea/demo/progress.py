"""The follow-up of the Fourth Plan: activities from begun to verified, and evidence offered. All of it invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.accounts.models import Person
from cocrea.core.text import slugify
from cocrea.demo.world import Scene
from cocrea.extensions import db
from cocrea.followup.models import Activity, ActivityStatus, KeyAction
from cocrea.followup.operations import Report, dispute, offer_evidence, report, verify

UNDER_WAY = 208  # days ago: the follow-up had just begun
DONE = frozenset({ActivityStatus.COMPLETE, ActivityStatus.VERIFIED})
JUDGED = 7  # days between an evidence and the counterpart's answer when the file does not say

Steps = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where an activity is found: number of the commitment, position of the key action, and its own."""

    scene: Scene
    commitment: int
    action: int
    position: int

    @property
    def activity(self) -> Activity:
        statement = (
            sa.select(Activity)
            .join(KeyAction)
            .where(
                KeyAction.commitment_id == self.scene.commitments[self.commitment].id,
                KeyAction.position == self.action,
                Activity.position == self.position,
            )
        )
        return db.session.scalars(statement).one()


def tell(scene: Scene) -> None:
    """Write every activity that is not waiting to begin into the script."""
    for entry in scene.data["commitments"]:
        for place, action in enumerate(entry["demo"]["key_actions"], 1):
            for number, activity in enumerate(action["activities"], 1):
                if activity["status"] != ActivityStatus.NOT_STARTED:
                    _tell_activity(entry, Place(scene, entry["number"], place, number), activity)


def _tell_activity(entry: Steps, place: Place, activity: Steps) -> None:
    script, people = place.scene.script, place.scene.people
    official = people[entry["demo"]["signed_by"]["lead"]]
    is_done = activity["status"] in DONE
    note = activity.get("status_note", "")
    script.ago(_begun(activity), _move, place, official, ActivityStatus.STARTED, "" if is_done else note)
    for evidence in activity.get("evidence", ()):
        script.ago(evidence["days_ago"], _prove, place, people[evidence["by"]], evidence)
    for offered in activity.get("offered", ()):
        script.ago(offered["days_ago"], _offer, place, people[offered["by"]], offered)
    if is_done:
        script.ago(_proved(activity), _move, place, official, ActivityStatus.COMPLETE, note)
    if activity["status"] == ActivityStatus.VERIFIED:
        script.ago(activity["verified_days_ago"], _verify, place, people[activity["verified_by"]])
    elif reason := activity.get("dispute_reason"):
        counterpart = people[entry["demo"]["signed_by"]["counterpart"]]
        script.ago(max(_proved(activity) - JUDGED, 0), _dispute, place, counterpart, reason)


def _proved(activity: Steps) -> int:
    """How many days ago the last evidence was handed in."""
    return min(int(evidence["days_ago"]) for evidence in activity["evidence"])


def _begun(activity: Steps) -> int:
    """How many days ago: its first day, but not before the follow-up nor after its own evidence."""
    proved = [int(evidence["days_ago"]) for evidence in activity.get("evidence", ())]
    return min(UNDER_WAY, max(-int(activity["start_day"]), 1, *proved))


def _move(place: Place, person: Person, status: ActivityStatus, note: str, *, now: datetime) -> None:
    report(actor=person, activity=place.activity, content=Report(status=status, text=note), now=now)


def _prove(place: Place, person: Person, evidence: Steps, *, now: datetime) -> None:
    content = Report(title=evidence["title"], upload=_file(evidence))
    report(actor=person, activity=place.activity, content=content, now=now)


def _offer(place: Place, person: Person, offered: Steps, *, now: datetime) -> None:
    """It waits for the facilitation."""
    offer_evidence(actor=person, activity=place.activity, title=offered["title"], upload=_file(offered), now=now)


def _file(said: Steps) -> FileStorage:
    return FileStorage(BytesIO(said["text"].encode()), filename=f"{slugify(said['title'])}.txt")


def _verify(place: Place, person: Person, *, now: datetime) -> None:
    verify(actor=person, activity=place.activity, now=now)


def _dispute(place: Place, person: Person, reason: str, *, now: datetime) -> None:
    dispute(actor=person, activity=place.activity, reason=reason, now=now)
