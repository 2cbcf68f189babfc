"""The list of organisations and institutions, as whoever administers the platform keeps it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts import operations, queries
from cocrea.accounts.forms import NewOrganisationForm, OrganisationForm
from cocrea.accounts.models import Organisation, Sector
from cocrea.accounts.policies import can_administer
from cocrea.accounts.views.base import bp
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError


def _organisation(actor: Any, slug: str) -> Organisation | None:
    return queries.organisation_at(slug) if actor.is_administrator else None


@bp.get("/administracion/organizaciones")
@requires(can_administer)
def organisations() -> str:
    return render_template("accounts/organisations.html", organisations=queries.organisations())


@bp.route("/administracion/organizaciones/nueva", methods=["GET", "POST"])
@requires(can_administer)
def add_organisation() -> Any:
    form = NewOrganisationForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_organisation(
                    actor=current_actor(),
                    name=form.name.data or "",
                    short_name=form.short_name.data or "",
                    sector=Sector(form.sector.data),
                    now=clock.now(),
                )
            return _done(_("La organización ya está en la lista."))
        except CocreaError as error:
            form.reject(error)
    return _page(form, _("Agregar una organización"))


@bp.route("/administracion/organizaciones/<slug>", methods=["GET", "POST"])
@requires(can_administer, _organisation)
def rename_organisation(organisation: Organisation) -> Any:
    form = OrganisationForm(obj=organisation)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.rename_organisation(
                    actor=current_actor(),
                    organisation=organisation,
                    name=form.name.data or "",
                    short_name=form.short_name.data or "",
                    now=clock.now(),
                )
            return _done(_("Guardamos el nombre. El anterior queda en el historial público."))
        except CocreaError as error:
            form.reject(error)
    return _page(form, _("Corregir el nombre"))


def _page(form: OrganisationForm, title: str) -> tuple[str, int]:
    return render_template("accounts/organisation_form.html", form=form, title=title), 422 if form.errors else 200


def _done(words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("accounts.organisations"), 303)
