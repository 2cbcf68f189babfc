"""What a cycle decides for its consultation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import WindowState
from cocrea.cycles.models import Action, Cycle, Stage, StageKind
from cocrea.cycles.rules import Rule, value

TOPIC_SUPPORTS = Rule(
    "topic_supports",
    _l("Apoyos a temas por persona"),
    _l("Cuántos temas puede apoyar cada persona. Puede moverlos mientras la consulta esté abierta."),
    default=3,
    least=1,
    most=20,
)
HIDES_RESULTS = Rule(
    "hides_results",
    _l("Ocultar los resultados hasta que cierre"),
    _l(
        "Los apoyos a los temas no se ven y el orden de los temas es al azar para cada persona, para que nadie siga a "
        "nadie."
    ),
    default=False,
)
ANONYMOUS_ANSWERS = Rule(
    "anonymous_answers",
    _l("Recibir respuestas sin cuenta a las afirmaciones"),
    _l("Cualquiera puede responder sin registrarse. Se cuentan aparte y con un límite por conexión."),
    default=False,
)
ALL = (TOPIC_SUPPORTS, HIDES_RESULTS, ANONYMOUS_ANSWERS)


def supports_per_person(stages: Iterable[Stage], now: datetime) -> int:
    """How many topics each person may support, by the stages of a cycle: as the one says in which topics can be
    supported now; while there is none, the last that began, else the first."""
    asking = sorted((stage for stage in stages if Action.SUPPORT in stage.opens), key=lambda stage: stage.position)
    opened = [stage for stage in asking if stage.is_open(now)]
    begun = sorted((stage for stage in asking if stage.has_begun(now)), key=lambda stage: stage.starts_at or now)
    telling = opened or begun[-1:] or asking
    return int(value(telling[0] if telling else None, TOPIC_SUPPORTS))


def hides_results(cycle: Cycle, now: datetime) -> bool:
    """Whether nobody, the facilitation included, may learn yet how many people support each topic."""
    stages = [stage for stage in cycle.stages if stage.kind is StageKind.CONSULTATION]
    return any(value(stage, HIDES_RESULTS) and stage.state(now) is not WindowState.CLOSED for stage in stages)


def takes_anonymous_answers(cycle: Cycle, now: datetime) -> bool:
    """Whether the stage that is open takes answers to statements of people without an account."""
    return bool(value(cycle.stage_that_opens(Action.ANSWER_STATEMENT, now), ANONYMOUS_ANSWERS))
