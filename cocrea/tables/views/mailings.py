"""E-mails about sessions: turned off and on from the account, or off by the address in each of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Person
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.extensions import csrf
from cocrea.tables import operations, policies, queries
from cocrea.tables.views.base import bp


@bp.route("/correos/sesiones/<token>", methods=["GET", "POST"])
@visible(queries.mail_reader)
@csrf.exempt
def unsubscribe(reader: Person) -> str:
    """Mail programs post here by themselves when one says «unsubscribe» (RFC 8058): no sign-in, no page before it."""
    if request.method == "POST":
        with transaction():
            operations.refuse_mail(person=reader, now=clock.now())
    return render_template("tables/unsubscribe.html", done=request.method == "POST")


@bp.post("/cuenta/calendario/correos")
@requires(policies.can_keep_calendar)
def choose_mail() -> Any:
    wants = request.form.get("wants") == "yes"
    choose = operations.accept_mail if wants else operations.refuse_mail
    with transaction():
        choose(person=current_actor(), now=clock.now())
    flash(
        _("Te escribiremos de las sesiones de tus mesas.") if wants else _("Ya no te escribiremos de las sesiones."),
        "success",
    )
    return redirect(url_for("tables.calendar"), 303)
