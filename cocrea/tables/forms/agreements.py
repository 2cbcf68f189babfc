"""The shape of agreements: what is agreed and owed, how it is decided, what is answered and counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from cocrea.accounts.models import Sector
from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.tables.forms.rooms import OnceForm, hands, hands_fields
from cocrea.tables.models import THUMBS, Agreement, AgreementTest, Duty, Put
from cocrea.tables.operations import (
    LONGEST_AGREEMENT,
    LONGEST_DUTY,
    LONGEST_REASON,
    MOST_DUTIES,
    MOST_IN_PERSON,
    AgreementContent,
    DutyContent,
    Hands,
)

ROWS = ["", *(f"_{number}" for number in range(2, MOST_DUTIES + 1))]  # what the names of a row's fields end in
SPARE_ROWS = 2
_ROW = "what", "responsible", "due", "undated"
_REASON = _l("Si alguien lo bloquea, ¿por qué?")


class AgreementForm(OnceForm):
    """A text to agree on and what it makes whom owe. `base` is the version it was begun on."""

    within = "acuerdo"

    body = paragraph(_l("Qué se acuerda"), limit=LONGEST_AGREEMENT)
    base = HiddenField(default="0")
    rows = SPARE_ROWS  # how many rows of what is owed the page shows

    def content(self, tz: str) -> AgreementContent:
        """What was written; due days end at midnight in this time zone."""
        return AgreementContent(self.body.data or "", [duty for row in ROWS if (duty := self._duty(row, tz))])

    def _duty(self, row: str, tz: str) -> DutyContent | None:
        what, who, due = (self.data.get(f"{name}{row}") for name in ("what", "responsible", "due"))
        return DutyContent(who or "", _day_end(due, tz), what or "") if what or who or due else None

    def shown_rows(self) -> list[list[Any]]:
        """The fields of the rows to show: those with something in them, and some to spare."""
        filled = [number for number, row in enumerate(ROWS, 1) if self._is_filled(row)]
        shown = ROWS[: max(filled, default=0) + self.rows]
        return [[self[f"{name}{row}"] for name in _ROW] for row in shown]

    def _is_filled(self, row: str) -> bool:
        return any(self[f"{name}{row}"].data or self[f"{name}{row}"].errors for name in _ROW)

    def validate(self, extra_validators: Any = None) -> bool:
        """What is owed says who owes it and by when, or that it has no date."""
        fits = super().validate(extra_validators)
        for number, row in enumerate(ROWS, 1):
            if self._is_filled(row):
                fits &= self._is_whole(row, number)
        return fits

    def _is_whole(self, row: str, number: int) -> bool:
        who, due, undated = (self[f"{name}{row}"] for name in ("responsible", "due", "undated"))
        if not who.data:
            who.errors = [*who.errors, _l("Tarea %(number)s: escribe quién la cumple.", number=number)]
        if not due.data and not due.errors and not undated.data:
            due.errors = [
                *due.errors,
                _l("Tarea %(number)s: elige para cuándo, o marca que no tiene fecha.", number=number),
            ]
        return not (who.errors or due.errors)


for _row in ROWS:
    setattr(AgreementForm, f"what{_row}", line(_l("Qué hay que hacer"), required=False, limit=LONGEST_DUTY))
    setattr(AgreementForm, f"responsible{_row}", line(_l("Quién lo cumple"), required=False))
    setattr(AgreementForm, f"due{_row}", DateField(_l("Para cuándo"), [Optional()]))
    setattr(AgreementForm, f"undated{_row}", BooleanField(_l("Sin fecha")))


def edit_form(agreement: Agreement, tz: str, **kwargs: Any) -> AgreementForm:
    """A form with an agreement's own text and what is owed by it."""
    held: dict[str, Any] = {"body": agreement.text, "base": str(agreement.version)}
    for row, duty in zip(ROWS, agreement.duties, strict=False):
        held |= {f"{name}{row}": value for name, value in _held(duty, tz).items()}
    form: AgreementForm = type("EditForm", (AgreementForm,), {"within": f"acuerdo-{agreement.id}"})(
        data=held, **kwargs
    )
    return form


def _held(duty: Duty, tz: str) -> dict[str, Any]:
    due = duty.due_at.astimezone(zone(tz)).date() if duty.due_at else None
    return {"what": duty.what, "responsible": str(duty.owed_by), "due": due, "undated": due is None}


def _day_end(day: date | None, tz: str) -> datetime | None:
    return datetime.combine(day, time(23, 59), zone(tz)) if day else None


class PutForm(Form):
    """How a text is decided. `version` is the one that was read."""

    test = RadioField(
        _l("Cómo se decide"),
        [InputRequired(_l("Este dato hace falta."))],
        choices=lambda: members(AgreementTest),
        default=AgreementTest.CONSENT.value,
        description=_l("No cambia después."),
    )
    quorum = IntegerField(
        _l("Quórum, en porcentaje"),
        [InputRequired(_l("Este dato hace falta.")), NumberRange(0, 100)],
        description=_l("Qué parte de las personas integrantes contesta, en línea o en la sala. 0: sin quórum."),
    )
    by_sector = BooleanField(_l("El quórum se pide también en cada sector"))
    version = HiddenField(default="0")

    def __init__(self, agreement: Agreement, quorum: int, **kwargs: Any) -> None:
        self.within = f"decision-{agreement.id}"
        super().__init__(data={"quorum": quorum, "version": str(agreement.version)}, **kwargs)
        if agreement.session.table.is_plenary:  # a forum has its own rule
            del self.quorum, self.by_sector


class AgreementAnswerForm(Form):
    """An answer to a text; what was answered before is filled in."""

    choice = RadioField(
        _l("Tu respuesta"), [InputRequired(_l("Elige una respuesta."))], choices=lambda: pairs(THUMBS.items())
    )
    reason = line(
        _l("Si lo bloqueas, ¿por qué?"),
        required=False,
        limit=LONGEST_REASON,
        description=_l("Sin razón el bloqueo no se recibe."),
    )
    version = HiddenField(default="0")

    def __init__(self, put: Put, **kwargs: Any) -> None:
        agreement, answer = put.agreement, put.answer
        self.within = f"contesta-{agreement.id}"
        before = {"choice": answer and answer.choice, "reason": answer and answer.reason}
        super().__init__(data={**before, "version": str(agreement.version)}, **kwargs)


class WithdrawForm(Form):
    """Why a text is withdrawn."""

    reason = line(_l("¿Por qué se retira?"), limit=500, description=_l("Es público y queda en el historial."))

    def __init__(self, agreement: Agreement, **kwargs: Any) -> None:
        self.within = f"retiro-{agreement.id}"
        super().__init__(**kwargs)


class OutcomeForm(Form):
    """What was done of what was agreed."""

    outcome = line(
        _l("¿Qué se hizo?"), limit=500, description=_l("Se publica junto al acuerdo. Di también dónde se comprueba.")
    )


def count_form(agreement: Agreement, **kwargs: Any) -> Form:
    """How many members in the room showed each choice and, where quorum is by sector, of which sector they were."""
    sectors = agreement.sectors if agreement.by_sector else {}
    held = {f"people_{choice}": number for choice, number in agreement.in_person.items()}
    held |= {f"sector_{sector}": number for sector, number in agreement.in_person_sectors.items()}
    fields = {
        "within": f"manos-{agreement.id}",
        **hands_fields(THUMBS),
        **_sector_fields(sectors),
        "reason": _reason(),
    }
    form: Form = type("CountForm", (Form,), fields)(data={**held, "reason": agreement.in_person_reason}, **kwargs)
    return form


def counted(form: Form) -> Hands:
    """What such a form says was shown."""
    sectors = {
        name.removeprefix("sector_"): people or 0 for name, people in form.data.items() if name.startswith("sector_")
    }
    return Hands(hands(form), sectors, form.data.get("reason") or "")


def _sector_fields(sectors: Mapping[str, int]) -> dict[str, Any]:
    people: Any = [Optional(), NumberRange(0, MOST_IN_PERSON)]
    return {
        f"sector_{value}": IntegerField(Sector(value).label if value else _l("Sin sector declarado"), people)
        for value in sectors
    }


def _reason() -> Any:
    return line(_REASON, required=False, limit=LONGEST_REASON, description=_l("Se publica con el resultado."))


class RecordForm(AgreementForm):
    """What a meeting without devices agreed on, by which test, with the hands that were counted."""

    within = "anotado"
    rows = 1

    test = RadioField(
        _l("Cómo se decidió"),
        [DataRequired(_l("Este dato hace falta."))],
        choices=lambda: members(AgreementTest),
        default=AgreementTest.CONSENT.value,
    )
    reason = _reason()


for _name, _field in hands_fields(THUMBS).items():
    setattr(RecordForm, _name, _field)
