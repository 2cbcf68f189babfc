"""The annexes of a plan: who took part, by sector, the sessions held, the votes with what they decided, and how what
was commented on its draft was answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from cocrea.commitments import queries
from cocrea.core.db import UTCDateTime
from cocrea.cycles.figures import withhold_small
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import READABLE, Contribution
from cocrea.extensions import db
from cocrea.tables.models import Session, Table
from cocrea.tables.queries import is_whole
from cocrea.voting.models import Contest, Option

PEOPLE, SESSION, VOTE, REVIEW = "people", "session", "vote", "review"


def of(cycle: Cycle) -> dict[str, Any]:
    """The annexes as plain values fit to be published, in one statement."""
    every = sa.union_all(_participants(cycle), _sessions(cycle), _options(cycle), _review(cycle)).subquery()
    rows = db.session.execute(sa.select(every).order_by(every.c.at, every.c.key, every.c.number)).all()
    kinds = (PEOPLE, SESSION, VOTE, REVIEW)
    people, held, voted, heard = ([row for row in rows if row.what == what] for what in kinds)
    return {
        "participants": withhold_small({row.key: row.number for row in people}),
        "sessions": [
            {"reference": row.key, "title": row.title, "table": row.about, "held_at": moment(row.at)} for row in held
        ],
        "votes": [_vote(list(options)) for _key, options in groupby(voted, key=lambda row: row.key)],
        "review": [
            {
                "part": one.part.value,
                "commitment": one.commitment,
                **{key: getattr(one, key) for key in ("received", "accepted", "partly", "not_accepted")},
            }
            for one in queries.heard((row.key, row.about, row.title, row.number) for row in heard)
        ],
    }


def moment(at: datetime | None) -> str | None:
    """A moment as composed plans hold it."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None


def _row(what: str, key: Any, title: Any, about: Any, at: Any, number: Any, result: Any) -> sa.Select[Any]:
    """The columns that all annexes share, to be asked for at once."""
    columns: list[Any] = [
        sa.literal(what).label("what"),
        sa.type_coerce(key, sa.String).label("key"),
        title.label("title"),
        about.label("about"),
        at.label("at"),
        number.label("number"),
        sa.type_coerce(result, sa.Text).label("result"),
    ]
    return sa.select(*columns)


def _participants(cycle: Cycle) -> sa.Select[Any]:
    """How many people contributed, by the sector they declared then."""
    shared = Contribution.__table__.c
    number, never = sa.func.count(sa.distinct(shared.author_id)), sa.cast(sa.null(), UTCDateTime)
    statement = _row(PEOPLE, shared.author_sector, sa.literal(""), sa.literal(""), never, number, sa.literal(""))
    return statement.where(
        shared.cycle_id == cycle.id,
        shared.visibility.in_(READABLE),
        shared.author_sector.is_not(None),
        shared.author_id.is_not(None),
    ).group_by(shared.author_sector)


def _sessions(cycle: Cycle) -> sa.Select[Any]:
    """The sessions of its tables that were held."""
    statement = _row(
        SESSION, Session.reference, Session.title, Table.name, Session.opened_at, sa.literal(0), sa.literal("")
    )
    return statement.join(Table, Table.id == Session.table_id).where(
        Table.cycle_id == cycle.id, Session.opened_at.is_not(None), Session.cancelled_at.is_(None), is_whole()
    )


def _options(cycle: Cycle) -> sa.Select[Any]:
    """Of its contests that were counted, a row for each option."""
    statement = _row(
        VOTE, Contest.reference, Contest.question, Option.title, Contest.closes_at, Option.position, Contest.result
    )
    return statement.join(Option, Option.contest_id == Contest.id).where(
        Contest.cycle_id == cycle.id, Contest.counted_at.is_not(None), Contest.cancelled_at.is_(None)
    )


def _review(cycle: Cycle) -> sa.Select[Any]:
    """Of each part that was commented on, a row for each outcome; without title those that wait."""
    told = queries.heard_rows(cycle).subquery().c
    outcome, never = sa.func.coalesce(sa.type_coerce(told.outcome, sa.String), ""), sa.cast(sa.null(), UTCDateTime)
    return _row(REVIEW, told.part, outcome, told.commitment, never, told.number, sa.literal(""))


def _vote(options: list[Any]) -> dict[str, Any]:
    """A contest of which there is a row for each option, and which of them won."""
    contest, titles = options[0], {str(row.number): row.about for row in options}
    result = json.loads(contest.result)
    return {
        "reference": contest.key,
        "question": contest.title,
        "closed_at": moment(contest.at),
        "ballots": result["ballots"],
        "winners": [titles[position] for position in result["winners"]],
    }
