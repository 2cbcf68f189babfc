"""The e-mails about sessions: which were sent, and who wants none."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.accounts.models import Person
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Session


class NoticeKind(StrEnum):
    CALLED = "called"
    EDITED = "edited"
    CANCELLED = "cancelled"
    DAY = "day"
    HOUR = "hour"


class SessionNotice(Model):
    """That the members were written to: once for each `key` (the time reminded of, or the revision told)."""

    __tablename__ = "session_notices"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MailRefusal(Model):
    """That a person wants no e-mail about the sessions of their tables."""

    __tablename__ = "session_mail_refusals"
    __table_args__ = ({"info": {"ends_with_account": True}},)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
