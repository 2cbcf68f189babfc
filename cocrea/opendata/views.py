"""Where things come from and what became of them, step by step, and the lists that anyone may take along."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.commitments.models import Commitment
from cocrea.commitments.queries import visible_commitment
from cocrea.core import clock, exports, sdg
from cocrea.core.access import public, visible
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.settings import current_settings
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import limiter
from cocrea.opendata import archive, overview, queries
from cocrea.opendata.datasets import Dataset
from cocrea.opendata.lists import DATASETS, EVERY, EVERYWHERE
from cocrea.opendata.standards import findings, reporting
from cocrea.opendata.threads import prov
from cocrea.opendata.threads.nodes import Thread
from cocrea.opendata.threads.picture import draw
from cocrea.opendata.threads.starting import visible_thread

API = "/api/v1"
KINDS = {
    "moment": _l("fecha y hora"),
    "date": _l("fecha"),
    "boolean": _l("sí o no"),
    "enum": _l("una de varias palabras"),
    "integer": _l("número entero"),
    "number": _l("número"),
    "json": _l("JSON"),
    "text": _l("texto"),
}
WORDS = ("list", "resource", "column", "type", "values", "meaning")

bp = Blueprint("opendata", __name__)


def _file(_actor: Any, name: str, extension: str) -> tuple[Dataset, str]:
    if name not in EVERYWHERE or extension not in exports.MEDIA_TYPES:
        raise NotFound
    return EVERYWHERE[name], extension


def _form(_actor: Any, extension: str) -> str:
    if extension not in exports.MEDIA_TYPES:
        raise NotFound
    return extension


def _download(actor: Any, slug: str, name: str, extension: str) -> tuple[Cycle, Dataset, str]:
    cycle = visible_cycle(actor, slug)
    if name not in DATASETS or extension not in exports.MEDIA_TYPES:
        raise NotFound
    return cycle, DATASETS[name], extension


@bp.get("/compromisos/<reference>/hilo")
@visible(visible_commitment)
def commitment_thread(commitment: Commitment) -> Any:
    """Where threads of commitments were first published."""
    return redirect(url_for("opendata.thread", reference=commitment.reference), 301)


@bp.get("/hilo/<reference>")
@same_for_visitors
@visible(visible_thread)
def thread(thread: Thread) -> str:
    return render_template("opendata/thread.html", cycle=thread.cycle, thread=thread, picture=draw(thread))


@bp.get("/hilo/<reference>/prov.json")
@visible(visible_thread)
def provenance(thread: Thread) -> Response:
    answer = Response(json.dumps(prov.document(thread), ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{thread.about}.prov.json"'
    return answer


@bp.get("/panorama")
@same_for_visitors
@public
def panorama() -> str:
    return render_template("opendata/overview.html", figures=overview.overview())


@bp.get("/panorama/foros")
@same_for_visitors
@public
def all_forums() -> str:
    return render_template("opendata/forums.html", page=overview.forum_list())


@bp.get("/panorama/planes")
@same_for_visitors
@public
def all_plans() -> str:
    return render_template("opendata/plans.html", page=overview.plan_list())


@bp.get("/panorama/compromisos")
@public
def all_commitments() -> str:
    asked = request.args.get("ods", "")
    goal = next((goal for goal in sdg.goals() if goal.code == asked), None)
    if asked not in {"", "todos"} and goal is None:
        raise NotFound
    page = overview.commitment_list(goal.number if goal else None, aligned=asked == "todos")
    return render_template("opendata/commitments.html", page=page, goal=goal, aligned=asked == "todos")


@bp.get("/ciclos/<slug>/datos")
@same_for_visitors
@visible(visible_cycle)
def datasets(cycle: Cycle) -> str:
    return render_template(
        "opendata/datasets.html",
        cycle=cycle,
        datasets=DATASETS.values(),
        licence=current_settings().data_licence,
    )


@bp.get("/ciclos/<slug>/datos/<name>.<extension>")
@visible(_download)
def download(found: tuple[Cycle, Dataset, str]) -> Response:
    cycle, dataset, extension = found
    return exports.answer(
        f"{cycle.slug}-{dataset.name}",
        extension,
        dataset.columns,
        dataset.rows(cycle.id),
        title=f"{cycle.title} · {dataset.title}",
        source=url_for("opendata.datasets", slug=cycle.slug),
    )


@bp.get("/ciclos/<slug>/datos.zip")
@visible(visible_cycle)
@limiter.limit("10 per minute; 60 per hour")
def whole(cycle: Cycle) -> Response:
    """All that is public in a cycle, in one file that is made while it is sent."""
    settings = current_settings()
    body = archive.of(
        cycle,
        source=settings.public_url + url_for("opendata.datasets", slug=cycle.slug),
        licence=settings.data_licence,
        licence_url=exports.licence_url(),
        now=clock.now(),
    )
    return exports.attached(body, f"{cycle.slug}.zip", "application/zip")


@bp.get("/ciclos/<slug>/estandares")
@same_for_visitors
@visible(visible_cycle)
def standards(cycle: Cycle) -> str:
    """How the cycle stands by the minimum requirements of the Open Government Partnership."""
    return render_template("opendata/standards.html", cycle=cycle, report=_report(cycle))


@bp.get("/ciclos/<slug>/estandares.json")
@visible(visible_cycle)
def download_standards(cycle: Cycle) -> Response:
    """The same, a requirement an item."""
    report = _report(cycle)
    return exports.answer(
        f"{cycle.slug}-estandares",
        "json",
        findings.COLUMNS,
        report.rows(),
        title=f"{cycle.title} · {_('Informe de estándares')}",
        source=url_for("opendata.standards", slug=cycle.slug),
    )


def _report(cycle: Cycle) -> findings.Report:
    return reporting.of(cycle, findings.Thresholds.of(current_settings()), clock.now())


@bp.get("/datos")
@same_for_visitors
@public
def site() -> str:
    """What belongs to the whole platform, and how to take all of it."""
    licence = current_settings().data_licence
    return render_template("opendata/site.html", datasets=EVERYWHERE.values(), licence=licence)


@bp.get("/datos/<name>.<extension>")
@visible(_file)
def download_for_all(found: tuple[Dataset, str]) -> Response:
    dataset, extension = found
    source = url_for("opendata.site")
    return exports.answer(
        dataset.name, extension, dataset.columns, dataset.rows(), title=str(dataset.title), source=source
    )


@bp.get("/datos/api")
@same_for_visitors
@public
def guide() -> str:
    """How programs read all this: what there is, how much may be asked, and how."""
    settings = current_settings()
    return render_template(
        "opendata/guide.html",
        datasets=EVERY,
        base=settings.public_url + API,
        licence=settings.data_licence,
        licence_url=exports.licence_url(),
        limits=settings.api_limit.split(";"),
    )


@bp.get("/datos/diccionario")
@same_for_visitors
@public
def dictionary() -> str:
    return render_template("opendata/dictionary.html", datasets=EVERY, kinds=KINDS)


@bp.get("/datos/diccionario.<extension>")
@visible(_form)
def download_dictionary(extension: str) -> Response:
    """Every column of every list, with its type and meaning, in the reader's language."""
    title, source = str(_("Diccionario de datos")), url_for("opendata.dictionary")
    return exports.answer("diccionario", extension, list(WORDS), queries.dictionary(), title=title, source=source)
