"""What the participant whose account anyone may enter follows: they find notices of what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.demo.world import Scene
from cocrea.notifications.operations import follow
from cocrea.notifications.things import scope_of, thing

FOLLOWER = "participante-001"
SINCE = 25  # days ago: what was decided before is told to nobody


def tell(scene: Scene) -> None:
    for kind, key in (("problems", "o7"), ("proposals", "pr06"), ("tables", "lenguas")):
        scene.script.ago(SINCE, _follow, scene, kind, key)
    scene.script.ago(SINCE, _follow, scene.world, "organisations", "ficticia-agua-oaxaca")


def _follow(holder: Any, kind: str, key: str, *, now: datetime) -> None:
    """Follow the thing that a scene, or the world, keeps by that key."""
    world = getattr(holder, "world", holder)
    found = thing(scope_of(getattr(holder, kind)[key]))
    if found is not None:
        follow(actor=world.people[FOLLOWER], thing=found, now=now)
