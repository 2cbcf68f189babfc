"""A cycle with its calendar, its forum, its topics and the reports of its closed stages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.operations import add_topic
from cocrea.cycles.methodologies import FOURTH_PLAN, LOCAL, Methodology, StageTemplate
from cocrea.cycles.models import Stage, StageKind
from cocrea.cycles.operations import create_cycle, publish_cycle, publish_report
from cocrea.demo.people import appoint
from cocrea.demo.script import TIMEZONE
from cocrea.demo.world import Scene
from cocrea.extensions import db
from cocrea.forums.operations import add_seat, install_forum

METHODOLOGIES = {"cuarto_plan_2019": FOURTH_PLAN, "cocreacion_local": LOCAL}
PREPARED = 5  # days before the first stage
REPORTED = 2  # days after the end of a stage
FACT_RULES = (
    "Integración publicada del comité que condujo el ejercicio: una institución pública, el órgano garante y el núcleo "
    "de organizaciones de la sociedad civil. Sus reglas de operación no están en los datos que usamos."
)
INVENTED_RULES = (
    "Reglas inventadas para la demostración: sesiona cada mes en público, decide por consenso y, si no lo hay, por "
    "mayoría con razones escritas; cada sector tiene voz y voto, y nadie verifica su propio trabajo."
)


def tell(scene: Scene) -> None:
    """Write the cycle, its forum, its topics and its reports into the script."""
    first = min(stage["start_day"] for stage in scene.data["cycle"]["stages"])
    scene.script.ago(PREPARED - first, _create, scene)
    if forum := scene.data.get("forum"):
        days = forum.get("installed_days_ago", PREPARED - first)
        scene.script.ago(days, _install_forum, scene, forum)
    for topic in scene.data["topics"]:
        scene.script.ago(PREPARED - first - 1, _add_topic, scene, topic)
    scene.script.ago(PREPARED - first - 1, _publish, scene)
    for position, stage in enumerate(scene.data["cycle"]["stages"]):
        if stage["report"]:
            scene.script.ago(-stage["end_day"] - REPORTED, _report, scene, position, stage["report"])


def last_support_day(scene: Scene) -> int:
    """How many days ago one could last support a problem: the eve of the end of the consultation, or today."""
    ends: int = next(s["end_day"] for s in scene.data["cycle"]["stages"] if s["kind"] == StageKind.CONSULTATION)
    return max(1 - ends, 0)


def _create(scene: Scene, *, now: datetime) -> None:
    facts = scene.data["cycle"]
    scene.cycle = create_cycle(
        actor=scene.world.steward,
        space=scene.world.spaces[facts["space"]],
        methodology=_methodology(facts),
        title=facts["title"],
        prefix=facts["prefix"],
        summary=facts["summary"],
        first_day=scene.script.today,
        now=now,
        timezone=TIMEZONE,
    )
    scene.cycle.slug = facts["slug"]
    appoint(scene.world, {f"cycle:{facts['prefix']}": scene.cycle}, now=now)


def _methodology(facts: dict[str, Any]) -> Methodology:
    """The cycle's own stages under the name of the methodology that they follow; offsets count from today."""
    base = METHODOLOGIES[facts["methodology"]]
    return Methodology(base.key, base.name, base.summary, tuple(map(_stage, facts["stages"])))


def _stage(stage: dict[str, Any]) -> StageTemplate:
    return StageTemplate(
        kind=StageKind(stage["kind"]),
        offset=stage["start_day"],
        days=stage["end_day"] - stage["start_day"],
        title=stage["title"],
        purpose=stage["purpose"],
        product=stage["product"],
    )


def _install_forum(scene: Scene, facts: dict[str, Any], *, now: datetime) -> None:
    """Seats of real organisations are published facts; when their forum was installed is not in our sources."""
    forum = install_forum(
        actor=scene.world.steward,
        space=scene.cycle.space,
        name=facts["name"],
        rules=INVENTED_RULES if facts["invented"] else FACT_RULES,
        installed_on=now.date() if facts["invented"] else None,
        now=now,
    )
    for seat in facts["seats"]:
        organisation = scene.world.organisations[seat["organisation"]]
        add_seat(actor=scene.world.steward, forum=forum, organisation=organisation, now=now)
    scene.cycle.forum_id = forum.id


def _add_topic(scene: Scene, facts: dict[str, Any], *, now: datetime) -> None:
    scene.topics[facts["key"]] = add_topic(
        actor=scene.world.facilitator,
        cycle=scene.cycle,
        axis=facts["axis"],
        title=facts["title"],
        summary=facts["summary"],
        now=now,
    )


def _publish(scene: Scene, *, now: datetime) -> None:
    publish_cycle(actor=scene.world.steward, cycle=scene.cycle, now=now)


def _report(scene: Scene, position: int, source: str, *, now: datetime) -> None:
    stage: Stage = scene.cycle.stages[position]
    publish_report(actor=scene.world.facilitator, stage=stage, source=source, now=now)
    db.session.expire(stage, ["report"])
