"""Mending a comment, and what it said before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock, diffs
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.discussion import operations, policies, queries
from cocrea.discussion.forms import MendForm
from cocrea.discussion.models import Comment, Stance
from cocrea.discussion.views.base import bp


@dataclass(frozen=True)
class Said:
    """One text of a comment, when it was written, and what changed from the one before."""

    number: int
    written_at: datetime
    stance: Stance
    changes: list[diffs.Change]


@bp.route("/comentarios/<reference>/correccion", methods=["GET", "POST"])
@requires(policies.can_edit_comment, queries.visible_comment)
def edit(comment: Comment) -> Any:
    form = MendForm.of(comment)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit(
                    actor=current_actor(),
                    comment=comment,
                    body=form.body.data or "",
                    stance=form.chosen_stance,
                    base=form.base.data or 0,
                    now=clock.now(),
                )
                reference = comment.reference
            flash(_("Corregiste tu comentario. Lo que decía antes queda a la vista."), f"success@{reference}")
            return redirect(url_for("discussion.place", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "discussion/mend.html", cycle=comment.cycle, subject=comment.subject, comment=comment, form=form
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/comentarios/<reference>/versiones")
@same_for_visitors
@visible(queries.visible_past)
def past(comment: Comment) -> str:
    """Every text that a comment has had, the last first."""
    return render_template(
        "discussion/past.html",
        cycle=comment.cycle,
        subject=comment.subject,
        comment=comment,
        said=_said(comment),
    )


def _said(comment: Comment) -> list[Said]:
    texts = [(each.body_source, each.written_at, each.stance) for each in queries.past_of(comment)]
    texts.append((comment.body_source, comment.edited_at or comment.created_at, comment.stance))
    before = [texts[0][0], *(body for body, _when, _stance in texts)]
    found = [
        Said(number, when, stance, diffs.changes(old, body))
        for number, (old, (body, when, stance)) in enumerate(zip(before, texts, strict=False), 1)
    ]
    return found[::-1]
