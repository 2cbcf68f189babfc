"""Bringing in the contributions of a workshop from a spreadsheet: template, review, and all at once or nothing."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.consultation import importing, operations, policies, queries
from cocrea.consultation.forms.workshops import ImportForm
from cocrea.consultation.models import Topic, Workshop
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock, text
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Invalid
from cocrea.core.i18n import lazy as _l

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/jornadas/<reference>/plantilla.xlsx")
@requires(policies.can_run_workshop, queries.visible_workshop)
def import_template(workshop: Workshop) -> Response:
    data = importing.template(topic.title for topic in queries.topics(workshop.cycle))
    headers = {"Content-Disposition": f'attachment; filename="{workshop.reference}-plantilla.xlsx"'}
    return Response(data, mimetype=SPREADSHEET, headers=headers)


@bp.route("/jornadas/<reference>/importacion", methods=["GET", "POST"])
@requires(policies.can_enter, queries.visible_workshop)
def import_entries(workshop: Workshop) -> Any:
    """Choose a file, read what would happen to each row, and only then keep it."""
    form = ImportForm()
    rows: list[importing.Row] = []
    if form.validate_on_submit():
        topics = {text.fold(topic.title): topic for topic in queries.topics(workshop.cycle)}
        try:
            rows = _sent() if "rows" in request.form else _read(form)
            importing.judge(rows, topics, queries.entry_keys(workshop))
            if "rows" in request.form and not any(row.errors for row in rows):
                return _keep(workshop, rows, topics)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "consultation/workshop_import.html",
        cycle=workshop.cycle,
        workshop=workshop,
        form=form,
        rows=rows,
        columns=importing.COLUMNS,
        wrong=sum(bool(row.errors) for row in rows),
        fresh=sum(not row.known for row in rows),
        carried=json.dumps([[row.number, dict(row.values)] for row in rows], ensure_ascii=False),
    )
    return page, 200 if rows and not form.errors and "rows" not in request.form else status(form)


def _keep(workshop: Workshop, rows: list[importing.Row], topics: dict[str, Topic]) -> Any:
    fresh = [(topics[text.fold(row.values["topic"])], row) for row in rows if not row.known]
    # Topics are counted up in the one order of `lock_topics`: of two who change the same ones at once the second waits.
    fresh.sort(key=lambda found: found[0].id)
    with transaction():
        for topic, row in fresh:
            operations.enter(
                actor=current_actor(),
                workshop=workshop,
                topic=topic,
                content=row.content,
                key=row.key,
                now=clock.now(),
            )
    published = ngettext("Se publicó %(num)s aportación.", "Se publicaron %(num)s aportaciones.", len(fresh))
    flash(published if fresh else _("Ya estaban ahí: nada se publicó dos veces."), "success")
    return redirect(url_for("consultation.workshop", reference=workshop.reference), 303)


def _read(form: ImportForm) -> list[importing.Row]:
    if not form.file.data:
        raise Invalid(_l("Elige un archivo."), "file")
    return importing.read(form.file.data.read())


def _sent() -> list[importing.Row]:
    """The rows that were read and shown, as the page sends them back: judged again like a file."""
    try:
        carried = json.loads(request.form["rows"])
        lines = [[str(values.get(name, "")) for name in importing.COLUMNS] for _number, values in carried]
        numbers = [int(number) for number, _values in carried]
        "".join(chain.from_iterable(lines)).encode()  # half a surrogate pair is no text
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Invalid(_l("Elige el archivo otra vez."), "file") from None
    return importing.again(lines, numbers)
