"""Pages of tables, and taking, leaving, taking away and giving back a seat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.consultation.models import Topic
from cocrea.consultation.operations import see_pack
from cocrea.consultation.queries import pack as pack_of
from cocrea.consultation.queries import topics
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import pairs
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import db
from cocrea.tables import operations, policies, queries
from cocrea.tables.expected import Standing, expected
from cocrea.tables.forms import RemovalForm, TableForm
from cocrea.tables.models import Place, Removal, TableMember
from cocrea.tables.rules import commitment_limit
from cocrea.tables.views.base import agreement_rows, bp, ring_counts, to_table
from cocrea.tables.views.plenaries import plenary_page


@bp.get("/ciclos/<slug>/mesas")
@same_for_visitors
@visible(visible_cycle)
def index(cycle: Cycle) -> str:
    return render_template(
        "tables/index.html",
        cycle=cycle,
        cards=queries.tables_of(cycle, clock.now()),
        may_create=policies.can_create(current_actor(), cycle, clock.now()),
    )


@bp.route("/ciclos/<slug>/mesas/nueva", methods=["GET", "POST"])
@requires(policies.can_create, visible_cycle)
def create(cycle: Cycle) -> Any:
    form = TableForm()
    nothing = (0, _("Ninguno en particular"))
    form.topic.choices = pairs([nothing, *((topic.id, topic.title) for topic in topics(cycle))])
    if form.validate_on_submit():
        try:
            with transaction():
                table = operations.create_table(
                    actor=current_actor(),
                    cycle=cycle,
                    name=form.name.data or "",
                    purpose=form.purpose.data or "",
                    information=form.information.data or "",
                    topic=db.session.get(Topic, form.topic.data) if form.topic.data else None,
                    now=clock.now(),
                )
                reference = table.reference
            flash(_("La mesa ya es pública. Convoca su primera sesión."), "success")
            return redirect(url_for("tables.show", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    return render_template("tables/form.html", cycle=cycle, form=form), 422 if form.is_submitted() else 200


@bp.get("/mesas/<reference>")
@same_for_visitors
@visible(queries.visible_place)
def show(place: Place) -> str:
    actor, now, table = current_actor(), clock.now(), place.table
    standing = _standing(actor, place, now)
    if table.is_plenary:
        return plenary_page(standing, actor, now)
    pack = pack_of(actor, table.scope)
    page = render_template(
        "tables/show.html",
        cycle=table.cycle,
        table=table,
        member=place.member,
        standing=standing,
        step=expected(standing, now),
        commitment_limit=commitment_limit(table),
        members=queries.members(table),
        place=place,
        balance=queries.balance(table),
        is_settled=policies.is_settled(table, now),
        sessions=standing.sessions,
        agreements=standing.agreements,
        tasks=standing.tasks,
        now=now,
        problems=queries.problems_of(table),
        agreement_rows=agreement_rows,
        ring_counts=ring_counts,
        actor=actor,
        facilitates=standing.facilitates,
        removals=queries.removals(table) if standing.facilitates and place.removed else [],
        may_run=standing.may_run,
        pack=pack,
    )
    if pack and pack.is_unread:
        with transaction():
            see_pack(pack, now=now)
    return page


def _standing(actor: Any, place: Place, now: datetime) -> Standing:
    """How the actor stands to the table, with its sessions, agreements and tasks."""
    return Standing(
        place,
        tasks=queries.tasks_of(place.table),
        actor_id=actor.id,
        sessions=queries.sessions_of(place.table),
        agreements=queries.agreements_of(place.table),
        facilitates=policies.facilitates(actor, place.table),
        is_invited=policies.is_invited(place, now),
        may_join=policies.can_join(actor, place, now),
        may_request=policies.can_request(actor, place, now),
        may_run=policies.can_run(actor, place, now),
    )


@bp.post("/mesas/<reference>/asiento")
@visible(queries.visible_place)
def join(place: Place) -> Any:
    """Taking one's seat twice is taking it once: the operation judges."""
    with transaction():
        operations.join(actor=current_actor(), table=place.table, now=clock.now())
    flash(_("Ya tienes tu asiento en esta mesa. Sus sesiones en vivo aparecerán en «Por hacer»."), "success")
    return redirect(url_for("tables.show", reference=place.table.reference), 303)


@bp.post("/mesas/<reference>/asiento/retiro")
@requires(policies.can_leave, queries.visible_place)
def leave(place: Place) -> Any:
    with transaction():
        operations.leave(actor=current_actor(), table=place.table, now=clock.now())
    return to_table(place.table, _("Dejaste tu asiento. Lo que dijiste se conserva."))


@bp.route("/mesas/<reference>/asientos/<person>/retiro", methods=["GET", "POST"])
@requires(policies.can_remove, queries.visible_seat)
def remove(member: TableMember) -> Any:
    """Take someone's seat away, after saying what that does."""
    form, table, person = RemovalForm(), member.table, member.person
    if form.validate_on_submit():
        try:
            with transaction():
                operations.remove(
                    actor=current_actor(), table=table, person=person, reason=form.reason.data or "", now=clock.now()
                )
            return to_table(table, _("Retiraste el asiento. Lo que dijo se conserva; tu razón es pública."))
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/remove.html", cycle=table.cycle, table=table, member=member, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/mesas/<reference>/asientos/<person>/devolucion")
@requires(policies.can_readmit, queries.visible_removal)
def readmit(removal: Removal) -> Any:
    table = removal.table
    with transaction():
        operations.readmit(actor=current_actor(), table=table, person=removal.person, now=clock.now())
    return to_table(table, _("Ya puede tomar de nuevo su asiento. Si tiene correo, le avisamos."))
