"""Reading papers: an officer's list of batches, the lines of one batch, what differs, and reading again.

What one officer typed is shown to nobody else until both handed in; then what differs, to who decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.core import clock
from cocrea.core.access import Decision, current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.voting import loading, operations, policies, queries, scrutiny
from cocrea.voting.counting import Unread, read_line
from cocrea.voting.forms import BatchForm, RecountForm, WithdrawForm, lines_form, typed_lines
from cocrea.voting.models import Batch, Booth, Contest, Reading
from cocrea.voting.views.base import bp, unstored
from cocrea.voting.wording import HOW_TO_TYPE, in_a_line, line_refusal

BOOTH = "/votaciones/<reference>/casillas/<int:number>"
BATCH = f"{BOOTH}/paquetes/<int:batch>"


def can_count_batch(actor: Any, batch: Batch, now: Any) -> Decision:
    """As `can_count` of its booth."""
    return policies.can_count(actor, batch.booth, now)


def can_count_correction(actor: Any, correction: Any, now: Any) -> Decision:
    """As `can_count` of its booth."""
    return policies.can_count(actor, correction.batch.booth, now)


@bp.get(f"{BOOTH}/captura")
@requires(policies.can_count, queries.visible_booth)
def capture(booth: Booth) -> Any:
    return _capture(booth, BatchForm(formdata=None))


@bp.post(f"{BOOTH}/paquetes")
@requires(policies.can_count, queries.visible_booth)
def register_batch(booth: Booth) -> Any:
    form = BatchForm()
    if form.validate_on_submit():
        try:
            of = {"number": form.number.data or 0, "size": form.size.data}
            with transaction():
                operations.register_batch(actor=current_actor(), booth=booth, **of, now=clock.now())
            flash(_("El paquete quedó registrado. Lo leen dos personas, cada una por su lado."), "success")
            return _to(booth)
        except CocreaError as error:
            form.reject(error)
    return _capture(booth, form), 422


@bp.post(f"{BATCH}/toma")
@requires(can_count_batch, loading.visible_batch)
def take_batch(batch: Batch) -> Any:
    """Become one of its two readers, and go on to its lines."""
    with transaction():
        operations.take(actor=current_actor(), batch=batch, now=clock.now())
    return redirect(_lines_of(batch), 303)


@bp.route(f"{BATCH}/lectura", methods=["GET", "POST"])
@requires(can_count_batch, loading.visible_batch)
def read_batch(batch: Batch) -> Any:
    """One's own lines: kept whenever they are sent, right or wrong; read back in words before they are handed in."""
    reading = _own(batch)
    if reading is None:
        return _to(batch.booth)
    if not request.form:
        kept = {f"line_{folio}": line for folio, line in enumerate(reading.lines, 1)}
        form = lines_form(range(1, batch.size + 1), formdata=None, data=kept)
        return unstored(_reading(batch, form, is_review="revisar" in request.args))
    form = lines_form(range(1, batch.size + 1))
    lines = list(typed_lines(form).values())
    with transaction():
        operations.save_draft(actor=current_actor(), batch=batch, lines=lines, now=clock.now())
    if "review" in request.form:
        if _judge(batch.booth.contest, form):
            return redirect(_lines_of(batch, revisar=1), 303)
        return unstored(_reading(batch, form)), 422
    flash(_("Tu lectura quedó guardada. Puedes salir y volver."), "success")
    return redirect(_lines_of(batch), 303)


@bp.post(f"{BATCH}/lectura/entrega")
@requires(can_count_batch, loading.visible_batch)
def hand_in(batch: Batch) -> Any:
    try:
        with transaction():
            operations.hand_in(actor=current_actor(), batch=batch, now=clock.now())
    except CocreaError as error:
        flash(error.message, "danger")
        return redirect(_lines_of(batch), 303)
    flash(_("Entregaste tu lectura. Ya no cambia."), "success")
    return _to(batch.booth)


@bp.route(f"{BATCH}/decision", methods=["GET", "POST"])
@requires(can_count_batch, loading.visible_batch)
def decide_batch(batch: Batch) -> Any:
    """What the two readings differ in, side by side; what is decided is read back in words first."""
    folios = operations.differing(batch)
    if not folios or any(reading.person_id == current_actor().id for reading in batch.readings):
        return _to(batch.booth)
    form = lines_form(folios)
    is_right = form.is_submitted() and _judge(batch.booth.contest, form)
    if is_right and "confirmed" in request.form:
        with transaction():
            operations.decide(actor=current_actor(), batch=batch, lines=typed_lines(form), now=clock.now())
        flash(_("Quedó decidido: el paquete está acordado."), "success")
        return _to(batch.booth)
    page = unstored(_deciding(batch, form, is_review=is_right and "change" not in request.form))
    return page, 422 if form.is_submitted() and not is_right else 200


@bp.route(f"{BATCH}/recuento", methods=["GET", "POST"])
@requires(can_count_batch, loading.visible_batch)
def recount_batch(batch: Batch) -> Any:
    """Read some or all papers again, without seeing what stands."""
    form = lines_form(range(1, batch.size + 1), RecountForm)
    if form.validate_on_submit():
        lines = {folio: line for folio, line in typed_lines(form).items() if line}
        if _judge(batch.booth.contest, form, lines):
            try:
                return _recounted(batch, lines, form["reason"].data or "")
            except CocreaError as error:
                form.reject(error)
    page = _page("voting/recount.html", batch, form=form, how=_how(batch))
    return unstored(page), 422 if form.is_submitted() else 200


@bp.post(f"{BATCH}/correcciones/<int:correction>/confirmacion")
@requires(can_count_correction, loading.visible_correction)
def confirm_correction(correction: Any) -> Any:
    batch = correction.batch
    with transaction():
        operations.confirm(actor=current_actor(), correction=correction, batch=batch, now=clock.now())
    flash(_("La corrección quedó confirmada: es lo que cuenta."), "success")
    return _to(batch.booth)


@bp.post(f"{BATCH}/correcciones/<int:correction>/descarte")
@requires(can_count_correction, loading.visible_correction)
def dismiss_correction(correction: Any) -> Any:
    batch = correction.batch
    with transaction():
        operations.dismiss(actor=current_actor(), correction=correction, batch=batch, now=clock.now())
    flash(_("La corrección quedó descartada: cuenta lo que se había acordado."), "success")
    return _to(batch.booth)


@bp.route(f"{BATCH}/retiro", methods=["GET", "POST"])
@requires(can_count_batch, loading.visible_batch)
def withdraw_batch(batch: Batch) -> Any:
    form, booth = WithdrawForm(), batch.booth
    if form.validate_on_submit():
        try:
            with transaction():
                operations.withdraw_batch(
                    actor=current_actor(), batch=batch, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("El paquete se retiró. Regístralo de nuevo como debe ser."), "success")
            return _to(booth)
        except CocreaError as error:
            form.reject(error)
    return _page("voting/withdraw.html", batch, form=form), 422 if form.is_submitted() else 200


def _recounted(batch: Batch, lines: Mapping[int, str], reason: str) -> Any:
    with transaction():
        found = operations.recount(actor=current_actor(), batch=batch, lines=lines, reason=reason, now=clock.now())
    if found:
        told = ngettext(
            "%(num)s boleta dice otra cosa. Cuenta cuando otra persona lo confirme.",
            "%(num)s boletas dicen otra cosa. Cuentan cuando otra persona lo confirme.",
            len(found),
        )
        flash(told, "warning")
    else:
        flash(_("Todo lo que leíste coincide con lo acordado."), "success")
    return _to(batch.booth)


def _capture(booth: Booth, form: BatchForm) -> Any:
    """The batches of a booth as this officer sees them."""
    found, actor, contest = scrutiny.batches(booth), current_actor(), booth.contest
    form.number.data = max((batch.number for batch in found), default=0) + 1
    waiting = [
        (batch, one, in_a_line(contest, one.old), in_a_line(contest, one.new))
        for batch in found
        for one in batch.corrections
        if one.is_waiting
    ]
    page = render_template(
        "voting/capture.html",
        cycle=contest.cycle,
        contest=contest,
        booth=booth,
        place=scrutiny.of_booth(booth, found),
        batches=[(batch, _mine(batch, actor), operations.differing(batch)) for batch in found],
        waiting=waiting,
        actor=actor,
        form=form,
    )
    return unstored(page)


def _mine(batch: Batch, actor: Any) -> Reading | None:
    return next((reading for reading in batch.readings if reading.person_id == actor.id), None)


def _own(batch: Batch) -> Reading | None:
    """The reading of whoever asks, as long as it may change."""
    mine = _mine(batch, current_actor())
    return mine if mine is not None and mine.handed_in_at is None else None


def _judge(contest: Contest, form: Any, lines: Mapping[int, str] | None = None) -> bool:
    """Put at each line why it is no ballot; whether all are."""
    terms, is_right = contest.terms, True
    for folio, line in (typed_lines(form) if lines is None else lines).items():
        try:
            read_line(terms, line)
        except Unread as unread:
            field = form[f"line_{folio}"]
            field.errors, is_right = [*field.errors, line_refusal(unread.why, contest)], False
    return is_right


def _spoken(contest: Contest, lines: Mapping[int, str]) -> dict[int, str]:
    """In words, those lines that are ballots."""
    said, terms = dict[int, str](), contest.terms
    for folio, line in lines.items():
        try:
            said[folio] = in_a_line(contest, read_line(terms, line))
        except Unread:
            said[folio] = ""
    return said


def _reading(batch: Batch, form: Any, *, is_review: bool = False) -> str:
    contest = batch.booth.contest
    return _page(
        "voting/reading.html",
        batch,
        form=form,
        how=_how(batch),
        said=_spoken(contest, typed_lines(form)),
        is_review=is_review and _judge(contest, form),
    )


def _deciding(batch: Batch, form: Any, *, is_review: bool) -> str:
    contest = batch.booth.contest
    typed = [dict(enumerate(reading.lines, 1)) for reading in batch.readings]
    sides = [(lines, _spoken(contest, lines)) for lines in typed]
    said = _spoken(contest, typed_lines(form))
    more = {"sides": sides, "said": said, "folios": operations.differing(batch), "is_review": is_review}
    return _page("voting/deciding.html", batch, form=form, how=_how(batch), **more)


def _how(batch: Batch) -> Any:
    return HOW_TO_TYPE[batch.booth.contest.terms.style]


def _page(template: str, batch: Batch, **more: Any) -> str:
    contest = batch.booth.contest
    of = {"cycle": contest.cycle, "contest": contest, "booth": batch.booth, "batch": batch}
    return render_template(template, **of, until=_until(batch.booth), **more)


def _until(booth: Booth) -> datetime | None:
    """When the shift ends in which its officer is reading."""
    actor, now = current_actor(), clock.now()
    own = (shift for shift in booth.shifts if shift.person_id == actor.id and shift.window.is_open(now))
    return max((shift.ends_at for shift in own), default=None)


def _lines_of(batch: Batch, revisar: int | None = None) -> str:
    booth = batch.booth
    of: dict[str, Any] = {"reference": booth.contest.reference, "number": booth.number, "batch": batch.number}
    return url_for("voting.read_batch", **of, revisar=revisar)


def _to(booth: Booth) -> Any:
    return redirect(url_for("voting.capture", reference=booth.contest.reference, number=booth.number), 303)
