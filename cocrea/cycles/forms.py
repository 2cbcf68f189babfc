"""The shape of a cycle, a stage and a report."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.cycles import rules
from cocrea.cycles.methodologies import METHODOLOGIES
from cocrea.cycles.models import Stage, StageKind
from cocrea.cycles.operations import StagePlan
from cocrea.cycles.operations.cycles import CLOSING_HOUR, OPENING_HOUR
from cocrea.cycles.rules import Rule
from cocrea.cycles.timezones import TIMEZONES

_NEEDED = InputRequired(_l("Este dato hace falta."))


class CycleForm(Form):
    """A new cycle."""

    title = line(_l("Nombre del ciclo"), limit=160, description=_l("Por ejemplo: Plan de acción local 2027-2028."))
    prefix = line(
        _l("Prefijo de los folios"),
        limit=8,
        description=_l("De 2 a 8 letras mayúsculas o números, como OAX: así empezará cada folio (OAX-PRO-0001)."),
    )
    summary = paragraph(
        _l("Resumen"), required=False, limit=2000, description=_l("Para qué es este ciclo, en palabras sencillas.")
    )
    methodology = RadioField(
        _l("Metodología"), [_NEEDED], choices=pairs((found.key, found.name) for found in METHODOLOGIES.values())
    )
    first_day = DateField(
        _l("Primer día"), [_NEEDED], description=_l("Desde aquí se calculan las fechas; después puedes cambiarlas.")
    )
    timezone = SelectField(
        _l("Zona horaria"),
        choices=pairs(TIMEZONES.items()),
        description=_l("En ella se leen todas las fechas del ciclo."),
    )


class PublishForm(Form):
    """Making the calendar public."""

    notice_waiver = line(_l("Por qué hay menos días de aviso"), required=False, limit=500)


class StageForm(Form):
    """A stage's words and dates, the dates in the cycle's time zone."""

    title = line(_l("Nombre de la etapa"), limit=120)
    purpose = paragraph(
        _l("Propósito"),
        required=False,
        limit=2000,
        description=_l("Para qué existe esta etapa, en una o dos frases."),
    )
    product = paragraph(
        _l("Producto esperado"), required=False, limit=2000, description=_l("Qué debe quedar hecho al terminar.")
    )
    starts_on = DateField(_l("Día en que abre"), [Optional()])
    starts_time = TimeField(_l("Hora en que abre"), [Optional()], default=OPENING_HOUR)
    ends_on = DateField(_l("Día en que cierra"), [Optional()])
    ends_time = TimeField(_l("Hora en que cierra"), [Optional()], default=CLOSING_HOUR)
    reason = line(
        _l("Por qué cambian las fechas"), required=False, limit=500, description=_l("Se publica en el historial.")
    )
    notice_waiver = line(
        _l("Por qué hay menos días de aviso"),
        required=False,
        limit=500,
        description=_l(
            "Solo si la nueva apertura llega con menos aviso del anunciado. Se publica junto al calendario."
        ),
    )

    @classmethod
    def of(cls, stage: Stage, **kwargs: Any) -> StageForm:
        """The form as it was sent, or as it stands for a stage."""
        values = {"title": stage.title, "purpose": stage.purpose, "product": stage.product}
        return cls(
            data={**values, **_parts("starts", stage.starts_at, stage), **_parts("ends", stage.ends_at, stage)},
            **kwargs,
        )

    def plan(self, stage: Stage) -> StagePlan:
        """What was sent, its dates and hours put into the cycle's time zone."""
        return StagePlan(
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            product=self.product.data or "",
            starts_at=_moment(self.starts_on.data, self.starts_time.data or OPENING_HOUR, stage, stage.starts_at),
            ends_at=_moment(self.ends_on.data, self.ends_time.data or CLOSING_HOUR, stage, stage.ends_at),
        )


def rules_form(stage: Stage, **kwargs: Any) -> Form:
    """A form with one field for each rule of the stage's kind, as it stands or as it was sent."""
    fields = {rule.key: _rule_field(rule) for rule in rules.of_kind(stage.kind).values()}
    made: Form = type("RulesForm", (Form,), fields)(data=rules.in_force(stage), **kwargs)
    return made


def _rule_field(rule: Rule) -> Any:
    if rule.fits is not None:
        return paragraph(rule.label, description=rule.description)
    if rule.most is None:
        return BooleanField(rule.label, description=rule.description)
    return IntegerField(
        rule.label, [_NEEDED, NumberRange(min=rule.least, max=rule.most)], description=rule.description
    )


class NewStageForm(Form):
    """The kind of a stage to add."""

    kind = SelectField(_l("Tipo de etapa"), choices=members(StageKind))


class ReasonForm(Form):
    """Why something is done."""

    reason = line(_l("Razón"), required=False, limit=500, description=_l("Se publica en el historial."))


class CloseForm(ReasonForm):
    """Why a stage ends before its date."""

    within = "cierre"


class RemoveForm(ReasonForm):
    """Why a stage is taken out."""

    within = "retiro"


class ReportForm(Form):
    """What a stage produced."""

    source = paragraph(
        _l("Texto del informe"),
        description=_l("Qué se recibió, qué se decidió y por qué, y qué sigue. Puedes usar listas y subtítulos."),
    )


def _parts(name: str, moment: datetime | None, stage: Stage) -> dict[str, date | time]:
    if moment is None:
        return {}
    local = moment.astimezone(zone(stage.cycle.timezone))
    return {f"{name}_on": local.date(), f"{name}_time": local.time()}


def _moment(day: date | None, hour: time, stage: Stage, before: datetime | None) -> datetime | None:
    """A day and an hour as a moment; the one from before, seconds included, when the minute is still the same."""
    if day is None:
        return None
    chosen = datetime.combine(day, hour, zone(stage.cycle.timezone))
    return before if before and before.replace(second=0, microsecond=0) == chosen else chosen
