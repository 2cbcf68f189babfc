"""Who follows what, what happened to it, and who is told."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column

from cocrea.accounts.models import WITH_SIGN_IN, Person
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.voting.models import Contest

ENDS_WITH_ACCOUNT = {"info": {"ends_with_account": True}}
MOST_COUNTED = 100  # unread notices: beyond that nobody wants the number


class Letters(StrEnum):
    """When what happened is written to a person by e-mail. All of it is always in the application."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

    @property
    def label(self) -> Any:
        return {
            Letters.AT_ONCE: _l("En cuanto pasa"),
            Letters.DAILY: _l("Una vez al día, si hay algo nuevo"),
            Letters.WEEKLY: _l("Los lunes, si hay algo nuevo"),
            Letters.NEVER: _l("Sin correos: lo veo aquí"),
        }[self]


class Follow(Model):
    """That a person follows something. `scope` names it as roles and the history do (`contribution:12`, `table:4`):
    what follows from one event is then a list of names, whatever their kinds. See docs/decisions/0018-following.md.
    """

    __tablename__ = "follows"
    __table_args__ = (sa.UniqueConstraint("person_id", "scope"), sa.Index(None, "scope"), ENDS_WITH_ACCOUNT)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    scope: Mapped[str] = mapped_column(sa.String(40))
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class Preference(Model):
    """How somebody who follows things is written to. `last_letter_on`: the last day on which they were."""

    __tablename__ = "letter_preferences"
    __table_args__ = (ENDS_WITH_ACCOUNT,)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True)
    letters: Mapped[Letters] = mapped_column(enum_column(Letters), default=Letters.DAILY)
    last_letter_on: Mapped[date]


class Untold(Model):
    """What happened and nobody has been told of yet: written with its history record, deleted with the telling, so that
    no crash between them loses it. `actor_id` did it and is not told. `kept_at`: since when it waits, whenever it
    happened. `tried_at`: when it was last told late, in vain."""

    __tablename__ = "untold"

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    action: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int]
    actor_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class News(Model):
    """Something that happened, once for all who are told: the `action` of its history record and what it is `about`.

    It has no words of anybody's: those are read when it is shown, as they are then.
    """

    __tablename__ = "news"
    __table_args__ = (sa.UniqueConstraint("about", "action", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(sa.String(40))
    action: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Notice(Model):
    """That a person is told some news, `because` they follow that scope. `is_due`: a letter still has to tell it."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.Index(None, "person_id", "read_at"),
        sa.Index(None, "news_id"),
        sa.Index("ix_notices_due", "person_id", sqlite_where=sa.text("is_due"), postgresql_where=sa.text("is_due")),
        ENDS_WITH_ACCOUNT,
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True)
    news_id: Mapped[int] = mapped_column(sa.ForeignKey(News.id, ondelete="CASCADE"), primary_key=True)
    because: Mapped[str] = mapped_column(sa.String(40))
    is_due: Mapped[bool]
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Occasion(StrEnum):
    """When people on a roll are called to vote."""

    OPENED = "opened"
    CLOSING = "closing"


class RollCall(Model):
    """How far down the roll of a contest people were called: everyone up to the person `up_to`, in the order of ids.

    One row for all, written with their letters: each is called once however often it is tried, and nothing is kept of
    who had not voted a day before the close.
    """

    __tablename__ = "roll_calls"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    occasion: Mapped[Occasion] = mapped_column(enum_column(Occasion), primary_key=True)
    up_to: Mapped[int] = mapped_column(default=0)
    is_done: Mapped[bool] = mapped_column(default=False)


# Every page shows these two: they are read with the sign-in, in its statement.
_follows, _notices = Follow.__table__.alias(), Notice.__table__.alias()
Person.followed_scopes = column_property(
    sa.select(sa.func.aggregate_strings(_follows.c.scope, " "))
    .where(_follows.c.person_id == Person.id)
    .correlate_except(_follows)
    .scalar_subquery(),
    deferred=True,
    group=WITH_SIGN_IN,
)
Person.unread_notices = column_property(
    sa.select(sa.func.count())
    .select_from(
        sa.select(_notices.c.news_id)
        .where(_notices.c.person_id == Person.id, _notices.c.read_at.is_(None))
        .correlate_except(_notices)
        .limit(MOST_COUNTED)
        .subquery()
    )
    .scalar_subquery(),
    deferred=True,
    group=WITH_SIGN_IN,
)
