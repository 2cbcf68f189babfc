"""What people try with merges and splits, and what is true of them whatever was tried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from cocrea.core.errors import Conflict
from cocrea.discussion.models import Support, Visibility
from cocrea.extensions import db
from cocrea.proposals import operations, policies
from cocrea.proposals.models import PENDING, Proposal, Rearrangement, RearrangementKind, RearrangementState
from tests.factories import discussion
from tests.proposals.life import World, reads_text

WENT = {Visibility.MERGED, Visibility.SPLIT}
MOST = 5  # proposals in a world, with what was made of others


def merge(w: World, actor: Any, proposal: Proposal) -> None:
    others = [one for one in w.all(Proposal) if one is not proposal and policies.can_be_rearranged(one, w.clock())]
    _propose(w, actor, RearrangementKind.MERGE, [proposal, *others[:1]], 1)


def split(w: World, actor: Any, proposal: Proposal) -> None:
    _propose(w, actor, RearrangementKind.SPLIT, [proposal], 2)


def consent(w: World, actor: Any, rearrangement: Rearrangement) -> None:
    operations.answer(actor=actor, rearrangement=rearrangement, consents=True, reason="", now=w.clock())


def refuse(w: World, actor: Any, rearrangement: Rearrangement) -> None:
    word = w.secret(_knows(w, rearrangement))
    operations.answer(actor=actor, rearrangement=rearrangement, consents=False, reason=word, now=w.clock())


def conclude(w: World, actor: Any, rearrangement: Rearrangement) -> None:
    operations.conclude(actor=actor, rearrangement=rearrangement, now=w.clock())


def decide(w: World, actor: Any, rearrangement: Rearrangement) -> None:
    operations.conclude(actor=actor, rearrangement=rearrangement, agreement=w.agreement, now=w.clock())


def cancel(w: World, actor: Any, rearrangement: Rearrangement) -> None:
    operations.cancel(actor=actor, rearrangement=rearrangement, reason="Ya no.", now=w.clock())


def undo(w: World, actor: Any, rearrangement: Rearrangement) -> None:
    operations.undo(actor=actor, rearrangement=rearrangement, reason="Así no.", now=w.clock())


def assert_in_order(proposals: Iterable[Proposal], rearrangements: Iterable[Rearrangement]) -> None:
    """People count once, authors not at all; what is gone says where it went; only what is under way holds anything."""
    for proposal in proposals:
        behind = discussion.supporters(proposal)
        assert proposal.support_count == len(behind)
        assert not behind & {author.id for author in proposal.authors}
        gone = proposal.merged_into_id is not None or proposal.is_split
        assert proposal.visibility is Visibility.HIDDEN or gone == (proposal.visibility in WENT)
    for one in rearrangements:
        assert all(source.is_open == (one.state in PENDING) for source in one.sources)
        if one.state is RearrangementState.DONE:
            behind = set().union(*(discussion.supporters(source) for source in one.proposals))
            assert all(_carried(made) <= behind for made in one.made)


def _carried(made: Proposal) -> set[int]:
    rows = sa.select(Support.person_id).where(Support.carried_from_id.is_not(None))
    return set(db.session.scalars(rows.filter_by(contribution_id=made.id)))


def _propose(w: World, actor: Any, kind: RearrangementKind, sources: Any, parts: int) -> None:
    if len(w.all(Proposal)) >= MOST:
        raise Conflict("a world is small")
    drafted = [w.content() for _part in range(parts)]
    plan = operations.Plan(
        kind=kind,
        proposals=sources,
        texts=[content for content, _words in drafted],
        reason="Dicen lo mismo.",
        read=operations.reading(sources),
    )
    made = operations.propose(actor=actor, plan=plan, now=w.clock())
    for position, (_content, words) in enumerate(drafted):
        for word in words:
            w.secrets[word].readers.append(_reads_part(w, made, position))


def _knows(w: World, rearrangement: Rearrangement) -> Any:
    number = rearrangement.id

    def sees(reader: Any) -> bool:
        return bool(policies.knows_answers(reader, db.session.get_one(Rearrangement, number), w.clock()))

    return sees


def _reads_part(w: World, rearrangement: Rearrangement, position: int) -> Any:
    """Before it takes effect it is its authors' and the facilitation's; then it is a proposal as any other."""
    number, knows = rearrangement.id, _knows(w, rearrangement)

    def sees(reader: Any) -> bool:
        made = db.session.get_one(Rearrangement, number).texts[position].proposal
        return knows(reader) if made is None else reads_text(reader, made.id, w.clock())

    return sees
