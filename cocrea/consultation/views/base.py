"""What the pages of a consultation share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template

from cocrea.consultation.forms.problems import ProblemForm
from cocrea.consultation.models import Problem
from cocrea.core import clock, sdg
from cocrea.core.windows import WindowState
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.discussion import suggesting

UNSEEN = {"csrf_token", "key", "base", "workshop"}  # fields of the form that nobody types in
HISTORY_SHOWN = 20
bp = Blueprint("consultation", __name__)


def status(form: Any) -> int:
    """Of a page with a form: what was sent and refused is a 422."""
    return 422 if form.is_submitted() else 200


def outlook(cycle: Cycle, now: datetime) -> dict[str, Stage | None]:
    """The open stage in which problems come in, and the next stage to open."""
    planned = [stage for stage in cycle.stages if stage.state(now) is WindowState.PLANNED]
    return {
        "stage": cycle.stage_that_opens(Action.PUBLISH_PROBLEM, now),
        "following": min(planned, key=lambda stage: stage.starts_at or now, default=None),
    }


def form_page(
    cycle: Cycle,
    form: ProblemForm,
    problem: Problem | None = None,
    near: Sequence[Any] | None = None,
    saved: ProblemForm | None = None,
) -> Any:
    """The form of a problem; `near` are the similar ones that were looked for, `saved` the form as it is kept now
    where that changed while its author was writing."""
    page = render_template(
        "consultation/form.html",
        cycle=cycle,
        form=form,
        problem=problem,
        saved=_differences(form, saved) if saved else [],
        goals=sdg.goals(),
        **suggesting.suggested(near),
        **outlook(cycle, clock.now()),
    )
    return page, status(form)


def _differences(form: ProblemForm, saved: ProblemForm) -> list[tuple[Any, Any, Any]]:
    """The fields that say something else than what is saved: label, saved, typed."""
    saved.topic.choices = form.topic.choices
    named = [(field.label.text, _said(saved[field.name]), _said(field)) for field in form if field.name not in UNSEEN]
    return [found for found in named if found[1] != found[2]]


def _said(field: Any) -> str:
    """The value of a field in the words its page shows."""
    if isinstance(field.data, list):
        return ", ".join(field.data)
    choices = field.iter_choices() if hasattr(field, "iter_choices") else []
    return next((str(choice[1]) for choice in choices if choice[0] == field.data), field.data or "")
