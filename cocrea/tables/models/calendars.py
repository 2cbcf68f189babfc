"""The secret address under which a person's calendar program reads the sessions of their tables."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import UTCDateTime
from cocrea.extensions import Model


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


class CalendarKey(Model):
    """What makes a person's calendar address theirs; another `nonce` ends the address before it.

    `renewed_at` is when the platform gave another by itself, since its owner signed out everywhere. The address is
    signed with the platform's key: whoever reads this table alone cannot make one.
    """

    __tablename__ = "calendar_keys"
    __table_args__ = ({"info": {"ends_with_account": True}},)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True)
    nonce: Mapped[str] = mapped_column(sa.String(32), default=new_nonce)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    renewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()
