"""Where a thread begins: what a reference names, if this actor may read it."""

from __future__ import annotations

from typing import Any

from cocrea.core.errors import NotFound
from cocrea.discussion.queries import visible_contribution
from cocrea.followup.queries import visible_activity
from cocrea.opendata.threads.nodes import Thread
from cocrea.opendata.threads.reading import follow
from cocrea.opendata.threads.statements import KINDS
from cocrea.voting.queries import visible_contest


def visible_thread(actor: Any, reference: str) -> Thread:
    """The thread of a problem, a proposal, a contest, a commitment or an activity; raises `NotFound`."""
    if "-ACT-" in reference:
        commitment = visible_activity(actor, reference).key_action.commitment
        return follow(about=reference, cycle=commitment.cycle, starts=[commitment.id], activity=reference)
    if "-VOT-" in reference:
        contest = visible_contest(actor, reference)
        starts = [option.proposal_id for option in contest.options if option.proposal_id is not None]
        return follow(about=reference, cycle=contest.cycle, starts=starts)
    found = visible_contribution(actor, reference)
    if found.kind not in KINDS or not (found.is_public or found.is_tombstone):
        raise NotFound
    return follow(about=reference, cycle=found.cycle, starts=[found.id])
