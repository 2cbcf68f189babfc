"""The information pack of a table: its versions, its documents, the next one."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from cocrea.consultation.models import PackItem
from cocrea.consultation.queries import Told, pack
from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.packs import PackForm
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.tables import operations, policies, queries
from cocrea.tables.models import Table
from cocrea.tables.views.base import bp, to_table


@bp.get("/mesas/<reference>/carpeta/<int:number>")
@same_for_visitors
@visible(queries.visible_pack_version)
def pack_version(found: tuple[Table, Told]) -> str:
    """A version as it was published, and what it changed of the one before."""
    table, told = found
    return render_template(
        "tables/pack_version.html",
        cycle=table.cycle,
        table=table,
        version=told.version,
        changes=told.changes,
    )


@bp.get("/mesas/<reference>/carpeta/<int:number>/documentos/<int:position>")
@visible(queries.visible_pack_item)
def pack_document(item: PackItem) -> Response:
    return files.send(item.file)


@bp.route("/mesas/<reference>/carpeta", methods=["GET", "POST"])
@requires(policies.can_edit_pack, queries.visible_table)
def edit_pack(table: Table) -> Any:
    held, form = pack(current_actor(), table.scope), PackForm()
    form.start_from(held.current if held else None)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.publish_pack(actor=current_actor(), table=table, content=form.content(), now=clock.now())
            return to_table(table, _("La nueva versión ya es pública. Las anteriores se pueden seguir leyendo."))
        except CocreaError as error:
            form.reject(error)
    form.ask_for_file()
    page = render_template("tables/pack_form.html", cycle=table.cycle, table=table, form=form)
    return page, 422 if form.is_submitted() else 200
