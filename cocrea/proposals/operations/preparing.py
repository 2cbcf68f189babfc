"""Answers under way, for the colleagues of an institution alone: kept, set for a moment, published when it comes."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import note
from cocrea.extensions import db
from cocrea.proposals import policies, queries
from cocrea.proposals.models import AnswerDraft, AnswerNote, AnswerStep, Response, Routing, answer_step
from cocrea.proposals.operations.reminding import tell_of_unpublished
from cocrea.proposals.operations.responding import AT_ONCE, Answer, hold, respond_to_each

OTHER_TEXT = _l("Mientras escribías, alguien de tu institución guardó otro texto. Compáralos.")
log = logging.getLogger(__name__)
FARTHEST, WHEN = timedelta(days=90), "publish_on"


def check_ready(*, answer: Answer, routings: Sequence[Routing], publish_at: datetime | None, now: datetime) -> None:
    """Raise `Invalid` unless this answer to all of these could be published at that moment, or now without one."""
    answer.check()
    if publish_at is not None:
        _check_moment(publish_at, now)
    answer.check_feeds(routing.proposal.cycle for routing in routings)


def prepare(
    *, actor: Any, routing: Routing, answer: Answer, base: str, now: datetime, unset: bool = False
) -> AnswerDraft:
    """Keep what is prepared, for the colleagues of the institution alone. What was set for a moment stays set for it
    while it says the same, unless it is `unset`: another text is published only once someone set it.

    `base`: fingerprint of the draft that the writer began from; `Conflict` when a colleague saved another meanwhile.
    """
    own = _begin(actor, routing, AnswerStep.DRAFT, now)
    moment = own.publish_at if own and own.fingerprint == answer.fingerprint and not unset else None
    return _keep(actor, routing, own, answer, base, now, moment)


def schedule(
    *, actor: Any, routing: Routing, answer: Answer, publish_at: datetime, base: str, now: datetime
) -> AnswerDraft:
    """Have what is prepared published at a moment to come, with whatever else is set for it; `base` as in `prepare`."""
    answer.check()
    _check_moment(publish_at, now)
    own = _begin(actor, routing, AnswerStep.SCHEDULED, now)
    return _keep(actor, routing, own, answer, base, now, publish_at)


def prepare_each(
    *,
    actor: Any,
    routings: Sequence[int],
    answer: Answer,
    base: str,
    now: datetime,
    publish_at: datetime | None = None,
    unset: bool = False,
) -> int:
    """Keep one common draft for every proposal of these routings, or none; with `publish_at` all are published then,
    without it each at the moment that it was set for, as in `prepare`.

    In as many statements however many they are. `base`: fingerprint of the common draft that the writer began from;
    `Conflict` when any of them has another text of a colleague's.
    """
    if publish_at is not None:
        answer.check()
        _check_moment(publish_at, now)
    held = hold(actor, routings, now)
    answer.check_feeds(routing.proposal.cycle for routing in held)
    drafts = queries.drafts_of(held)
    if any(draft.fingerprint != base for draft in drafts):
        raise Conflict(_l("Tu institución ya prepara otro texto para alguna de estas propuestas."))
    stays = answer.fingerprint == base and not unset
    moments = {draft.pair: draft.publish_at for draft in drafts if stays}
    queries.discard_drafts(held)
    rows = [
        {"proposal_id": one.proposal_id, "organisation_id": one.organisation_id, "publish_at": moments.get(one.pair)}
        for one in held
    ]
    saved = {"author_id": actor.id, "saved_at": now, **_columns(answer)}
    if publish_at is not None:
        saved["publish_at"] = publish_at
    db.session.execute(sa.insert(AnswerDraft), [{**row, **saved} for row in rows])
    return len(held)


def publish_each(*, actor: Any, routings: Sequence[int], answer: Answer, base: str, now: datetime) -> list[Response]:
    """Publish one common answer as `respond_to_each`; the common draft with which it began (`base`) goes."""
    made = respond_to_each(actor=actor, routings=routings, answer=answer, now=now)
    held = queries.routings_for_update(routings)
    begun = {draft.proposal_id for draft in queries.drafts_of(held) if draft.fingerprint == base}
    queries.discard_drafts([routing for routing in held if routing.proposal_id in begun])
    return made


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


def publish_due(*, now: datetime) -> list[Response]:
    """Publish what was set for a moment that has come, as of that moment, in the name of who set it: what says the same
    at once. What its author may no longer publish, or what names a commitment that is no longer public, is a draft
    again, for their colleagues to decide, who are written to."""
    together: dict[tuple[int, datetime, str], list[tuple[AnswerDraft, Routing]]] = defaultdict(list)
    left: list[Routing | None] = []
    queries.routings_for_update([routing.id for _draft, routing in queries.due_drafts(now) if routing])
    for draft, routing in queries.due_drafts(now):  # again, now that nobody changes them
        moment, draft.publish_at = draft.publish_at or now, None
        if routing is not None and policies.can_prepare(draft.author, routing, now):
            together[draft.author_id, moment, draft.fingerprint].append((draft, routing))
        else:
            left.append(routing)
    made: list[Response] = []
    for (_author, moment, _text), group in together.items():
        for start in range(0, len(group), AT_ONCE):
            part = group[start : start + AT_ONCE]
            try:
                made += _publish_together(part, moment)
            except Invalid:
                left += [routing for _draft, routing in part]
    if left:
        log.warning("scheduled answers not published: %s", len(left))
        tell_of_unpublished([routing for routing in left if routing])
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


def _publish_together(group: Sequence[tuple[AnswerDraft, Routing]], moment: datetime) -> list[Response]:
    first, routings = group[0][0], [routing for _draft, routing in group]
    said = Answer(first.kind, first.reasons, first.next_steps, tuple(first.feeds))
    made = respond_to_each(actor=first.author, routings=[one.id for one in routings], answer=said, now=moment)
    queries.discard_drafts(routings)
    return made


def _check_moment(publish_at: datetime, now: datetime) -> None:
    if not now < publish_at <= now + FARTHEST:
        raise Invalid(
            _l("Elige un momento por venir, dentro de los próximos %(days)s días.", days=FARTHEST.days), WHEN
        )


def _columns(answer: Answer) -> dict[str, Any]:
    """What is kept of an answer while it is prepared."""
    return {
        "kind": answer.kind,
        "reasons": text.block(answer.reasons),
        "next_steps": text.block(answer.next_steps),
        "feeds": sorted(set(answer.feeds)),
    }


def _keep(
    actor: Any,
    routing: Routing,
    own: AnswerDraft | None,
    answer: Answer,
    base: str,
    now: datetime,
    publish_at: datetime | None,
) -> AnswerDraft:
    if own is not None and own.fingerprint != base:
        raise Conflict(OTHER_TEXT)
    answer.check_feeds([routing.proposal.cycle])
    saved = {**_columns(answer), "author_id": actor.id, "saved_at": now, "publish_at": publish_at}
    if own is None:
        keys = {"proposal_id": routing.proposal_id, "organisation_id": routing.organisation_id}
        return add(AnswerDraft(**keys, **saved))
    for name, value in saved.items():
        setattr(own, name, value)
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
