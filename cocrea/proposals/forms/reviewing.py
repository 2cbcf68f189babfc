"""The shape of a review."""

from __future__ import annotations

from wtforms import RadioField
from wtforms.validators import InputRequired

from cocrea.core.forms import Form, line, pairs
from cocrea.core.i18n import lazy as _l


class ReviewForm(Form):
    """Admit or not, and why."""

    decision = RadioField(
        _l("Decisión"),
        [InputRequired(_l("Elige una opción."))],
        choices=pairs([("admit", _l("Admitir: cumple los criterios")), ("reject", _l("No admitir"))]),
    )
    reason = line(_l("Razón"), required=False, limit=500, description=_l("Es pública y llega a quien la escribió."))
