"""Which sessions are listed."""

from __future__ import annotations

import sqlalchemy as sa

from cocrea.tables.models import Session


def is_whole() -> sa.ColumnElement[bool]:
    """That a session is no small group of another: for whatever lists or counts sessions. The groups are found from
    the session that divided, by those who may read them."""
    return Session.parent_id.is_(None)
