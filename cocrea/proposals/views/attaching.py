"""Files of a proposal: read, added and taken away."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.discussion import attachments
from cocrea.discussion.models import Attachment
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.forms import AttachForm, DetachForm
from cocrea.proposals.models import Proposal
from cocrea.proposals.views.base import bp, own_proposal, status_of


def own_attachment(actor: Any, reference: str, attachment: int) -> tuple[Proposal, Attachment]:
    """A file of a proposal of one's own that was not taken away."""
    proposal = own_proposal(actor, reference)
    found = queries.attachment_of(proposal, attachment)
    if found.is_removed:
        raise NotFound
    return proposal, found


@bp.route("/propuestas/<reference>/archivos", methods=["GET", "POST"])
@requires(policies.can_edit, own_proposal)
def attachments_of(proposal: Proposal) -> Any:
    form = AttachForm()
    if form.validate_on_submit():
        try:
            upload = attachments.prepared(form.upload.data)
            with transaction():
                operations.attach(
                    actor=current_actor(),
                    proposal=proposal,
                    upload=upload,
                    description=form.description.data or "",
                    now=clock.now(),
                )
            flash(_("El archivo ya está con tu propuesta."), "success")
            return redirect(url_for("proposals.attachments_of", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    form.ask_for_file()
    page = render_template(
        "proposals/attachments.html",
        cycle=proposal.cycle,
        proposal=proposal,
        form=form,
        attachments=attachments.of(proposal),
        most=attachments.MOST,
    )
    return page, status_of(form)


@bp.get("/propuestas/<reference>/archivos/<int:attachment>")
@visible(queries.visible_attachment)
def attachment(attachment: Attachment) -> Response:
    return files.send(attachment.file)


@bp.route("/propuestas/<reference>/archivos/<int:attachment>/retiro", methods=["GET", "POST"])
@requires(policies.can_detach, own_attachment)
def detach(found: tuple[Proposal, Attachment]) -> Any:
    (proposal, attachment), form = found, DetachForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.detach(
                    actor=current_actor(),
                    proposal=proposal,
                    attachment=attachment,
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("El archivo se quitó."), "success")
            return redirect(url_for("proposals.attachments_of", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "proposals/detach.html", cycle=proposal.cycle, proposal=proposal, attachment=attachment, form=form
    )
    return page, status_of(form)
