"""What a thread lacks, in words: a gap is information too."""

from __future__ import annotations

from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.opendata.threads.nodes import Node, Stop, Thread

ONWARD = {Stop.PROBLEM: {Stop.PROBLEM, Stop.PROPOSAL}, Stop.PROPOSAL: {Stop.PROPOSAL, Stop.COMMITMENT}}


def say_gaps(thread: Thread) -> None:
    """Add to each node what did not happen to it. What went on in another, or is not to be read, lacks nothing."""
    for node in thread.nodes:
        if node.is_tombstone:
            continue
        node.gaps.extend(_gaps(node))


def _gaps(node: Node) -> list[Any]:
    ahead = {other.stop for other in node.goes_to}
    behind = {other.stop for other in node.comes_from}
    made = {step.key.partition(":")[0] for step in node.steps}
    match node.stop:
        case Stop.PROBLEM:
            return [] if ahead & ONWARD[Stop.PROBLEM] else [_l("Ninguna propuesta la retomó.")]
        case Stop.PROPOSAL:
            return _of_proposal(ahead)
        case Stop.COMMITMENT:
            return _of_commitment(behind, ahead, made)
        case Stop.ACTIVITY:
            return _of_activity(made)
    return []


def _of_proposal(ahead: set[Stop]) -> list[Any]:
    if Stop.PROPOSAL in ahead:
        return []
    said = {
        Stop.RESPONSE: _l("Ninguna institución la ha respondido."),
        Stop.CONTEST: _l("No hubo votación."),
        Stop.COMMITMENT: _l("Ningún compromiso la retomó."),
    }
    return [words for stop, words in said.items() if stop not in ahead]


def _of_commitment(behind: set[Stop], ahead: set[Stop], made: set[str]) -> list[Any]:
    gaps = [] if Stop.PROPOSAL in behind else [_l("No viene de ninguna propuesta registrada.")]
    if "firma" not in made:
        gaps.append(_l("Sin firmas todavía."))
    return gaps if Stop.ACTIVITY in ahead else [*gaps, _l("Sin hoja de ruta registrada.")]


def _of_activity(made: set[str]) -> list[Any]:
    gaps = [] if "evidencia" in made else [_l("Sin evidencia registrada.")]
    return gaps if "verified" in made else [*gaps, _l("La contraparte no la ha verificado.")]
