"""The life of a statement: proposed, corrected, taken back, admitted or declined, and answered."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.consultation import policies
from cocrea.consultation.models import Answer, Statement, StatementAnswer, StatementStatus, VisitorAnswer
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock, step
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate_in
from cocrea.discussion.models import ContributionKind, Visibility
from cocrea.discussion.operations import Repeated, contribution_fields, note, once
from cocrea.extensions import db

COUNTS = {
    Answer.AGREE: Statement.agree_count,
    Answer.DISAGREE: Statement.disagree_count,
    Answer.PASS: Statement.pass_count,
}
LONGEST = 140  # as Polis
MOST_WAITING = 10  # of one person, so that nobody fills the queue
_ABBREVIATED = frozenset({"art", "arts", "av", "col", "dr", "dra", "ej", "etc", "fracc", "gral", "ing", "lic", "mtra",
                          "mtro", "no", "núm", "pág", "prof", "profa", "sr", "sra", "sta", "sto"})  # fmt: skip
_NEXT_SENTENCE = re.compile(r"(\w*)[.!?…]+[\"'»”)]*\s+[¿¡\"'«“(]*[^\W\d_a-záéíóúüñ]")


def propose_statement(*, actor: Any, cycle: Cycle, sentence: str, now: datetime, form_key: str = "") -> Statement:
    """Put a sentence before the facilitation. The same actor with the same `form_key` gets the one made before."""
    enforce(policies.can_propose, actor, cycle, now)
    cleaned = _one_sentence(sentence)
    key = once(actor, form_key)
    known: Statement | None = db.session.scalar(sa.select(Statement).where(Statement.form_key == key))
    if known is not None:
        return known
    _refuse_repeated(actor, cycle, cleaned)
    if _waiting(actor, cycle) >= MOST_WAITING:
        raise Conflict(_l("Ya tienes %(most)s afirmaciones en revisión. Espera a que se decidan.", most=MOST_WAITING))
    fields = contribution_fields(
        actor=actor,
        kind=ContributionKind.STATEMENT,
        cycle=cycle,
        now=now,
        title=cleaned,
        visibility=Visibility.DRAFT,
    )
    return add(Statement(**fields, form_key=key, status_at=now))


def edit_statement(*, actor: Any, statement: Statement, sentence: str, now: datetime) -> Statement:
    """Change the sentence while it waits."""
    enforce(policies.can_edit_statement, actor, lock(statement), now)
    cleaned = _one_sentence(sentence)
    _refuse_repeated(actor, statement.cycle, cleaned, but=statement)
    statement.title = cleaned
    return statement


def take_back_statement(*, actor: Any, statement: Statement, now: datetime) -> None:
    """Take a waiting statement out of the queue; it was never public and leaves no trace in public."""
    enforce(policies.can_take_back, actor, lock(statement), now)
    statement.status, statement.status_at = StatementStatus.TAKEN_BACK, now


def admit_statement(*, actor: Any, statement: Statement, read: str, now: datetime) -> Statement:
    """Make it public and answerable, and tell its author. `read`: the fingerprint of the text that was decided on."""
    _lock_waiting(actor, statement, now)
    enforce(policies.can_admit, actor, statement, now)
    _refuse_another(statement, read)
    _decide(statement, StatementStatus.ADMITTED, now)
    statement.visibility, statement.published_at = Visibility.PUBLIC, now
    note(actor, statement, "statement.admitted", now, new={"text": statement.fingerprint})
    _tell_author(statement, _l("Tu afirmación ya se puede responder"), "statement_admitted")
    return statement


def decline_statement(*, actor: Any, statement: Statement, read: str, reason: str, now: datetime) -> Statement:
    """Do not admit it; the reason is required, public, and told to its author. The text stays between them.

    `read`: the fingerprint of the text that was decided on.
    """
    _lock_waiting(actor, statement, now)
    _refuse_another(statement, read)
    if not text.plain(reason):
        raise Invalid(_l("Explica por qué no se admite: la razón es pública."), "reason")
    _decide(statement, StatementStatus.DECLINED, now, text.plain(reason))
    new = {"text": statement.fingerprint}
    note(actor, statement, "statement.declined", now, new=new, reason=statement.status_reason)
    _tell_author(statement, _l("No se admitió tu afirmación"), "statement_declined")
    return statement


def answer_statement(*, actor: Any, statement: Statement, answer: Answer, now: datetime) -> bool:
    """Say what one thinks of a statement, once or again. Whether that changed anything.

    The statement's row is locked: simultaneous answers of one person leave one row, and the counts are right.
    """
    enforce(policies.can_answer, actor, lock(statement), now)
    known = db.session.get(StatementAnswer, (statement.id, actor.id))
    if known is None:
        add(StatementAnswer(statement_id=statement.id, person_id=actor.id, answer=answer, answered_at=now))
    elif known.answer is answer:
        return False
    else:
        step(COUNTS[known.answer], statement.id, -1)
        known.answer, known.answered_at = answer, now
    step(COUNTS[answer], statement.id, 1)
    return True


def answer_anonymously(*, actor: Any, visitor: str, statement: Statement, answer: Answer, now: datetime) -> bool:
    """Say what one thinks without an account; `visitor` is the digest of the browser's token. Whether that changed
    anything. It is counted apart and touches none of the statement's counts."""
    enforce(policies.can_answer_anonymously, actor, lock(statement), now)
    known = db.session.get(VisitorAnswer, (statement.id, visitor))
    if known is None:
        add(VisitorAnswer(statement_id=statement.id, visitor=visitor, answer=answer, answered_at=now))
    elif known.answer is answer:
        return False
    else:
        known.answer, known.answered_at = answer, now
    return True


def _decide(statement: Statement, status: StatementStatus, now: datetime, reason: str = "") -> None:
    statement.status, statement.status_at, statement.status_reason = status, now, reason


def _lock_waiting(actor: Any, statement: Statement, now: datetime) -> None:
    """Let the facilitation decide. Of two who do at once, the second is told what the first decided: `Conflict`."""
    enforce(can_facilitate_in, actor, lock(statement), now)
    waits = policies.can_decline(actor, statement, now)
    if not waits:
        raise Conflict(waits.reason)


def _refuse_another(statement: Statement, read: str) -> None:
    """Nobody decides on a sentence they have not read. The statement is locked."""
    if statement.fingerprint != read:
        raise Conflict(_l("Quien la escribió la corrigió mientras la leías."))


def _tell_author(statement: Statement, subject: Any, template: str) -> None:
    if statement.author:
        tell(statement.author, subject, f"consultation/{template}", statement=statement)


def _waiting(actor: Any, cycle: Cycle) -> int:
    own = sa.select(sa.func.count()).select_from(Statement)
    waiting = Statement.cycle_id == cycle.id, Statement.status == StatementStatus.PROPOSED
    return db.session.scalar(own.where(Statement.author_id == actor.id, *waiting)) or 0


def _refuse_repeated(actor: Any, cycle: Cycle, sentence: str, *, but: Statement | None = None) -> None:
    """The same sentence, whatever its capitals and accents, is answered once. The cycle is locked: of two people who
    propose it at once, the second finds the first one's."""
    lock(cycle, is_referred_to=True)
    shown = sa.or_(Statement.status == StatementStatus.PROPOSED, Statement.visibility == Visibility.PUBLIC)
    listed = Statement.status.in_((StatementStatus.PROPOSED, StatementStatus.ADMITTED))
    rows = sa.select(Statement.title, Statement.author_id, Statement.reference, Statement.status)
    for row in db.session.execute(rows.where(Statement.cycle_id == cycle.id, listed, shown)):
        if text.fold(row.title) != text.fold(sentence) or (but and but.reference == row.reference):
            continue
        if row.author_id == actor.id:
            own = _l("Ya la propusiste: %(reference)s.", reference=row.reference)
            raise Repeated(own, "sentence", row.reference)
        if row.status is StatementStatus.ADMITTED:
            wrong = _l("Ya la propusieron y se puede responder: %(reference)s.", reference=row.reference)
            raise Repeated(wrong, "sentence", row.reference)
        raise Repeated(_l("Ya la propusieron y está en revisión."), "sentence")


def _one_sentence(sentence: str) -> str:
    """The sentence cleaned, or `Invalid`: whoever answers two sentences cannot agree with only one of them."""
    cleaned = text.plain(sentence)
    if not cleaned:
        raise Invalid(_l("Este dato hace falta."), "sentence")
    if len(cleaned) > LONGEST:
        raise Invalid(_l("Escribe como máximo %(limit)s caracteres.", limit=LONGEST), "sentence")
    if any(not _is_abbreviated(found.group(1)) for found in _NEXT_SENTENCE.finditer(cleaned)):
        raise Invalid(_l("Escribe una sola oración: si son dos ideas, propón dos afirmaciones."), "sentence")
    return cleaned


def _is_abbreviated(word: str) -> bool:
    return len(word) == 1 or word.lower() in _ABBREVIATED
