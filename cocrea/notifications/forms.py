"""The shape of what a person chooses about letters."""

from __future__ import annotations

from wtforms import RadioField

from cocrea.core.forms import Form, members
from cocrea.core.i18n import lazy as _l
from cocrea.notifications.models import Letters


class LettersForm(Form):
    """When to be written to."""

    letters = RadioField(
        _l("¿Cuándo te escribimos?"),
        choices=members(Letters),
        description=_l(
            "Lo que sigues siempre está en «Avisos», también sin correos. Si estás en el padrón de una votación te "
            "escribimos cuando abre y, si no has votado, un día antes de que cierre; sin correos, tampoco eso."
        ),
    )
