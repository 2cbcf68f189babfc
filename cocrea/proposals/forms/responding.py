"""The shape of an answer."""

from __future__ import annotations

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from cocrea.core.forms import Form, members, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.proposals.models import ResponseKind


class ResponseForm(Form):
    """An institution's answer."""

    organisation = SelectField(_l("Institución"), coerce=int)
    kind = RadioField(
        _l("Respuesta"),
        [InputRequired(_l("Elige una opción."))],
        choices=members(ResponseKind),
    )
    reasons = paragraph(_l("Razones"), description=_l("Por qué, y qué sigue. Las lee quien hizo la propuesta."))
