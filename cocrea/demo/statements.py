"""Statements of a consultation: proposed, admitted or declined, and answered by invented people in two currents."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from cocrea.consultation.models import Answer
from cocrea.consultation.operations import (
    admit_statement,
    analysed,
    answer_statement,
    decline_statement,
    keep_opinions,
    propose_statement,
)
from cocrea.consultation.queries import changed_conversations, conversation
from cocrea.demo.world import Scene

ANSWERED = 0.6  # of the statements, by each person
# How likely each stance agrees and disagrees; the rest passes.
TENDENCIES = {"a": (0.86, 0.06), "d": (0.07, 0.83), "s": (0.42, 0.36)}
QUIET = frozenset({"participante-001"})  # the one-click participant answers for themselves


def tell(scene: Scene) -> None:
    """Write the statements into the script: each is decided a day after it was proposed, and answered until today."""
    people = sorted(key for key in scene.people if key.startswith("participante-") and key not in QUIET)
    for entry in scene.data["statements"]:
        scene.script.ago(entry["days_ago"], _propose, scene, entry)
        decided = max(entry["days_ago"] - 1, 0)
        if "declined" in entry:
            scene.script.ago(decided, _decline, scene, entry)
        elif "stances" in entry:
            scene.script.ago(decided, _admit, scene, entry)
            said = [(_answer, scene, entry["key"], person, _said(person, entry)) for person in people]
            scene.script.spread(max(decided - 1, 0), 0, [act for act in said if act[-1]])
    scene.script.at(scene.script.now, analyse, scene)


def analyse(scene: Scene, *, now: datetime) -> None:
    """What the job does every five minutes."""
    for cycle_id, mark in changed_conversations(now).items():
        content, lengths = analysed(conversation(cycle_id))
        keep_opinions(cycle_id=cycle_id, mark=mark, content=content, lengths=lengths, now=now)


def _propose(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    scene.statements[entry["key"]] = propose_statement(
        actor=scene.people[entry["author"]], cycle=scene.cycle, sentence=entry["text"], now=now
    )


def _admit(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    statement = scene.statements[entry["key"]]
    admit_statement(actor=scene.world.facilitator, statement=statement, read=statement.fingerprint, now=now)


def _decline(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    statement = scene.statements[entry["key"]]
    decline_statement(
        actor=scene.world.facilitator,
        statement=statement,
        read=statement.fingerprint,
        reason=entry["declined"],
        now=now,
    )


def _answer(scene: Scene, statement: str, person: str, said: Answer, *, now: datetime) -> None:
    answer_statement(actor=scene.people[person], statement=scene.statements[statement], answer=said, now=now)


def _said(person: str, entry: dict[str, Any]) -> Answer | None:
    """What someone says to a statement: the same at every loading; None where they have not come to it."""
    current = 0 if int(person[-3:]) % 5 < 3 else 1
    chance = Random(f"{person}:{entry['key']}")
    agrees, disagrees = TENDENCIES[entry["stances"][current]]
    if chance.random() > ANSWERED:
        return None
    drawn = chance.random()
    if drawn < agrees:
        return Answer.AGREE
    return Answer.DISAGREE if drawn < agrees + disagrees else Answer.PASS
