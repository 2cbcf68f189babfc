"""Comments and supports on any contribution, and what the pages of other domains need to show them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.core import clock
from cocrea.core.access import Decision, current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.policies import can_facilitate
from cocrea.discussion import operations, pages, policies, queries, words
from cocrea.discussion.forms import CommentForm, WithdrawForm
from cocrea.discussion.models import Comment, Contribution

__all__ = ["bp", "words"]

bp = Blueprint("discussion", __name__)


@bp.get("/comentarios/<reference>")
@same_for_visitors
@visible(queries.visible_comment)
def show(comment: Comment) -> str:
    """One comment with all its replies."""
    return render_template(
        "discussion/show.html",
        cycle=comment.cycle,
        comment=comment,
        subject=comment.subject,
        page=queries.replies(comment),
    )


@bp.post("/aportaciones/<reference>/comentarios")
@requires(policies.can_comment, queries.visible_contribution)
def comment(subject: Contribution) -> Any:
    form = CommentForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.comment(
                    actor=current_actor(),
                    subject=subject,
                    body=form.body.data or "",
                    parent=queries.comment_on(subject, form.parent.data or ""),
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = made.reference
            flash(_("Publicamos tu comentario."), "success")
            return redirect(pages.address(subject, reference), 303)
        except CocreaError as error:
            form.reject(error)
    return render_template("discussion/form.html", cycle=subject.cycle, subject=subject, form=form), 422


@bp.post("/aportaciones/<reference>/apoyo")
@requires(policies.can_support, queries.visible_contribution)
def support(subject: Contribution) -> Response:
    with transaction():
        operations.support(actor=current_actor(), contribution=subject, now=clock.now())
    flash(_("Tu apoyo cuenta. Puedes retirarlo mientras la etapa esté abierta."), "success")
    return redirect(pages.address(subject, "apoyos"), 303)


@bp.post("/aportaciones/<reference>/apoyo/retiro")
@requires(policies.can_support, queries.visible_contribution)
def unsupport(subject: Contribution) -> Response:
    with transaction():
        operations.unsupport(actor=current_actor(), contribution=subject, now=clock.now())
    flash(_("Retiraste tu apoyo."), "success")
    return redirect(pages.address(subject, "apoyos"), 303)


@bp.route("/aportaciones/<reference>/retiro", methods=["GET", "POST"])
@requires(policies.can_withdraw, queries.visible_contribution)
def withdraw(subject: Contribution) -> Any:
    form = WithdrawForm()
    if not form.validate_on_submit():
        page = render_template("discussion/withdraw.html", cycle=subject.cycle, subject=subject, form=form)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        operations.withdraw(
            actor=current_actor(), contribution=subject, reason=form.reason.data or "", now=clock.now()
        )
    flash(_("La retiraste. Queda constancia de que existió, sin su texto."), "success")
    return redirect(pages.address(_read_on(subject)), 303)


@bp.app_template_global()
def may_comment(subject: Contribution) -> Decision:
    return policies.can_comment(current_actor(), subject, clock.now())


@bp.app_template_global()
def may_support(subject: Contribution) -> Decision:
    return policies.can_support(current_actor(), subject, clock.now())


@bp.app_template_global()
def may_withdraw(contribution: Contribution) -> Decision:
    return policies.can_withdraw(current_actor(), contribution, clock.now())


@bp.app_template_global()
def may_moderate(subject: Contribution) -> Decision:
    return can_facilitate(current_actor(), subject.cycle, clock.now())


@bp.app_template_global()
def comment_form(answering: str = "") -> CommentForm:
    form = CommentForm(formdata=None)
    return form.answering(answering) if answering else form


bp.add_app_template_global(pages.address, "page_of")


def _read_on(contribution: Contribution) -> Contribution:
    """Where to go back to: a comment is read on the page of its subject."""
    return contribution.subject if isinstance(contribution, Comment) else contribution
