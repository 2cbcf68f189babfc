"""The shape of a contest and of a ballot."""

from __future__ import annotations

from typing import Any

from wtforms import DateTimeLocalField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

from cocrea.core.forms import Form, line, members, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.voting.models import Choice, Contest, ElectorateRule

_NEEDED = InputRequired(_l("Este dato hace falta."))
_PERCENT = NumberRange(0, 99, _l("Escribe un número entre 0 y 99."))


class ContestForm(Form):
    """Calling a vote."""

    question = line(_l("Pregunta"), limit=300, description=_l("Por ejemplo: «¿Qué propuestas llevamos al plan?»."))
    explanation = paragraph(
        _l("Información para decidir"),
        required=False,
        description=_l("En palabras sencillas: qué se decide, qué pasa si se aprueba y qué pasa si no."),
    )
    proposals = SelectMultipleField(_l("Propuestas admitidas que se votan"))
    electorate = RadioField(_l("¿Quién puede votar?"), [_NEEDED], choices=members(ElectorateRule))
    table = SelectField(_l("Mesa"), coerce=int, description=_l("Solo si votan las personas integrantes de una mesa."))
    opens_at = DateTimeLocalField(_l("Abre"), [_NEEDED], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    closes_at = DateTimeLocalField(_l("Cierra"), [_NEEDED], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    quorum_percent = IntegerField(
        _l("Quórum, en porcentaje del padrón"),
        [_NEEDED, _PERCENT],
        default=0,
        description=_l("Cuánta gente del padrón debe votar para que el resultado valga. 0 si no hay quórum."),
    )
    threshold_percent = IntegerField(
        _l("Umbral, en porcentaje de síes"),
        [_NEEDED, _PERCENT],
        default=50,
        description=_l("Se aprueba con más de este porcentaje de síes entre síes y noes. 50 es mayoría simple."),
    )


class ReceiptForm(Form):
    """Looking for one's receipt in the published list."""

    receipt = line(
        _l("Tu comprobante"), limit=40, description=_l("16 letras y números, por ejemplo 7KQ2-M9TX-4HWD-PB3R.")
    )


def ballot_form(contest: Contest, **kwargs: Any) -> Form:
    """A form with one yes / no / abstain question per option, named `choice_<position>`."""
    fields = {
        f"choice_{option.position}": RadioField(
            option.title,
            [InputRequired(_l("Elige una respuesta; si no quieres decidir, elige «Me abstengo»."))],
            choices=members(Choice),
        )
        for option in contest.options
    }
    form: Form = type("BallotForm", (Form,), fields)(**kwargs)
    return form


def ballot_choices(form: Form) -> dict[str, str]:
    """The answers of a ballot form, by position."""
    return {name.removeprefix("choice_"): value for name, value in form.data.items() if name.startswith("choice_")}
