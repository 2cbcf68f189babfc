"""What people answer a message with without a word: only how many did is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.accounts.models import Person
from cocrea.core.db import UTCDateTime
from cocrea.discussion.models import Reaction
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Message, Room


class Reacted(Model):
    """Which reactions a person gives to a message now: one of each at most. Who gave them is told to nobody else."""

    __tablename__ = "message_reactions"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey(Message.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    agree: Mapped[bool] = mapped_column(default=False)
    doubt: Mapped[bool] = mapped_column(default=False)
    thanks: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    def has(self, reaction: Reaction) -> bool:
        return bool(getattr(self, reaction.value))

    def set(self, reaction: Reaction, on: bool) -> None:
        setattr(self, reaction.value, on)


@dataclass(frozen=True)
class Heard:
    """A message as one person finds it, with their place in the room, and how they would react."""

    message: Message
    room: Room
    reaction: Reaction

    @property
    def session(self) -> Any:
        return self.room.session
