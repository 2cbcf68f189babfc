"""History records and the signed heads of the tree they are sealed into."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.core.db import JSONText, UTCDateTime
from cocrea.extensions import Model

SYSTEM = "system"  # the actor of what no person did
BLOCK_HEIGHT = 8
BLOCK_SIZE = 2**BLOCK_HEIGHT


class HistoryRecord(Model):
    """One publicly questionable change. `canonical` is the exact text that is hashed; the rest serves queries.

    `position` is the leaf number, given when the record is sealed (a job), so writers never wait for each other.
    """

    __tablename__ = "history_records"
    __table_args__ = (sa.Index(None, "subject", "id"), sa.Index(None, "scope", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int | None] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(sa.String(16))
    action: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(60))
    scope: Mapped[str] = mapped_column(sa.String(40))
    canonical: Mapped[str] = mapped_column(sa.Text)
    leaf_hash: Mapped[str] = mapped_column(sa.String(64))


class TreeBlock(Model):
    """The root of one full block of leaves, so that a proof reads two blocks and not the whole tree."""

    __tablename__ = "tree_blocks"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(sa.String(64))


class TreeHead(Model):
    """A signed statement: the first `size` records have this root. `frontier` lets the next seal go on from here."""

    __tablename__ = "tree_heads"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    frontier: Mapped[list[str]] = mapped_column(JSONText)
    signature: Mapped[str] = mapped_column(sa.String(128))
    public_key: Mapped[str] = mapped_column(sa.String(64))
