"""Calling sessions, changing what was called, calling it off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.cycles import policies as cycle_policies
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import CancelSessionForm, EditSessionForm, SessionForm
from cocrea.tables.models import Place, Room, Session, SittingKind, Table
from cocrea.tables.rules import session_notice
from cocrea.tables.views.base import bp


@bp.route("/mesas/<reference>/sesiones/nueva", methods=["GET", "POST"])
@requires(policies.can_run, queries.visible_place)
def schedule(place: Place) -> Any:
    table = place.table
    form = SessionForm.of(table)
    if form.validate_on_submit():
        try:
            with transaction():
                plan = form.plan(table.cycle)
                made = operations.schedule_session(actor=current_actor(), table=table, plan=plan, now=clock.now())
            flash(_("La sesión quedó convocada. Ábrela cuando empiece."), "success")
            return _told(made)
        except CocreaError as error:
            form.reject(error)
    return _page(table, form, None), 422 if form.is_submitted() else 200


@bp.route("/sesiones/<reference>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit_session, queries.visible_room)
def edit_session(room: Room) -> Any:
    session = room.session
    form = EditSessionForm(obj=session)
    if form.validate_on_submit():
        try:
            with transaction():
                changed = operations.edit_session(
                    actor=current_actor(),
                    session=session,
                    plan=form.plan(session.cycle),
                    reason=form.reason.data or "",
                    now=clock.now(),
                    base=form.base(),
                )
            flash(_("La convocatoria ya dice lo nuevo.") if changed else _("No cambió nada."), "success")
            return _told(session)
        except CocreaError as error:
            form.reject(error)
            if isinstance(error, Conflict):  # whoever saves again has read what stands there now
                form.revision.data = str(session.revision)
    elif not form.is_submitted():
        form.start_from(session)
    return _page(session.table, form, session), 422 if form.is_submitted() else 200


@bp.route("/sesiones/<reference>/cancelacion", methods=["GET", "POST"])
@requires(policies.can_cancel_session, queries.visible_room)
def cancel_session(room: Room) -> Any:
    form, session = CancelSessionForm(), room.session
    if form.validate_on_submit():
        try:
            with transaction():
                operations.cancel_session(
                    actor=current_actor(), session=session, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("La sesión quedó cancelada. Su página dice por qué."), "success")
            return redirect(url_for("tables.session", reference=session.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/session_cancel.html", cycle=session.cycle, session=session, form=form)
    return page, 422 if form.is_submitted() else 200


def _page(table: Table, form: SessionForm, session: Session | None) -> str:
    """The form; it says beforehand until when a session would be called with short notice."""
    now = clock.now()
    sitting = queries.sitting_of(session) if session else None
    days = session_notice(table, now, sitting.kind if sitting else None)
    return render_template(
        "tables/session_form.html",
        cycle=table.cycle,
        table=table,
        session=session,
        form=form,
        notice_days=days,
        notice_until=now + timedelta(days=days),
        urgent_days=session_notice(table, now, SittingKind.EXTRAORDINARY) if form.sitting else None,
    )


def _told(session: Session) -> Any:
    """To the session's page, with what its facilitation should know of how it stands."""
    if session.is_short_notice and session.opened_at is None:
        sitting = queries.sitting_of(session)
        days = session_notice(session.table, clock.now(), sitting.kind if sitting else None)
        words = ngettext(
            "Se convocó con menos de %(num)s día de aviso. Se puede, pero la sesión y el historial lo dicen.",
            "Se convocó con menos de %(num)s días de aviso. Se puede, pero la sesión y el historial lo dicen.",
            days,
        )
        flash(words, "warning")
    opened = cycle_policies.stage_opens(session.table.meets, session.cycle, session.starts_at)
    if not opened:
        words = _(
            "La etapa de mesas no estará abierta a esa hora: %(why)s Así no podrá abrirse la sesión.",
            why=opened.reason,
        )
        if session.table.is_plenary:
            words = _("A esa hora ninguna etapa estará abierta: así no podrá abrirse la sesión.")
        flash(words, "warning")
    for other in queries.overlapping(session):
        flash(_("A la misma hora hay otra sesión: «%(title)s».", title=other.title), "warning")
    return redirect(url_for("tables.session", reference=session.reference), 303)
