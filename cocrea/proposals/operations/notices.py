"""Letters about what became of proposals and what institutions answered. Written by jobs, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cocrea.core.i18n import in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import send_later
from cocrea.discussion.addressees import behind, next_after
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Amendment, AmendmentStatus, Proposal, ProposalStatus, Response, ResponseVersion
from cocrea.proposals.standing import HAPPENED, NEXT, REASONED, still_stands


def tell_of_answers(*, responses: Sequence[int], after: int = 0) -> int | None:
    """One letter to each person who wrote or supports what these answers are to: what was answered, and where.

    Whose ids come after `after`, as many as one transaction should write; the last one's id while there may be more.
    """
    found = db.session.scalars(
        sa.select(Response)
        .join(Proposal, Proposal.id == Response.proposal_id)
        .where(Response.id.in_(responses), Proposal.visibility == Visibility.PUBLIC)
        .order_by(Response.id)
    ).all()
    titles = _titles([response.proposal_id for response in found])

    def told(theirs: set[int]) -> dict[str, Any]:
        return {"answers": [(titles[one.proposal_id], one) for one in found if one.proposal_id in theirs]}

    return _write(titles, after, _l("Una institución respondió a lo que propones o apoyas"), "answered", told)


def tell_of_correction(*, version: int, after: int = 0) -> int | None:
    """One letter to each person behind a proposal whose answer was corrected: what it is now, and why. In batches, like
    `tell_of_answers`."""
    corrected = db.session.get_one(ResponseVersion, version)
    response = db.session.get_one(Response, corrected.response_id)
    if not response.proposal.is_public:
        return None
    subject = _l("Una institución corrigió su respuesta a lo que propones o apoyas")
    said = {"response": response, "corrected": corrected}
    return _write([response.proposal_id], after, subject, "answer_corrected", lambda _theirs: said)


def tell_of_steps(*, steps: Sequence[tuple[int, str]], after: int = 0) -> int | None:
    """One letter to each person who wrote or supports some of these proposals: the step that each took and what comes
    next. `steps`: ids with one of `standing.HAPPENED`. In batches, like `tell_of_answers`.

    A step that was overtaken meanwhile is not told: another letter tells the one after it.
    """
    named = sa.select(Proposal).where(Proposal.id.in_(dict(steps))).options(joinedload(Proposal.review))
    found = {one.id: one for one in db.session.scalars(named)}
    told = {number: (found[number], taken) for number, taken in steps if still_stands(found[number], taken)}

    def moved(theirs: set[int]) -> dict[str, Any]:
        return {"moved": [_moved(*told[number]) for number in told if number in theirs]}

    return _write(told, after, _l("Qué pasó con lo que propones o apoyas"), "moved", moved)


def tell_of_leaving(*, proposals: Sequence[int], after: int = 0) -> int | None:
    """One letter to each person whose amendments to these proposals wait for an answer that will not come, because they
    were merged or split. In batches, like `tell_of_answers`."""
    waiting = (
        sa.select(Amendment)
        .join(Proposal.__table__, Proposal.__table__.c.id == Amendment.proposal_id)
        .where(Amendment.proposal_id.in_(proposals), Amendment.visibility == Visibility.PUBLIC)
        .where(Amendment.status == AmendmentStatus.EVALUATING)
        .options(joinedload(Amendment.proposal).lazyload("*"))
    )
    found = {amendment.id: amendment for amendment in db.session.scalars(waiting.order_by(Amendment.id))}

    def left(theirs: set[int]) -> dict[str, Any]:
        return {"amendments": [found[number] for number in found if number in theirs]}

    return _write(found, after, _l("La propuesta que querías cambiar sigue en otra"), "amendment_left", left)


def _write(
    about: Iterable[int], after: int, subject: Any, template: str, told: Callable[[set[int]], dict[str, Any]]
) -> int | None:
    """One letter, in their language, to each person behind some of these: `told` which of them are theirs."""
    people = behind(list(about), after)
    for person in people:
        with in_language(person.locale):
            text = told(person.theirs)
            send_later(to=person.email, subject=str(subject), template=f"proposals/{template}.txt", **text)
    return next_after(people)


def _moved(proposal: Proposal, taken: str) -> dict[str, Any]:
    """What the letter says of one; what was withdrawn has no title any more."""
    reason = proposal.status_reason if proposal.is_public else proposal.visibility_reason
    return {
        "name": proposal.title or proposal.reference,
        "reference": proposal.reference,
        "happened": HAPPENED[taken],
        "reason": reason if taken in REASONED else "",
        "not_met": proposal.review.not_met if proposal.review and taken == ProposalStatus.NOT_ADMITTED else [],
        "next": NEXT.get(taken, ""),
    }


def _titles(proposals: Sequence[int]) -> dict[int, sa.Row[int, str, str]]:
    columns = (Contribution.id, Contribution.reference, Contribution.title)
    return {row.id: row for row in db.session.execute(sa.select(*columns).where(Contribution.id.in_(proposals)))}
