"""Tables that belong to no domain: reference counters, letters to be sent, stored files."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.core.db import UTCDateTime
from cocrea.extensions import Model


class ReferenceCounter(Model):
    """The last number given out under a prefix such as `4PA-PRO`."""

    __tablename__ = "reference_counters"

    prefix: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    last: Mapped[int]


class Letter(Model):
    """An e-mail that is written and not yet sent: a row of the transaction it tells of, deleted once sent."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    unsubscribe: Mapped[str] = mapped_column(sa.String(300), default="")
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class StoredFile(Model):
    """A file someone uploaded. `key` is its random name on disk and in URLs; the bytes are never a web page."""

    __tablename__ = "stored_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
