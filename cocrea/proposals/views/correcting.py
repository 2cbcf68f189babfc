"""Correcting a published answer, and every text that it ever had."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import after_commit, transaction
from cocrea.core.diffs import Compared, compared
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.pagination import position
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.proposals import feeding, jobs, operations, policies, queries
from cocrea.proposals.forms import CorrectionForm
from cocrea.proposals.models import Response, ResponseVersion
from cocrea.proposals.views.base import bp


@bp.get("/respuestas/<int:response_id>/correccion")
@requires(policies.can_correct, queries.visible_response)
def correction(response: Response) -> str:
    said = {"kind": response.kind, "reasons": response.reasons_source, "next_steps": response.next_source}
    form = CorrectionForm(formdata=None, data={**said, "feeds": response.feeds})
    form.start_from(response)
    return _page(response, form)


@bp.post("/respuestas/<int:response_id>/correccion")
@requires(policies.can_correct, queries.visible_response)
def correct(response: Response) -> Any:
    form, clashes = CorrectionForm(), False
    form.offer(feeding.commitments(response.proposal.cycle))
    if form.validate_on_submit():
        try:
            return _publish(response, form)
        except CocreaError as error:
            form.reject(error)
            clashes = isinstance(error, Conflict)
            if clashes:
                form.start_from(response)
    return _page(response, form, clashes=clashes), 422


@bp.get("/respuestas/<int:response_id>/versiones")
@same_for_visitors
@visible(queries.visible_response)
def answer_versions(response: Response) -> str:
    if not response.has_past:
        return _tombstone(response)
    page = queries.answer_versions(response)
    cycle = response.proposal.cycle
    return render_template(
        "proposals/answer_versions.html",
        cycle=cycle,
        response=response,
        page=page,
        named=feeding.named(cycle, page),
    )


@bp.get("/respuestas/<int:response_id>/versiones/comparacion")
@same_for_visitors
@visible(queries.visible_response)
def compare_answers(response: Response) -> str:
    """Any two texts, the older first; `lado` puts them side by side. What is not said is the last correction."""
    if not response.has_past:
        return _tombstone(response)
    ends = (position("de") or max(response.version - 1, 1), position("a") or response.version)
    found = queries.numbered_answers(response, *ends)
    old, new = found[min(ends)], found[max(ends)]
    return render_template(
        "proposals/answer_comparison.html",
        cycle=response.proposal.cycle,
        response=response,
        old=old,
        new=new,
        compared=_compared(old, new, feeding.named(response.proposal.cycle, (old, new))),
        beside=bool(request.args.get("lado")),
    )


def _tombstone(response: Response) -> str:
    """In place of all that it said: why its proposal was hidden, as the page of that says."""
    return render_template("proposals/answer_tombstone.html", cycle=response.proposal.cycle, response=response)


def _publish(response: Response, form: CorrectionForm) -> Any:
    with transaction():
        made = operations.correct(
            actor=current_actor(),
            response=response,
            answer=form.answer(),
            reason=form.reason.data or "",
            base=form.base.data or "",
            now=clock.now(),
        )
        after_commit(jobs.tell_of_correction, made.id)
    flash(
        _("La corrección ya es pública, junto con el texto de antes. Avisamos a quien propuso y a quienes apoyan."),
        "success",
    )
    return redirect(url_for("proposals.show", reference=response.proposal.reference) + "#respuestas", 303)


def _page(response: Response, form: CorrectionForm, *, clashes: bool = False) -> str:
    cycle = response.proposal.cycle
    offered = feeding.commitments(cycle)
    form.offer(offered)
    return render_template(
        "proposals/correct.html",
        cycle=cycle,
        proposal=response.proposal,
        response=response,
        form=form,
        named=offered,
        clashes=clashes,
    )


def _compared(old: ResponseVersion, new: ResponseVersion, named: dict[str, str]) -> list[Compared]:
    return compared(
        [
            (_("Respuesta"), str(old.kind.label), str(new.kind.label)),
            (_("Razones"), old.reasons_source, new.reasons_source),
            (_("Qué sigue"), old.next_source, new.next_source),
            (_("Compromisos que alimenta"), _listed(old, named), _listed(new, named)),
        ]
    )


def _listed(version: ResponseVersion, named: dict[str, str]) -> str:
    """The commitments that it names, one a line; one that is no longer public has its reference alone."""
    return "\n".join(f"{reference} {named.get(reference, '')}".rstrip() for reference in version.feeds)
