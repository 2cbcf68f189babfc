"""What people say about problems and proposals, and how others react."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.demo.world import Scene
from cocrea.discussion.models import Contribution, Reaction, Stance
from cocrea.discussion.operations import comment, edit, react


def tell(scene: Scene) -> None:
    """Write the comments into the script, that some are mended, and the reactions of the days after them."""
    for entry in scene.data.get("comments", ()):
        scene.script.ago(entry["days_ago"], _comment, scene, entry)
        if "first_said" in entry:
            scene.script.ago(entry["days_ago"], _mend, scene, entry)
        reactions = [
            (_react, scene, entry["key"], Reaction(reaction), person)
            for reaction, people in entry.get("reactions", {}).items()
            for person in people
        ]
        scene.script.spread(entry["days_ago"], 0, reactions)


def _comment(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    scene.comments[entry["key"]] = comment(
        actor=scene.people[entry["author"]],
        subject=_subject(scene, entry),
        body=entry.get("first_said", entry["text"]),
        parent=scene.comments[entry["reply_to"]] if entry["reply_to"] else None,
        stance=Stance(entry.get("stance", Stance.NEUTRAL)),
        now=now,
    )


def _mend(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    said, author = scene.comments[entry["key"]], scene.people[entry["author"]]
    edit(actor=author, comment=said, body=entry["text"], stance=said.stance, base=said.version, now=now)


def _subject(scene: Scene, entry: dict[str, Any]) -> Contribution:
    return scene.proposals[entry["proposal"]] if "proposal" in entry else scene.problems[entry["problem"]]


def _react(scene: Scene, comment: str, reaction: Reaction, person: str, *, now: datetime) -> None:
    react(actor=scene.people[person], comment=scene.comments[comment], reaction=reaction, on=True, now=now)
