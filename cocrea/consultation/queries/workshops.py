"""Reading workshops and who came to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cocrea.consultation.models import (
    PaperAnswers,
    PaperSupports,
    Problem,
    Topic,
    Trait,
    Workshop,
    WorkshopEntry,
    WorkshopPhoto,
)
from cocrea.core import text
from cocrea.core.errors import NotFound
from cocrea.core.pagination import Page, newest_first
from cocrea.cycles.figures import REST, withhold_small
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db

UNDECLARED = "undeclared"
_shared, _own = Contribution.__table__.c, Problem.__table__.c


def workshops(cycle: Cycle) -> Page[Workshop]:
    """A page of the workshops of a cycle, those called last first."""
    return newest_first(sa.select(Workshop).where(Workshop.cycle_id == cycle.id), Workshop.id)


def visible_workshop(actor: Any, reference: str) -> Workshop:
    """A workshop of a cycle this actor may read, with its cycle and its headcount; raises `NotFound`."""
    options = (joinedload(Workshop.cycle), joinedload(Workshop.attendance))
    statement = sa.select(Workshop).where(Workshop.reference == reference).options(*options)
    found: Workshop | None = db.session.scalars(statement).unique().one_or_none()
    if found is None or not can_read_cycle(actor, found.cycle, found.created_at):
        raise NotFound
    return found


def attendance(workshop: Workshop) -> dict[Trait, Mapping[str, int]]:
    """Who came, fit to be published: no sector or gender of fewer than five people, nor by subtraction.

    Those who did not say are `UNDECLARED`, those of small groups together `REST`; where there are such, both are.
    """
    counts: dict[Trait, dict[str, int]] = {trait: {} for trait in Trait}
    for row in workshop.attendance:
        counts[row.trait][row.value] = row.people
    whole = workshop.attended or 0
    return {trait: _joined(withhold_small(_with_undeclared(said, whole))) for trait, said in counts.items()}


def _with_undeclared(said: Mapping[str, int], attended: int) -> dict[str, int]:
    undeclared = attended - sum(said.values())
    return {**said, **({UNDECLARED: undeclared} if undeclared else {})}


def _joined(counts: Mapping[str, int]) -> Mapping[str, int]:
    """Those who did not say with the small groups, if any: no place tells apart what another shows as one."""
    if REST not in counts:
        return counts
    told = {name: people for name, people in counts.items() if name != UNDECLARED}
    return {**told, REST: counts[REST] + counts.get(UNDECLARED, 0)}


def entries(workshop: Workshop) -> Page[Any]:
    """A page of what was said in a workshop, what was entered last first: rows of what a card shows."""
    columns = (
        _shared.reference,
        _shared.title,
        _shared.visibility,
        _shared.channel,
        _shared.support_count,
        _shared.comment_count,
        _shared.recorded_by_id,
        Topic.title.label("topic"),
    )
    return newest_first(_said(workshop, WorkshopEntry.id, *columns), WorkshopEntry.id, scalars=False)


def last_entry(workshop: Workshop, actor: Any) -> Any:
    """Topic and people affected of what this person entered last: what comes next is often about the same."""
    statement = _said(workshop, Topic.slug, _own.affected).where(WorkshopEntry.entered_by_id == actor.id)
    return db.session.execute(statement.order_by(WorkshopEntry.id.desc()).limit(1)).first()


def entry_count(workshop: Workshop) -> int:
    statement = sa.select(sa.func.count()).where(WorkshopEntry.workshop_id == workshop.id)
    return db.session.scalar(statement) or 0


def workshop_in(cycle: Cycle, reference: str | None) -> Workshop | None:
    """The workshop of this cycle with this reference, if there is one; no statement without a reference."""
    if not reference:
        return None
    statement = sa.select(Workshop).where(Workshop.reference == reference, Workshop.cycle_id == cycle.id)
    found: Workshop | None = db.session.scalar(statement)
    return found


def workshop_of(_actor: Any, problem: Problem, _now: datetime) -> Workshop | None:
    """The workshop in which a problem was said, or whose sheet led to it."""
    statement = sa.select(Workshop).join(WorkshopEntry).where(WorkshopEntry.problem_id == problem.id)
    found: Workshop | None = db.session.scalar(statement)
    return found


def _said(workshop: Workshop, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns).select_from(WorkshopEntry).join(_own.id.table, _own.id == WorkshopEntry.problem_id)
    )
    statement = statement.join(_shared.id.table, _shared.id == _own.id).join(Topic, Topic.id == _own.topic_id)
    return statement.where(WorkshopEntry.workshop_id == workshop.id)


def entry_keys(workshop: Workshop) -> set[str]:
    """The keys of what is written down already."""
    return set(db.session.scalars(sa.select(WorkshopEntry.key).where(WorkshopEntry.workshop_id == workshop.id)))


def photos(workshop: Workshop) -> list[WorkshopPhoto]:
    """The photographs of its sheets, also those taken away, in the order in which they came."""
    statement = sa.select(WorkshopPhoto).where(WorkshopPhoto.workshop_id == workshop.id).order_by(WorkshopPhoto.id)
    return list(db.session.scalars(statement.options(joinedload(WorkshopPhoto.added_by))))


def photo_count(workshop: Workshop) -> int:
    """How many photographs of its sheets are kept."""
    statement = sa.select(sa.func.count()).where(WorkshopPhoto.workshop_id == workshop.id)
    return db.session.scalar(statement.where(WorkshopPhoto.removed_at.is_(None))) or 0


def kept_photo(actor: Any, reference: str, photo: int) -> WorkshopPhoto:
    """A photograph that is still kept, for those who facilitate its cycle; raises `NotFound` for everyone else."""
    workshop = visible_workshop(actor, reference)
    if not can_facilitate(actor, workshop.cycle, workshop.created_at):
        raise NotFound
    statement = sa.select(WorkshopPhoto).filter_by(id=photo, workshop_id=workshop.id, removed_at=None)
    found: WorkshopPhoto | None = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def paper_version(workshop: Workshop) -> str:
    """What the sheets of a workshop say, in short: another one when somebody counted again."""
    return text.fingerprint(json.dumps([sorted(counts.items()) for counts in on_paper(workshop)]))


def on_paper(workshop: Workshop) -> tuple[dict[int, int], dict[int, tuple[int, int, int]]]:
    """What the sheets of a workshop say: supports by topic, and how many agree, disagree and pass by statement that
    can be read now."""
    shown = sa.select(_shared.id).where(_shared.visibility == Visibility.PUBLIC)
    supports = sa.select(PaperSupports.topic_id, PaperSupports.people).where(PaperSupports.workshop_id == workshop.id)
    answers = sa.select(
        PaperAnswers.statement_id, PaperAnswers.agree, PaperAnswers.disagree, PaperAnswers.passed
    ).where(PaperAnswers.workshop_id == workshop.id, PaperAnswers.statement_id.in_(shown))
    by_topic = {row[0]: row[1] for row in db.session.execute(supports)}
    return by_topic, {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(answers)}
