"""What a cycle decides for its tables."""

from __future__ import annotations

from datetime import datetime

from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle, Stage, StageKind
from cocrea.cycles.rules import Rule, value
from cocrea.tables.models import SittingKind, Table

SESSION_NOTICE = Rule(
    "session_notice",
    _l("Días de aviso de cada sesión"),
    _l("Con cuántos días se convoca. Con menos se puede, pero queda dicho en la sesión y en el historial."),
    default=7,
    most=60,
)
URGENT_NOTICE = Rule(
    "urgent_notice",
    _l("Días de aviso de las sesiones extraordinarias del foro"),
    _l("Las ordinarias se convocan con los días de cualquier sesión."),
    default=2,
    most=60,
)
AGREEMENT_QUORUM = Rule(
    "agreement_quorum",
    _l("Quórum de los acuerdos, en porcentaje"),
    _l("Qué parte de las personas integrantes de la mesa contesta al menos. La facilitación puede pedir otro."),
    default=50,
    most=100,
)
COMMITMENT_LIMIT = Rule(
    "commitment_limit",
    _l("Compromisos por mesa"),
    _l(
        "Cuántos compromisos puede proponer cada mesa como máximo. La facilitación puede decir otro número para una "
        "mesa."
    ),
    default=3,
    least=1,
    most=20,
)
ALL = (SESSION_NOTICE, URGENT_NOTICE, AGREEMENT_QUORUM, COMMITMENT_LIMIT)


def session_notice(table: Table, now: datetime, kind: SittingKind | None = None) -> int:
    """How many days ahead a session is to be called, by the stage in which tables meet now; those of a forum, which
    meets in any, by the cycle's first stage of tables."""
    rule = URGENT_NOTICE if kind is SittingKind.EXTRAORDINARY else SESSION_NOTICE
    stage = _of_tables(table.cycle) if table.is_plenary else table.cycle.stage_that_opens(Action.MEET, now)
    return int(value(stage, rule))


def agreement_quorum(cycle: Cycle, now: datetime) -> int:
    """The quorum that the stage in which tables meet now asks of agreements."""
    return int(value(cycle.stage_that_opens(Action.MEET, now), AGREEMENT_QUORUM))


def commitment_limit(table: Table) -> int:
    """How many commitments may come of a table: its own number, else that of the cycle's first stage of tables."""
    return table.commitment_limit or int(value(_of_tables(table.cycle), COMMITMENT_LIMIT))


def _of_tables(cycle: Cycle) -> Stage | None:
    return next((stage for stage in cycle.stages if stage.kind is StageKind.TABLES), None)
