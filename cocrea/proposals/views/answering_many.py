"""One common answer to the proposals that were marked: prepared, set for a moment, or published at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Role
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import after_commit, transaction
from cocrea.core.errors import CocreaError, Conflict, NotFound
from cocrea.core.i18n import in_words
from cocrea.core.pagination import HIGHEST
from cocrea.proposals import feeding, jobs, operations, policies, queries
from cocrea.proposals.forms import AnswerForm
from cocrea.proposals.models import AnswerDraft, Routing
from cocrea.proposals.operations import AT_ONCE
from cocrea.proposals.views import answering
from cocrea.proposals.views.base import bp


@bp.route("/respuestas-pendientes/comun", methods=["GET", "POST"])
@requires(policies.can_see_queue)
def respond_to_many() -> Any:
    """Where the common answer is written; what was pressed says whether it is kept, set for later or published. The
    latter two are read back first, and so is what is kept where that sets it anew."""
    routings = _marked()
    if not routings:
        flash(_("Marca primero las propuestas que llevan la misma respuesta."), "warning")
        return redirect(url_for("proposals.queue"), 303)
    drafts = queries.drafts_of(routings)
    common = _common(drafts)
    form = _form(routings, common)
    clashes = False
    if form.validate_on_submit() and not answering.is_to_change():
        try:
            return _act(routings, form, drafts)
        except CocreaError as error:
            clashes = isinstance(error, Conflict)
            if clashes and answering.is_public(form, routings):
                return redirect(url_for("proposals.queue"), 303)
            form.reject(error)
            if clashes:
                form.start_from(common)
    return _page(routings, form, drafts, common if clashes else None), 422 if form.errors else 200


def _act(routings: list[Routing], form: AnswerForm, drafts: list[AnswerDraft]) -> Any:
    tz = routings[0].proposal.cycle.timezone
    moment = answering.moment_to_read_back(form, drafts, tz)
    if moment is None and ("save" in request.form or "unset" in request.form):
        return _save(routings, form, answering.scheduled(routings, drafts), tz)
    if "schedule" in request.form:
        moment = form.publish_at(tz)
    if not answering.is_confirmed():
        apart = [] if moment else _apart(routings, drafts)
        return answering.read_back(form, routings, moment, url_for("proposals.respond_to_many"), apart=apart)
    return _schedule(routings, form, moment, tz) if moment else _publish(routings, form)


def _publish(routings: list[Routing], form: AnswerForm) -> Any:
    with transaction():
        made = operations.publish_each(**_said(routings, form))
        after_commit(jobs.tell_of_answers, [response.id for response in made])
    told = ngettext(
        "%(num)s respuesta ya es pública. Avisamos a quienes propusieron y a quienes apoyan.",
        "%(num)s respuestas ya son públicas. Avisamos a quienes propusieron y a quienes apoyan.",
        len(made),
    )
    flash(told, "success")
    answering.say_if_late(routings, clock.now())
    return redirect(url_for("proposals.queue"), 303)


def _schedule(routings: list[Routing], form: AnswerForm, moment: datetime, tz: str) -> Any:
    with transaction():
        kept = operations.prepare_each(**_said(routings, form), publish_at=moment)
    told = ngettext(
        "%(num)s respuesta se publicará sola el %(when)s. Hasta entonces puedes cambiarla.",
        "%(num)s respuestas se publicarán solas, juntas, el %(when)s. Hasta entonces puedes cambiarlas.",
        kept,
        when=in_words(moment, tz),
    )
    flash(told, "success")
    answering.say_if_late(routings, moment)
    return _go_on(routings)


def _save(routings: list[Routing], form: AnswerForm, before: answering.Scheduled, tz: str) -> Any:
    with transaction():
        kept = operations.prepare_each(**_said(routings, form), unset="unset" in request.form)
    told = ngettext(
        "Guardamos el borrador en %(num)s propuesta. Solo lo ven quienes responden por tu institución.",
        "Guardamos el borrador en %(num)s propuestas. Solo lo ven quienes responden por tu institución.",
        kept,
    )
    flash(told, "success")
    answering.say_if_scheduled(before, answering.scheduled(routings, queries.drafts_of(routings)), tz)
    return _go_on(routings)


def _said(routings: list[Routing], form: AnswerForm) -> dict[str, Any]:
    return {
        "actor": current_actor(),
        "routings": [routing.id for routing in routings],
        "answer": form.answer(),
        "base": form.base.data or "",
        "now": clock.now(),
    }


def _go_on(routings: list[Routing]) -> Any:
    return redirect(url_for("proposals.respond_to_many", turno=[routing.id for routing in routings]), 303)


def _marked() -> list[Routing]:
    """What was marked and can be answered by this official; anything else is not there."""
    ids = {number for number in request.values.getlist("turno", type=int) if 0 < number <= HIGHEST}
    if len(ids) > AT_ONCE:
        raise NotFound
    found = queries.routings_of(sorted(ids), current_actor().organisation_ids(Role.OFFICIAL))
    if len(found) < len(ids):
        raise NotFound
    return found


def _common(drafts: list[AnswerDraft]) -> AnswerDraft | None:
    """The draft that all who have one share."""
    return drafts[0] if len({draft.fingerprint for draft in drafts}) == 1 else None


def _apart(routings: list[Routing], drafts: list[AnswerDraft]) -> list[Routing]:
    """Those for which there are drafts, where these are not all one."""
    own = set() if _common(drafts) else {draft.pair for draft in drafts}
    return [routing for routing in routings if routing.pair in own]


def _form(routings: list[Routing], common: AnswerDraft | None) -> AnswerForm:
    form = AnswerForm(obj=common)
    cycles = {routing.proposal.cycle for routing in routings}
    form.offer(feeding.commitments(cycles.pop()) if len(cycles) == 1 else {})
    if not form.is_submitted():
        form.go_on_with(common, routings[0].proposal.cycle.timezone)
    return form


def _page(routings: list[Routing], form: AnswerForm, drafts: list[AnswerDraft], saved: AnswerDraft | None) -> str:
    """`saved`: the common draft of a colleague's that came in between."""
    apart = _apart(routings, drafts)
    return render_template(
        "proposals/respond_to_many.html",
        routings=routings,
        form=form,
        apart=apart,
        without=[routing.id for routing in routings if routing not in apart],
        saved=saved,
        scheduled=answering.scheduled(routings, drafts),
        zone=routings[0].proposal.cycle.timezone,
    )
