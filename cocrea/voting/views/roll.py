"""The roll: how it is made, whether I am on it, the list it is taken from, and entering somebody late."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Person
from cocrea.accounts.queries import assisted_by, credential_by_email
from cocrea.audit.canonical import canonical_json
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.extensions import db, limiter
from cocrea.voting import addresses, electorates, operations, policies, queries
from cocrea.voting.counting import proof_of_entry
from cocrea.voting.forms import AddressesForm, EmptyListForm, LateForm, late_form
from cocrea.voting.models import Contest
from cocrea.voting.views.base import about_paper, bp


def _facilitator() -> str:
    return str(current_actor().id)


@bp.get("/votaciones/<reference>/padron")
@same_for_visitors
@visible(queries.visible_contest)
def roll(contest: Contest) -> str:
    actor, now = current_actor(), clock.now()
    entry = queries.roll_entry(actor, contest)
    may_list = policies.can_list(actor, contest, now)
    figures = queries.roll(contest) if contest.frozen_at else None
    return render_template(
        "voting/roll.html",
        cycle=contest.cycle,
        contest=contest,
        figures=figures,
        sector_rows=_sector_rows(figures["by_sector"]) if figures and figures["by_sector"] else [],
        place=electorates.place(actor, contest, entry) if not contest.cancelled_at or contest.frozen_at else None,
        listed=queries.listed(contest) if may_list else 0,
        may_list=may_list,
        may_register=policies.can_register_late(actor, contest, now),
        entry=entry,
        **about_paper(contest, entry),
    )


@bp.get("/votaciones/<reference>/padron/mi-lugar.json")
@visible(queries.on_the_roll)
def prove_entry(contest: Contest) -> Response:
    """The reader's own proof that they are on the roll with the published fingerprint."""
    members = queries.roll_members(contest)
    proof = proof_of_entry(contest.roll_salt, members, current_actor().public_id)
    content = canonical_json({"contest": contest.reference, **proof}) + "\n"
    response = Response(content, mimetype="application/json", headers={"Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = f'attachment; filename="{contest.reference}-padron.json"'
    return response


@bp.route("/votaciones/<reference>/padron/registro", methods=["GET", "POST"])
@requires(policies.can_register_late, queries.visible_contest)
@limiter.limit("60 per hour", key_func=_facilitator, methods=["POST"])
def register_late(contest: Contest) -> Any:
    form = late_form(assisted_by(current_actor()))
    if form.validate_on_submit():
        try:
            person = _chosen(form)
            with transaction():
                operations.register_late(
                    actor=current_actor(),
                    contest=contest,
                    person=person,
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("La persona ya está en el padrón. La razón quedó en el historial, sin su nombre."), "success")
            return _to_the_roll(contest)
        except CocreaError as error:
            form.reject(error)
    page = render_template("voting/register_late.html", cycle=contest.cycle, contest=contest, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/votaciones/<reference>/padron/lista", methods=["GET", "POST"])
@requires(policies.can_list, queries.visible_contest)
def list_addresses(contest: Contest) -> Any:
    """Read what is in a text or file, line by line, and only then keep it."""
    form, reading = AddressesForm(), None
    if form.validate_on_submit():
        try:
            reading = _read(form)
            if form.confirmed.data and not reading.errors:
                return _keep(contest, reading)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "voting/addresses.html",
        cycle=contest.cycle,
        contest=contest,
        form=form,
        emptying=EmptyListForm(formdata=None),
        reading=reading,
        most_shown=addresses.MOST_SHOWN,
        listed=queries.listed(contest),
    )
    return page, 422 if form.errors or (reading and reading.errors) else 200


@bp.post("/votaciones/<reference>/padron/lista/vaciado")
@requires(policies.can_list, queries.visible_contest)
def empty_list(contest: Contest) -> Any:
    if EmptyListForm().validate_on_submit():
        with transaction():
            operations.empty_list(actor=current_actor(), contest=contest, now=clock.now())
        flash(_("La lista quedó vacía."), "success")
    return redirect(url_for("voting.list_addresses", reference=contest.reference), 303)


def _sector_rows(by_sector: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    return [(sector.label if sector else _("Sin declarar"), number) for sector, number in by_sector]


def _keep(contest: Contest, reading: addresses.Reading) -> Any:
    with transaction():
        new = operations.list_addresses(
            actor=current_actor(), contest=contest, addresses=reading.addresses, now=clock.now()
        )
    kept = ngettext("Se guardó %(num)s dirección nueva.", "Se guardaron %(num)s direcciones nuevas.", new)
    flash(kept if new else _("Todas estaban ya en la lista."), "success")
    return _to_the_roll(contest)


def _read(form: AddressesForm) -> addresses.Reading:
    given = form.file.data.read() if form.file.data else b""
    reading = addresses.from_file(given) if given else addresses.from_text(form.addresses.data or "")
    if not reading.addresses and not reading.errors:
        raise Invalid(_l("Pega las direcciones o elige un archivo."), "addresses")
    return reading


def _chosen(form: LateForm) -> Person:
    """The one person whom the form names; an e-mail without a confirmed account names nobody."""
    if bool(form.email.data) == bool(form.person.data):
        raise Invalid(_l("Escribe un correo, o elige a una persona sin correo: una de las dos cosas."), "email")
    if form.person.data:
        return db.session.get_one(Person, form.person.data)
    credential = credential_by_email(form.email.data or "")
    if credential is None or not credential.person.is_verified or not credential.person.is_active:
        raise Invalid(_l("No hay una cuenta confirmada con ese correo."), "email")
    return credential.person


def _to_the_roll(contest: Contest) -> Any:
    return redirect(url_for("voting.roll", reference=contest.reference), 303)
