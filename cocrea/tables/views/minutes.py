"""The minutes of a session: read, written, corrected, approved, taken along."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock, diffs, exports, pdf
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, NotFound
from cocrea.core.settings import current_settings
from cocrea.extensions import limiter
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import CorrectionForm, CorrectionsForm, DecisionForm, MinutesForm
from cocrea.tables.models import Correction, Minuted, Minutes, MinutesVersion, Room, Session
from cocrea.tables.views.base import bp

COLUMNS = ["session", "state", "version", "saved_at", "approved_at", "text", "attendance", "quorum", "reactions"]


def _version(actor: Any, reference: str, number: int) -> tuple[Minutes, str, MinutesVersion]:
    minutes = queries.visible_minutes(actor, reference)
    return minutes, *queries.version_pair(minutes, number)


def _to_take_along(actor: Any, reference: str, extension: str) -> tuple[Minutes, str]:
    if extension not in exports.MEDIA_TYPES:
        raise NotFound
    return queries.visible_minutes(actor, reference), extension


@bp.post("/sesiones/<reference>/minuta/borrador")
@requires(policies.can_minute, queries.visible_room)
def draft_minutes(room: Room) -> Any:
    with transaction():
        operations.draft_minutes(actor=current_actor(), session=room.session, now=clock.now())
    flash(_("Reunimos lo que la plataforma sabe de la sesión. Complétalo y guarda."), "success")
    return redirect(url_for("tables.write_minutes", reference=room.session.reference), 303)


@bp.get("/sesiones/<reference>/minuta")
@visible(queries.visible_minuted)
def minutes(minuted: Minuted) -> str:
    return _page(minuted)


@bp.route("/sesiones/<reference>/minuta/edicion", methods=["GET", "POST"])
@requires(policies.can_write_minutes, queries.visible_minutes)
def write_minutes(minutes: Minutes) -> Any:
    form, other = MinutesForm(source=minutes.source, base=minutes.version), None
    if form.validate_on_submit():
        try:
            with transaction():
                operations.save_minutes(
                    actor=current_actor(),
                    minutes=minutes,
                    source=form.source.data or "",
                    base=_number(form.base.data),
                    now=clock.now(),
                )
            return _back(minutes, _("Guardamos la minuta."))
        except Conflict as error:
            form.reject(error)
            form.base.data, other = str(minutes.version), diffs.changes(minutes.source, form.source.data or "")
        except CocreaError as error:
            form.reject(error)
    session = minutes.session
    page = render_template(
        "tables/minutes_form.html", cycle=session.cycle, session=session, minutes=minutes, form=form, other=other
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/sesiones/<reference>/minuta/correcciones/apertura")
@requires(policies.can_open_corrections, queries.visible_minutes)
def ask_for_corrections(minutes: Minutes) -> Any:
    form = CorrectionsForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.ask_for_corrections(
                    actor=current_actor(), minutes=minutes, days=form.days.data, now=clock.now()
                )
            return _back(minutes, _("Quienes integran la mesa ya pueden pedir correcciones."))
        except CocreaError as error:
            form.reject(error)
    return _page(queries.minuted(current_actor(), minutes), corrections_form=form), 422


@bp.post("/sesiones/<reference>/minuta/correcciones")
@requires(policies.can_correct, queries.visible_minuted)
def correct_minutes(minuted: Minuted) -> Any:
    form = CorrectionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.correct_minutes(
                    actor=current_actor(),
                    minutes=minuted.minutes,
                    body=form.body.data or "",
                    key=form.client_key.data or "",
                    now=clock.now(),
                )
            return _back(minuted.minutes, _("Tu corrección ya se lee aquí. La relatoría dirá si procede y por qué."))
        except CocreaError as error:
            form.reject(error)
    return _page(minuted, correction_form=form), 422


@bp.route("/sesiones/<reference>/minuta/correcciones/<int:correction>", methods=["GET", "POST"])
@requires(policies.can_decide_correction, queries.visible_correction)
def decide_correction(correction: Correction) -> Any:
    form, held = DecisionForm(), correction.minutes
    if form.validate_on_submit():
        try:
            with transaction():
                operations.decide_correction(
                    actor=current_actor(),
                    correction=correction,
                    accepted=form.accepted.data == "yes",
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            return _back(held, _("La decisión y su razón ya son públicas."))
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "tables/correction.html", cycle=held.session.cycle, session=held.session, correction=correction, form=form
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/sesiones/<reference>/minuta/aprobacion")
@requires(policies.can_approve_minutes, queries.visible_minutes)
def approve_minutes(minutes: Minutes) -> Any:
    with transaction():
        operations.approve_minutes(actor=current_actor(), minutes=minutes, now=clock.now())
    return _back(minutes, _("La minuta está aprobada. Su huella queda en el historial público."))


@bp.get("/sesiones/<reference>/minuta/versiones/<int:number>")
@visible(_version)
def minutes_version(found: tuple[Minutes, str, MinutesVersion]) -> str:
    """A version, with what it changed of the one before."""
    minutes, before, version = found
    session = minutes.session
    return render_template(
        "tables/minutes_version.html",
        cycle=session.cycle,
        session=session,
        minutes=minutes,
        version=version,
        changes=diffs.changes(before, version.source),
    )


@bp.get("/sesiones/<reference>/minuta.pdf")
@visible(queries.visible_minutes)
@limiter.limit("10 per minute; 100 per hour")
def printed_minutes(minutes: Minutes) -> Response:
    paper = pdf.PAPERS.get(request.args.get("papel", "carta"))
    if paper is None:
        raise NotFound
    session = minutes.session
    address = current_settings().public_url + url_for("tables.session", reference=session.reference)
    page = render_template(
        "tables/minutes_pdf.html",
        cycle=session.cycle,
        session=session,
        minutes=minutes,
        address=address,
        site=current_settings().public_url,
        counted=queries.counted(session),
    )
    document = pdf.render(page, sheet="report", paper=paper)
    name = f"minuta-{session.reference.lower()}.pdf"
    return Response(
        document, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@bp.get("/sesiones/<reference>/minuta.<extension>")
@visible(_to_take_along)
def download_minutes(found: tuple[Minutes, str]) -> Response:
    minutes, extension = found
    session, reference = minutes.session, minutes.session.reference
    row = [
        reference,
        minutes.state.value,
        minutes.version,
        minutes.saved_at.isoformat(),
        minutes.approved_at.isoformat() if minutes.approved_at else None,
        minutes.source,
        *_counted(session, as_text=extension == "csv"),
    ]
    source = url_for("tables.minutes", reference=reference)
    name = f"minuta-{reference.lower()}"
    return exports.answer(name, extension, COLUMNS, [row], title=session.title, source=source)


def _counted(session: Session, *, as_text: bool) -> list[Any]:
    """Who came, as numbers; the quorum; every message that somebody reacted to. As JSON in a spreadsheet's cells."""
    came, quorum = queries.attendance(session).sectors(), queries.standing_of(session)
    told = [
        [{"sector": sector, "channel": channel, "people": people} for (sector, channel), people in came.items()],
        quorum and {"is_met": quorum.is_met, **quorum.kept()},
        list(queries.reactions(session)),
    ]
    return [json.dumps(found, ensure_ascii=False) if found and as_text else found or None for found in told]


def _page(
    minuted: Minuted,
    corrections_form: CorrectionsForm | None = None,
    correction_form: CorrectionForm | None = None,
) -> str:
    actor, now, minutes = current_actor(), clock.now(), minuted.minutes
    return render_template(
        "tables/minutes.html",
        cycle=minutes.session.cycle,
        session=minutes.session,
        minutes=minutes,
        versions=queries.versions(minutes),
        corrections=queries.corrections(minutes),
        counted=queries.counted(minutes.session),
        may_write=policies.can_write_minutes(actor, minutes, now),
        may_open=policies.can_open_corrections(actor, minutes, now),
        may_correct=policies.can_correct(actor, minuted, now),
        may_approve=policies.can_approve_minutes(actor, minutes, now),
        corrections_form=corrections_form or CorrectionsForm(formdata=None),
        correction_form=correction_form or CorrectionForm(formdata=None),
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _back(minutes: Minutes, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("tables.minutes", reference=minutes.session.reference), 303)
