"""Who came to a session: one confirms it in the hall or online; the facilitation ticks, types and counts."""

from __future__ import annotations

from typing import Any

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Gender, Sector
from cocrea.consultation.models import Trait
from cocrea.core import clock, pdf
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.settings import current_settings
from cocrea.cycles.figures import REST
from cocrea.discussion.models import Channel
from cocrea.extensions import limiter
from cocrea.tables import operations, policies, queries
from cocrea.tables.attending import hall_code
from cocrea.tables.forms import HallForm, HeadcountForm, NamesForm, TicksForm
from cocrea.tables.models import Room, Session, SheetName
from cocrea.tables.views.base import bp

EMPTY_LINES = 22  # of a printed sheet


@bp.get("/sesiones/<reference>/asistencia")
@visible(queries.visible_whole)
def attendance(room: Room) -> str:
    """How many came, for everyone; who, for the facilitation. The code of the hall leads here."""
    return _page(room)


@bp.post("/sesiones/<reference>/asistencia")
@requires(policies.can_attend, queries.visible_room)
@limiter.limit("20 per minute")
def confirm_in_hall(room: Room) -> Any:
    form = HallForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.confirm_in_hall(
                    actor=current_actor(), session=room.session, code=form.code.data or "", now=clock.now()
                )
            return _back(room.session, _("Quedó tu asistencia: estás en la sala."))
        except CocreaError as error:
            form.reject(error)
    return _page(room, hall_form=form), 422


@bp.post("/sesiones/<reference>/asistencia/en-linea")
@requires(policies.can_say_here, queries.visible_room)
def say_here(room: Room) -> Any:
    with transaction():
        operations.say_here(actor=current_actor(), session=room.session, now=clock.now())
    return _back(room.session, _("Quedó tu asistencia en línea."))


@bp.get("/sesiones/<reference>/asistencia/codigo")
@requires(policies.can_take_attendance, queries.visible_room)
def hall(room: Room) -> Response:
    """The code of now, to be shown in the hall."""
    session = room.session
    code = hall_code(session, clock.now())
    short = current_settings().public_url + url_for("tables.attendance", reference=session.reference)
    picture = segno.make(f"{short}?codigo={code}", error="m", micro=False).svg_data_uri(
        scale=6, dark="#000", light="#fff", border=3
    )
    page = render_template(
        "tables/hall.html", cycle=session.cycle, session=session, code=code, address=short, picture=picture
    )
    return Response(page, headers={"Cache-Control": "private, no-store"})


@bp.post("/sesiones/<reference>/asistencia/lista")
@requires(policies.can_take_attendance, queries.visible_room)
def tick_members(room: Room) -> Any:
    form = TicksForm()
    if form.validate_on_submit():
        with transaction():
            operations.tick_members(
                actor=current_actor(), session=room.session, people=form.people.data or [], now=clock.now()
            )
        return _back(room.session, _("Guardamos la lista."))
    return _page(room), 422


@bp.post("/sesiones/<reference>/asistencia/hoja")
@requires(policies.can_take_attendance, queries.visible_room)
def add_names(room: Room) -> Any:
    form = NamesForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_names(
                    actor=current_actor(),
                    session=room.session,
                    names=(form.names.data or "").splitlines(),
                    sector=Sector(form.sector.data) if form.sector.data else None,
                    key=form.client_key.data or "",
                    now=clock.now(),
                )
            return _back(room.session, _("Guardamos los nombres. Solo los ve la facilitación."))
        except CocreaError as error:
            form.reject(error)
    return _page(room, names_form=form), 422


@bp.post("/sesiones/<reference>/asistencia/hoja/<int:name>/retiro")
@requires(policies.can_erase_name, queries.visible_sheet_name)
def erase_name(name: SheetName) -> Any:
    session = name.session
    with transaction():
        operations.erase_name(actor=current_actor(), name=name, now=clock.now())
    return _back(session, _("Quitamos el nombre."))


@bp.post("/sesiones/<reference>/asistencia/conteo")
@requires(policies.can_take_attendance, queries.visible_room)
def count_unnamed(room: Room) -> Any:
    form = HeadcountForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.count_unnamed(
                    actor=current_actor(),
                    session=room.session,
                    people=form.people.data,
                    counts=form.counts(),
                    now=clock.now(),
                )
            return _back(room.session, _("Guardamos el conteo."))
        except CocreaError as error:
            form.reject(error)
    return _page(room, headcount_form=form), 422


@bp.get("/sesiones/<reference>/asistencia/hoja.pdf")
@requires(policies.can_take_attendance, queries.visible_room)
@limiter.limit("10 per minute; 100 per hour")
def attendance_sheet(room: Room) -> Response:
    """A sheet to write names on, for the hall."""
    paper = pdf.PAPERS.get(request.args.get("papel", "carta"))
    if paper is None:
        raise NotFound
    session = room.session
    page = render_template("tables/attendance_sheet.html", cycle=session.cycle, session=session, lines=EMPTY_LINES)
    name = f"asistencia-{session.reference.lower()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(pdf.render(page, sheet="report", paper=paper), mimetype="application/pdf", headers=headers)


def _page(room: Room, **returned: Any) -> str:
    """The page; `returned` are the forms that come back with errors."""
    actor, now, session = current_actor(), clock.now(), room.session
    takes = policies.can_take_attendance(actor, room, now)
    counted = returned.get("headcount_form") or HeadcountForm(formdata=None)
    if takes and "headcount_form" not in returned:
        counted.start_from(queries.headcount(session))
    code = request.args.get("codigo", "")[:40]
    return render_template(
        "tables/attendance.html",
        cycle=session.cycle,
        session=session,
        came=queries.attendance(session),
        own=queries.own_attendance(actor, session),
        code=code,
        takes=takes,
        may_attend=policies.can_attend(actor, room, now),
        may_say_here=policies.can_say_here(actor, room, now),
        people=queries.attendees(session) if takes else [],
        names=queries.sheet_names(session) if takes else [],
        hall_form=returned.get("hall_form") or HallForm(formdata=None, data={"code": code}),
        names_form=returned.get("names_form") or NamesForm(formdata=None),
        headcount_form=counted,
        traits=Trait,
        channels=Channel,
        genders={**{gender.value: gender.label for gender in Gender}, REST: _("Otras, o no lo dijeron")},
    )


def _back(session: Session, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("tables.attendance", reference=session.reference), 303)
