"""Who voted, for cycle pages and stage reports: never what, and never so few that one could tell who."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from cocrea.accounts.models import Sector
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.figures import Figures, within
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.extensions import db
from cocrea.voting.models import Contest, RollEntry
from cocrea.voting.queries import large_cells

LABELS = {"ballot": _l("Personas que votaron")}


def received(cycle: Cycle, stage: Stage | None) -> Figures:
    """Ballots of counted contests, by channel; by sector too where every contest has groups large enough to show.

    One statement. Gender and territory are not counted: a vote asks for neither.
    """
    if stage is not None and Action.VOTE not in stage.opens:
        return {}
    keys = (RollEntry.contest_id, RollEntry.sector, RollEntry.channel, RollEntry.took_part)
    counted = sa.select(*keys, sa.func.count()).join(Contest).group_by(*keys)
    there = Contest.cycle_id == cycle.id, Contest.counted_at.is_not(None), *within(Contest.opens_at, stage)
    channels: Counter[str] = Counter()
    voted: dict[int, Counter[Sector | None]] = {}
    entitled: dict[int, Counter[Sector | None]] = {}
    for contest, sector, channel, took_part, number in db.session.execute(counted.where(*there)):
        entitled.setdefault(contest, Counter())[sector] += number
        cast = voted.setdefault(contest, Counter())
        if took_part and channel is not None:
            channels[channel.value] += number
            cast[sector] += number
    return {"ballot": {"channel": dict(channels), "sector": _sectors(voted, entitled)}} if channels else {}


def _sectors(voted: dict[int, Counter[Sector | None]], entitled: dict[int, Counter[Sector | None]]) -> dict[str, int]:
    """Ballots by sector, as long as no contest has a group that its own page withholds."""
    if any(large_cells(voted[contest], entitled[contest]) is None for contest in entitled):
        return {}
    added = sum(voted.values(), Counter[Sector | None]())
    return {sector.value: number for sector, number in added.items() if sector is not None}
