"""Merging problems that say the same: choosing them, seeing them side by side, and undoing it."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.consultation import jobs, operations, policies, queries
from cocrea.consultation.forms.merging import NEW, MergeForm, UndoMergeForm
from cocrea.consultation.models import Problem
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock, text
from cocrea.core.access import current_actor, requires
from cocrea.core.db import after_commit, transaction
from cocrea.core.errors import CocreaError
from cocrea.cycles.policies import can_facilitate_in

MOST_LISTED = 30
SEPARATORS = re.compile(r"[\s,;]+")


@bp.route("/problematicas/<reference>/fusion", methods=["GET", "POST"])
@requires(policies.can_merge, queries.visible_problem)
def merge(problem: Problem) -> Any:
    """Which others (`con`, and `folios` typed by hand) to merge it with; once chosen, all of them side by side."""
    asked = _references()
    others = queries.mergeable(problem, asked)
    together = [problem, *others]
    missing = sorted(set(asked) - {one.reference for one in together})
    if not others:
        return _choice(problem, asked, missing)
    form = MergeForm()
    form.offer(together)
    if form.validate_on_submit():
        try:
            return redirect(url_for("consultation.problem", reference=_merged(form, together)), 303)
        except CocreaError as error:
            form.reject(error)
    shown = {"problem": problem, "together": together, "missing": missing}
    return render_template("consultation/merge.html", cycle=problem.cycle, form=form, **shown), status(form)


def _choice(problem: Problem, asked: list[str], missing: list[str]) -> Any:
    """The problems that may be meant; once they were sent, with what is wrong with the choice."""
    near = queries.near(problem)
    known = {problem.reference, *(row.reference for row in near)}
    same = [row for row in queries.most_supported(problem.topic, MOST_LISTED) if row.reference not in known]
    groups = [(_("Parecidas"), near), (_("Del mismo tema"), same)]
    sent = "folios" in request.args or bool(asked)
    shown = {"problem": problem, "groups": groups, "asked": asked, "missing": missing, "sent": sent}
    return render_template("consultation/merge_choice.html", cycle=problem.cycle, **shown), 422 if sent else 200


@bp.route("/problematicas/<reference>/fusion/retiro", methods=["GET", "POST"])
@requires(can_facilitate_in, queries.visible_problem)
def undo_merge(problem: Problem) -> Any:
    """Who comes too late, because somebody undid it before, is led to the problem and told so."""
    merged = policies.can_undo_merge(current_actor(), problem, clock.now())
    if not merged:
        flash(merged.reason, "warning")
        return redirect(url_for("consultation.problem", reference=problem.reference), 303)
    form = UndoMergeForm()
    if form.validate_on_submit():
        reference, reason = problem.reference, form.reason.data or ""
        try:
            with transaction():
                into = problem.merged_into_id
                operations.undo_merge(actor=current_actor(), problem=problem, reason=reason, now=clock.now())
                after_commit(jobs.tell_of_undoing, problem.id, into, text.plain(reason))
            back = _("Vuelve a ser pública, con los apoyos que tenía.")
            flash(back if problem.is_public else _("La fusión se deshizo."), "success")
            return redirect(url_for("consultation.problem", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "consultation/undo_merge.html",
        cycle=problem.cycle,
        problem=problem,
        survivor=queries.survivor(problem),
        form=form,
    )
    return page, status(form)


def _references() -> list[str]:
    """What was chosen from the list and what was typed, in the address or in the form."""
    typed = SEPARATORS.split(request.values.get("folios", "").upper())
    return [found for found in (*request.values.getlist("con"), *typed) if found][: operations.MOST_MERGED]


def _merged(form: MergeForm, together: list[Problem]) -> str:
    """Do it; the reference of the problem that stays."""
    said = {name: form[name].data or "" for name in ("title", "body", "affected")}
    actor, reason, now = current_actor(), form.reason.data or "", clock.now()
    with transaction():
        if form.into.data == NEW:
            stays = operations.merge_into_synthesis(actor=actor, problems=together, reason=reason, now=now, **said)
        else:
            stays = next(problem for problem in together if problem.reference == form.into.data)
            operations.merge_problems(actor=actor, problems=together, into=stays, reason=reason, now=now)
        reference = stays.reference
        merged = [problem.id for problem in together if problem is not stays]
        after_commit(jobs.tell_of_merge, merged, stays.id)
    flash(_("Quedaron fusionadas. Cada persona cuenta una vez y a todas se les avisa por correo."), "success")
    return reference
