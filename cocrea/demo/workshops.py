"""Meetings in person of a consultation: called, held, their people and sheets counted; and one still to come."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from cocrea.consultation.models import Trait
from cocrea.consultation.operations import Plan, Said, count_paper, count_people, plan_workshop
from cocrea.consultation.queries import paper_version
from cocrea.demo.world import Scene

HOUR = time(16)
CALLED = 6  # days before it is held
ORGANISER = "Facilitación del ciclo (jornada inventada)"
METHOD = (
    "Mesas de seis a ocho personas con una relatora. Cada mesa dice qué le duele, escoge lo más urgente y lo anota en "
    "una hoja; al final se leen todas en voz alta y nadie se va sin que lo suyo esté escrito."
)
TO_COME = "Jornada en el kiosco"


def tell(scene: Scene) -> None:
    """Write the workshops into the script."""
    for event in scene.data["events"]:
        scene.script.ago(event["days_ago"] + CALLED, _plan, scene, event)
        scene.script.at(scene.script.moment(-event["days_ago"], HOUR) + timedelta(hours=3), _count, scene, event)
        if "paper" in event:
            scene.script.ago(event["paper"]["days_ago"], _count_paper, scene, event)
    scene.script.ago(2, _plan_to_come, scene)


def _plan(scene: Scene, event: dict[str, Any], *, now: datetime) -> None:
    plan = Plan(
        title=f"Jornada: {event['place'].partition(' (')[0]}",
        place=event["place"],
        starts_at=scene.script.moment(-event["days_ago"], HOUR),
        organiser=ORGANISER,
        method=METHOD,
        territory=event["territory"],
        municipality=event.get("municipality", ""),
    )
    actor = scene.people[event["recorded_by"]]
    scene.workshops[event["key"]] = plan_workshop(actor=actor, cycle=scene.cycle, plan=plan, now=now)


def _count(scene: Scene, event: dict[str, Any], *, now: datetime) -> None:
    found = event["headcount"]
    count_people(
        actor=scene.people[event["recorded_by"]],
        workshop=scene.workshops[event["key"]],
        attended=found["total"],
        counts={trait: _declared(found[f"by_{trait}"]) for trait in Trait},
        now=now,
    )


def _count_paper(scene: Scene, event: dict[str, Any], *, now: datetime) -> None:
    found = event["paper"]
    count_paper(
        actor=scene.people[event["recorded_by"]],
        workshop=scene.workshops[event["key"]],
        supports={scene.topics[topic].id: people for topic, people in found["supports"].items()},
        answers={scene.statements[key].id: Said(*said) for key, said in found["answers"].items()},
        based_on=paper_version(scene.workshops[event["key"]]),
        now=now,
    )


def _declared(counts: dict[str, int]) -> dict[str, int]:
    return {name: people for name, people in counts.items() if name != "none"}


def _plan_to_come(scene: Scene, *, now: datetime) -> None:
    starts = scene.script.moment(5, HOUR)
    place = "Kiosco de la plaza (lugar ficticio)"
    plan = Plan(TO_COME, place, starts, ORGANISER, METHOD, "MX-COL")
    plan_workshop(actor=scene.world.facilitator, cycle=scene.cycle, plan=plan, now=now)
