"""The page on which a moderator hides something or shows it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.discussion import pages
from cocrea.discussion.models import Comment, Contribution
from cocrea.discussion.queries import visible_contribution
from cocrea.moderation import operations, policies, queries
from cocrea.moderation.forms import ReasonForm

bp = Blueprint("moderation", __name__)


@bp.get("/aportaciones/<reference>/ocultamiento")
@requires(policies.can_moderate, visible_contribution)
def decide(contribution: Contribution) -> str:
    return _page(contribution, ReasonForm(formdata=None))


@bp.post("/aportaciones/<reference>/ocultamiento")
@requires(policies.can_hide, visible_contribution)
def hide(contribution: Contribution) -> Any:
    return _carry_out(
        contribution, operations.hide, _("La ocultaste. Su página muestra tu razón en lugar del texto.")
    )


@bp.post("/aportaciones/<reference>/ocultamiento/retiro")
@requires(policies.can_restore, visible_contribution)
def restore(contribution: Contribution) -> Any:
    return _carry_out(contribution, operations.restore, _("Está otra vez a la vista."))


def _carry_out(contribution: Contribution, operation: Callable[..., None], done: str) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operation(
                    actor=current_actor(), contribution=contribution, reason=form.reason.data or "", now=clock.now()
                )
            flash(done, "success")
            return redirect(_seen_on(contribution), 303)
        except CocreaError as error:
            form.reject(error)
    return _page(contribution, form), 422


def _page(contribution: Contribution, form: ReasonForm) -> str:
    return render_template(
        "moderation/decide.html",
        cycle=contribution.cycle,
        contribution=contribution,
        text=queries.text_of(contribution),
        form=form,
    )


def _seen_on(contribution: Contribution) -> str:
    """Where the change shows: a comment, among the others on its subject."""
    if isinstance(contribution, Comment):
        return pages.address(contribution.subject, contribution.reference)
    return pages.address(contribution)
