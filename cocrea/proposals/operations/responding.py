"""The reasoned answers of institutions: prepared among colleagues, published for one proposal or for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Organisation
from cocrea.audit.operations import record_each
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import note
from cocrea.extensions import db
from cocrea.proposals import policies, queries
from cocrea.proposals.models import (
    AnswerDraft,
    AnswerNote,
    AnswerStep,
    Proposal,
    Response,
    ResponseKind,
    Routing,
    answer_step,
)

NOT_ROUTED = _l("La facilitación no ha turnado esta propuesta a tu institución.")
OTHER_TEXT = _l("Mientras escribías, alguien de tu institución guardó otro texto. Compáralos.")
FARTHEST, WHEN = timedelta(days=90), "publish_on"
AT_ONCE = 100  # how many proposals one common answer takes


@dataclass(frozen=True)
class Answer:
    """What an institution says. While it is prepared it may lack its kind and its reasons."""

    kind: ResponseKind | None
    reasons: str
    next_steps: str = ""

    def check(self) -> None:
        """Raise `Invalid` unless it can be published."""
        if self.kind is None:
            raise Invalid(_l("Elige una de las cinco respuestas."), "kind")
        if not text.block(self.reasons):
            raise Invalid(_l("Una respuesta siempre lleva sus razones."), "reasons")

    def columns(self) -> dict[str, Any]:
        """What is kept of it once it is published."""
        reasons, following = text.block(self.reasons), text.block(self.next_steps)
        return {
            "kind": self.kind,
            "reasons_source": reasons,
            "reasons_html": text.to_html(reasons),
            "next_source": following,
            "next_html": text.to_html(following),
        }


def prepare(*, actor: Any, routing: Routing, answer: Answer, base: str, now: datetime) -> AnswerDraft:
    """Keep what is prepared, for the colleagues of the institution alone; it is not published by itself.

    `base`: fingerprint of the draft that the writer began from; `Conflict` when a colleague saved another meanwhile.
    """
    own = _begin(actor, routing, AnswerStep.DRAFT, now)
    return _keep(actor, routing, own, answer, base, now)


def schedule(
    *, actor: Any, routing: Routing, answer: Answer, publish_at: datetime, base: str, now: datetime
) -> AnswerDraft:
    """Have what is prepared published at a moment to come, with whatever else is set for it; `base` as in `prepare`."""
    answer.check()
    if not now < publish_at <= now + FARTHEST:
        raise Invalid(
            _l("Elige un momento por venir, dentro de los próximos %(days)s días.", days=FARTHEST.days), WHEN
        )
    own = _begin(actor, routing, AnswerStep.SCHEDULED, now)
    kept = _keep(actor, routing, own, answer, base, now)
    kept.publish_at = publish_at
    return kept


def publish_due(*, now: datetime) -> list[Response]:
    """Publish what was set for a moment that has come, as of that moment, in the name of who set it.

    What its author may no longer publish is a draft again, for their colleagues to decide.
    """
    made: list[Response] = []
    for draft, routing in queries.due_drafts(now):
        moment, draft.publish_at = draft.publish_at or now, None
        if routing is not None and policies.can_prepare(draft.author, routing, now):
            answer = Answer(draft.kind, draft.reasons, draft.next_steps)
            made += respond_to_each(actor=draft.author, routings=[routing.id], answer=answer, now=moment)
            db.session.delete(draft)
    return made


def write_note(*, actor: Any, routing: Routing, body: str, now: datetime) -> AnswerNote:
    """Tell one's colleagues something about a proposal. The history holds that it was done, and nothing of it."""
    enforce(policies.can_respond, actor, (routing.proposal, routing.organisation), now)
    if not text.block(body):
        raise Invalid(_l("Escribe tu nota."), "body")
    keys = {"proposal_id": routing.proposal_id, "organisation_id": routing.organisation_id}
    made = add(AnswerNote(**keys, body=text.block(body), author_id=actor.id, written_at=now))
    note(actor, routing.proposal, "proposal.answer_noted", now, new={"organisation": routing.organisation.slug})
    return made


def respond(*, actor: Any, proposal: Proposal, organisation: Organisation, answer: Answer, now: datetime) -> Response:
    """Publish the reasoned answer of an institution that has the proposal; one per institution."""
    lock(proposal)
    own = next((found for found in queries.routings(proposal) if found.organisation_id == organisation.id), None)
    if own is None:
        enforce(policies.can_respond, actor, (proposal, organisation), now)
        raise Denied(NOT_ROUTED)
    return respond_to_each(actor=actor, routings=[own.id], answer=answer, now=now)[0]


def publish_prepared(*, actor: Any, routing: Routing, answer: Answer, base: str, now: datetime) -> Response:
    """Publish what was prepared, as the form has it now; `base` as in `prepare`: no colleague's text is lost."""
    answer.check()
    own = _begin(actor, routing, AnswerStep.PUBLISHED, now)
    if own is not None and own.fingerprint != base:
        raise Conflict(OTHER_TEXT)
    made = respond_to_each(actor=actor, routings=[routing.id], answer=answer, now=now)
    if own is not None:
        db.session.delete(own)
    return made[0]


def respond_to_each(*, actor: Any, routings: Sequence[int], answer: Answer, now: datetime) -> list[Response]:
    """Publish one common answer to every proposal of these routings: all of them or none, in as many statements
    however many they are. What was being prepared for any of them stays with the institution."""
    answer.check()
    held = queries.routings_for_update(sorted(set(routings)))
    if not held or len(held) < len(set(routings)):
        raise Conflict(_l("Alguna de estas propuestas ya no está turnada a tu institución. Vuelve a la lista."))
    if len(held) > AT_ONCE:
        raise Invalid(_l("Responde como máximo %(most)s propuestas a la vez.", most=AT_ONCE))
    for routing in held:
        enforce(policies.can_respond, actor, (routing.proposal, routing.organisation), now)
    if queries.answers_to(held):
        raise Conflict(_l("Tu institución ya respondió a alguna de estas propuestas. Vuelve a la lista."))
    queries.unschedule(held)
    said = answer.columns()
    by = {"author_id": actor.id, "created_at": now, "published_at": now}
    rows = [{"proposal_id": one.proposal_id, "organisation_id": one.organisation_id, **said, **by} for one in held]
    db.session.execute(sa.insert(Response), rows)
    shared = {"actor": actor, "action": "proposal.answered", "now": now}
    fingerprint = text.fingerprint(str(answer.kind), said["reasons_source"], said["next_source"])
    record_each(
        {
            **shared,
            "subject": routing.proposal.reference,
            "scope": f"cycle:{routing.proposal.cycle_id}",
            "subject_id": routing.proposal_id,
            "new": {"kind": answer.kind, "organisation": routing.organisation.slug, "text": fingerprint},
        }
        for routing in held
    )
    return queries.answers_to(held)


def _keep(
    actor: Any, routing: Routing, own: AnswerDraft | None, answer: Answer, base: str, now: datetime
) -> AnswerDraft:
    if own is not None and own.fingerprint != base:
        raise Conflict(OTHER_TEXT)
    if own is None:
        keys = {"proposal_id": routing.proposal_id, "organisation_id": routing.organisation_id}
        own = add(AnswerDraft(**keys, reasons="", next_steps="", author_id=actor.id, saved_at=now))
    own.kind, own.publish_at = answer.kind, None
    own.reasons, own.next_steps = text.block(answer.reasons), text.block(answer.next_steps)
    own.author_id, own.saved_at = actor.id, now
    return own


def _begin(actor: Any, routing: Routing, step: AnswerStep, now: datetime) -> AnswerDraft | None:
    """The draft there is, once the next step was judged under the proposal's lock."""
    enforce(policies.can_respond, actor, (lock(routing.proposal), routing.organisation), now)
    own: AnswerDraft | None = db.session.get(AnswerDraft, (routing.proposal_id, routing.organisation_id))
    answered = next((found for found in queries.responses(routing.proposal) if found.of(routing)), None)
    moves = policies.can_move_answer(answer_step(own, answered), step)
    if not moves:
        raise Conflict(moves.reason)
    return own
