"""The page on which a facilitator writes down a proposal that people made on paper or in person."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from cocrea.accounts.queries import assisted_by
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.models import Channel
from cocrea.proposals import operations, policies
from cocrea.proposals.forms import RecordForm
from cocrea.proposals.views import desk
from cocrea.proposals.views.base import bp, status_of


@bp.route("/ciclos/<slug>/propuestas/registro", methods=["GET", "POST"])
@requires(policies.can_record, visible_cycle)
def record(cycle: Cycle) -> Any:
    form, people = RecordForm(), assisted_by(current_actor())
    form.offer_people(people)
    if not form.is_submitted():
        form.problems.data = request.args.getlist("problematica")
    chosen = desk.offer(cycle, form)
    if desk.was_asked():
        return desk.page(cycle, form, chosen)
    if form.validate_on_submit():
        try:
            with transaction():
                proposal = operations.record(
                    actor=current_actor(),
                    cycle=cycle,
                    content=form.content(),
                    problems=chosen,
                    channel=Channel(form.channel.data),
                    attribution=form.attribution.data or "",
                    acting_for=next((one for one in people if one.public_id == form.person.data), None),
                    newcomer=form.newcomer.data or "",
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = proposal.reference
            flash(
                _("Quedó como borrador que solo tú ves. Revísalo, agrega la foto de la hoja y publícalo."), "success"
            )
            return redirect(url_for("proposals.show", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    return desk.page(cycle, form, chosen), status_of(form)
