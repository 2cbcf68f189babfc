"""What a counted contest tells of its channels: online and, by booth, paper. Never what was chosen by each.

Papers are published among the other ballots and not told apart: of a booth where few voted one would know what.
docs/security.md has the rule for the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cocrea.cycles.figures import SMALLEST
from cocrea.extensions import db
from cocrea.voting import scrutiny
from cocrea.voting.counting import WITH_PAPERS
from cocrea.voting.models import Batch, Booth, BoothAct, Contest, Paper
from cocrea.voting.scrutiny import BoothProgress

KINDS = (("valid",), ("blank",), ("invalid",))
MERGED = (("valid",), ("blank", "invalid"))
NONE: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Group:
    """Ballots of one channel or booth (None: online), by kind."""

    booth: Booth | None
    valid: int
    blank: int
    invalid: int

    @property
    def ballots(self) -> int:
        return self.valid + self.blank + self.invalid

    def figures(self, kinds: Sequence[Sequence[str]]) -> list[int]:
        return [sum(getattr(self, name) for name in kind) for kind in kinds]


@dataclass(frozen=True)
class Breakdown:
    """Groups with as much of their kinds as may be told: all, blank and invalid together, or only how many."""

    groups: Sequence[Group]
    kinds: Sequence[Sequence[str]]


def by_channel(groups: Sequence[Group]) -> Breakdown:
    """Online, and all booths together."""
    online, *booths = groups
    papers = Group(None, *(sum(getattr(one, name) for one in booths) for name in ("valid", "blank", "invalid")))
    return _told([online, papers])


def by_booth(groups: Sequence[Group]) -> Breakdown:
    """Online, and each booth whose papers count."""
    return _told(groups)


def published(contest: Contest) -> dict[str, Any]:
    """What a public file has more where there were booths: how many by channel, and each booth with its act."""
    booths = scrutiny.progress(contest)
    if not booths:
        return {}
    paper = sum(one.act.in_box for one in booths if one.act and not one.booth.annulled_at)
    return {
        "format": WITH_PAPERS,
        "channels": {"online": contest.result["ballots"] - paper, "paper": paper},
        "booths": [_published_booth(one) for one in booths],
    }


def changes(contest: Contest, groups: Sequence[Group]) -> list[tuple[Booth, int, Any, bool]]:
    """Confirmed corrections as booth, batch number and correction, and whether what they say may be told: only where
    five papers of the booth or more are left of which nothing is."""
    found = scrutiny.corrections(contest)
    changed: dict[int, set[tuple[int, int]]] = {}
    for booth, _number, correction in found:
        changed.setdefault(booth.id, set()).add((correction.batch_id, correction.folio))
    sizes = {group.booth.id: group.ballots for group in groups if group.booth}
    untold = {booth_id: sizes.get(booth_id, 0) - len(papers) for booth_id, papers in changed.items()}
    return [(booth, number, correction, untold[booth.id] >= SMALLEST) for booth, number, correction in found]


def groups_of(contest: Contest) -> list[Group]:
    """Online first, then the booths whose papers count, in their order. Two statements."""
    own = sa.select(Booth).where(Booth.contest_id == contest.id, Booth.annulled_at.is_(None))
    booths = db.session.scalars(own.order_by(Booth.number))
    kinds = {booth_id: figures for booth_id, *figures in db.session.execute(_kinds(contest))}
    found = [Group(booth, *kinds.get(booth.id, (0, 0, 0))) for booth in booths]
    result = contest.result
    names = ("valid", "blank", "invalid")
    online = (result[name] - sum(getattr(group, name) for group in found) for name in names)
    return [Group(None, *online), *found]


def _kinds(contest: Contest) -> Any:
    """Rows of booth, valid, blank and invalid papers."""
    written = sa.type_coerce(Paper.choices, sa.Text)
    blank = written.in_(("{}", "[]"))
    counted = [
        sa.func.count().filter(condition) for condition in (written.is_not(None) & ~blank, blank, written.is_(None))
    ]
    of = sa.select(Batch.booth_id, *counted).select_from(Paper).join(Batch, Batch.id == Paper.batch_id)
    return of.join(Booth, Booth.id == Batch.booth_id).where(Booth.contest_id == contest.id).group_by(Batch.booth_id)


def _told(groups: Sequence[Group]) -> Breakdown:
    kinds = next((kinds for kinds in (KINDS, MERGED) if _may_tell(groups, kinds)), NONE)
    return Breakdown(groups, kinds)


def _may_tell(groups: Sequence[Group], kinds: Sequence[Sequence[str]]) -> bool:
    """Whether each figure is of five ballots or more. One of none tells nothing new where the contest has none."""
    told = [group.figures(kinds) for group in groups if group.ballots]
    return all(min(column) >= SMALLEST or not any(column) for column in zip(*told, strict=True))


def _published_booth(one: BoothProgress) -> dict[str, Any]:
    booth = one.booth
    return {
        "number": booth.number,
        "place": booth.place,
        "annulled": booth.annulled_at is not None,
        "marks": one.marks,
        "act": _published_act(one.act) if one.act else None,
    }


def _published_act(act: BoothAct) -> dict[str, Any]:
    names = ("number", "received", "spoiled", "left_over", "in_box", "remarks")
    return {name: getattr(act, name) for name in names}
