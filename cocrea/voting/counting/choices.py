"""For whom a ranked ballot counts while others are out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cocrea.voting.counting.elections import Election, Tiers
from cocrea.voting.counting.ties import Ties


def choice(tiers: Tiers, among: Collection[str]) -> str | None:
    """The one that a ballot wants most among some; None where it names none of them, or two of them alike first."""
    for tier in tiers:
        here = [candidate for candidate in tier if candidate in among]
        if here:
            return here[0] if len(here) == 1 else None
    return None


def first_choices(election: Election, among: Collection[str]) -> tuple[dict[str, int], int]:
    """How many ballots count for each of some candidates, and how many for none of them."""
    votes, none = dict.fromkeys(among, 0), 0
    for ballot in election.ballots:
        wanted = choice(ballot.tiers, among)
        if wanted is None:
            none += ballot.weight
        else:
            votes[wanted] += ballot.weight
    return votes, none


def lowest(stages: Sequence[dict[str, int]], ties: Ties, stage: str) -> str:
    """Who goes out: the lowest now; of several, who was lowest at the latest stage that tells them apart; else by lot.

    As rule 50 of the Scottish Local Government Elections Order 2007 (SSI 2007/42) has it.
    """
    left = list(stages[-1])
    for votes in reversed(stages):
        least = min(votes[one] for one in left)
        left = [one for one in left if votes[one] == least]
    return ties.last(left, stage)


def greatest(stages: Sequence[dict[str, int]], among: Sequence[str], ties: Ties, stage: str) -> str:
    """The highest of some now, and so on backwards."""
    left = list(among)
    for votes in reversed(stages):
        most = max(votes[one] for one in left)
        left = [one for one in left if votes[one] == most]
    return ties.first(left, stage)
