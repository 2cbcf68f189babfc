"""Information packs of the topics of a consultation, in the versions in which they were published."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage

from cocrea.consultation.operations import publish_pack
from cocrea.core.packs import PackContent
from cocrea.demo.script import read
from cocrea.demo.world import Scene


def tell(scene: Scene) -> None:
    """Write the packs into the script."""
    for pack in read("packs")["packs"]:
        for number, version in enumerate(pack["versions"]):
            scene.script.ago(version["days_ago"], _publish, scene, pack["topic"], number, version)


def _publish(scene: Scene, topic: str, before: int, version: dict[str, Any], *, now: datetime) -> None:
    document = version["document"]
    content = PackContent(
        body=version["body"],
        changes=version["changes"],
        based_on=before,
        links=[(title, address) for title, address in version["links"]],
        keep=range(1, 100),
        upload=FileStorage(BytesIO(document["text"].encode()), document["name"]) if document else None,
        upload_title=document["title"] if document else "",
    )
    publish_pack(actor=scene.world.facilitator, topic=scene.topics[topic], content=content, now=now)
