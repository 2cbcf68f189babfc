"""The shape of who came to a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional

from cocrea.accounts.models import Gender, Sector
from cocrea.consultation.models import Trait
from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.tables.forms.rooms import OnceForm
from cocrea.tables.operations import MOST_COUNTED


class HallForm(Form):
    """The code that is shown in the hall."""

    within = "sala"

    code = line(_l("Código de la sala"), limit=40)


class TicksForm(Form):
    """Which members are in the hall, by public id."""

    people = SelectMultipleField(_l("Personas"), validate_choice=False)


class NamesForm(OnceForm):
    """Names from the sheet."""

    within = "hoja"

    names = paragraph(_l("Nombres"), limit=20_000, description=_l("Uno por línea, como están en la hoja."))
    sector = SelectField(
        _l("Sector"),
        [Optional()],
        choices=lambda: [*pairs([("", _l("Sin sector declarado"))]), *members(Sector)],
    )


def _people(label: Any, *first: Any) -> IntegerField:
    limits = NumberRange(0, MOST_COUNTED, _l("Escribe un número entre 0 y %(most)s.", most=MOST_COUNTED))
    return IntegerField(label, [*(first or [Optional()]), limits])


class HeadcountForm(Form):
    """How many came who give no name, in all and by what they say of themselves."""

    within = "conteo"

    people = _people(_l("Personas en total"), InputRequired(_l("Este dato hace falta.")))

    def of(self, trait: Trait) -> list[Any]:
        return [field for field in self if field.name.startswith(f"{trait}_")]

    def start_from(self, counted: Mapping[tuple[str, str], int]) -> None:
        for (trait, value), number in counted.items():
            self[f"{trait}_{value}" if trait else "people"].data = number

    def counts(self) -> dict[Trait, dict[str, int]]:
        return {trait: {f.name.removeprefix(f"{trait}_"): f.data or 0 for f in self.of(trait)} for trait in Trait}


for _trait, _kind in ((Trait.SECTOR, Sector), (Trait.GENDER, Gender)):
    for _value in _kind:
        setattr(HeadcountForm, f"{_trait}_{_value}", _people(_value.label))
