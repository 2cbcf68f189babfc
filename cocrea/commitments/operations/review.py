"""The review of the plan: commented part by part, and answered, one comment or several with one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.audit.reasons import public_reason
from cocrea.commitments import policies
from cocrea.commitments.models import Commitment, Outcome, PlanAnswer, PlanAnswerText, PlanComment, PlanPart
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid, NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import is_facilitator
from cocrea.discussion.models import ContributionKind, Visibility
from cocrea.discussion.operations import Repeated, contribution_fields, note, once
from cocrea.extensions import db

AT_ONCE = 100  # comments that one answer answers


@dataclass(frozen=True)
class PlanReply:
    """What an answer says, cleaned."""

    outcome: Outcome
    reasons: str
    changed: str = ""

    @classmethod
    def of(cls, outcome: Outcome, reasons: str, changed: str = "") -> PlanReply:
        """With its reasons and, of what is accepted, what changed; else `Invalid`."""
        said = cls(outcome, text.block(reasons), text.block(changed))
        if not said.reasons:
            raise Invalid(_l("Da las razones: son lo que recibe quien comentó."), "reasons")
        if outcome is not Outcome.NOT_ACCEPTED and not said.changed:
            raise Invalid(_l("Di qué cambió en el plan: quien comentó lo buscará."), "changed")
        return said


def comment_plan(
    *,
    actor: Any,
    cycle: Cycle,
    part: PlanPart,
    body: str,
    now: datetime,
    commitment: Commitment | None = None,
    form_key: str = "",
) -> PlanComment:
    """Comment on a part of the plan's draft. The same actor's same `form_key` makes one comment; `Repeated` where they
    said the same words there before. Whoever publishes the plan finishes first or finds it waiting."""
    enforce(policies.can_comment_plan, actor, cycle, now)
    if not text.block(body):
        raise Invalid(_l("Escribe tu comentario."), "body")
    _judge(cycle, part, commitment)
    key = once(actor, form_key)
    known: PlanComment | None = db.session.scalar(sa.select(PlanComment).where(PlanComment.form_key == key))
    if known is not None:
        return known
    enforce(policies.can_comment_plan, actor, lock(cycle, is_referred_to=True), now)
    on = commitment.id if commitment else None
    _refuse_repeated(actor, cycle, part, on, body)
    kind = ContributionKind.PLAN_COMMENT
    fields = contribution_fields(actor=actor, kind=kind, cycle=cycle, now=now, body=body)
    made = add(PlanComment(**fields, part=part, commitment_id=on, form_key=key))
    new = {"part": part, "text": text.fingerprint(made.body_source)}
    note(actor, made, "plan_comment.published", now, new=new | ({"on": commitment.reference} if commitment else {}))
    return made


def answer_comments(
    *, actor: Any, cycle: Cycle, comments: Sequence[PlanComment], reply: PlanReply, now: datetime
) -> PlanAnswer:
    """Publish one answer to all of these comments on this cycle's plan. The same again is the same answer; `Conflict`
    where any of them has another, or is not public any more."""
    if not comments or any(comment.cycle_id != cycle.id for comment in comments):
        raise NotFound
    if len(comments) > AT_ONCE:
        raise Invalid(_l("Responde como máximo %(most)s comentarios a la vez.", most=AT_ONCE))
    locked = [lock(comment) for comment in sorted(comments, key=lambda one: one.id)]
    for comment in locked:
        enforce(policies.can_answer_comment, actor, comment, now)
    known = _known(actor, locked, reply)
    if known is not None:
        return known
    _refuse_answered(locked)
    said: dict[str, Any] = asdict(reply)
    answer = PlanAnswer(
        **said,
        cycle_id=cycle.id,
        organisation_id=_institution(actor, cycle, locked),
        answered_by_id=actor.id,
        published_at=now,
    )
    add(answer)
    add(PlanAnswerText(**said, answer_id=answer.id, number=1, written_by_id=actor.id, created_at=now))
    for comment in locked:
        comment.answer_id = answer.id
        note(actor, comment, "plan_comment.answered", now, new=_told(answer))
    db.session.flush()
    return answer


def correct_plan_answer(
    *, actor: Any, answer: PlanAnswer, reply: PlanReply, reason: str, base: int, now: datetime
) -> PlanAnswerText:
    """Publish another text of an answer with the public reason; what it said before stays to be read. `base`: the
    version that the writer began from, `Conflict` where there is a later one."""
    enforce(policies.can_correct_plan_answer, actor, lock(answer), now)
    if base != answer.version:
        raise Conflict(_l("Mientras escribías, otra persona corrigió esta respuesta. Mira cómo quedó."))
    why = public_reason(reason, _l("Di por qué se corrige: la razón es pública."))
    said: dict[str, Any] = asdict(reply)
    if all(getattr(answer, name) == value for name, value in said.items()):
        raise Invalid(_l("Dice lo mismo que la respuesta publicada: cambia algo o déjala como está."), "reasons")
    old = _told(answer)
    for name, value in said.items():
        setattr(answer, name, value)
    answer.version, answer.corrected_at = answer.version + 1, now
    by = {"answer_id": answer.id, "number": answer.version, "written_by_id": actor.id, "created_at": now}
    made = add(PlanAnswerText(**said, **by, why=why))
    for comment in answer.comments:
        note(actor, comment, "plan_comment.answer_corrected", now, old=old, new=_told(answer), reason=why)
    return made


def _judge(cycle: Cycle, part: PlanPart, commitment: Commitment | None) -> None:
    """That there is such a part in this plan."""
    if (part is PlanPart.COMMITMENT) != (commitment is not None):
        raise Invalid(_l("Elige sobre qué parte del plan comentas."), "part")
    if commitment and (
        commitment.plan_cycle_id != cycle.id or not commitment.is_public or commitment.left_out_reason
    ):
        raise Invalid(_l("Ese compromiso no está en el plan."), "part")


def _refuse_repeated(actor: Any, cycle: Cycle, part: PlanPart, on: int | None, body: str) -> None:
    """That none of their comments there says the same. Called after `once`, as it locks them."""
    own = sa.select(PlanComment).filter_by(
        cycle_id=cycle.id, author_id=actor.id, part=part, commitment_id=on, visibility=Visibility.PUBLIC
    )
    for known in db.session.scalars(own):
        if text.folded(known.body_source) == text.folded(body):
            raise Repeated(_l("Ya lo comentaste: %(reference)s.", reference=known.reference), "body", known.reference)


def _known(actor: Any, comments: Sequence[PlanComment], reply: PlanReply) -> PlanAnswer | None:
    """The answer that this very request made before."""
    answer = comments[0].answer
    if answer is None or {comment.answer_id for comment in comments} != {answer.id}:
        return None
    same = all(getattr(answer, name) == value for name, value in asdict(reply).items())
    return answer if same and answer.answered_by_id == actor.id else None


def _refuse_answered(comments: Sequence[PlanComment]) -> None:
    answered = [comment.reference for comment in comments if comment.answer_id is not None]
    if answered:
        raise Conflict(_l("Ya tienen respuesta: %(references)s.", references=", ".join(answered)))
    gone = [comment.reference for comment in comments if not comment.is_public]
    if gone:
        raise Conflict(_l("Ya no están a la vista: %(references)s.", references=", ".join(gone)))


def _institution(actor: Any, cycle: Cycle, comments: Sequence[PlanComment]) -> int | None:
    """For which institution it is answered; None for the facilitation. One answer is of one institution."""
    if is_facilitator(actor, cycle):
        return None
    leads = {comment.commitment.lead_id for comment in comments if comment.commitment}
    if len(leads) > 1:
        raise Invalid(_l("Responde aparte por cada institución: estos compromisos los encabezan varias."))
    return leads.pop()


def _told(answer: PlanAnswer) -> dict[str, Any]:
    """What the history keeps of an answer."""
    said = text.fingerprint(answer.reasons, answer.changed)
    return {"outcome": answer.outcome, "text": said, "version": answer.version}
