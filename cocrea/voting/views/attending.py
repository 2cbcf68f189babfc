"""Voting on paper: asked for by the voter, noted by the booth's officers; its lists and ballots to print."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Person
from cocrea.core import clock, pdf
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Invalid, NotFound
from cocrea.extensions import db, limiter
from cocrea.voting import operations, policies, queries
from cocrea.voting.forms import FreeForm, LookUpForm, MarkForm, PlainForm, PrintForm, SignaturesForm
from cocrea.voting.models import Booth, Choice
from cocrea.voting.views.base import bp, unstored


def _officer() -> str:
    return str(current_actor().id)


@bp.post("/votaciones/<reference>/casillas/<int:number>/solicitud")
@requires(policies.can_ask_for_paper, queries.visible_booth)
@limiter.limit("30 per minute", key_func=_officer)
def ask_for_paper(booth: Booth) -> Any:
    if PlainForm().validate_on_submit():
        with transaction():
            operations.ask_for_paper(actor=current_actor(), booth=booth, now=clock.now())
        flash(_("Quedó anotado: votas en papel en «%(place)s».", place=booth.place), "success")
    return _to_the_contest(booth)


@bp.post("/votaciones/<reference>/casillas/<int:number>/devolucion")
@requires(policies.can_ask_for_paper, queries.visible_booth)
@limiter.limit("30 per minute", key_func=_officer)
def give_back(booth: Booth) -> Any:
    if PlainForm().validate_on_submit():
        with transaction():
            operations.give_back(actor=current_actor(), booth=booth, now=clock.now())
        flash(_("Puedes votar en línea: ya no estás en la lista de la casilla."), "success")
    return _to_the_contest(booth)


@bp.get("/votaciones/<reference>/casillas/<int:number>")
@requires(policies.can_serve, queries.visible_booth)
def booth(booth: Booth) -> str:
    return _booth(booth)


@bp.get("/votaciones/<reference>/casillas/<int:number>/busqueda")
@requires(policies.can_serve, queries.visible_booth)
def back_to_booth(booth: Booth) -> Any:
    """Where a phone that let go of what was found loads its address again."""
    return _to_the_booth(booth)


@bp.post("/votaciones/<reference>/casillas/<int:number>/busqueda")
@requires(policies.can_attend, queries.visible_booth)
@limiter.limit("30 per minute; 400 per hour", key_func=_officer)
def look_up(booth: Booth) -> Any:
    """By POST, although nothing changes: names stay out of addresses and logs."""
    form = LookUpForm()
    if not form.validate_on_submit():
        return unstored(_booth(booth, look_up_form=form)), 422
    found = queries.on_the_roll_by(booth.contest, form.sought.data or "")
    return unstored(_booth(booth, look_up_form=form, found=found))


@bp.post("/votaciones/<reference>/casillas/<int:number>/marcas")
@requires(policies.can_attend, queries.visible_booth)
def mark(booth: Booth) -> Any:
    form = MarkForm()
    if not form.validate_on_submit():
        raise NotFound
    with transaction():
        operations.mark(actor=current_actor(), booth=booth, person=_named(form), now=clock.now())
    flash(_("Quedó anotado: entrégale su boleta. En línea ya no puede votar."), "success")
    return _to_the_booth(booth)


@bp.post("/votaciones/<reference>/casillas/<int:number>/marcas/retiro")
@requires(policies.can_attend, queries.visible_booth)
def free(booth: Booth) -> Any:
    form = FreeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.free(
                    actor=current_actor(),
                    booth=booth,
                    person=_named(form),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("Ya no está anotada: puede votar en línea o aquí. La razón quedó en el historial."), "success")
            return _to_the_booth(booth)
        except Invalid as error:
            form.reject(error)
    person = db.session.scalar(sa.select(Person).where(Person.public_id == (form.person.data or "")))
    if person is None:
        raise NotFound
    return unstored(_page("voting/booth_free.html", booth, form=form, person=person)), 422


@bp.get("/votaciones/<reference>/casillas/<int:number>/lista")
@requires(policies.can_read_sheet, queries.visible_booth)
def sheet(booth: Booth) -> Response:
    may_enter = policies.can_enter_signatures(current_actor(), booth, clock.now())
    return unstored(_page("voting/booth_sheet.html", booth, rows=queries.sheet(booth), may_enter=may_enter))


@bp.post("/votaciones/<reference>/casillas/<int:number>/lista/impresion")
@requires(policies.can_read_sheet, queries.visible_booth)
@limiter.limit("10 per minute; 100 per hour", key_func=_officer)
def print_sheet(booth: Booth) -> Response:
    """Printing it is on record: by POST."""
    printed = _printed("voting/sheet_to_print.html", "roll-sheet", booth, rows=queries.sheet(booth), at=clock.now())
    with transaction():
        operations.note_sheet_printed(actor=current_actor(), booth=booth, now=clock.now())
    return printed


@bp.post("/votaciones/<reference>/casillas/<int:number>/firmas")
@requires(policies.can_enter_signatures, queries.visible_booth)
def enter_signatures(booth: Booth) -> Any:
    form = SignaturesForm()
    if form.validate_on_submit():
        with transaction():
            marked = operations.enter_signatures(
                actor=current_actor(), booth=booth, people=form.people.data or [], now=clock.now()
            )
        said = ngettext("Anotamos a %(num)s persona que firmó.", "Anotamos a %(num)s personas que firmaron.", marked)
        flash(said if marked else _("No marcaste a nadie nuevo."), "success" if marked else "info")
    return redirect(_address("voting.sheet", booth), 303)


@bp.post("/votaciones/<reference>/casillas/<int:number>/boletas-en-blanco")
@requires(policies.can_print_ballots, queries.visible_booth)
@limiter.limit("10 per minute; 100 per hour", key_func=_officer)
def print_ballots(booth: Booth) -> Any:
    form = PrintForm()
    if form.validate_on_submit():
        first, number = booth.printed, form.number.data
        papers = [queries.on_paper_order(booth, paper) for paper in range(first, first + number)]
        try:
            printed = _printed("voting/ballots_to_print.html", "paper-ballots", booth, papers=papers, choices=Choice)
            with transaction():
                operations.note_ballots_printed(
                    actor=current_actor(), booth=booth, first=first, number=number, now=clock.now()
                )
            return printed
        except pdf.Unavailable:
            raise
        except CocreaError as error:
            form.reject(error)
    return _booth(booth, print_form=form), 422


def _booth(booth: Booth, **more: Any) -> str:
    actor, now = current_actor(), clock.now()
    asked, marked = queries.on_paper(booth.contest).get(booth.id, (0, 0))
    forms = {
        "look_up_form": LookUpForm(formdata=None),
        "print_form": PrintForm(formdata=None),
        "free_form": FreeForm(formdata=None),
    }
    return _page(
        "voting/booth.html",
        booth,
        asked=asked,
        marked=marked,
        may_attend=policies.can_attend(actor, booth, now),
        may_count=policies.can_count(actor, booth, now),
        may_read_sheet=policies.can_read_sheet(actor, booth, now),
        may_print=policies.can_print_ballots(actor, booth, now),
        own=[shift for shift in booth.shifts if shift.person_id == actor.id],
        shown=queries.FOUND_AT_MOST,
        now=now,
        **{**forms, **more},
    )


def _page(template: str, booth: Booth, **more: Any) -> str:
    return render_template(template, cycle=booth.contest.cycle, contest=booth.contest, booth=booth, **more)


def _printed(template: str, sheet: str, booth: Booth, **more: Any) -> Response:
    """A PDF on letter paper."""
    name = f"{sheet}-{booth.contest.reference.lower()}-{booth.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    document = pdf.render(_page(template, booth, **more), sheet=sheet, paper=pdf.PAPERS["carta"])
    return Response(document, mimetype="application/pdf", headers=headers)


def _named(form: MarkForm) -> Person:
    person = db.session.scalar(sa.select(Person).where(Person.public_id == form.person.data))
    if person is None:
        raise NotFound
    return person


def _address(endpoint: str, booth: Booth) -> str:
    return url_for(endpoint, reference=booth.contest.reference, number=booth.number)


def _to_the_booth(booth: Booth) -> Any:
    return redirect(_address("voting.booth", booth), 303)


def _to_the_contest(booth: Booth) -> Any:
    return redirect(url_for("voting.show", reference=booth.contest.reference), 303)
