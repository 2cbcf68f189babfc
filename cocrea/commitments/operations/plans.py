"""The plan: its texts written and its commitments ordered, published, and published again as another version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.audit.operations import record
from cocrea.commitments import plans, policies, queries
from cocrea.commitments.models import ActionPlan, Commitment, PlanText, PlanVersion
from cocrea.commitments.operations.drafting import note, refuse_second_plan
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Visibility
from cocrea.extensions import db

LINES = ("title", "period", "presented_by")


def write_plan(
    *, actor: Any, cycle: Cycle, content: Mapping[str, str], order: Sequence[str], base: int, now: datetime
) -> PlanText:
    """Write the plan's cover and introduction, and the order in which its commitments are read. `base` is the revision
    the writer began from: `Conflict` where it is another now. The same again changes nothing."""
    enforce(policies.can_write_plan, actor, lock(cycle), now)
    kept = _texts(cycle)
    if base != kept.revision:
        raise Conflict(
            _l("Mientras escribías, otra persona guardó estos textos. Míralos antes de guardar los tuyos.")
        )
    before = _words(kept)
    for key in LINES:
        setattr(kept, key, text.plain(content.get(key, "")))
    kept.introduction, kept.order = text.block(content.get("introduction", "")), list(order)
    if _words(kept) != before:
        kept.revision += 1
        new = {"text": text.fingerprint(*_words(kept))}
        _note(actor, cycle, "plan.written", now, new=new)
    return kept


def publish_plan(
    *, actor: Any, cycle: Cycle, title: str, introduction: str, left_out: Mapping[str, str], now: datetime
) -> ActionPlan:
    """Publish the plan, as its first version: every signed commitment, in order. `left_out` gives a reason for each
    one without signatures, by reference. `Conflict` while a comment of its review has no answer."""
    enforce(policies.can_publish_plan, actor, lock(cycle), now)
    _refuse_unanswered(cycle)
    if not text.plain(title):
        raise Invalid(_l("Dale un título al plan."), "title")
    refuse_second_plan(cycle)
    for commitment in (found := _locked_commitments(cycle)):
        if not commitment.is_signed:
            _leave_out(actor, commitment, text.plain(left_out.get(commitment.reference)), now)
    if not any(commitment.is_signed for commitment in found):
        raise Invalid(_l("Un plan necesita al menos un compromiso firmado por las dos partes."))
    kept = _texts(cycle)
    before = _words(kept)
    kept.title, kept.introduction = text.plain(title), text.block(introduction)
    kept.revision += _words(kept) != before
    made = _freeze(cycle, kept, 1, "", now)
    plan = add(ActionPlan(cycle_id=cycle.id, published_at=now, **_face(kept, made)))
    _announce(actor, cycle, "plan.published", made, now)
    return plan


def publish_version(*, actor: Any, cycle: Cycle, reason: str, now: datetime) -> PlanVersion:
    """Publish what the plan says now as its next version, `reason` being what for; the earlier ones stay. `Conflict`
    where it says what the last one says, or a comment of its review has no answer."""
    enforce(policies.can_publish_plan, actor, lock(cycle), now)
    _refuse_unanswered(cycle)
    found = plans.standing(cycle)
    plan, last = found.plan, found.version
    if plan is None:
        raise Conflict(_l("Este plan todavía no se publica: publica antes su primera versión."))
    if not text.plain(reason):
        raise Invalid(_l("Di para qué es esta versión."), "reason")
    _locked_commitments(cycle)
    made = _freeze(cycle, _texts(cycle, plan), last.number + 1 if last else 1, text.plain(reason), now)
    if last and not plans.changes(last.content, made.content):
        raise Conflict(_l("El plan dice lo mismo que su última versión: no hay qué publicar."))
    for key, value in _face(_texts(cycle), made).items():
        setattr(plan, key, value)
    _announce(actor, cycle, "plan.version_published", made, now)
    return made


def _refuse_unanswered(cycle: Cycle) -> None:
    """That whoever commented on the draft has been answered. The cycle is locked, so that nobody comments meanwhile."""
    waiting = queries.number_waiting(cycle)
    if waiting:
        raise Conflict(
            _l("Comentarios al plan sin respuesta: %(num)s. Se publica cuando todos la tengan.", num=waiting)
        )


def _texts(cycle: Cycle, plan: ActionPlan | None = None) -> PlanText:
    """The texts of a cycle's plan, begun from the published plan where nobody wrote them; the cycle is locked."""
    kept = db.session.get(PlanText, cycle.id)
    if kept is not None:
        return kept
    said = {"title": plan.title, "introduction": plan.introduction_source} if plan else {}
    return add(PlanText(cycle_id=cycle.id, **said))


def _words(kept: PlanText) -> tuple[str, ...]:
    return (*(getattr(kept, key) for key in LINES), kept.introduction, *kept.order)


def _freeze(cycle: Cycle, kept: PlanText, number: int, reason: str, now: datetime) -> PlanVersion:
    content = plans.compose(cycle, kept, queries.in_plan(cycle), number=number, now=now)
    return add(
        PlanVersion(
            cycle_id=cycle.id,
            number=number,
            content=content,
            fingerprint=plans.fingerprint(content),
            reason=reason,
            published_at=now,
        )
    )


def _face(kept: PlanText, made: PlanVersion) -> dict[str, str]:
    """What the row of the plan says of its last version."""
    return {
        "title": kept.title,
        "introduction_source": kept.introduction,
        "introduction_html": text.to_html(kept.introduction),
        "fingerprint": made.fingerprint,
    }


def _locked_commitments(cycle: Cycle) -> list[Commitment]:
    """All public ones, locked: whoever is signing one of them finishes first or comes too late."""
    statement = (
        sa.select(Commitment)
        .where(Commitment.plan_cycle_id == cycle.id, Commitment.visibility == Visibility.PUBLIC)
        .order_by(Commitment.number)
    )
    return [lock(commitment) for commitment in db.session.scalars(statement).all()]


def _leave_out(actor: Any, commitment: Commitment, reason: str, now: datetime) -> None:
    if not reason:
        raise Invalid(
            _l("Di por qué queda fuera %(reference)s.", reference=commitment.reference), commitment.reference
        )
    commitment.left_out_reason = reason
    note(actor, commitment, "commitment.left_out", now, reason=reason)


def _announce(actor: Any, cycle: Cycle, action: str, made: PlanVersion, now: datetime) -> None:
    references = [entry["reference"] for entry in made.content["commitments"]]
    new = {"fingerprint": made.fingerprint, "version": made.number, "commitments": references}
    _note(actor, cycle, action, now, new=new, reason=made.reason)


def _note(actor: Any, cycle: Cycle, action: str, now: datetime, **details: Any) -> None:
    record(
        actor=actor, action=action, subject=cycle.scope, scope=cycle.scope, now=now, subject_id=cycle.id, **details
    )
