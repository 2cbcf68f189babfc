"""The shape of tables, of who sits at them and of who leads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from cocrea.accounts.models import Sector
from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.tables.forms.rooms import OnceForm
from cocrea.tables.models import Entry, Table
from cocrea.tables.operations import LONGEST_REQUEST, LONGEST_TASK, MOST_COMMITMENTS, MOST_SEATS, Seating

_NEEDED = InputRequired(_l("Este dato hace falta."))


class TableForm(Form):
    """A new table."""

    name = line(_l("Nombre de la mesa"), limit=160)
    topic = SelectField(_l("Tema"), coerce=int)
    purpose = paragraph(_l("Para qué es esta mesa"), limit=2000)
    information = paragraph(
        _l("Información para empezar"),
        required=False,
        description=_l("Qué conviene saber antes de la primera sesión."),
    )


class AssignForm(Form):
    """Problems to give to a table. `table` empty takes them from theirs."""

    problems = SelectMultipleField(_l("Problemáticas"), validate_choice=False)
    table = SelectField(_l("¿A qué mesa van?"))
    reason = line(_l("Razón"), limit=500, description=_l("Se publica en el historial."))


class RemovalForm(Form):
    """Why a seat is taken away."""

    reason = line(
        _l("¿Por qué retiras el asiento?"),
        limit=500,
        description=_l(
            "Queda en el historial público y se le envía a la persona. Di qué regla no se cumplió, sin nombrar a nadie."
        ),
    )


class NamingForm(Form):
    """Whom to name to which function. `person` chooses among those found by name."""

    office = SelectField(_l("Función"), [_NEEDED])
    who = line(
        _l("¿A quién?"),
        limit=254,
        description=_l("Su nombre, si ya participa en este ciclo. Si no, su correo: le enviamos una invitación."),
    )
    person = RadioField(_l("¿Cuál de estas personas?"), [Optional()], choices=[], validate_choice=False)


class DismissalForm(Form):
    """Why a function is taken from someone."""

    reason = line(_l("¿Por qué se retira la función?"), limit=500, description=_l("Queda en el historial público."))


class SeatingForm(Form):
    """How one comes to a table and whom it hopes for: `wanted_<sector>` for each sector, empty for no number."""

    entry = RadioField(_l("Cómo se entra a la mesa"), [_NEEDED], choices=members(Entry))
    is_limited = BooleanField(
        _l("Los lugares son limitados"),
        description=_l("Cuando un sector se llena, las demás personas piden lugar y esperan su turno."),
    )
    seeks_parity = BooleanField(
        _l("La mesa busca paridad de género"), description=_l("Es una meta: no cierra la puerta.")
    )
    commitment_limit = IntegerField(
        _l("Compromisos que puede proponer como máximo"),
        [Optional(), NumberRange(1, MOST_COMMITMENTS)],
        description=_l("Vacío: lo que diga la regla de la etapa."),
    )
    reason = line(_l("¿Por qué cambia?"), limit=500, description=_l("Queda en el historial público."))

    @classmethod
    def of(cls, table: Table) -> SeatingForm:
        """The form with what holds now, unless something was sent."""
        return cls(obj=table, **{f"wanted_{sector}": seats for sector, seats in table.wanted.items()})

    @property
    def wanted(self) -> list[IntegerField]:
        return [self[f"wanted_{sector.value}"] for sector in Sector]

    def seating(self) -> Seating:
        wanted = {sector: self[f"wanted_{sector.value}"].data for sector in Sector}
        return Seating(
            entry=Entry(self.entry.data),
            wanted={sector: seats for sector, seats in wanted.items() if seats is not None},
            is_limited=self.is_limited.data,
            seeks_parity=self.seeks_parity.data,
            commitment_limit=self.commitment_limit.data,
        )


for _sector in Sector:
    _seats = IntegerField(_sector.label, [Optional(), NumberRange(0, MOST_SEATS)])
    setattr(SeatingForm, f"wanted_{_sector.value}", _seats)


ORGANISATION = "organizacion"


class WhoForm(OnceForm):
    """Who does a task, and until when; `today` is the first day that may be chosen, if any."""

    assignee = SelectField(_l("Quién la hace"))
    organisation = line(
        _l("Organización"), required=False, description=_l("Solo si no la hace una persona con asiento.")
    )
    due = DateField(_l("Para cuándo"), [InputRequired(_l("Elige para cuándo."))])
    today: date | None = None

    def offer(self, people: Iterable[tuple[str, Any]]) -> None:
        """The people to choose from: nobody is chosen by accident."""
        first = ("", _l("Elige a quién")), (ORGANISATION, _l("Una organización, por su nombre"))
        self.assignee.choices = pairs([*first, *people])

    @property
    def person(self) -> str:
        """The public id of whoever was chosen; empty for an organisation."""
        return "" if self.assignee.data == ORGANISATION else self.assignee.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        """All that is wrong at once."""
        fits = super().validate(extra_validators)
        named = self.assignee.data == ORGANISATION
        if named and not self.organisation.data:
            fits = self._wrong(self.organisation, _l("Escribe el nombre de la organización."))
        elif not named and not self.person and not self.organisation.data:
            fits = self._wrong(self.assignee, _l("Elige quién la hace, o escribe el nombre de la organización."))
        if self.today and self.due.data and self.due.data < self.today:
            fits = self._wrong(self.due, _l("Elige un día que no haya pasado."))
        return fits

    def _wrong(self, field: Any, words: Any) -> bool:
        field.errors = [*field.errors, words]
        return False


class TaskForm(WhoForm):
    """A task, of whom and until when."""

    text = line(_l("Qué hay que hacer"), limit=LONGEST_TASK, description=_l("Una sola cosa, que se pueda comprobar."))


class TaskChangeForm(WhoForm):
    """Who does a task from now on, until when, and why that changes. `base` is its standing as it was read."""

    base = HiddenField()
    reason = line(
        _l("¿Por qué cambia?"),
        limit=500,
        description=_l("Se lee junto a la tarea y queda en el historial público. No nombres a nadie."),
    )


class TaskReasonForm(Form):
    """Why a task is given back or withdrawn."""

    reason = line(
        _l("¿Por qué?"),
        limit=500,
        description=_l("Se lee junto a la tarea y queda en el historial público. No nombres a nadie."),
    )


class DoneForm(Form):
    """What was done of a task."""

    note = line(_l("¿Qué se hizo?"), limit=500, description=_l("Se publica junto a la tarea."))


class RequestForm(Form):
    """Why someone would like a seat."""

    reason = line(
        _l("¿Por qué quieres un lugar?"),
        limit=LONGEST_REQUEST,
        description=_l("Una frase: qué conoces del tema o a quién representas. Solo la lee la facilitación."),
    )


class DeclineForm(Form):
    """Why a request is answered with no."""

    reason = line(
        _l("¿Por qué no?"),
        limit=500,
        description=_l("La persona la lee y queda en el historial público, sin decir de quién era la solicitud."),
    )
    may_ask_again = BooleanField(_l("Puede pedirlo de nuevo"))


class InviteForm(Form):
    """Whom to offer a seat."""

    email = EmailField(
        _l("Correo de la persona"),
        [_NEEDED, Length(max=254), Email(_l("Escribe un correo como nombre@ejemplo.mx."))],
        description=_l(
            "Le llega la misma invitación tenga cuenta o no, y la responde cuando quiera antes de 14 días."
        ),
        render_kw={"autocomplete": "off"},
    )
