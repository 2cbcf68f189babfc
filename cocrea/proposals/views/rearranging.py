"""Merging proposals and splitting one: drafting it, answering, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.forms import Form
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.cycles.queries import visible_cycle
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.forms import CancelForm, ConcludeForm, ConsentForm, RearrangeForm, UndoForm, rearrange_form
from cocrea.proposals.models import Part, Proposal, Rearrangement, RearrangementKind
from cocrea.proposals.views.base import bp

SEPARATORS = re.compile(r"[\s,;]+")


@bp.route("/propuestas/<reference>/fusion", methods=["GET", "POST"])
@requires(policies.can_rearrange, queries.visible_proposal)
def merge(proposal: Proposal) -> Any:
    """Which others (`con`, and `folios` typed by hand) to merge it with; once chosen, all of them and the synthesis."""
    asked = _references()
    together = [proposal, *queries.mergeable(proposal, asked)]
    missing = sorted(set(asked) - {one.reference for one in together})
    if len(together) < 2:
        return _choice(proposal, asked, missing)
    form = rearrange_form(1)
    if not form.is_submitted():
        form.fill(1, **_joined(together))
    return _draft(RearrangementKind.MERGE, together, form, missing)


@bp.route("/propuestas/<reference>/division", methods=["GET", "POST"])
@requires(policies.can_rearrange, queries.visible_proposal)
def split(proposal: Proposal) -> Any:
    form = rearrange_form(_parts())
    if not form.is_submitted():
        form.fill(1, **_joined([proposal]))
    return _draft(RearrangementKind.SPLIT, [proposal], form)


@bp.get("/reacomodos/<int:rearrangement_id>")
@visible(queries.visible_rearrangement)
def rearrangement(found: Rearrangement) -> str:
    return _page(found)


@bp.post("/reacomodos/<int:rearrangement_id>/respuesta")
@requires(policies.can_answer, queries.visible_rearrangement)
def answer_rearrangement(found: Rearrangement) -> Any:
    form = ConsentForm()

    def answer(**who: Any) -> None:
        operations.answer(**who, consents=form.consents.data == "si", reason=form.reason.data or "")

    return _act(found, form, "consent_form", answer, _("Quedó tu respuesta."))


@bp.post("/reacomodos/<int:rearrangement_id>/efecto")
@requires(policies.can_conclude, queries.visible_rearrangement)
def conclude_rearrangement(found: Rearrangement) -> Any:
    form = ConcludeForm()
    form.offer(queries.decisions(found.cycle), may_ask=bool(found.asked))

    def conclude(**who: Any) -> None:
        operations.conclude(**who, agreement=form.chosen())

    return _act(
        found,
        form,
        "conclude_form",
        conclude,
        _("Quedó hecho. Se avisa por correo a quienes las escribieron y apoyan."),
    )


@bp.post("/reacomodos/<int:rearrangement_id>/cancelacion")
@requires(policies.can_cancel, queries.visible_rearrangement)
def cancel_rearrangement(found: Rearrangement) -> Any:
    form = CancelForm()

    def cancel(**who: Any) -> None:
        operations.cancel(**who, reason=form.reason.data or "")

    return _act(found, form, "cancel_form", cancel, _("Quedó cancelada. Las propuestas siguen como estaban."))


@bp.post("/reacomodos/<int:rearrangement_id>/reversion")
@requires(policies.can_undo, queries.visible_rearrangement)
def undo_rearrangement(found: Rearrangement) -> Any:
    form = UndoForm()

    def undo(**who: Any) -> None:
        operations.undo(**who, reason=form.reason.data or "")

    return _act(
        found, form, "undo_form", undo, _("Quedó deshecha. Las propuestas vuelven con los apoyos que tenían.")
    )


@bp.get("/ciclos/<slug>/propuestas/reacomodos")
@requires(can_facilitate, visible_cycle)
def rearrangements(cycle: Cycle) -> str:
    page = queries.rearrangements(cycle)
    return render_template("proposals/rearrangements.html", cycle=cycle, page=page, now=clock.now())


def _act(found: Rearrangement, form: Form, name: str, act: Callable[..., None], done: str) -> Any:
    """Do one thing to it, or show its page again with what is wrong."""
    if form.validate_on_submit():
        number = found.id
        try:
            with transaction():
                act(actor=current_actor(), rearrangement=found, now=clock.now())
            flash(done, "success")
            return redirect(url_for("proposals.rearrangement", rearrangement_id=number), 303)
        except CocreaError as error:
            form.reject(error)
    return _page(found, **{name: form}), 422


def _page(found: Rearrangement, **forms: Any) -> str:
    actor, now = current_actor(), clock.now()
    may = {
        "may_answer": policies.can_answer(actor, found, now),
        "may_cancel": policies.can_cancel(actor, found, now),
        "may_undo": policies.can_undo(actor, found, now),
    }
    if may["may_cancel"] and "conclude_form" not in forms:
        forms["conclude_form"] = ConcludeForm(formdata=None)
        forms["conclude_form"].offer(queries.decisions(found.cycle), may_ask=bool(found.asked))
    offered = {
        "consent_form": ConsentForm(formdata=None),
        "cancel_form": CancelForm(formdata=None),
        "undo_form": UndoForm(formdata=None),
    }
    return render_template(
        "proposals/rearrangement.html",
        cycle=found.cycle,
        one=found,
        state=found.state_at(now),
        knows=policies.knows_answers(actor, found, now),
        hindered=policies.can_take_effect(found, now) if found.is_pending(now) else None,
        own=next((given for given in found.answers if given.person_id == actor.id), None)
        if actor.is_authenticated
        else None,
        **may,
        **{**offered, **forms},
    )


def _draft(kind: RearrangementKind, together: list[Proposal], form: RearrangeForm, missing: Any = ()) -> Any:
    """The page on which it is drafted; when it was sent, what came of that."""
    cycle, orphans = together[0].cycle, operations.unasked(together)
    form.offer(queries.decisions(cycle), may_ask=not orphans)
    wants_more = "another" in request.form
    if not wants_more and form.validate_on_submit():
        try:
            return redirect(url_for("proposals.rearrangement", rearrangement_id=_proposed(kind, together, form)), 303)
        except Conflict as error:
            form.reject(error)
            form.start_from(together)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(together)
    page = render_template(
        "proposals/rearrange.html",
        cycle=cycle,
        kind=kind,
        together=together,
        orphans=orphans,
        missing=missing,
        form=form,
        most=operations.MOST_PARTS,
    )
    return page, 422 if form.is_submitted() and not wants_more else 200


def _proposed(kind: RearrangementKind, together: list[Proposal], form: RearrangeForm) -> int:
    plan = operations.Plan(
        kind=kind,
        proposals=together,
        texts=form.contents(),
        reason=form.reason.data or "",
        read=form.read.data or "",
        days=form.chosen_days,
        agreement=form.chosen(),
        form_key=form.key.data or "",
    )
    with transaction():
        made = operations.propose(actor=current_actor(), plan=plan, now=clock.now())
        number, by_decision = made.id, made.agreement_id is not None
    done = _("Quedó hecho por la decisión registrada.") if by_decision else _("Pedimos su consentimiento por correo.")
    flash(done, "success")
    return number


def _choice(proposal: Proposal, asked: list[str], missing: list[str]) -> Any:
    """The proposals that may be meant; once they were sent, with what is wrong with the choice."""
    sent = "folios" in request.args or bool(asked)
    shown = {"rows": queries.merge_choices(proposal), "asked": asked, "missing": missing, "sent": sent}
    page = render_template("proposals/merge_choice.html", cycle=proposal.cycle, proposal=proposal, **shown)
    return page, 422 if sent else 200


def _references() -> list[str]:
    typed = SEPARATORS.split(request.values.get("folios", "").upper())
    return [found for found in (*request.values.getlist("con"), *typed) if found][: operations.MOST_MERGED - 1]


def _parts() -> int:
    """Into how many texts it is being split: those that were sent, one more when asked for, never fewer than two."""
    sent = [place for place in range(1, operations.MOST_PARTS + 1) if f"title_{place}" in request.form]
    return min(max([2, *sent]) + ("another" in request.form), operations.MOST_PARTS)


def _joined(proposals: list[Proposal]) -> dict[str, str]:
    """What to begin the text from: the title of the first, and each part of all of them, one after the other."""
    said = {part.value: "\n\n".join(filter(None, (part.of(one) for one in proposals))) for part in Part}
    return {**said, Part.TITLE.value: proposals[0].title}
