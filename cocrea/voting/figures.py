"""Who voted, for cycle pages and stage reports: never what, and never so few that one could tell who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import sqlalchemy as sa

from cocrea.accounts.models import Sector
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.figures import Figures, within
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.extensions import db
from cocrea.voting.models import Contest, RollEntry
from cocrea.voting.queries import Turnout

LABELS = {"ballot": _l("Personas que votaron")}


def received(cycle: Cycle, stage: Stage | None) -> Figures:
    """Ballots of counted contests, by channel; by sector too where every contest has groups large enough to show.

    One statement. Gender and territory are not counted: a vote asks for neither.
    """
    if stage is not None and Action.VOTE not in stage.opens:
        return {}
    keys = (RollEntry.contest_id, RollEntry.sector, RollEntry.channel, RollEntry.took_part, RollEntry.is_late)
    counted = sa.select(*keys, sa.func.count()).join(Contest).group_by(*keys)
    there = Contest.cycle_id == cycle.id, Contest.counted_at.is_not(None), *within(Contest.opens_at, stage)
    channels: Counter[str] = Counter()
    rolls: dict[int, Turnout] = {}
    for contest, sector, channel, took_part, is_late, number in db.session.execute(counted.where(*there)):
        rolls.setdefault(contest, Turnout()).add(sector, number, took_part=took_part, is_late=is_late)
        if took_part and channel is not None:
            channels[channel.value] += number
    return {"ballot": {"channel": dict(channels), "sector": _sectors(rolls.values())}} if channels else {}


def _sectors(rolls: Collection[Turnout]) -> dict[str, int]:
    """Ballots by sector, as long as no contest has a group that its own page withholds."""
    if any(roll.by_sector() is None for roll in rolls):
        return {}
    added = sum((roll.voted for roll in rolls), Counter[Sector | None]())
    return {sector.value: number for sector, number in added.items() if sector is not None}
