"""Mexico's Fourth Action Plan: published commitments, each beside an invented roadmap.

Whatever is invented (who leads, signs, reports, verifies) is done by fictitious organisations alone; the real ones
are named as partners, with the source that says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.commitments import amending, roadmap, sections, texts
from cocrea.commitments.amending import Changes
from cocrea.commitments.content import apply
from cocrea.commitments.models import Commitment, Origin, Party
from cocrea.commitments.operations import adopt_amendment, propose_amendment, publish_plan, sign, text_changed
from cocrea.core.db import add
from cocrea.core.references import allot
from cocrea.demo.template import plain_content
from cocrea.demo.world import Scene
from cocrea.discussion.models import ContributionKind
from cocrea.discussion.operations import contribution_fields
from cocrea.extensions import db
from cocrea.followup.models import Activity, KeyAction

DRAFTED = 20  # days before the signatures
BYLINE = "Compromiso publicado, con hoja de ruta inventada para la demostración"
NOT_STATED = "No consta en la fuente"


# Invented as the rest: one that both signed, and one that waits for the counterpart that anyone may enter as.
AMENDED: tuple[dict[str, Any], ...] = (
    {
        "number": 1,
        "days_ago": 120,
        "fields": {"indicator_source": "Sitio de transparencia presupuestaria, con corte de cada trimestre."},
        "reason": "El texto firmado no decía de qué registro sale la cifra. Nada más cambia.",
        "is_adopted": True,
    },
    {
        "number": 9,
        "days_ago": 3,
        "fields": {"goal": "45"},
        "reason": "Quince de los sesenta fideicomisos se extinguieron este año y ya no rinden informe.",
        "is_adopted": False,
    },
)


def tell(scene: Scene) -> None:
    """Write the commitments, their signatures and the plan into the script."""
    for entry in scene.data["commitments"]:
        signed = entry["demo"]["signed_days_ago"]
        scene.script.ago(signed + DRAFTED, _write, scene, entry)
        for party in Party:
            scene.script.ago(signed, _sign, scene, entry, party)
    scene.script.ago(scene.data["plan"]["published_days_ago"], _publish, scene)
    for entry in AMENDED:
        scene.script.ago(entry["days_ago"], _amend, scene, entry)


def _write(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    """Rows, because no operation drafts a commitment of which nobody says whether it was cocreated or proactive."""
    fields = contribution_fields(
        actor=scene.world.facilitator,
        kind=ContributionKind.COMMITMENT,
        cycle=scene.cycle,
        now=now,
        attribution=BYLINE,
    )
    number = entry["number"]
    commitment = add(
        Commitment(**fields, plan_cycle_id=scene.cycle.id, number=number, origin=Origin(entry["origin"] or "unknown"))
    )
    db.session.refresh(commitment)
    apply(commitment, _content(scene, entry))
    for position, action in enumerate(entry["demo"]["key_actions"], 1):
        _plan_action(scene, commitment, position, action)
    db.session.flush()
    db.session.refresh(commitment)
    text_changed(actor=scene.world.facilitator, commitment=commitment, part=sections.ROADMAP, now=now)
    scene.commitments[number] = commitment


def _content(scene: Scene, entry: dict[str, Any]) -> dict[str, Any]:
    named = dict.fromkeys([*(entry["lead"] or ()), *(entry["support"] or ())])
    return {
        **plain_content(scene.world, entry["demo"]),
        "title": entry["title_es"],
        "partners": [scene.world.organisations[key].id for key in named],
        "sources": _sources(scene, entry),
    }


def _sources(scene: Scene, entry: dict[str, Any]) -> str:
    """What of all this is a published fact, and where it can be read."""
    translated = " (traducción nuestra del título en inglés)" if entry["title_translated"] else ""
    lines = [
        f"Título y área de política: hechos publicados{translated}: {entry['source_url']}",
        f"Área de política: {entry['policy_area'] or NOT_STATED}.",
        f"Instituciones responsables: {_names(scene, entry['lead'])}.",
        f"Organizaciones que acompañan: {_names(scene, entry['support'])}.",
        "Todo lo demás (partes, texto, hoja de ruta, avances y firmas) es inventado para la demostración.",
    ]
    return "\n".join(lines)


def _names(scene: Scene, keys: list[str] | None) -> str:
    return "; ".join(scene.world.organisations[key].name for key in keys) if keys else NOT_STATED.lower()


def _plan_action(scene: Scene, commitment: Commitment, position: int, entry: dict[str, Any]) -> None:
    action = KeyAction(commitment_id=commitment.id, position=position, title=entry["title"], weight=entry["weight"])
    action.activities = [_activity(scene, place, activity) for place, activity in enumerate(entry["activities"], 1)]
    db.session.add(action)


def _activity(scene: Scene, position: int, entry: dict[str, Any]) -> Activity:
    return Activity(
        reference=allot(scene.cycle.prefix, "ACT"),
        position=position,
        title=entry["title"],
        means_of_verification=entry["means_of_verification"],
        responsible_id=scene.world.organisations[entry["responsible"]].id,
        starts_on=scene.script.day(entry["start_day"]),
        ends_on=scene.script.day(entry["end_day"]),
    )


def _sign(scene: Scene, entry: dict[str, Any], party: Party, *, now: datetime) -> None:
    commitment = scene.commitments[entry["number"]]
    base = texts.fingerprint(texts.whole(commitment, roadmap.of(commitment)))
    person = scene.people[entry["demo"]["signed_by"][party.value]]
    sign(actor=person, commitment=commitment, party=party, base=base, now=now)


def _publish(scene: Scene, *, now: datetime) -> None:
    plan = scene.data["plan"]
    publish_plan(
        actor=scene.world.steward,
        cycle=scene.cycle,
        title=plan["title"],
        introduction=plan["introduction"],
        left_out={},
        now=now,
    )


def _amend(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    commitment = scene.commitments[entry["number"]]
    signers = next(one["demo"]["signed_by"] for one in scene.data["commitments"] if one["number"] == entry["number"])
    made = propose_amendment(
        actor=scene.people[signers["lead"]],
        commitment=commitment,
        party=Party.LEAD,
        changes=Changes(entry["fields"]),
        reason=entry["reason"],
        base=texts.fingerprint(amending.in_force(commitment)),
        now=now,
    )
    if entry["is_adopted"]:
        counterpart = scene.people[signers["counterpart"]]
        adopt_amendment(actor=counterpart, amendment=made, base=made.fingerprint, now=now)
