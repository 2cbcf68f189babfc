"""Reading one problem."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cocrea.consultation.models import Problem
from cocrea.core import text
from cocrea.discussion.models import Contribution
from cocrea.discussion.queries import visible_contribution
from cocrea.extensions import db


def visible_problem(actor: Any, reference: str) -> Problem:
    """The problem with author, cycle, topic and targets, or its tombstone; raises `NotFound`."""
    found: Problem = visible_contribution(actor, reference, Problem, [joinedload(Problem.topic)])
    return found


def published_from(actor: Any, form_key: str) -> str:
    """The reference of the problem that this person has published from this very form; empty if none."""
    own = Problem.__table__.c.form_key == text.fingerprint(str(actor.id), form_key)
    shared = Contribution.__table__
    statement = (
        sa.select(shared.c.reference).join(Problem.__table__, Problem.__table__.c.id == shared.c.id).where(own)
    )
    return db.session.scalar(statement) or ""
