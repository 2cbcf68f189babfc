"""Similar contributions beside what someone is writing: shown, and supported without losing what was typed.

The piece of a page is `discussion/_similar.html`; its script is `similar.js`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import Form
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.discussion.operations import support
from cocrea.discussion.queries import coauthored_ids, supported_ids
from cocrea.discussion.similar import suggestions


def suggested(near: Sequence[Any] | None) -> dict[str, Any]:
    """What the list shows: which ones, and what this reader has to do with them. None where nobody asked."""
    actor = current_actor()
    return {
        "near": near or [],
        "asked": near is not None,
        "supported": supported_ids(actor, [row.id for row in near]) if near else set(),
        "own": _written(actor, near) if near else set(),
    }


def _written(actor: Any, near: Sequence[Any]) -> set[int]:
    """Which of these the reader writes, alone or with others."""
    if not actor.is_authenticated:
        return set()
    return {row.id for row in near if row.author_id == actor.id} | coauthored_ids(actor, [row.id for row in near])


def piece(cycle: Cycle, kind: ContributionKind, template: str) -> str:
    """The list alone, for the `titulo` and `texto` of the address."""
    near = suggestions(cycle, kind, request.args.get("titulo", ""), request.args.get("texto", ""))
    return render_template(template, **suggested(near))


def was_pressed() -> bool:
    """Whether the form was sent by a button of the list instead of its own."""
    return bool({"look", "mine"} & set(request.form))


def looked_for(
    cycle: Cycle, kind: ContributionKind, form: Form, load: Callable[[Any, str], Contribution]
) -> tuple[list[Any], int]:
    """What the buttons of the list do without scripts: support one (`mine`) or look for them. The similar ones and the
    status of the answer; `load(actor, reference)` finds what this person may support."""
    refused = bool(request.form.get("mine")) and not _supported(request.form["mine"], load)
    return suggestions(cycle, kind, form["title"].data or "", form["body"].data or ""), 422 if refused else 200


def _supported(reference: str, load: Callable[[Any, str], Contribution]) -> bool:
    try:
        with transaction():
            support(actor=current_actor(), contribution=load(current_actor(), reference), now=clock.now())
    except CocreaError as error:
        flash(error.message, "warning")
        return False
    flash(_("Tu apoyo cuenta. Lo que escribiste sigue aquí."), "success")
    return True
