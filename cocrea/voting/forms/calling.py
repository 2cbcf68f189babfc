"""The shape of a contest, and of what may still happen to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.proposals.models import Proposal
from cocrea.voting.counting import WITH_BUDGET, WITH_THRESHOLD, Base
from cocrea.voting.counting.shares import Satisfaction
from cocrea.voting.models import Deciding, ElectorateRule, OptionOrder, Secrecy, TurnoutShown
from cocrea.voting.operations import NewOption
from cocrea.voting.operations.fitting import MOST_POINTS
from cocrea.voting.rules import (
    BASES,
    MARKING,
    SATISFACTIONS,
    SEVERAL_WINNERS,
    RuleName,
)

_NEEDED = InputRequired(_l("Este dato hace falta."))
_PERCENT = NumberRange(0, 99, _l("Escribe un número entre 0 y 99."))
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
MOST_MONEY = 10**15
_MONEY = NumberRange(1, MOST_MONEY, _l("Escribe pesos enteros, sin centavos."))


class ContestForm(Form):
    """Calling a vote; `contest_form` adds a cost for each admitted proposal. Figures that its rule does not use are
    ignored."""

    question = line(_l("Pregunta"), limit=300, description=_l("Por ejemplo: «¿Qué propuestas llevamos al plan?»."))
    explanation = paragraph(
        _l("Información para decidir"),
        required=False,
        description=_l("En palabras sencillas: qué se decide, qué pasa si se aprueba y qué pasa si no."),
    )
    proposals = SelectMultipleField(_l("Propuestas admitidas que se votan"))
    texts = paragraph(
        _l("Otras opciones"),
        required=False,
        description=_l(
            "Una por renglón. Si se reparte dinero, con su costo después de una barra: «Parque lineal | 250000»."
        ),
    )
    rule = RadioField(_l("¿Cómo se decide?"), [_NEEDED], choices=members(RuleName), default=RuleName.YES_NO.value)
    seats = IntegerField(_l("Cuántas ganan"), [Optional(), NumberRange(1, 40)], default=1)
    max_choices = IntegerField(
        _l("Cuántas se pueden marcar"),
        [Optional(), NumberRange(1, 40)],
        description=_l("Vacío: todas las que se quiera."),
    )
    max_points = IntegerField(_l("Puntos, como máximo"), [Optional(), NumberRange(1, MOST_POINTS)], default=5)
    average = BooleanField(
        _l("Comparar promedios en lugar de sumas"),
        description=_l("El promedio es entre quienes califican la opción; en la suma, no calificarla vale 0."),
    )
    budget = IntegerField(
        _l("Dinero que se reparte, en pesos"),
        [Optional(), _MONEY],
        description=_l("Solo si las opciones cuestan. Lo que cada persona marque debe caber en él."),
    )
    satisfaction = SelectField(
        _l("Qué satisface a quien vota"),
        choices=pairs(SATISFACTIONS.items()),
        coerce=Satisfaction,
        default=Satisfaction.COST,
    )
    quorum_percent = IntegerField(
        _l("Quórum, en porcentaje del padrón"),
        [_NEEDED, _PERCENT],
        default=0,
        description=_l("Cuánta gente del padrón debe votar para que el resultado valga. 0 si no hay quórum."),
    )
    sector_quorum_percent = IntegerField(
        _l("Quórum de cada sector, en porcentaje"),
        [_NEEDED, _PERCENT],
        default=0,
        description=_l("Además, cuánta gente de cada sector del padrón debe votar. 0 si no se pide."),
    )
    threshold_percent = IntegerField(
        _l("Umbral, en porcentaje"),
        [_NEEDED, _PERCENT],
        default=50,
        description=_l("Se gana con más de este porcentaje. 50 es mayoría simple; 0, sin umbral."),
    )
    threshold_base = SelectField(_l("El umbral es un porcentaje"), choices=pairs(BASES.items()), coerce=Base)
    electorate = RadioField(_l("¿Quién puede votar?"), [_NEEDED], choices=members(ElectorateRule))
    table = SelectField(
        _l("Mesa o foro"), coerce=int, description=_l("Solo si votan integrantes de una mesa o asientos de un foro.")
    )
    secrecy = RadioField(_l("¿Es secreta?"), [_NEEDED], choices=members(Secrecy), default=Secrecy.SECRET.value)
    option_order = RadioField(
        _l("Orden de las opciones"), [_NEEDED], choices=members(OptionOrder), default=OptionOrder.DRAWN.value
    )
    turnout_shown = RadioField(
        _l("¿Cuándo se ve cuántas personas han votado?"),
        [_NEEDED],
        choices=members(TurnoutShown),
        default=TurnoutShown.ALWAYS.value,
        description=_l("Qué se votó solo se sabe al cierre."),
    )
    opens_at = DateTimeLocalField(_l("Abre"), [_NEEDED], format=_MOMENT)
    closes_at = DateTimeLocalField(_l("Cierra"), [_NEEDED], format=_MOMENT)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also asks, where money is shared, for the cost of each option that is put to the vote."""
        fits = bool(super().validate(extra_validators))
        if not self.shares_money:
            return fits
        priced = [self[name] for one in self.proposals.data or [] if (name := f"cost_{one}") in self]
        missing = [field for field in priced if not field.errors and field.data is None]
        for field in missing:
            field.errors = [*field.errors, _l("Escribe cuánto cuesta esta propuesta.")]
        bare = [one.title for one in _texts(self) if one.cost is None]
        if bare:
            self.texts.errors = [*self.texts.errors, _l("Falta el costo de «%(option)s».", option=bare[0])]
        return fits and not missing and not bare

    @property
    def shares_money(self) -> bool:
        return self.rule.data in WITH_BUDGET and bool(self.budget.data)

    def validate_texts(self, _field: Any) -> None:
        for option in _texts(self):
            if len(option.title) > 200:
                raise ValidationError(str(_l("Cada opción lleva como máximo %(limit)s caracteres.", limit=200)))
            if option.cost is not None and not 0 < option.cost <= MOST_MONEY:
                raise ValidationError(str(_l("Escribe pesos enteros, sin centavos.")))


class ExtendForm(Form):
    """Closing later than announced."""

    closes_at = DateTimeLocalField(_l("Nuevo cierre"), [_NEEDED], format=_MOMENT)
    reason = line(_l("Razón"), limit=500, description=_l("Será pública, en el historial y en esta página."))


class CancelForm(Form):
    """Calling a contest off."""

    reason = line(_l("Razón"), limit=500, description=_l("Será pública, en el historial y en esta página."))


def contest_form(admitted: Sequence[Proposal], tables: Sequence[tuple[int, Any]]) -> ContestForm:
    """The form with what can be chosen in a cycle: its admitted proposals, each with a cost, and its tables."""
    costs = {cost_field(one): IntegerField(_l("Costo, en pesos"), [Optional(), _MONEY]) for one in admitted}
    form: ContestForm = type("ContestFormOfCycle", (ContestForm,), costs)()
    form.proposals.choices = pairs((found.reference, f"{found.reference} · {found.title}") for found in admitted)
    form.table.choices = pairs(tables)
    return form


def cost_field(proposal: Proposal) -> str:
    return f"cost_{proposal.reference}"


def new_options(form: ContestForm, admitted: Sequence[Proposal]) -> list[NewOption]:
    """What is put to the vote: the chosen proposals, then the other texts. Costs count only where money is shared."""
    chosen = set(form.proposals.data or [])
    options = [
        NewOption(proposal=one, cost=form[cost_field(one)].data if form.shares_money else None)
        for one in admitted
        if one.reference in chosen
    ]
    return options + _texts(form)


def deciding(form: ContestForm) -> Deciding:
    """The rule with those figures that it uses."""
    rule = RuleName(form.rule.data)
    budget = form.budget.data if rule in WITH_BUDGET else None
    has_threshold = rule in WITH_THRESHOLD
    return Deciding(
        rule=rule,
        seats=(form.seats.data or 1) if rule in SEVERAL_WINNERS and not budget else 1,
        budget=budget,
        max_choices=form.max_choices.data if rule in MARKING else None,
        max_points=form.max_points.data or 5,
        average=bool(form.average.data) and rule is RuleName.SCORE,
        satisfaction=form.satisfaction.data,
        quorum_percent=form.quorum_percent.data or 0,
        sector_quorum_percent=form.sector_quorum_percent.data or 0,
        threshold_percent=(form.threshold_percent.data or 0) if has_threshold else 0,
        threshold_base=_base(rule, form.threshold_base.data),
    )


def _base(rule: RuleName, chosen: Base) -> Base:
    """Only where one answers yes or no is there a base of those answers."""
    return Base.VALID if chosen is Base.YES_NO and rule is not RuleName.YES_NO else chosen


def _texts(form: ContestForm) -> list[NewOption]:
    """One for each line; a bar parts a title from its cost only where money is shared."""
    lines = [one.strip() for one in (form.texts.data or "").splitlines() if one.strip()]
    return [_priced(one) if form.shares_money else NewOption(one) for one in lines]


def _priced(line_of: str) -> NewOption:
    title, bar, cost = line_of.rpartition("|")
    digits = cost.strip().replace(",", "").removeprefix("$").strip()
    if bar and digits.isascii() and digits.isdigit() and len(digits) < 20:
        return NewOption(title.strip(), cost=int(digits))
    return NewOption(line_of)
