"""How many proposals came in, by what is declared of their authors, and what became of them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.figures import Figures, counted, tally, within
from cocrea.cycles.models import Action, Cycle, Stage, StageKind
from cocrea.cycles.report_sections import Column, Rows, Section
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import RearrangementText

_shared = Contribution.__table__.c


def figures(cycle: Cycle, stage: Stage | None) -> Figures:
    """Proposals that came in while a stage that opens them lasted (None: in all), by what is declared of their authors.

    Whatever became of them; what a merge or split made of them did not come in."""
    if stage is not None and Action.PUBLISH_PROPOSAL not in stage.opens:
        return {}
    statement = (
        counted("proposals", _shared.channel, _shared.author_sector, Person.gender, Person.territory)
        .select_from(Contribution.__table__.outerjoin(Person.__table__, Person.id == _shared.author_id))
        .where(*_received(cycle, stage))
    )
    return tally(db.session.execute(statement))


def fates(cycle: Cycle, stage: Stage, _now: datetime) -> Rows:
    """What became of those that came in during a stage; nothing where all are as they were."""
    received = sa.select(_shared.visibility, sa.func.count()).where(*_received(cycle, stage))
    found = {row[0]: row[1] for row in db.session.execute(received.group_by(_shared.visibility))}
    if not found.keys() - {Visibility.PUBLIC}:
        return []
    return [[fate.value, found[fate]] for fate in Visibility if fate in found]


def _received(cycle: Cycle, stage: Stage | None) -> list[sa.ColumnElement[bool]]:
    return [
        _shared.cycle_id == cycle.id,
        _shared.kind == ContributionKind.PROPOSAL,
        _shared.visibility != Visibility.DRAFT,
        ~sa.exists().where(RearrangementText.proposal_id == _shared.id),
        *within(_shared.published_at, stage),
    ]


FATES = Section(
    "proposal_fates",
    StageKind.PROPOSALS,
    _l("Qué fue de las propuestas que llegaron"),
    (
        Column("fate", _l("Cómo están"), words={fate.value: fate.label for fate in Visibility}),
        Column("proposals", _l("Propuestas"), is_number=True),
    ),
    fates,
    note=_l("Las que se fusionaron, dividieron, retiraron u ocultaron también cuentan entre las que llegaron."),
)
