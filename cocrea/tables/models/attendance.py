"""Who came to a session: by their account, by name on a sheet, or only counted. Names are for the facilitation."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.discussion.models import Channel
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Session


class Attendee(Model):
    """That a person said they are there, or that the facilitation ticked them (`listed_by_id`): once for a session."""

    __tablename__ = "session_attendees"
    __table_args__ = ({"info": {"ends_with_account": True}},)

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    listed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class SheetName(Model):
    """A name on the sheet of a session, of someone who needs no account: counted as come on paper. `key` was made where
    it was typed."""

    __tablename__ = "session_sheet_names"
    __table_args__ = (sa.UniqueConstraint("session_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id))
    key: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(sa.String(120))
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    session: Mapped[Session] = relationship()


class Headcount(Model):
    """How many people came without giving a name, and how many of them belong to a sector or are of a gender.

    `trait` is empty in the row with all of them.
    """

    __tablename__ = "session_headcounts"
    __table_args__ = (sa.CheckConstraint("people > 0", name="somebody"),)

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    trait: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    people: Mapped[int]
