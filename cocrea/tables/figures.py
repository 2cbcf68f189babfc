"""What came of the tables, for cycle pages and stage reports: who sat down, and what was said in the sessions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.figures import Figures, counted, tally, within
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.discussion.models import Channel, Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.tables.models import Table, TableMember

LABELS = {"seat": _l("Asientos en las mesas"), "message": _l("Intervenciones en las sesiones")}


def received(cycle: Cycle, stage: Stage | None) -> Figures:
    """Seats taken and interventions, in writing or in person: only of stages in which tables meet. One statement."""
    if stage is not None and Action.MEET not in stage.opens:
        return {}
    return tally(db.session.execute(sa.union_all(_seats(cycle, stage), _messages(cycle, stage))))


def _seats(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    """By the sector of the moment of sitting down. A seat is taken by the person's own account: online."""
    return (
        counted("seat", Channel.ONLINE.value, TableMember.sector, Person.gender, Person.territory)
        .select_from(TableMember)
        .join(Table, Table.id == TableMember.table_id)
        .join(Person, Person.id == TableMember.person_id)
        .where(Table.cycle_id == cycle.id, *within(TableMember.joined_at, stage))
    )


def _messages(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    shared = Contribution.__table__.c
    return (
        counted("message", shared.channel, shared.author_sector, Person.gender, Person.territory)
        .select_from(Contribution.__table__)
        .outerjoin(Person, Person.id == shared.author_id)
        .where(
            shared.cycle_id == cycle.id,
            shared.kind == ContributionKind.MESSAGE,
            shared.visibility == Visibility.PUBLIC,
            *within(shared.published_at, stage),
        )
    )
