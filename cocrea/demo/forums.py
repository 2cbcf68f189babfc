"""Who holds the seats of the demonstration's forum, and the session to which it is called."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from cocrea.demo.world import Scene
from cocrea.extensions import db
from cocrea.forums.models import Forum, HolderKind
from cocrea.forums.operations import name_holder
from cocrea.forums.queries import seats_of
from cocrea.tables.agendas import OF_FORUM, TEMPLATES
from cocrea.tables.models import Convening, SessionMode, SittingKind
from cocrea.tables.operations import SessionPlan, open_plenary, schedule_session, use_template

NAMED, CALLED = 60, 2  # days ago


def tell(scene: Scene) -> None:
    """Write the holders and the session into the script."""
    forum = scene.data.get("forum", {})
    if any(kind.value in seat for seat in forum.get("seats", ()) for kind in HolderKind):
        scene.script.ago(NAMED, _name, scene, forum["seats"])
    if "session" in forum:
        scene.script.ago(CALLED, _call, scene, forum["session"])


def _name(scene: Scene, facts: list[dict[str, Any]], *, now: datetime) -> None:
    actor = scene.world.steward
    for seat, told in zip(seats_of(_forum(scene)), facts, strict=True):
        for kind in HolderKind:
            if kind.value in told:
                name_holder(actor=actor, seat=seat, kind=kind, person=scene.people[told[kind.value]], now=now)


def _call(scene: Scene, facts: dict[str, Any], *, now: datetime) -> None:
    actor, forum = scene.world.facilitator, _forum(scene)
    table = open_plenary(actor=actor, convening=Convening(forum, scene.cycle), now=now)
    start = scene.script.moment(facts["start_day"], time.fromisoformat(facts["start_time"]))
    plan = SessionPlan(
        title=facts["title"],
        mode=SessionMode(facts["mode"]),
        place=facts["place"],
        starts_at=start,
        ends_at=start + timedelta(minutes=facts["duration_minutes"]),
        sitting=SittingKind(facts["kind"]),
    )
    session = schedule_session(actor=actor, table=table, plan=plan, now=now)
    use_template(actor=actor, session=session, template=TEMPLATES[OF_FORUM], now=now)


def _forum(scene: Scene) -> Forum:
    return db.session.get_one(Forum, scene.cycle.forum_id)
