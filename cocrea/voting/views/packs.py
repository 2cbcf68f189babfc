"""The information pack of a contest: as it stands, its versions, its documents, the next one."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.consultation.models import PackItem
from cocrea.consultation.operations import see_pack
from cocrea.consultation.queries import Pack, Told, pack
from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.packs import PackForm
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.voting import operations, policies, queries
from cocrea.voting.models import Contest
from cocrea.voting.views.base import bp


@bp.get("/votaciones/<reference>/carpeta")
@same_for_visitors
@visible(queries.visible_pack)
def show_pack(found: tuple[Contest, Pack]) -> str:
    """The pack as it stands. That someone read it is remembered here, never on the page where they vote."""
    contest, held = found
    now = clock.now()
    may_edit = policies.can_edit_pack(current_actor(), contest, now)
    page = render_template("voting/pack.html", cycle=contest.cycle, contest=contest, pack=held, may_edit=may_edit)
    if held.is_unread:
        with transaction():
            see_pack(held, now=now)
    return page


@bp.get("/votaciones/<reference>/carpeta/<int:number>")
@same_for_visitors
@visible(queries.visible_pack_version)
def pack_version(found: tuple[Contest, Told]) -> str:
    """A version as it was published, and what it changed of the one before."""
    contest, told = found
    said = {"version": told.version, "changes": told.changes}
    return render_template("voting/pack_version.html", cycle=contest.cycle, contest=contest, **said)


@bp.get("/votaciones/<reference>/carpeta/<int:number>/documentos/<int:position>")
@visible(queries.visible_pack_item)
def pack_document(item: PackItem) -> Response:
    return files.send(item.file)


@bp.route("/votaciones/<reference>/carpeta/edicion", methods=["GET", "POST"])
@requires(policies.can_edit_pack, queries.visible_contest)
def edit_pack(contest: Contest) -> Any:
    actor, form = current_actor(), PackForm()
    held = pack(actor, contest.scope)
    form.start_from(held.current if held else None)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.publish_pack(actor=actor, contest=contest, content=form.content(), now=clock.now())
            flash(_("La nueva versión ya es pública. Las anteriores se pueden seguir leyendo."), "success")
            return redirect(url_for("voting.show_pack", reference=contest.reference), 303)
        except CocreaError as error:
            form.reject(error)
    form.ask_for_file()
    page = render_template("voting/pack_form.html", cycle=contest.cycle, contest=contest, form=form)
    return page, 422 if form.is_submitted() else 200
