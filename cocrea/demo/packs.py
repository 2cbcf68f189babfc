"""Information packs of topics and of contests, in the versions in which they were published."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage

from cocrea.consultation.operations import publish_pack, see_pack
from cocrea.consultation.queries import pack
from cocrea.core.packs import PackContent
from cocrea.demo.script import read
from cocrea.demo.world import Scene
from cocrea.voting import operations as voting


def tell(scene: Scene) -> None:
    """Write the packs into the script."""
    for entry in read("packs")["packs"]:
        for number, version in enumerate(entry["versions"]):
            scene.script.ago(version["days_ago"], _publish, scene, entry["topic"], number, version)


def tell_of_contests(scene: Scene) -> None:
    """Write the packs of contests into the script, and who has read them so far."""
    for entry in read("packs")["contests"]:
        for number, version in enumerate(entry["versions"]):
            scene.script.ago(version["days_ago"], _publish_of_contest, scene, entry["contest"], number, version)
        for who, days_ago in entry["readers"].items():
            scene.script.ago(days_ago, _read, scene, entry["contest"], who)


def _publish(scene: Scene, topic: str, before: int, version: dict[str, Any], *, now: datetime) -> None:
    content = _content(before, version)
    publish_pack(actor=scene.world.facilitator, topic=scene.topics[topic], content=content, now=now)


def _publish_of_contest(scene: Scene, contest: str, before: int, version: dict[str, Any], *, now: datetime) -> None:
    voting.publish_pack(
        actor=scene.world.facilitator, contest=scene.contests[contest], content=_content(before, version), now=now
    )


def _read(scene: Scene, contest: str, who: str, *, now: datetime) -> None:
    held = pack(scene.people[who], scene.contests[contest].scope)
    if held:
        see_pack(held, now=now)


def _content(before: int, version: dict[str, Any]) -> PackContent:
    document = version["document"]
    return PackContent(
        body=version["body"],
        changes=version["changes"],
        based_on=before,
        links=[(title, address) for title, address in version["links"]],
        keep=range(1, 100),
        upload=FileStorage(BytesIO(document["text"].encode()), document["name"]) if document else None,
        upload_title=document["title"] if document else "",
    )
