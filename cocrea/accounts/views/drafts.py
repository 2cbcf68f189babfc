"""What a person began to write and did not send: theirs to read and to delete, also once its stage is closed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts import operations, queries
from cocrea.accounts.views.base import bp
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction


@bp.get("/cuenta/borradores")
@requires(is_signed_in)
def drafts() -> str:
    return render_template("accounts/drafts.html", drafts=queries.drafts_of(current_actor()))


@bp.post("/cuenta/borradores/descarte")
@requires(is_signed_in)
def drop_draft() -> Response:
    with transaction():
        operations.drop_draft(person=current_actor(), form=request.form.get("form", ""))
    flash(_("Borramos tu borrador."), "success")
    return redirect(url_for("accounts.drafts"), 303)
