"""How many proposals, by what is declared of their authors."""

from __future__ import annotations

from cocrea.accounts.models import Person
from cocrea.cycles.figures import Figures, counted, tally, within
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.extensions import db


def figures(cycle: Cycle, stage: Stage | None) -> Figures:
    """Proposals published while a stage that opens them lasted (None: in all), by what is declared of their authors."""
    if stage is not None and Action.PUBLISH_PROPOSAL not in stage.opens:
        return {}
    shared = Contribution.__table__.c
    statement = (
        counted("proposals", shared.channel, shared.author_sector, Person.gender, Person.territory)
        .select_from(Contribution.__table__.outerjoin(Person.__table__, Person.id == shared.author_id))
        .where(
            shared.cycle_id == cycle.id,
            shared.kind == ContributionKind.PROPOSAL,
            shared.visibility == Visibility.PUBLIC,
            *within(shared.published_at, stage),
        )
    )
    return tally(db.session.execute(statement))
