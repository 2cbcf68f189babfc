"""The draft of a problem: it saves itself while one writes, and waits for its author."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.operations import drop_draft
from cocrea.accounts.queries import draft_of
from cocrea.consultation import operations, policies, queries
from cocrea.consultation.drafts import draft_name
from cocrea.consultation.forms.problems import ProblemForm
from cocrea.consultation.operations.drafts import OtherVersion
from cocrea.consultation.views.base import bp, form_page
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.clock import epoch
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import hour
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle

ALWAYS_THERE = {"key", "topic", "workshop"}  # a form has them before anyone types


def drafted(cycle: Cycle) -> ProblemForm:
    """The form with what its author had begun to write."""
    draft = draft_of(current_actor(), draft_name(cycle.id))
    form = ProblemForm(data=draft.fields) if draft and request.method == "GET" else ProblemForm()
    form.kept_at = draft.saved_at if draft else None
    return form


@bp.post("/ciclos/<slug>/problematicas/borrador")
@requires(policies.can_publish, visible_cycle)
def save_problem_draft(cycle: Cycle) -> Any:
    """Keep what is typed. Scripts get the words to show; without them, the form again.

    A script that only asks whether the form was published gets the time, to tell which of two versions is the later.
    """
    typed = ProblemForm().typed()
    if "ask" in request.form and not _published_from(typed):
        return jsonify(now=epoch(clock.now()))
    if request.accept_mimetypes.best == "application/json":
        return _kept_for_script(cycle, typed)
    return _kept_for_page(cycle, typed)


@bp.post("/ciclos/<slug>/problematicas/borrador/descarte")
@requires(is_signed_in, visible_cycle)
def drop_problem_draft(cycle: Cycle) -> Response:
    """Theirs to drop, also once the stage is closed."""
    with transaction():
        drop_draft(person=current_actor(), form=draft_name(cycle.id))
    flash(_("Borramos tu borrador."), "success")
    may_write = policies.can_publish(current_actor(), cycle, clock.now())
    return redirect(
        url_for("consultation.new_problem" if may_write else "consultation.problems", slug=cycle.slug), 303
    )


def _kept_for_script(cycle: Cycle, typed: Mapping[str, Any]) -> Any:
    try:
        kept = _keep(cycle, typed)
    except OtherVersion as other:
        return jsonify(other={"pairs": _pairs(other.fields), "at": epoch(other.saved_at)}), 409
    except Conflict:
        return jsonify(published=_published_at(typed)), 409
    except Invalid as error:
        return jsonify(said=str(error.message)), 422
    said = _("Guardado a las %(hour)s", hour=hour(kept, cycle.timezone)) if kept else ""
    return jsonify(said=said, at=str(epoch(kept)) if kept else "")


def _kept_for_page(cycle: Cycle, typed: Mapping[str, Any]) -> Any:
    try:
        kept = _keep(cycle, typed)
    except OtherVersion as other:
        return _both(cycle, other)
    except Conflict:
        return redirect(_published_at(typed), 303)
    except Invalid as error:
        flash(error.message, "warning")
    else:
        if kept:
            flash(_("Guardamos tu borrador. Solo tú lo ves; te espera aquí y en «Por hacer»."), "success")
        else:
            flash(_("Todavía no hay nada que guardar."), "info")
    return redirect(url_for("consultation.new_problem", slug=cycle.slug), 303)


def _keep(cycle: Cycle, typed: Mapping[str, Any]) -> datetime | None:
    """When it was kept; None where nobody typed anything."""
    with transaction():
        return operations.keep_draft(
            actor=current_actor(),
            cycle=cycle,
            form_key=typed.get("key", ""),
            fields=typed if set(filter(typed.get, typed)) - ALWAYS_THERE else {},
            now=clock.now(),
            written_on=request.form.get("on", request.args.get("on")),
        )


def _published_from(typed: Mapping[str, Any]) -> str:
    """The reference of the problem that the same form made; empty if none."""
    return queries.published_from(current_actor(), typed.get("key", ""))


def _published_at(typed: Mapping[str, Any]) -> str:
    return url_for("consultation.problem", reference=_published_from(typed))


def _both(cycle: Cycle, other: OtherVersion) -> Any:
    """The form as typed, and what is kept beside it: saved once more, what was typed takes its place."""
    form = ProblemForm()
    form.kept_at = other.saved_at
    form.offer(queries.topics(cycle))
    form.reject(other)
    return form_page(cycle, form, saved=ProblemForm(formdata=None, data=other.fields))


def _pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A draft as a form sends it."""
    several = ((name, value if isinstance(value, list) else [value]) for name, value in fields.items())
    return [(name, value) for name, values in several for value in values]
