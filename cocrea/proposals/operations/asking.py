"""Asking back about an answer, once for each kind it is of, and the institution's reply, once. Both are public."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.mails import tell
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import note
from cocrea.extensions import db
from cocrea.proposals import policies, queries
from cocrea.proposals.models import AnswerQuestion, AnswerStep, Response, answer_step


def ask_back(*, actor: Any, response: Response, body: str, now: datetime) -> AnswerQuestion:
    """Ask the institution about its answer, in the name of all who wrote the proposal; its officials are told."""
    enforce(policies.can_ask_back, actor, response, now)
    _move(response, AnswerStep.ASKED, _l("Ya repreguntaste sobre esta respuesta: se puede una vez."))
    asked = text.block(body)
    if not asked:
        raise Invalid(_l("Escribe tu pregunta."), "body")
    keys = {"response_id": response.id, "version": response.kind_version}
    made = add(AnswerQuestion(**keys, body=asked, author_id=actor.id, asked_at=now, reply=""))
    _note(actor, response, "proposal.asked_back", asked, now)
    subject = _l("Repreguntaron sobre una respuesta de tu institución")
    for official in queries.officials_of(response.organisation_id):
        tell(official, subject, "proposals/asked_back", proposal=response.proposal)
    return made


def reply(*, actor: Any, response: Response, body: str, now: datetime) -> AnswerQuestion:
    """Reply to what was asked back; who wrote the proposal is told."""
    enforce(policies.can_reply, actor, response, now)
    _move(response, AnswerStep.REPLIED, _l("Aquí no hay una pregunta por contestar: se contesta una vez."))
    said = text.block(body)
    if not said:
        raise Invalid(_l("Escribe tu réplica."), "body")
    asked = db.session.get_one(AnswerQuestion, (response.id, response.kind_version))
    asked.reply, asked.replied_at, asked.replied_by_id = said, now, actor.id
    _note(actor, response, "proposal.replied", said, now)
    for author in response.proposal.authors:
        subject = _l("Una institución contestó lo que repreguntaste")
        tell(author, subject, "proposals/replied", proposal=response.proposal)
    return asked


def _move(response: Response, step: AnswerStep, otherwise: Any) -> None:
    """Judge the step under the lock of the proposal, by what there is now."""
    lock(response.proposal)
    db.session.refresh(response)
    if not policies.can_move_answer(answer_step(None, response), step):
        raise Conflict(otherwise)


def _note(actor: Any, response: Response, action: str, said: str, now: datetime) -> None:
    new = {"organisation": response.organisation.slug, "text": text.fingerprint(said)}
    note(actor, response.proposal, action, now, new=new)
