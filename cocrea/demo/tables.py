"""Tables of the local cycle, who sits at them, and their sessions: one ended, one live now, one to be opened today."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from cocrea.accounts.models import Person, Role
from cocrea.accounts.operations import grant_role
from cocrea.demo.people import appoint
from cocrea.demo.world import Scene
from cocrea.tables.models import MemberRole, SessionMode
from cocrea.tables.operations import (
    assign_problems,
    create_table,
    end_session,
    join,
    open_session,
    post_message,
    record_agreement,
    schedule_session,
)

CONVENED = 69  # days ago
ASSIGNED = 68
ANNOUNCED = 4  # days before a session
PLANNED = "planned"
ENDED = "ended"
BY_GRANT = {MemberRole.RAPPORTEUR: Role.RAPPORTEUR, MemberRole.EXPERT: Role.EXPERT}


def tell(scene: Scene) -> None:
    """Write tables and sessions into the script."""
    for entry in scene.data["tables"]:
        scene.script.ago(CONVENED, _convene, scene, entry)
        for member in entry["members"]:
            role = MemberRole(member["role"])
            person = scene.people[member["person"]]
            scene.script.ago(member["joined_days_ago"], _sit_down, scene, entry["key"], person, role)
    scene.script.ago(ASSIGNED, _assign, scene)
    for entry in scene.data["sessions"]:
        _tell_session(scene, entry)


def _tell_session(scene: Scene, entry: dict[str, Any]) -> None:
    start = _start(scene, entry)
    end = start + timedelta(minutes=entry["duration_minutes"])
    announced = min(start, scene.script.now) - timedelta(days=ANNOUNCED)
    scene.script.at(announced, _schedule, scene, entry, start, end)
    if entry["state"] == PLANNED:
        return
    scene.script.at(start, _open, scene, entry["key"])
    for message in entry["messages"]:
        scene.script.at(start + timedelta(minutes=message["minute"]), _say, scene, entry["key"], message)
    if entry["state"] == ENDED:
        for agreement in entry["agreements"]:
            scene.script.at(end, _agree, scene, entry["key"], agreement)
        scene.script.at(end, _end, scene, entry["key"])


def _start(scene: Scene, entry: dict[str, Any]) -> datetime:
    if entry["start_offset_minutes"] is not None:
        return scene.script.now + timedelta(minutes=entry["start_offset_minutes"])
    return scene.script.moment(entry["start_day"], time.fromisoformat(entry["start_time"]))


def _convene(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    table = scene.tables[entry["key"]] = create_table(
        actor=scene.world.facilitator,
        cycle=scene.cycle,
        name=entry["name"],
        purpose=entry["purpose"],
        topic=scene.topics[entry["topic"]],
        information=entry["information"],
        now=now,
    )
    appoint(scene.world, {f"table:{entry['key']}": table}, now=now)


def _assign(scene: Scene, *, now: datetime) -> None:
    """Each table works on the problems of its topic that are still there."""
    for table in scene.tables.values():
        given = [p for p in scene.problems.values() if p.topic_id == table.topic_id and p.is_public]
        reason = "Son del tema de esta mesa."
        assign_problems(
            actor=scene.world.facilitator, cycle=scene.cycle, problems=given, table=table, reason=reason, now=now
        )


def _sit_down(scene: Scene, key: str, person: Person, role: MemberRole, *, now: datetime) -> None:
    """Whoever reports or advises is named to it first: the seat follows from the roles they hold."""
    table = scene.tables[key]
    if role in BY_GRANT:
        grant_role(actor=None, person=person, role=BY_GRANT[role], scope=table, now=now)
    join(actor=person, table=table, now=now)


def _schedule(scene: Scene, entry: dict[str, Any], start: datetime, end: datetime, *, now: datetime) -> None:
    scene.sessions[entry["key"]] = schedule_session(
        actor=scene.world.facilitator,
        table=scene.tables[entry["table"]],
        title=entry["title"],
        mode=SessionMode(entry["mode"]),
        place=entry["place"],
        starts_at=start,
        ends_at=end,
        now=now,
    )


def _open(scene: Scene, key: str, *, now: datetime) -> None:
    open_session(actor=scene.world.facilitator, session=scene.sessions[key], now=now)


def _say(scene: Scene, key: str, message: dict[str, Any], *, now: datetime) -> None:
    post_message(
        actor=scene.people[message["author"]],
        session=scene.sessions[key],
        body=message["text"],
        client_key=secrets.token_hex(16),
        now=now,
    )


def _agree(scene: Scene, key: str, agreement: dict[str, Any], *, now: datetime) -> None:
    record_agreement(
        actor=scene.world.facilitator,
        session=scene.sessions[key],
        body=agreement["text"],
        responsible=agreement["responsible"],
        due_at=scene.script.moment(agreement["due_day"], time(18)),
        now=now,
    )


def _end(scene: Scene, key: str, *, now: datetime) -> None:
    end_session(actor=scene.world.facilitator, session=scene.sessions[key], now=now)
