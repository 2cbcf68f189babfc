"""Whom to ask to write a proposal too."""

from __future__ import annotations

from wtforms import EmailField
from wtforms.validators import Email, InputRequired, Length

from cocrea.core.forms import Form
from cocrea.core.i18n import lazy as _l


class CoauthorForm(Form):
    """An address."""

    email = EmailField(
        _l("Correo de la persona"),
        [
            InputRequired(_l("Este dato hace falta.")),
            Length(max=254),
            Email(_l("Escribe un correo como nombre@ejemplo.mx.")),
        ],
        description=_l(
            "Le llega la misma invitación tenga cuenta o no, y la responde cuando quiera antes de 14 días."
        ),
        render_kw={"autocomplete": "off"},
    )
