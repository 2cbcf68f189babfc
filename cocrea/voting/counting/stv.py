"""The single transferable vote of the Scottish Local Government Elections Order 2007 (SSI 2007/42, rules 45 to 51).

The weighted inclusive Gregory method: all papers of an elected candidate pass on, each at a fraction of the value it
came with. Values have five decimal places, what is beyond is ignored (rule 48): whole hundred-thousandths here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from cocrea.voting.counting.choices import choice, greatest, lowest
from cocrea.voting.counting.elections import Election, Outcome, Tiers
from cocrea.voting.counting.ties import Ties

UNIT = 100_000
Paper = tuple[Tiers, int, int]  # its order, its value in hundred-thousandths, and how many are alike


@dataclass
class _Count:
    """Where the count stands. `pending`: elected, with a surplus that has not passed on."""

    election: Election
    ties: Ties
    continuing: list[str]
    quota: int
    papers: dict[str, list[Paper]] = field(default_factory=lambda: defaultdict(list))
    votes: dict[str, int] = field(default_factory=dict)
    stages: list[dict[str, int]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    elected: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    untransferable: int = 0  # the value of papers that want nobody who continues
    remainder: int = 0  # what rule 48 ignores

    @property
    def vacancies(self) -> int:
        return self.election.seats - len(self.elected)

    @property
    def stage(self) -> str:
        return f"stage {len(self.rounds)}"


def scottish_stv(election: Election, ties: Ties) -> Outcome:
    """Fill the seats. Votes in the account are text with five decimal places, by stage."""
    quota = (election.valid // (election.seats + 1) + 1) * UNIT
    count = _Count(election, ties, list(election.candidates), quota)
    count.votes = dict.fromkeys(election.candidates, 0)
    _deal(count, [(ballot.tiers, UNIT, ballot.weight) for ballot in election.ballots])
    _close_stage(count, {"quota": quota // UNIT})
    while count.vacancies and count.continuing:
        if count.pending:
            _pass_on_surplus(count)
        else:
            _exclude(count)
    return Outcome("scottish-stv", tuple(count.elected), count.rounds, ties.uses)


def _pass_on_surplus(count: _Count) -> None:
    """Rules 48 and 49: the greatest surplus first; each paper at its value times surplus over votes."""
    giver = greatest(count.stages, count.pending, count.ties, count.stage)
    count.pending.remove(giver)
    total = count.votes[giver]
    surplus = total - count.quota
    papers = [(tiers, value * surplus // total, alike) for tiers, value, alike in count.papers.pop(giver)]
    count.votes[giver] = count.quota
    count.remainder += surplus - sum(value * alike for _tiers, value, alike in papers)
    _deal(count, papers)
    _close_stage(count, {"surplus_of": giver, "surplus": decimals(surplus)})


def _exclude(count: _Count) -> None:
    """Rule 50: the lowest goes out, and its papers pass on at the value they have."""
    standing = [{one: votes[one] for one in count.continuing} for votes in count.stages]
    out = lowest(standing, count.ties, count.stage)
    count.continuing.remove(out)
    count.votes[out] = 0
    _deal(count, count.papers.pop(out, []))
    _close_stage(count, {"out": out})


def _deal(count: _Count, papers: list[Paper]) -> None:
    """Give papers to whom each wants most among those that continue."""
    among = frozenset(count.continuing)
    for tiers, value, alike in papers:
        to = choice(tiers, among)
        if to is None:
            count.untransferable += value * alike
        elif value:
            count.papers[to].append((tiers, value, alike))
            count.votes[to] += value * alike


def _close_stage(count: _Count, account: dict[str, Any]) -> None:
    """Elect who reached the quota (rule 47), the highest first, and all that are left where they just fill the seats
    (rule 51)."""
    count.stages.append(dict(count.votes))
    now = []
    while reached := [one for one in count.continuing if count.votes[one] >= count.quota]:
        now.append(_elect(count, reached))
    if len(count.continuing) <= count.vacancies:
        while count.continuing:
            now.append(_elect(count, list(count.continuing)))
    votes = {one: decimals(value) for one, value in count.votes.items()}
    lost = {"untransferable": decimals(count.untransferable), "remainder": decimals(count.remainder)}
    count.rounds.append({**account, "votes": votes, **lost, "elected": now})


def _elect(count: _Count, among: list[str]) -> str:
    one = greatest(count.stages, among, count.ties, count.stage)
    count.continuing.remove(one)
    count.elected.append(one)
    if count.votes[one] > count.quota:
        count.pending.append(one)
    return one


def decimals(value: int) -> str:
    """Hundred-thousandths of a vote, as the returning officer's tables write them."""
    return f"{value // UNIT}.{value % UNIT:05d}"
