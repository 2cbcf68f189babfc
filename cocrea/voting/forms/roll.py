"""Who is to be on a roll: a list before the opening, one more person after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import FileField, HiddenField, SelectField
from wtforms.validators import Optional

from cocrea.accounts.models import Person
from cocrea.core.forms import Form, line, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.voting.addresses import MOST_BYTES

LONGEST_PASTE = 5_500_000  # characters: as many addresses as a list has, each as long as can be


class AddressesForm(Form):
    """Addresses, pasted or in a file."""

    addresses = paragraph(
        _l("Direcciones de correo"),
        required=False,
        limit=LONGEST_PASTE,
        description=_l("Una por renglón, o separadas por comas."),
    )
    file = FileField(
        _l("O un archivo"),
        [Optional()],
        description=_l(
            "CSV, Excel (XLSX) u OpenDocument (ODS), de hasta %(mb)s MB. Se leen las direcciones de cualquier columna.",
            mb=MOST_BYTES // 1024 // 1024,
        ),
    )
    confirmed = HiddenField()


class EmptyListForm(Form):
    """Deleting the list: no more than the button."""


class LateForm(Form):
    """One more person on the roll: by e-mail, or one whom the facilitation acts for."""

    email = line(
        _l("Correo de su cuenta"),
        required=False,
        limit=254,
        render_kw={"type": "email", "autocomplete": "off"},
    )
    person = SelectField(_l("O una persona sin correo que registraste"), coerce=int, default=0)
    reason = line(
        _l("Razón"),
        limit=500,
        description=_l("Será pública, en el historial. No escribas de quién se trata: el padrón no es público."),
    )


def late_form(assisted: Sequence[Person]) -> LateForm:
    """The form with the people whom this facilitator registered."""
    form = LateForm()
    nobody: list[tuple[int, Any]] = [(0, _l("Ninguna"))]
    form.person.choices = pairs([*nobody, *((one.id, one.name) for one in assisted)])
    return form
