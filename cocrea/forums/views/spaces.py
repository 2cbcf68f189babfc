"""Spaces: where cycles happen, who sits in their forum and by which rules."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts.policies import can_administer
from cocrea.core import clock
from cocrea.core.access import current_actor, public, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.forums import operations, policies, queries, quorums
from cocrea.forums.agenda import agenda
from cocrea.forums.forms import ForumForm, MunicipalityForm, RulesForm
from cocrea.forums.models import Forum, HolderKind, Space
from cocrea.forums.views.base import bp, form_page, to_space


@bp.get("/espacios")
@same_for_visitors
@public
def index() -> str:
    return render_template(
        "forums/index.html",
        levels=queries.spaces(),
        counts=agenda.counts(),
        may_install=current_actor().is_administrator,
    )


@bp.get("/espacios/<slug>")
@same_for_visitors
@visible(queries.visible_space)
def show(space: Space) -> str:
    actor, now, forums = current_actor(), clock.now(), queries.forums(space)
    may_steer = policies.can_steer(actor, space, now)
    return render_template(
        "forums/show.html",
        space=space,
        forums=forums,
        offers=queries.offers([seat for forum in forums for seat in forum.seats], now) if may_steer else [],
        seats_by_sector=queries.seats_by_sector,
        quorum_rule=lambda forum: quorums.rule(queries.quorum(forum)),
        holder_kinds=list(HolderKind),
        page=agenda.cycles(actor, now, space),
        may_create=agenda.can_create(actor, space, now),
        may_steer=may_steer,
        may_add_municipality=policies.can_add_municipality(actor, space, now),
        now=now,
    )


@bp.post("/espacios/mexico")
@requires(can_administer)
def install_mexico() -> Any:
    with transaction():
        operations.install_mexico(actor=current_actor(), now=clock.now())
    flash(_("México y sus 32 entidades ya tienen su espacio. Ahora nombra a quien responde por cada uno."), "success")
    return redirect(url_for("accounts.appointments"), 303)


@bp.route("/espacios/<slug>/municipios/nuevo", methods=["GET", "POST"])
@requires(policies.can_add_municipality, queries.visible_space)
def add_municipality(state: Space) -> Any:
    form = MunicipalityForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.add_municipality(
                    actor=current_actor(),
                    state=state,
                    name=form.name.data or "",
                    code=form.code.data or "",
                    now=clock.now(),
                )
                slug = made.slug
            flash(_("El municipio ya tiene su espacio."), "success")
            return redirect(url_for("forums.show", slug=slug), 303)
        except CocreaError as error:
            form.reject(error)
    return form_page(state, form, _("Abrir el espacio de un municipio"), _("Abrir el espacio"))


@bp.route("/espacios/<slug>/foros/nuevo", methods=["GET", "POST"])
@requires(policies.can_steer, queries.visible_space)
def create(space: Space) -> Any:
    form = ForumForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.install_forum(
                    actor=current_actor(),
                    space=space,
                    name=form.name.data or "",
                    rules=form.rules.data or "",
                    installed_on=form.installed_on.data,
                    now=clock.now(),
                )
            flash(_("El foro está instalado. Ahora dale sus asientos."), "success")
            return to_space(space)
        except CocreaError as error:
            form.reject(error)
    return form_page(space, form, _("Instalar un foro"), _("Instalar el foro"))


@bp.route("/foros/<slug>/reglas", methods=["GET", "POST"])
@requires(policies.can_steer_forum, queries.visible_forum)
def rules(forum: Forum) -> Any:
    form = RulesForm(data={"rules": forum.rules_source})
    if form.validate_on_submit():
        try:
            with transaction():
                operations.set_rules(actor=current_actor(), forum=forum, rules=form.rules.data or "", now=clock.now())
            flash(_("Las reglas nuevas ya son públicas."), "success")
            return to_space(forum.space)
        except CocreaError as error:
            form.reject(error)
    return form_page(forum.space, form, _("Reglas de «%(forum)s»", forum=forum.name), _("Publicar las reglas"))
