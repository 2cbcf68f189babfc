"""What a cycle decides for its proposals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cocrea.core import text
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.cycles.rules import Rule, value
from cocrea.proposals.models import Criterion, Proposal

MOST_CRITERIA, LONGEST_CRITERIA = 12, 4000


def parsed(said: str) -> tuple[Criterion, ...]:
    """The criteria that a text holds, one to a line: what is asked, a colon, and why."""
    lines = [line.partition(":") for line in said.splitlines() if line.strip()]
    return tuple(Criterion(_begun(name.strip()), _begun(why.strip())) for name, _colon, why in lines)


def _begun(said: str) -> str:
    """As it stands by itself, with its first letter large."""
    return said[:1].upper() + said[1:]


def _fits(said: str) -> bool:
    found = parsed(said)
    names = {criterion.name for criterion in found}
    whole = all(criterion.name and criterion.why for criterion in found) and len(names) == len(found)
    return whole and 0 < len(found) <= MOST_CRITERIA and len(said) <= LONGEST_CRITERIA


ANSWER_DAYS = Rule(
    "answer_days",
    _l("Días hábiles para responder a una propuesta"),
    _l("Cuántos tiene cada institución desde que la facilitación le turna una propuesta."),
    default=15,
    least=1,
    most=60,
)
EDITS_UNTIL_REVIEW = Rule(
    "edits_until_review",
    _l("Cambiar el texto hasta que la revisión decida"),
    _l("Quien escribió una propuesta puede cambiarla mientras no se revise. Cada cambio queda como una versión."),
    default=True,
)
EDIT_HOURS = Rule(
    "edit_hours",
    _l("Horas para cambiar el texto después de publicarlo"),
    _l("Cuentan solo si no marcas lo anterior. Con 0 ya no se cambia. Las enmiendas aceptadas no tienen este plazo."),
    default=72,
    most=2160,
)
CRITERIA = Rule(
    "criteria",
    _l("Criterios para admitir una propuesta"),
    _l("Uno por renglón: lo que se pide, dos puntos y por qué se pide. Se publican donde la gente escribe."),
    default=_l(
        "Atiende una problemática publicada del ciclo: así se sabe a qué responde y a quién le sirve.\n"
        "Le toca a una institución pública: alguien tiene que poder cumplirla.\n"
        "Cabe en el plazo del plan: lo que se promete se revisa cuando el plan termina.\n"
        "Dice qué cambiaría y se puede comprobar: después cualquiera podrá ver si se cumplió.\n"
        "Respeta los derechos de las personas: ninguna propuesta puede quitárselos a alguien.\n"
        "No repite otra ya admitida: dos iguales se reparten los apoyos y conviene juntarlas."
    ),
    fits=_fits,
    refusal=_l(
        "Escribe de 1 a %(most)s criterios distintos, uno por renglón, cada uno con dos puntos y por qué se pide.",
        most=MOST_CRITERIA,
    ),
)
ALL = (ANSWER_DAYS, EDITS_UNTIL_REVIEW, EDIT_HOURS, CRITERIA)


def has_proposals(_actor: Any, cycle: Cycle, _now: datetime) -> bool:
    """Whether a stage of the cycle is for proposals."""
    return _stage(cycle) is not None


def answer_days(cycle: Cycle) -> int:
    """How many working days an institution has, by the cycle's first stage of proposals."""
    return int(value(_stage(cycle), ANSWER_DAYS))


def criteria(cycle: Cycle) -> tuple[Criterion, ...]:
    """What the review checks, as the cycle decided it; else the common ones, in the reader's language."""
    return parsed(str(value(_stage(cycle), CRITERIA)))


def kept_criteria(cycle: Cycle) -> tuple[Criterion, ...]:
    """As `criteria`, in the language in which things are kept."""
    with in_language(DEFAULT_LOCALE):
        return criteria(cycle)


def asked(cycle: Cycle) -> str:
    """Of what the review asks now, whatever the language it is read in."""
    return text.fingerprint(*(words for one in kept_criteria(cycle) for words in (one.name, one.why)))


def edit_hours(cycle: Cycle) -> int | None:
    """For how long what was published may be changed by its authors; None: until the review decides."""
    stage = _stage(cycle)
    return None if value(stage, EDITS_UNTIL_REVIEW) else int(value(stage, EDIT_HOURS))


def editable_until(proposal: Proposal) -> datetime | None:
    """When the time to change a published text ends, where the cycle limits it."""
    hours = edit_hours(proposal.cycle)
    if hours is None or proposal.published_at is None:
        return None
    return proposal.published_at + timedelta(hours=hours)


def _stage(cycle: Cycle) -> Stage | None:
    return next((stage for stage in cycle.stages if stage.kind is StageKind.PROPOSALS), None)
