"""What the pages of follow-up share: their blueprint, and how a roadmap is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.commitments.models import Commitment
from cocrea.commitments.policies import can_edit
from cocrea.commitments.queries import visible_commitment
from cocrea.core.errors import NotFound
from cocrea.core.i18n import day_in_words
from cocrea.followup import calendar, money, policies, progress, queries
from cocrea.followup.models import Activity, ActivityStatus

bp = Blueprint("followup", __name__)
KINDS = {
    ActivityStatus.NOT_STARTED: "planned",
    ActivityStatus.STARTED: "open",
    ActivityStatus.COMPLETE: "closed",
    ActivityStatus.VERIFIED: "success",
}


def commitment(actor: Any, reference: str) -> Commitment:
    found = visible_commitment(actor, reference)
    if found.is_tombstone:
        raise NotFound
    return found


def signed(actor: Any, reference: str) -> Commitment:
    """A commitment that is followed up and that this actor may read."""
    found = commitment(actor, reference)
    if not found.is_signed:
        raise NotFound
    return found


def panel(actor: Any, commitment: Commitment, now: datetime) -> dict[str, Any]:
    """What the roadmap partial shows, on its own page and on the commitment's."""
    actions, today = queries.key_actions(commitment), queries.today(commitment.cycle, now)
    return {
        "actions": actions,
        "percentages": progress.percentages(queries.progress_of(actions)),
        "money": money.of(commitment.budget_amount, (each for action in actions for each in action.activities)),
        "kinds": KINDS,
        "today": today,
        "gantt": calendar.gantt(actions, today) if commitment.is_signed else None,
        "may_edit": can_edit(actor, commitment, now),
        "stop": stop,
    }


def commitment_panel(actor: Any, commitment: Commitment, now: datetime) -> dict[str, Any]:
    """What the page of a commitment shows: its roadmap and, once it is signed, what independent evaluators found."""
    assessments = queries.assessments(commitment) if commitment.is_signed else []
    own = {"assessments": assessments, "may_assess": policies.can_assess(actor, commitment, now)}
    return {**panel(actor, commitment, now), **own}


def form_page(template: str, commitment: Commitment, form: Any, **values: Any) -> Any:
    status = 422 if form.is_submitted() else 200
    values = {"cycle": commitment.cycle, "commitment": commitment, "form": form, **values}
    return render_template(template, **values), status


def to_roadmap(commitment: Commitment) -> Any:
    return redirect(url_for("followup.roadmap", reference=commitment.reference), 303)


def stop(found: Activity, today: Any) -> dict[str, Any]:
    """An activity as a stop of the road."""
    late = found.is_late(today)
    disputed = bool(found.dispute_reason)
    label = found.status.label
    if late and disputed:
        label = _("Objetada y con retraso")
    elif late:
        label = _("%(status)s, con retraso", status=label)
    elif disputed:
        label = _("Objetada por la contraparte")
    return {
        "title": found.title,
        "href": url_for("followup.activity", reference=found.reference),
        "status": "late" if late else "disputed" if disputed else found.status.value,
        "status_label": label,
        "dates": _("Del %(start)s al %(end)s", start=day_in_words(found.starts_on), end=day_in_words(found.ends_on)),
        "proof": found.means_of_verification,
    }
