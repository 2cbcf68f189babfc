"""Spaces: where cycles happen, who sits in their forum and by which rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Gender
from cocrea.accounts.policies import can_administer
from cocrea.accounts.queries import organisation_called, organisation_names
from cocrea.core import clock
from cocrea.core.access import current_actor, public, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.forums import operations, policies, queries
from cocrea.forums.agenda import agenda
from cocrea.forums.forms import ForumForm, MunicipalityForm, RulesForm, SeatForm
from cocrea.forums.models import Forum, Space

bp = Blueprint("forums", __name__)


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
    actor, now = current_actor(), clock.now()
    return render_template(
        "forums/show.html",
        space=space,
        forums=queries.forums(space),
        seats_by_sector=queries.seats_by_sector,
        page=agenda.cycles(actor, now, space),
        may_create=agenda.can_create(actor, space, now),
        may_steer=policies.can_steer(actor, space, now),
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
    return _form(state, form, _("Abrir el espacio de un municipio"), _("Abrir el espacio"))


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
            return _to_space(space)
        except CocreaError as error:
            form.reject(error)
    return _form(space, form, _("Instalar un foro"), _("Instalar el foro"))


@bp.route("/foros/<slug>/reglas", methods=["GET", "POST"])
@requires(policies.can_steer_forum, queries.visible_forum)
def rules(forum: Forum) -> Any:
    form = RulesForm(data={"rules": forum.rules_source})
    if form.validate_on_submit():
        try:
            with transaction():
                operations.set_rules(actor=current_actor(), forum=forum, rules=form.rules.data or "", now=clock.now())
            flash(_("Las reglas nuevas ya son públicas."), "success")
            return _to_space(forum.space)
        except CocreaError as error:
            form.reject(error)
    return _form(forum.space, form, _("Reglas de «%(forum)s»", forum=forum.name), _("Publicar las reglas"))


@bp.route("/foros/<slug>/asientos", methods=["GET", "POST"])
@requires(policies.can_steer_forum, queries.visible_forum)
def seat(forum: Forum) -> Any:
    form = SeatForm()
    form.organisation.choices = organisation_names()
    if form.validate_on_submit():
        try:
            _add_seat(forum, form)
            flash(_("El asiento ya aparece en el foro."), "success")
            return _to_space(forum.space)
        except CocreaError as error:
            form.reject(error)
    return _form(forum.space, form, _("Dar un asiento en «%(forum)s»", forum=forum.name), _("Dar el asiento"))


def _add_seat(forum: Forum, form: SeatForm) -> None:
    gender = Gender(form.gender.data) if form.gender.data else None
    with transaction():
        organisation = organisation_called(form.organisation.data)
        if organisation is None:
            raise Invalid(_l("Elige una organización de la lista."), "organisation")
        operations.add_seat(
            actor=current_actor(), forum=forum, organisation=organisation, gender=gender, now=clock.now()
        )


def _to_space(space: Space) -> Any:
    return redirect(url_for("forums.show", slug=space.slug), 303)


def _form(space: Space, form: Any, title: str, button: str) -> tuple[str, int]:
    """One page for the forms about a forum."""
    page = render_template("forums/form.html", space=space, form=form, title=title, button=button)
    return page, 422 if form.is_submitted() else 200
