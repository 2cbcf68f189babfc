"""What the public history holds, in the order of its writing."""

import json

import sqlalchemy as sa

from cocrea.audit.models import HistoryRecord
from cocrea.extensions import db


def records(action: str | None = None, *, subject: str | None = None) -> list[dict]:
    """The records of an act, of a subject (its reference) or all of them, oldest first, as their text says."""
    asked = {"action": action, "subject": subject}
    own = sa.select(HistoryRecord.canonical).filter_by(**{name: value for name, value in asked.items() if value})
    return [json.loads(canonical) for canonical in db.session.scalars(own.order_by(HistoryRecord.id))]


def actions(subject: str) -> list[str]:
    """What was done with a subject, oldest first."""
    return [record["action"] for record in records(subject=subject)]
