"""Forms that save themselves while one writes, as the draft of whoever writes: what their routes answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, request
from flask_babel import gettext as _

from cocrea.accounts.operations import OtherVersion
from cocrea.core import clock
from cocrea.core.clock import epoch
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import hour

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """One form as it was sent, with what its domain knows of it.

    `keep(fields, now, written_on)` keeps what was typed; `made()` is the address of what this very form has made
    already, empty if nothing; `beside(other)` answers with the form as typed and the other version next to it. `always`
    are fields that are there before anyone types; `page` is the address of the form.
    """

    typed: Fields
    keep: Callable[[Fields, datetime, str | None], datetime | None]
    made: Callable[[], str]
    beside: Callable[[OtherVersion], Any]
    always: frozenset[str]
    page: str
    timezone: str


def answer(desk: Desk) -> Any:
    """Keep what is typed. Scripts get the words to show; without them, the form again.

    A script that only asks whether the form has made something gets the time, to tell which of two versions is later.
    """
    if "ask" in request.form and not desk.made():
        return jsonify(now=epoch(clock.now()))
    if request.accept_mimetypes.best == "application/json":
        return _for_script(desk)
    return _for_page(desk)


def _for_script(desk: Desk) -> Any:
    try:
        kept = _keep(desk)
    except OtherVersion as other:
        return jsonify(other={"pairs": _pairs(other.fields), "at": epoch(other.saved_at)}), 409
    except Conflict:
        return jsonify(published=desk.made()), 409
    except Invalid as error:
        return jsonify(said=str(error.message)), 422
    said = _("Guardado a las %(hour)s", hour=hour(kept, desk.timezone)) if kept else ""
    return jsonify(said=said, at=str(epoch(kept)) if kept else "")


def _for_page(desk: Desk) -> Any:
    try:
        kept = _keep(desk)
    except OtherVersion as other:
        return desk.beside(other)
    except Conflict:
        return redirect(desk.made(), 303)
    except Invalid as error:
        flash(error.message, "warning")
    else:
        if kept:
            flash(_("Guardamos tu borrador. Solo tú lo ves; te espera aquí y en «Por hacer»."), "success")
        else:
            flash(_("Todavía no hay nada que guardar."), "info")
    return redirect(desk.page, 303)


def _keep(desk: Desk) -> datetime | None:
    """When it was kept; None where nobody typed anything."""
    said = desk.typed if set(filter(desk.typed.get, desk.typed)) - desk.always else {}
    with transaction():
        return desk.keep(said, clock.now(), request.form.get("on", request.args.get("on")))


def _pairs(fields: Fields) -> list[tuple[str, str]]:
    """A draft as a form sends it."""
    several = ((name, value if isinstance(value, list) else [value]) for name, value in fields.items())
    return [(name, value) for name, values in several for value in values]
