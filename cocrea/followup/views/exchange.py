"""Commitments and their roadmaps as files: taken along by anyone, and brought in by the facilitation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Sector
from cocrea.commitments.content import COUNTERPARTS, LEADS
from cocrea.commitments.models import Commitment
from cocrea.commitments.policies import can_import
from cocrea.commitments.queries import organisations
from cocrea.core import clock, exports
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.diffs import compared
from cocrea.core.errors import CocreaError, Conflict, Invalid, NotFound
from cocrea.core.settings import current_settings
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import limiter
from cocrea.followup import operations, queries
from cocrea.followup.exchange import comparing, example, fields, reading, writing
from cocrea.followup.exchange.comparing import State, Verdict
from cocrea.followup.exchange.raw import Source
from cocrea.followup.forms import ImportForm
from cocrea.followup.views.base import bp, commitment

MOST_SHOWN = 100
STATE_KINDS = {State.NEW: "success", State.SAME: "closed", State.DIFFERENT: "warning", State.SETTLED: "neutral"}
OFTEN = "30 per minute; 300 per hour"


def _of_cycle(actor: Any, slug: str, extension: str) -> tuple[Cycle, str]:
    return visible_cycle(actor, slug), _known(extension)


def _of_commitment(actor: Any, reference: str, extension: str) -> tuple[Commitment, str]:
    return commitment(actor, reference), _known(extension)


def _may_import(actor: Any, found: tuple[Cycle, str], now: Any) -> Any:
    return can_import(actor, found[0], now)


def _known(extension: str) -> str:
    if extension not in writing.MEDIA_TYPES:
        raise NotFound
    return extension


@bp.get("/ciclos/<slug>/compromisos.<extension>")
@visible(_of_cycle)
@limiter.limit(OFTEN)
def take_commitments(found: tuple[Cycle, str]) -> Response:
    """Every public commitment of a cycle with its roadmap, in the format that comes in again."""
    cycle, extension = found
    contents = [one.content for one in queries.standing(cycle)]
    return _file(f"{cycle.slug}-compromisos", extension, contents, cycle)


@bp.get("/compromisos/<reference>/plantilla.<extension>")
@visible(_of_commitment)
@limiter.limit(OFTEN)
def take_commitment(found: tuple[Commitment, str]) -> Response:
    """One commitment by the fields of the template."""
    of, extension = found
    return _file(of.reference, extension, [queries.standing_one(of).content], of.cycle)


@bp.get("/ciclos/<slug>/compromisos/importacion/ejemplo.<extension>")
@requires(_may_import, _of_cycle)
def import_example(found: tuple[Cycle, str]) -> Response:
    """A file that can be brought in as it is, to begin one's own from."""
    cycle, extension = found
    parties = (organisations(sectors) for sectors in (LEADS, COUNTERPARTS))
    lead, counterpart = (names[0][1] if names else "" for names in parties)
    content = example.content(lead, counterpart, queries.today(cycle, clock.now()))
    names = [name for _id, name in organisations(list(Sector))]
    return _file(f"{cycle.slug}-ejemplo", extension, [content], cycle, names)


@bp.route("/ciclos/<slug>/compromisos/importacion", methods=["GET", "POST"])
@requires(can_import, visible_cycle)
def import_commitments(cycle: Cycle) -> Any:
    """Choose a file, read what would happen to each commitment, and only then keep it."""
    form = ImportForm()
    source, verdicts = Source(), list[Verdict]()
    if form.validate_on_submit():
        try:
            source = _read(form)
            if form.carried.data:
                return _keep(cycle, form, source)
            verdicts = operations.judge(cycle, source)
        except Conflict as error:
            form.reject(error)
            verdicts = _again(cycle, source)
        except CocreaError as error:
            form.reject(error)
    return _page(cycle, form, source, verdicts)


def _again(cycle: Cycle, source: Source) -> list[Verdict]:
    """What would happen now, to be confirmed anew; nothing where the plan takes no more."""
    try:
        return operations.judge(cycle, source)
    except CocreaError:
        return []


def _read(form: ImportForm) -> Source:
    if form.carried.data:
        return reading.read(form.carried.data.encode(errors="replace"), most_bytes=reading.MOST_CARRIED)
    if not form.file.data:
        raise Invalid(_("Elige un archivo."), "file")
    return reading.read(form.file.data.read())


def _keep(cycle: Cycle, form: ImportForm, source: Source) -> Any:
    with transaction():
        made = operations.import_commitments(
            actor=current_actor(),
            cycle=cycle,
            source=source,
            base=form.base.data or "",
            is_changing=bool(form.is_changing.data),
            now=clock.now(),
        )
    flash(_told(made), "success" if made.created or made.changed else "info")
    return redirect(url_for("commitments.index", slug=cycle.slug), 303)


def _told(made: operations.Imported) -> str:
    said = []
    if made.created:
        said.append(ngettext("Se creó %(num)s compromiso.", "Se crearon %(num)s compromisos.", made.created))
    if made.changed:
        said.append(ngettext("Cambió %(num)s borrador.", "Cambiaron %(num)s borradores.", made.changed))
    if made.differing:
        said.append(_("Los borradores que difieren se quedan como estaban."))
    return " ".join(said) or _("Ya estaban: nada se creó dos veces.")


def _page(cycle: Cycle, form: ImportForm, source: Source, verdicts: list[Verdict]) -> Any:
    faults = [*source.faults, *(wrong for one in verdicts for wrong in one.faults)]
    states = [one.state for one in verdicts]
    form.base.data = comparing.fingerprint(verdicts)
    form.carried.data = "" if faults else reading.carried(one.item.text for one in verdicts)
    page = render_template(
        "followup/import.html",
        cycle=cycle,
        form=form,
        verdicts=[(one, compared(one.differences)) for one in verdicts],
        kinds=STATE_KINDS,
        counts={state.value: states.count(state) for state in State},
        faults=faults[:MOST_SHOWN],
        wrong=len(faults),
        extensions=list(writing.MEDIA_TYPES),
        parts=((_("Del compromiso"), fields.COMMITMENT), (_("De su hoja de ruta"), writing.ROADMAP)),
        most={
            "mb": reading.MOST_BYTES >> 20,
            "commitments": fields.MOST_COMMITMENTS,
            "activities": fields.MOST_ACTIVITIES,
        },
    )
    return page, 422 if form.errors or faults else 200


def _file(
    name: str, extension: str, contents: Sequence[Any], cycle: Cycle, organisations: Sequence[str] = ()
) -> Response:
    settings = current_settings()
    about = {
        "title": cycle.title,
        "source": settings.public_url + url_for("commitments.index", slug=cycle.slug),
        "licence": settings.data_licence,
        "generated_at": clock.now().isoformat(timespec="seconds"),
    }
    body: Any
    if extension == "csv":
        body = exports.as_csv(writing.COLUMNS, writing.rows(contents))
    elif extension == "json":
        body = iter([writing.document(contents, about)])
    else:
        body = iter([writing.workbook(contents, organisations)])
    return exports.attached(body, f"{name}.{extension}", writing.MEDIA_TYPES[extension])
