"""Supports on any contribution, withdrawing it, and what the pages of other domains need to show what is said."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.models import Role
from cocrea.core import clock
from cocrea.core.access import Decision, current_actor, requires
from cocrea.core.db import transaction
from cocrea.cycles.policies import can_facilitate
from cocrea.discussion import anchoring, operations, pages, policies, queries
from cocrea.discussion.forms import CommentForm, WithdrawForm
from cocrea.discussion.models import Comment, Contribution

bp = Blueprint("discussion", __name__)


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
def may_edit_comment(comment: Comment) -> Decision:
    return policies.can_edit_comment(current_actor(), comment, clock.now())


@bp.app_template_global()
def comment_form(subject: Contribution) -> CommentForm:
    """The form under what it is about. An official of several institutions is asked for which once it is sent: their
    names would cost each page a statement."""
    actor = current_actor()
    form = CommentForm(formdata=None).about(subject, ())
    form.is_official = bool(actor.organisation_ids(Role.OFFICIAL))
    return form


bp.add_app_template_global(pages.address, "page_of")
bp.add_app_template_global(anchoring.anchored, "passage_of")


def _read_on(contribution: Contribution) -> Contribution:
    """Where to go back to: a comment is read on the page of its subject."""
    return contribution.subject if isinstance(contribution, Comment) else contribution
