"""Tables of the local cycle, who sits at them, and their sessions: one ended, one live now, one to be opened today."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from cocrea.accounts.models import Person, Role
from cocrea.accounts.operations import grant_role
from cocrea.consultation.models import Trait
from cocrea.demo.people import appoint
from cocrea.demo.world import Scene
from cocrea.tables.models import FloorMode, MemberRole, PollKind, Purpose, SessionMode, TurnKind
from cocrea.tables.operations import (
    AgreementContent,
    DutyContent,
    ItemContent,
    PollContent,
    SessionPlan,
    add_item,
    answer_poll,
    ask_for_corrections,
    ask_for_floor,
    assign_problems,
    close_poll,
    count_in_person,
    count_unnamed,
    create_table,
    draft_minutes,
    end_session,
    end_turn,
    give_floor,
    join,
    mark_question,
    open_poll,
    open_session,
    post_message,
    record_agreement,
    schedule_session,
    set_floor_rule,
    start_item,
)
from cocrea.tables.queries import agenda, open_polls, open_turn
from cocrea.tables.queries import message as said

CONVENED = 69  # days ago
ASSIGNED = 68
ANNOUNCED = 8  # days before a session
DAYS_TO_CORRECT = 14
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
    scene.script.at(start, _open, scene, entry)
    for position, item in enumerate(entry["agenda"]):
        if item["minute"] is not None:
            scene.script.at(start + timedelta(minutes=item["minute"]), _take_up, scene, entry["key"], position)
    for poll in entry["polls"]:
        _tell_poll(scene, entry["key"], start, poll)
    for turn in entry.get("turns", ()):
        _tell_turn(scene, entry["key"], start, turn)
    for message in entry["messages"]:
        scene.script.at(start + timedelta(minutes=message["minute"]), _say, scene, entry["key"], message)
        if message.get("answered"):
            scene.script.at(start + timedelta(minutes=message["answered"]), _settle, scene, entry["key"], message)
    if entry["state"] == ENDED:
        for agreement in entry["agreements"]:
            scene.script.at(end, _agree, scene, entry["key"], agreement)
        scene.script.at(end, _end, scene, entry)
        scene.script.at(end + timedelta(minutes=30), _minute, scene, entry["key"])


def _tell_poll(scene: Scene, key: str, start: datetime, poll: dict[str, Any]) -> None:
    asked = start + timedelta(minutes=poll["minute"])
    scene.script.at(asked, _ask, scene, key, poll)
    for seconds, answer in enumerate(poll["answers"], 20):
        scene.script.at(asked + timedelta(seconds=seconds), _answer, scene, key, answer)
    scene.script.at(asked + timedelta(minutes=1), _count, scene, key, poll["in_person"])
    if poll["closes"] is not None:
        scene.script.at(start + timedelta(minutes=poll["closes"]), _close_poll, scene, key)


def _tell_turn(scene: Scene, key: str, start: datetime, turn: dict[str, Any]) -> None:
    """Asked for, given and ended, each at its minute of the session."""
    for act, step in (("asked", _ask_floor), ("given", _give_floor), ("ended", _end_turn)):
        if turn[act] is not None:
            scene.script.at(start + timedelta(minutes=turn[act]), step, scene, key, turn)


def _start(scene: Scene, entry: dict[str, Any]) -> datetime:
    if entry["start_offset_minutes"] is not None:
        # To the minute, as forms send it: else the session that is live could not be edited.
        whole = scene.script.now.replace(second=0, microsecond=0)
        return whole + timedelta(minutes=entry["start_offset_minutes"])
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
    session = scene.sessions[entry["key"]] = schedule_session(
        actor=scene.world.facilitator,
        table=scene.tables[entry["table"]],
        plan=SessionPlan(
            title=entry["title"], mode=SessionMode(entry["mode"]), place=entry["place"], starts_at=start, ends_at=end
        ),
        now=now,
    )
    for item in entry["agenda"]:
        content = ItemContent(item["title"], Purpose(item["purpose"]), item["minutes"], item["presenter"])
        add_item(actor=scene.world.facilitator, session=session, content=content, now=now)


def _take_up(scene: Scene, key: str, position: int, *, now: datetime) -> None:
    start_item(actor=scene.world.facilitator, item=agenda(scene.sessions[key])[position], now=now)


def _minute(scene: Scene, key: str, *, now: datetime) -> None:
    """The minutes as drafted, open to corrections."""
    actor, session = scene.world.facilitator, scene.sessions[key]
    minutes = draft_minutes(actor=actor, session=session, now=now)
    ask_for_corrections(actor=actor, minutes=minutes, days=DAYS_TO_CORRECT, now=now)


def _open(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    facilitator, session = scene.world.facilitator, scene.sessions[entry["key"]]
    open_session(actor=facilitator, session=session, now=now)
    if "floor" in entry:
        rule = {**entry["floor"], "mode": FloorMode(entry["floor"]["mode"])}
        set_floor_rule(actor=facilitator, session=session, **rule, now=now)


def _ask_floor(scene: Scene, key: str, turn: dict[str, Any], *, now: datetime) -> None:
    person, kind = scene.people[turn["person"]], TurnKind(turn["kind"])
    ask_for_floor(actor=person, session=scene.sessions[key], kind=kind, now=now)


def _give_floor(scene: Scene, key: str, turn: dict[str, Any], *, now: datetime) -> None:
    give_floor(actor=scene.world.facilitator, turn=_turn(scene, key, turn), now=now)


def _end_turn(scene: Scene, key: str, turn: dict[str, Any], *, now: datetime) -> None:
    end_turn(actor=scene.world.facilitator, turn=_turn(scene, key, turn), now=now)


def _turn(scene: Scene, key: str, turn: dict[str, Any]) -> Any:
    return open_turn(scene.sessions[key], scene.people[turn["person"]].id)


def _say(scene: Scene, key: str, message: dict[str, Any], *, now: datetime) -> None:
    event = post_message(
        actor=scene.people[message["author"]],
        session=scene.sessions[key],
        body=message["text"],
        parent=scene.said.get(message["reply_to"]),
        is_question=message.get("question", False),
        client_key=secrets.token_hex(16),
        now=now,
    )
    scene.said[message["key"]] = event.seq


def _settle(scene: Scene, key: str, question: dict[str, Any], *, now: datetime) -> None:
    asked = said(scene.sessions[key], scene.said[question["key"]])
    if asked is not None:
        mark_question(actor=scene.world.facilitator, message=asked, answered=True, now=now)


def _ask(scene: Scene, key: str, poll: dict[str, Any], *, now: datetime) -> None:
    session = scene.sessions[key]
    content = PollContent(poll["question"], PollKind(poll["kind"]), item=agenda(session)[poll["item"]])
    open_poll(actor=scene.world.facilitator, session=session, content=content, now=now)


def _answer(scene: Scene, key: str, answer: dict[str, str], *, now: datetime) -> None:
    (poll,) = open_polls(scene.sessions[key])
    person = scene.people[answer["person"]]
    answer_poll(actor=person, poll=poll, choices=[answer["choice"]], reason=answer["reason"], now=now)


def _count(scene: Scene, key: str, people: dict[str, int], *, now: datetime) -> None:
    (poll,) = open_polls(scene.sessions[key])
    count_in_person(actor=scene.world.facilitator, poll=poll, counts=people, now=now)


def _close_poll(scene: Scene, key: str, *, now: datetime) -> None:
    (poll,) = open_polls(scene.sessions[key])
    close_poll(actor=scene.world.facilitator, poll=poll, now=now)


def _agree(scene: Scene, key: str, agreement: dict[str, Any], *, now: datetime) -> None:
    owed = DutyContent(agreement["responsible"], scene.script.moment(agreement["due_day"], time(18)))
    record_agreement(
        actor=scene.world.facilitator,
        session=scene.sessions[key],
        content=AgreementContent(agreement["text"], [owed]),
        now=now,
    )


def _end(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    actor, session = scene.world.facilitator, scene.sessions[entry["key"]]
    if headcount := entry.get("in_person_headcount"):
        counts = {Trait.GENDER: headcount["by_gender"]}
        count_unnamed(actor=actor, session=session, people=headcount["total"], counts=counts, now=now)
    end_session(actor=actor, session=session, now=now)
