"""Whether the figures of a rule fit it and what is put to the vote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.voting.counting import WITH_BUDGET, WITH_THRESHOLD, Base
from cocrea.voting.models import Deciding
from cocrea.voting.rules import MARKING, SEVERAL_WINNERS, RuleName

if TYPE_CHECKING:
    from cocrea.voting.operations.calling import NewOption

MOST_POINTS = 10
PERCENT = range(100)


def check(deciding: Deciding, options: Sequence[NewOption]) -> None:
    """Raises `Invalid`, naming the field, for the first figure that does not fit."""
    for fits, message, field in (*_figures(deciding, len(options)), *_money(deciding, options)):
        if not fits:
            raise Invalid(message, field)


def _figures(deciding: Deciding, options: int) -> list[tuple[bool, Any, str]]:
    rule = deciding.rule
    percents = (deciding.quorum_percent, deciding.sector_quorum_percent, deciding.threshold_percent)
    has_own_base = deciding.threshold_base is not Base.YES_NO or rule is RuleName.YES_NO
    return [
        (options > 1 or rule is RuleName.YES_NO, _l("Con esta regla se elige entre al menos dos opciones."), "rule"),
        (
            1 <= deciding.seats < max(options, 2) if rule in SEVERAL_WINNERS else deciding.seats == 1,
            _l("Ganan entre 1 y todas las opciones menos una."),
            "seats",
        ),
        (
            deciding.max_choices is None or 1 <= deciding.max_choices <= options,
            _l("Como máximo se marcan tantas como hay."),
            "max_choices",
        ),
        (
            deciding.max_choices is None or rule in MARKING,
            _l("Ese límite es para las reglas en que se marcan opciones."),
            "max_choices",
        ),
        (1 <= deciding.max_points <= MOST_POINTS, _l("Da de 1 a %(most)s puntos.", most=MOST_POINTS), "max_points"),
        (all(one in PERCENT for one in percents), _l("Escribe un número entre 0 y 99."), "quorum_percent"),
        (
            rule in WITH_THRESHOLD or deciding.threshold_percent == 0,
            _l("Esta regla no lleva umbral: déjalo en 0."),
            "threshold_percent",
        ),
        (
            has_own_base or deciding.threshold_percent == 0,
            _l("Con esta regla no hay síes ni noes."),
            "threshold_base",
        ),
    ]


def _money(deciding: Deciding, options: Sequence[NewOption]) -> list[tuple[bool, Any, str]]:
    costs = [option.cost for option in options]
    if deciding.budget is None:
        without = all(cost is None for cost in costs)
        return [
            (deciding.rule is not RuleName.GREEDY, _l("Escribe cuánto dinero se reparte."), "budget"),
            (without, _l("Hay costos, pero no un presupuesto que repartir."), "budget"),
        ]
    fits = all(cost is not None and 0 < cost <= deciding.budget for cost in costs)
    return [
        (deciding.rule in WITH_BUDGET, _l("Con esta regla no se reparte dinero."), "budget"),
        (deciding.budget > 0, _l("Escribe cuánto dinero se reparte."), "budget"),
        (fits, _l("Cada opción necesita su costo, y ninguno mayor que el presupuesto."), "costs"),
    ]
