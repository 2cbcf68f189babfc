"""Where a commitment comes from, step by step, and the lists that anyone may take along."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, url_for

from cocrea.commitments.models import Commitment
from cocrea.commitments.queries import visible_commitment
from cocrea.core import exports
from cocrea.core.access import visible
from cocrea.core.errors import NotFound
from cocrea.core.settings import current_settings
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.opendata import queries
from cocrea.opendata.datasets import Dataset
from cocrea.opendata.queries import DATASETS

bp = Blueprint("opendata", __name__)


def _commitment(actor: Any, reference: str) -> Commitment:
    found = visible_commitment(actor, reference)
    if found.is_tombstone:
        raise NotFound
    return found


def _download(actor: Any, slug: str, name: str, extension: str) -> tuple[Cycle, Dataset, str]:
    cycle = visible_cycle(actor, slug)
    if name not in DATASETS or extension not in exports.MEDIA_TYPES:
        raise NotFound
    return cycle, DATASETS[name], extension


@bp.get("/compromisos/<reference>/hilo")
@same_for_visitors
@visible(_commitment)
def thread(commitment: Commitment) -> str:
    return render_template("opendata/thread.html", cycle=commitment.cycle, thread=queries.thread(commitment))


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
