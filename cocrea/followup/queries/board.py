"""The board of a plan: its commitments narrowed, counted and taken along, and what of it needs attention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Organisation
from cocrea.audit.models import HistoryRecord
from cocrea.commitments.models import Commitment, CommitmentTarget, Origin
from cocrea.consultation.models import Topic
from cocrea.core import sdg
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Order, Page, in_order
from cocrea.cycles.models import Cycle
from cocrea.discussion.lists import saying
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.followup.models import Activity, ActivityStatus, KeyAction
from cocrea.followup.progress import Progress
from cocrea.followup.queries.assessments import Found, found_of
from cocrea.followup.queries.figures import By, Figures, figures, is_disputed, is_late, topics_of

WEEK = timedelta(days=7)
SHOWN, NEWEST = 6, 1000
EXPORTED = (
    "reference", "number", "title", "origin", "lead", "counterpart", "goals", "verified", "complete", "started",
    "not_started", "activities", "late", "disputed", "next_due", "signed_at", "assessed",
)  # fmt: skip
_table: Any = Commitment.__table__
_own, _shared = _table.c, Contribution.__table__.c


class State(StrEnum):
    """How a commitment stands, as its activities say today."""

    LATE = "con-retraso"
    DISPUTED = "objetados"
    WAITING = "por-verificar"
    NOT_STARTED = "por-iniciar"
    UNDER_WAY = "en-proceso"
    DONE = "cumplidos"

    @property
    def label(self) -> Any:
        return {
            State.LATE: _l("Con actividades con retraso"),
            State.DISPUTED: _l("Con actividades objetadas"),
            State.WAITING: _l("Con actividades por verificar"),
            State.NOT_STARTED: _l("Por iniciar"),
            State.UNDER_WAY: _l("En proceso"),
            State.DONE: _l("Cumplidos y verificados"),
        }[self]


@dataclass(frozen=True)
class Filter:
    """What narrows the commitments of a plan. `institution` leads them; `topic` is that of a problem behind them."""

    institution: Organisation | None = None
    topic: Topic | None = None
    goal: str = ""
    origin: Origin | None = None
    state: State | None = None
    found: Found | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True)
class BoardRow:
    """A commitment on the board: the columns that a card shows, and how far it is."""

    row: Any
    figures: Figures

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def progress(self) -> Progress:
        return self.figures.progress

    @property
    def is_done(self) -> bool:
        return self.progress[ActivityStatus.VERIFIED] == 1


def whole(cycle: Cycle, chosen: Filter, day: date) -> dict[Origin, Figures]:
    """The figures of the signed commitments of a list, by their origin."""
    return figures(By.ORIGIN, conditions(cycle, chosen, day), day)


def grouped(cycle: Cycle, by: By, day: date) -> dict[Any, Figures]:
    """The figures of all signed commitments of a cycle by institution, topic or goal."""
    return figures(by, conditions(cycle, Filter(), day), day)


def listing(cycle: Cycle, chosen: Filter, day: date) -> Page[BoardRow]:
    """A page of signed commitments by number, each with its figures: two statements."""
    page = in_order(_rows(cycle, chosen, day), Order((_own.number,), descending=False))
    return Page(_with_figures(page.items, day), page.next_url, page.prev_url)


def taken_along(cycle: Cycle, chosen: Filter, day: date) -> list[list[Any]]:
    """All commitments of a list by number, in the columns of `EXPORTED`. Shares are percents of two decimals, in which
    nothing is rounded up to all."""
    rows = _with_figures(db.session.execute(_rows(cycle, chosen, day).order_by(_own.number)).all(), day)
    codes = _codes([row.id for row in rows])
    return [[{**_told(row), "goals": codes.get(row.id, "")}[name] for name in EXPORTED] for row in rows]


def conditions(cycle: Cycle, chosen: Filter, day: date) -> list[Any]:
    """What a commitment of the list fulfils, said of the two tables that hold it."""
    found: list[Any] = [
        _own.plan_cycle_id == cycle.id,
        _own.signed_at.is_not(None),
        _shared.visibility == Visibility.PUBLIC,
    ]
    if chosen.institution:
        found.append(_own.lead_id == chosen.institution.id)
    if chosen.origin:
        found.append(_own.origin == chosen.origin)
    if chosen.topic:
        behind = topics_of().subquery("behind")
        found.append(_own.id.in_(sa.select(behind.c.commitment_id).where(behind.c.key == chosen.topic.id)))
    if chosen.goal:
        of_goal = CommitmentTarget.code.in_(sdg.within(chosen.goal))
        found.append(sa.exists().where(CommitmentTarget.commitment_id == _own.id, of_goal))
    if chosen.state:
        found.append(_stands(chosen.state, day))
    if chosen.found:
        found.append(found_of(_own.id).is_not_distinct_from(chosen.found.completion))
    if chosen.words:
        found.append(saying(cycle, ContributionKind.COMMITMENT, chosen.words))
    return found


def leads(cycle: Cycle) -> list[Organisation]:
    """Institutions that lead signed commitments of the cycle, by name."""
    statement = (
        sa.select(Organisation)
        .join(Commitment.__table__, _own.lead_id == Organisation.id)
        .where(_own.plan_cycle_id == cycle.id, _own.signed_at.is_not(None))
    )
    return list(db.session.scalars(statement.distinct().order_by(Organisation.name)))


def attention(cycle: Cycle, day: date) -> list[Any]:
    """Activities that are disputed or late, as rows: what is disputed first, then what has been late for longest."""
    disputed = sa.case((is_disputed(), 0), else_=1)
    statement = (
        sa.select(
            Activity.reference,
            Activity.title,
            Activity.ends_on,
            Activity.status,
            Activity.dispute_reason,
            Activity.status_note,
            _shared.title.label("commitment_title"),
        )
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Commitment.__table__, _own.id == KeyAction.commitment_id)
        .join(Contribution.__table__, _shared.id == _own.id)
        .where(*conditions(cycle, Filter(), day), sa.or_(is_disputed(), is_late(day)))
    )
    return list(db.session.execute(statement.order_by(disputed, Activity.ends_on, Activity.id).limit(SHOWN)))


def changes(cycle: Cycle, *, since: datetime, limit: int = SHOWN, commitment: Commitment | None = None) -> list[Any]:
    """What the history says of the activities of a cycle, or of one commitment, newest first, as rows of the activity's
    `reference` and `title`, the `action`, when, and the record's id; of what is no longer public nothing. Reads the
    latest `NEWEST` records of the cycle alone."""
    newest = sa.select(HistoryRecord.id).where(HistoryRecord.scope == cycle.scope).order_by(HistoryRecord.id.desc())
    statement = (
        sa.select(HistoryRecord.id, HistoryRecord.action, HistoryRecord.at, Activity.reference, Activity.title)
        .join(Activity, Activity.reference == HistoryRecord.subject)
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Contribution.__table__, _shared.id == KeyAction.commitment_id)
        .where(HistoryRecord.id.in_(newest.limit(NEWEST)), HistoryRecord.at >= since)
        .where(_shared.visibility == Visibility.PUBLIC)
    )
    if commitment is not None:
        statement = statement.where(KeyAction.commitment_id == commitment.id)
    return list(db.session.execute(statement.order_by(HistoryRecord.id.desc()).limit(limit)))


def due_dates(cycle: Cycle, commitment: Commitment | None = None) -> list[Any]:
    """The activities of the signed commitments of a cycle, or of one of them, by the day they end."""
    statement = (
        sa.select(
            Activity.reference,
            Activity.title,
            Activity.ends_on,
            Activity.status,
            Organisation.name.label("responsible"),
            _shared.title.label("commitment_title"),
            _own.signed_at,
        )
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(_table, _own.id == KeyAction.commitment_id)
        .join(Contribution.__table__, _shared.id == _own.id)
        .outerjoin(Organisation, Organisation.id == Activity.responsible_id)
        .where(*conditions(cycle, Filter(), date.min))
    )
    if commitment is not None:
        statement = statement.where(_own.id == commitment.id)
    return list(db.session.execute(statement.order_by(Activity.ends_on, Activity.id)))


def _rows(cycle: Cycle, chosen: Filter, day: date) -> sa.Select[Any]:
    lead, counterpart = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(
            _own.id,
            _own.number,
            _own.origin,
            _own.signed_at,
            _shared.reference,
            _shared.title,
            lead.name.label("lead_name"),
            counterpart.name.label("counterpart_name"),
            found_of(_own.id).label("assessed"),
        )
        .join(Contribution.__table__, _shared.id == _own.id)
        .outerjoin(lead, lead.id == _own.lead_id)
        .outerjoin(counterpart, counterpart.id == _own.counterpart_id)
        .where(*conditions(cycle, chosen, day))
    )


def _with_figures(rows: Sequence[Any], day: date) -> list[BoardRow]:
    found = figures(By.COMMITMENT, [_own.id.in_([row.id for row in rows])], day) if rows else {}
    return [BoardRow(row, found[row.id]) for row in rows]


def _told(row: BoardRow) -> dict[str, Any]:
    shares = {status.value: int(share * 10_000) / 100 for status, share in row.progress.items()}
    own = {name: getattr(row, name) for name in ("reference", "number", "title", "origin", "signed_at", "assessed")}
    counted = {name: getattr(row.figures, name) for name in ("activities", "late", "disputed", "next_due")}
    return {**own, **shares, **counted, "lead": row.lead_name, "counterpart": row.counterpart_name}


def _codes(ids: Iterable[int]) -> dict[int, str]:
    """The SDG codes of each commitment, as the goals list them."""
    found: dict[int, list[str]] = {}
    statement = sa.select(CommitmentTarget.commitment_id, CommitmentTarget.code)
    for commitment_id, code in db.session.execute(statement.where(CommitmentTarget.commitment_id.in_(list(ids)))):
        found.setdefault(commitment_id, []).append(code)
    return {number: ", ".join(sdg.in_order(codes)) for number, codes in found.items()}


def _stands(state: State, day: date) -> Any:
    waits, is_open = Activity.status == ActivityStatus.COMPLETE, Activity.status != ActivityStatus.VERIFIED
    begun = _some(Activity.status != ActivityStatus.NOT_STARTED)
    own = sa.select(KeyAction.id).where(KeyAction.commitment_id == _own.id)
    idle = own.where(~sa.exists().where(Activity.key_action_id == KeyAction.id).correlate(KeyAction)).correlate(
        _table
    )
    done = sa.and_(_some(Activity.status == ActivityStatus.VERIFIED), ~_some(is_open), ~idle.exists())
    return {
        State.LATE: _some(is_late(day)),
        State.DISPUTED: _some(is_disputed()),
        State.WAITING: _some(waits),
        State.NOT_STARTED: ~begun,
        State.UNDER_WAY: sa.and_(begun, ~done),
        State.DONE: done,
    }[state]


def _some(condition: Any) -> Any:
    """That the commitment has such an activity."""
    found = sa.select(Activity.id).join(KeyAction, KeyAction.id == Activity.key_action_id)
    return found.where(KeyAction.commitment_id == _own.id, condition).correlate(_table).exists()
