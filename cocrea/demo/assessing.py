"""What an independent evaluator said of the Fourth Plan half way. All of it invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.demo.world import Scene
from cocrea.followup.models import Completion, EarlyResults, Potential
from cocrea.followup.operations import Coding, assess


def tell(scene: Scene) -> None:
    """Write the assessments into the script."""
    for entry in scene.data["assessments"]:
        scene.script.ago(entry["days_ago"], _assess, scene, entry)


def _assess(scene: Scene, entry: dict[str, Any], *, now: datetime) -> None:
    coding = Coding(
        is_verifiable=entry["is_verifiable"],
        has_open_government_lens=entry["has_open_government_lens"],
        potential=Potential(entry["potential"]),
        completion=Completion(entry["completion"]),
        early_results=EarlyResults(entry["early_results"]),
        reasons=entry["reasons"],
    )
    commitment = scene.commitments[entry["commitment"]]
    assess(actor=scene.people[entry["by"]], commitment=commitment, coding=coding, now=now)
