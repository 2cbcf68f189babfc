"""The blueprint of cycles, and what their pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for

from cocrea.cycles.models import Cycle, Stage
from cocrea.cycles.timezones import timezone_label

bp = Blueprint("cycles", __name__)
bp.add_app_template_filter(timezone_label, "zone_name")


def to_cycle(cycle: Cycle, anchor: str | None = None) -> Any:
    return redirect(url_for("cycles.show", slug=cycle.slug, _anchor=anchor), 303)


def stage_url(endpoint: str, stage: Stage) -> str:
    return url_for(endpoint, slug=stage.cycle.slug, position=stage.position)
