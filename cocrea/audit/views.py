"""The public history: its pages, its download and how to check it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from cocrea.audit import export, queries
from cocrea.audit.queries import Entry
from cocrea.core.access import public, visible
from cocrea.core.settings import current_settings
from cocrea.core.visitor_pages import same_for_visitors

bp = Blueprint("audit", __name__)


@bp.get("/historial")
@same_for_visitors
@public
def index() -> str:
    """What was decided, by whom and why, newest first."""
    scope, subject = request.args.get("ambito", "").strip(), request.args.get("folio", "").strip()
    return render_template(
        "audit/index.html",
        page=queries.public_history(scope=scope, subject=subject),
        scopes=queries.public_scopes(),
        scope=scope,
        subject=subject,
    )


def _load_entry(_actor: Any, *, record_id: int) -> Entry:
    return queries.public_entry(record_id)


@bp.get("/historial/registros/<int:record_id>")
@same_for_visitors
@visible(_load_entry)
def show(entry: Entry) -> str:
    """One record, the exact text that is hashed and the proof that it is in the tree."""
    return render_template("audit/show.html", entry=entry, inclusion=queries.inclusion(entry.position))


@bp.get("/historial/comprobar")
@public
def verification() -> str:
    """How anyone checks the whole history without trusting us."""
    return render_template("audit/verification.html", head=queries.latest_head())


@bp.get("/historial/descarga.ndjson")
@public
def download() -> Response:
    """The whole sealed history as it is streamed, line by line."""
    head = queries.latest_head()
    heads = queries.heads_up_to(head.size) if head else []
    body = export.lines(
        records=queries.sealed_records(head.size if head else 0),
        signed_heads=heads,
        site=current_settings().public_url + url_for("audit.index"),
        licence=current_settings().data_licence,
    )
    return Response(
        stream_with_context(_batched(body)),
        mimetype="application/x-ndjson",
        headers={"Content-Disposition": "attachment; filename=historial.ndjson", "Cache-Control": "no-cache"},
    )


def _batched(lines: Iterator[str], size: int = 200) -> Iterator[str]:
    """Fewer and larger writes: a line is a third of a packet."""
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)
