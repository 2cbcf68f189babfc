"""Who is to answer a proposal, and when an institution does not work."""

from __future__ import annotations

from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired

from cocrea.core.forms import Form, line, members
from cocrea.core.i18n import lazy as _l
from cocrea.proposals.models import Duty

NEEDED = _l("Este dato hace falta.")
CHOOSE = _l("Elige una institución.")


class RoutingForm(Form):
    """One institution and its duty."""

    organisation = SelectField(
        _l("Institución"), [InputRequired(CHOOSE)], coerce=lambda value: int(value) if value else None
    )
    duty = RadioField(_l("Papel"), [InputRequired(_l("Elige una opción."))], choices=members(Duty))
    reason = line(
        _l("¿Por qué esta institución?"),
        required=False,
        limit=500,
        description=_l("Es pública. Hace falta cuando cambias el papel de una institución o quién encabeza."),
    )


class UnroutingForm(Form):
    """Why an institution no longer has the proposal."""

    within = "quitar"

    organisation = SelectField(_l("Institución"), coerce=int)
    reason = line(_l("¿Por qué ya no le toca?"), limit=500, description=_l("Es pública y queda en el historial."))


class DaysOffForm(Form):
    """Days on which an institution does not work."""

    first = DateField(_l("Primer día"), [InputRequired(NEEDED)])
    last = DateField(_l("Último día"), [InputRequired(NEEDED)], description=_l("El mismo, si es uno solo."))
    name = line(_l("¿Por qué no se trabaja?"), description=_l("Por ejemplo: «Vacaciones de diciembre»."))
