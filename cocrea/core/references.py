"""Public references such as `4PA-PRO-0012`: short enough to say on the telephone, never reused."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cocrea.core.models import ReferenceCounter
from cocrea.extensions import db


def allot(*parts: str) -> str:
    """The next reference under the prefix made of `parts` (`allot("4PA", "PRO")` → `4PA-PRO-0001`).

    Locks the prefix's counter until the transaction ends, so numbers have neither gaps nor doubles.
    """
    prefix = "-".join(parts)
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement: sa.Executable = (
        insert(ReferenceCounter)
        .values(prefix=prefix, last=1)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": ReferenceCounter.last + 1})
        .returning(sa.column("last"))
    )
    return f"{prefix}-{db.session.execute(statement).scalar_one():04d}"
