"""What came of the tables, for cycle pages and stage reports: who sat down, and what was said in the sessions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.figures import SMALLEST, Figures, counted, tally, withhold_small, within
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.discussion.models import Channel, Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.tables.models import Headcount, Message, Session, SheetName, Table, TableMember
from cocrea.tables.queries import attending, is_whole

LABELS = {
    "seat": _l("Asientos en las mesas"),
    "message": _l("Intervenciones en las sesiones"),
    "attending": _l("Personas con cuenta en las sesiones"),
    "unnamed": _l("Asistencias sin cuenta en las sesiones"),
}


def received(cycle: Cycle, stage: Stage | None) -> Figures:
    """Seats taken, interventions and who came, online or in person: only of stages in which tables meet. One statement.

    Of who came no page tells the sectors person by person, so those of fewer than five are withheld.
    """
    if stage is not None and Action.MEET not in stage.opens:
        return {}
    parts = (_seats(cycle, stage), _messages(cycle, stage), _attending(cycle, stage), *_unnamed(cycle, stage))
    found = tally(db.session.execute(sa.union_all(*parts)))
    for kind in {"attending", "unnamed"} & found.keys():
        found[kind]["sector"] = withhold_small(found[kind]["sector"])
    return found


def _is_of(cycle: Cycle) -> sa.ColumnElement[bool]:
    """A thematic table of the cycle. What a forum does at its own is told on the forum's page."""
    return sa.and_(Table.cycle_id == cycle.id, Table.forum_id.is_(None))


def _seats(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    """By the sector of the moment of sitting down. A seat is taken by the person's own account: online."""
    return (
        counted("seat", Channel.ONLINE.value, TableMember.sector, Person.gender, Person.territory)
        .select_from(TableMember)
        .join(Table, Table.id == TableMember.table_id)
        .join(Person, Person.id == TableMember.person_id)
        .where(_is_of(cycle), *within(TableMember.joined_at, stage))
    )


def _messages(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    """What is said in small groups is theirs: it counts by what they bring back."""
    shared, own = Contribution.__table__.c, Message.__table__.c
    return (
        counted("message", shared.channel, shared.author_sector, Person.gender, Person.territory)
        .select_from(Contribution.__table__)
        .join(Message.__table__, own.id == shared.id)
        .join(Session, Session.id == own.session_id)
        .join(Table, Table.id == Session.table_id)
        .outerjoin(Person, Person.id == shared.author_id)
        .where(
            _is_of(cycle),
            shared.kind == ContributionKind.MESSAGE,
            shared.visibility == Visibility.PUBLIC,
            is_whole(),
            *within(shared.published_at, stage),
        )
    )


def _attending(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    """People, each once, however many sessions they came to; in person if ever they were in a hall."""
    there = attending()
    channel = sa.func.min(there.c.channel).label("channel")  # "in_person" comes before "online"
    people = (
        sa.select(there.c.person_id, channel)
        .join(Session, Session.id == there.c.session_id)
        .join(Table, Table.id == Session.table_id)
        .where(_is_of(cycle), is_whole(), *within(Session.opened_at, stage))
        .group_by(there.c.person_id)
        .subquery()
    )
    return (
        counted("attending", people.c.channel, Person.sector, Person.gender, Person.territory)
        .select_from(people)
        .join(Person, Person.id == people.c.person_id)
    )


def _unnamed(cycle: Cycle, stage: Stage | None) -> list[sa.Select[Any]]:
    """Names on sheets, which came on paper, and who was only counted in the hall: in all, by sector, by gender where a
    session counted five or more."""
    held = (_is_of(cycle), is_whole(), *within(Session.opened_at, stage))
    kind, none = sa.literal("unnamed"), sa.null()
    hall, paper = sa.literal(Channel.IN_PERSON.value), sa.literal(Channel.PAPER.value)
    of_sheet: list[Any] = [kind, paper, sa.type_coerce(SheetName.sector, sa.String), none, none, sa.func.count()]
    sheet = sa.select(*of_sheet)
    listed = sheet.join(Session, Session.id == SheetName.session_id).join(Table, Table.id == Session.table_id)
    value, of = Headcount.value, Headcount.trait
    cells = {"": (hall, none, none), "sector": (none, value, none), "gender": (none, none, value)}
    people = sa.func.sum(Headcount.people)
    counts: list[Any] = [
        sa.select(kind, *three, none, people)
        .join(Session, Session.id == Headcount.session_id)
        .join(Table, Table.id == Session.table_id)
        .where(*held, of == trait, Headcount.people >= (SMALLEST if trait == "gender" else 1))
        .group_by(value)
        for trait, three in cells.items()
    ]
    found: list[sa.Select[Any]] = [listed.where(*held).group_by(SheetName.sector), *counts]
    return found
