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
    return allot_many(*parts, count=1)[0]


def allot_many(*parts: str, count: int) -> list[str]:
    """The next `count` references, in one statement."""
    if not count:
        return []
    prefix = "-".join(parts)
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement: sa.Executable = (
        insert(ReferenceCounter)
        .values(prefix=prefix, last=count)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": ReferenceCounter.last + count})
        .returning(sa.column("last"))
    )
    last = db.session.execute(statement).scalar_one()
    return [f"{prefix}-{number:04d}" for number in range(last - count + 1, last + 1)]
