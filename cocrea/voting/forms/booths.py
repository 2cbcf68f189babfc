"""Booths and shifts, and what their officers write."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cocrea.core.forms import Form, line, members
from cocrea.core.i18n import lazy as _l
from cocrea.core.moments import moment, on_the_wall
from cocrea.voting.models import Booth, ShiftKind
from cocrea.voting.operations import MOST_PRINTED

MOST_DAYS = 7
ROWS = range(MOST_DAYS)
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_NEEDED = InputRequired(_l("Este dato hace falta."))
NO_DAY = _l("Escribe al menos un día, con la hora en que abre y en que cierra.")
_PUBLIC = _l("Será pública, en el historial. No escribas el nombre de nadie.")


class BoothForm(Form):
    """Where and when one votes on paper; rows of days are added by `booth_form`."""

    form_key = HiddenField(validators=[Length(max=64)], default=lambda: secrets.token_hex(16))
    place = line(_l("Lugar"), description=_l("Como lo conoce la gente: «Biblioteca municipal»."))
    address = line(_l("Dirección"), limit=300, description=_l("Calle, número, colonia, y cómo llegar. Es pública."))
    reason = line(_l("Razón del cambio"), limit=500, description=_l("Será pública, en el historial."))

    def rows(self) -> list[tuple[Any, Any]]:
        """The two fields of each day."""
        return [(self[f"opens_{row}"], self[f"closes_{row}"]) for row in ROWS]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that there is a day, and that each has both hours."""
        fits = bool(super().validate(extra_validators))
        if not any(field.data or field.errors for row in self.rows() for field in row):
            self[f"opens_{ROWS[0]}"].errors, fits = [NO_DAY], False
        for opens, closes in self.rows():
            for one, other in ((opens, closes), (closes, opens)):
                if one.data is None and other.data is not None and not one.errors:
                    one.errors, fits = [_l("Este dato hace falta.")], False
        return fits

    def days(self, tz: str) -> list[tuple[datetime, datetime]]:
        """The days that were filled, as moments. Raises `Invalid` where clocks change."""
        return [
            (moment(opens.data, tz, opens.name), moment(closes.data, tz, closes.name))
            for opens, closes in self.rows()
            if opens.data and closes.data
        ]


def booth_form(booth: Booth | None = None) -> BoothForm:
    """The form of a new booth, which needs no reason, or of one there is."""
    fields = {}
    for row in ROWS:
        fields[f"opens_{row}"] = DateTimeLocalField(_l("Abre"), [Optional()], format=_MOMENT)
        fields[f"closes_{row}"] = DateTimeLocalField(_l("Cierra"), [Optional()], format=_MOMENT)
    kind = type("BoothFormWithDays", (BoothForm,), fields)
    form: BoothForm = kind(data=_held(booth)) if booth else kind()
    if booth is None:
        del form.reason
    return form


def _held(booth: Booth) -> dict[str, Any]:
    tz, found = booth.contest.cycle.timezone, {"place": booth.place, "address": booth.address}
    days = {
        f"{name}_{row}": on_the_wall(at, tz)
        for row, day in enumerate(booth.days)
        for name, at in (("opens", day.opens_at), ("closes", day.closes_at))
    }
    return {**found, **days}


class AnnulForm(Form):
    """Closing a booth for good."""

    reason = line(
        _l("Razón"),
        limit=500,
        description=_l(
            "Será pública, en el historial y en la página de la votación: no escribas nombres ni qué votó alguien."
        ),
    )


class ShiftForm(Form):
    """Who serves at a booth, at what and when."""

    email = line(_l("Correo de su cuenta"), limit=254, render_kw={"type": "email", "autocomplete": "off"})
    kind = RadioField(_l("Qué hará"), [_NEEDED], choices=members(ShiftKind), default=ShiftKind.ATTEND.value)
    starts_at = DateTimeLocalField(_l("Desde"), [_NEEDED], format=_MOMENT)
    ends_at = DateTimeLocalField(_l("Hasta"), [_NEEDED], format=_MOMENT)


class LookUpForm(Form):
    """Looking somebody up on the roll."""

    within = "buscar"

    sought = line(
        _l("Nombre o correo"),
        limit=254,
        description=_l("Al menos tres letras del nombre como está en su cuenta, o su correo completo."),
        render_kw={"autocomplete": "off"},
    )


class MarkForm(Form):
    """Somebody on the roll, by public id."""

    person = HiddenField(validators=[_NEEDED, Length(max=16)])


class FreeForm(MarkForm):
    """Undoing what was marked."""

    reason = line(_l("Razón"), limit=500, description=_PUBLIC)


class SignaturesForm(Form):
    """Who signed the sheet, by public id."""

    people = SelectMultipleField(_l("Personas"), validate_choice=False)


class PrintForm(Form):
    """How many ballots to print."""

    within = "imprimir"

    number = IntegerField(
        _l("Cuántas boletas"),
        [
            _NEEDED,
            NumberRange(1, MOST_PRINTED, _l("Imprime entre 1 y %(most)s boletas a la vez.", most=MOST_PRINTED)),
        ],
    )


class PlainForm(Form):
    """No more than the button."""
