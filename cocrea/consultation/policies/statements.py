"""Who may propose, read, change and admit statements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Statement, StatementStatus
from cocrea.consultation.rules import hides_results, takes_anonymous_answers
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate, is_facilitator, stage_opens
from cocrea.discussion.policies import NOT_PUBLIC, is_author

NOT_WAITING = _l("Esta afirmación no está esperando revisión.")
DECIDED = {
    StatementStatus.ADMITTED: _l("Alguien de la facilitación ya la admitió."),
    StatementStatus.DECLINED: _l("Alguien de la facilitación ya decidió no admitirla: aquí está su razón."),
}


def can_propose(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    return can_contribute(actor, cycle, Action.PROPOSE_STATEMENT, now)


def can_read_text(actor: Any, statement: Statement, now: datetime) -> Decision:
    """What was admitted is public; the rest is read by who wrote it and, unless taken back, by the facilitation."""
    shared = statement.status is not StatementStatus.TAKEN_BACK
    return allow_if(
        statement.is_public or is_author(actor, statement) or (shared and is_facilitator(actor, statement.cycle)),
        _l("Se lee cuando la facilitación la admite."),
    )


def can_know_of(actor: Any, statement: Statement, now: datetime) -> Decision:
    """That it exists: what was ever public or was declined keeps a page, without its text where that is not public."""
    if statement.published_at or statement.status is StatementStatus.DECLINED:
        return allow_if(True, "")
    return can_read_text(actor, statement, now)


def can_edit_statement(actor: Any, statement: Statement, now: datetime) -> Decision:
    """Who wrote it, until the facilitation has decided."""
    if not is_author(actor, statement):
        return deny(_l("Solo quien escribió la afirmación puede cambiarla."))
    if statement.status is not StatementStatus.PROPOSED:
        return deny(_l("La facilitación ya decidió sobre esta afirmación: su texto no cambia."))
    return can_propose(actor, statement.cycle, now)


def can_take_back(actor: Any, statement: Statement, now: datetime) -> Decision:
    """Who wrote it, while it waits. What is public already is withdrawn and leaves a tombstone."""
    if not is_author(actor, statement):
        return deny(_l("Solo quien la escribió puede retirarla."))
    return allow_if(statement.status is StatementStatus.PROPOSED, NOT_WAITING)


def can_answer(actor: Any, statement: Statement, now: datetime) -> Decision:
    """Say what one thinks of it, or something else than before, while the stage is open. One's own too."""
    if not statement.is_public:
        return deny(NOT_PUBLIC)
    return can_contribute(actor, statement.cycle, Action.ANSWER_STATEMENT, now)


def can_answer_anonymously(actor: Any, statement: Statement, now: datetime) -> Decision:
    """The same without an account, where the stage says so. Who has signed in answers as themselves."""
    if not statement.is_public:
        return deny(NOT_PUBLIC)
    opened = stage_opens(Action.ANSWER_STATEMENT, statement.cycle, now)
    if not opened:
        return opened
    invited = not actor.is_authenticated and takes_anonymous_answers(statement.cycle, now)
    return allow_if(invited, _l("En esta etapa se responde con una cuenta."))


def can_give_answer(actor: Any, statement: Statement, now: datetime) -> Decision:
    """In either way."""
    anonymously = can_answer_anonymously(actor, statement, now)
    return anonymously if anonymously else can_answer(actor, statement, now)


def can_read_opinions(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """What the answers say together: public, unless the stage keeps results until it closes."""
    return allow_if(not hides_results(cycle, now), _l("Los resultados se sabrán cuando cierre la consulta."))


def can_decline(actor: Any, statement: Statement, now: datetime) -> Decision:
    """The facilitation, at any time: whoever proposed it gets an answer also after the stage."""
    facilitates = can_facilitate(actor, statement.cycle, now)
    if not facilitates:
        return facilitates
    return allow_if(statement.status is StatementStatus.PROPOSED, DECIDED.get(statement.status, NOT_WAITING))


def can_admit(actor: Any, statement: Statement, now: datetime) -> Decision:
    """The facilitation, while it can still be answered."""
    reviews = can_decline(actor, statement, now)
    return stage_opens(Action.ANSWER_STATEMENT, statement.cycle, now) if reviews else reviews
