"""The shape of a statement and of what the facilitation decides about it."""

from __future__ import annotations

import secrets

from wtforms import HiddenField

from cocrea.consultation.operations.statements import LONGEST
from cocrea.core.forms import Form, line
from cocrea.core.i18n import lazy as _l


class StatementForm(Form):
    """One sentence. `key` makes a form sent twice leave one statement."""

    sentence = line(
        _l("Tu afirmación"),
        limit=LONGEST,
        description=_l(
            "Una sola oración de hasta %(limit)s caracteres con la que alguien pueda estar de acuerdo o no: «Las "
            "sesiones del cabildo deben transmitirse en vivo».",
            limit=LONGEST,
        ),
    )
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))


class DeclineForm(Form):
    """Why a statement is not admitted. `read` is the fingerprint of the text that the page shows."""

    reason = line(
        _l("Razón"),
        limit=500,
        description=_l(
            "Qué le falta o qué regla incumple, sin repetir su texto. Es pública y llega a quien la escribió."
        ),
    )
    read = HiddenField()
