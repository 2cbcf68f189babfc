"""The shape of amendments and of what is decided on them."""

from __future__ import annotations

import secrets

from wtforms import HiddenField

from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l


class AmendForm(Form):
    """Another text for one part of a proposal. `base` is the number of the version it begins from; `key` makes a form
    sent twice one amendment."""

    body = paragraph(_l("El texto, con tu cambio"), required=False)
    why = paragraph(
        _l("¿Por qué lo propones?"), limit=2000, description=_l("Es público. Lo lee quien decide si lo acepta.")
    )
    base = HiddenField()
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))


class AcceptForm(Form):
    """The text as it will be, put together from the proposal and the amendment. `read` is the version that was read."""

    within = "aceptacion"

    body = paragraph(_l("El texto como va a quedar"), required=False)
    reason = line(
        _l("¿Qué cambiaste de la enmienda?"),
        required=False,
        limit=500,
        description=_l("Es público y llega a quien la propuso."),
    )
    read = HiddenField()


class DeclineForm(Form):
    """Why an amendment is not accepted."""

    within = "rechazo"

    reason = line(_l("¿Por qué la rechazas?"), limit=500, description=_l("Es pública y llega a quien la propuso."))
