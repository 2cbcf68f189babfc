"""Straw polls in the room of a session: they show where the table stands and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.tables.models.agenda import AgendaItem
from cocrea.tables.models.sessions import Room, Session
from cocrea.tables.models.tables import own_voice, voice_column

BLOCK = "block"
THUMBS = {
    "agree": _l("De acuerdo"),
    "abstain": _l("Me abstengo"),
    "disagree": _l("En desacuerdo, pero no lo detengo"),
    BLOCK: _l("Lo bloqueo"),
}
FINGERS = {
    "5": _l("5 · Lo impulso"),
    "4": _l("4 · Me parece bien"),
    "3": _l("3 · Puedo vivir con ello"),
    "2": _l("2 · Tengo dudas por resolver"),
    "1": _l("1 · No me convence"),
    "0": _l("0 · Así no puede seguir"),
}


class PollKind(StrEnum):
    """How a poll is answered."""

    THUMBS = "thumbs"
    FIST_TO_FIVE = "fist_to_five"
    SINGLE = "single"
    MULTIPLE = "multiple"
    CLOUD = "cloud"

    @property
    def label(self) -> Any:
        return {
            PollKind.THUMBS: _l("Pulgares: de acuerdo, abstención, desacuerdo o bloqueo"),
            PollKind.FIST_TO_FIVE: _l("De cero a cinco dedos"),
            PollKind.SINGLE: _l("Elegir una opción"),
            PollKind.MULTIPLE: _l("Elegir varias opciones"),
            PollKind.CLOUD: _l("Una palabra por persona"),
        }[self]

    @property
    def has_options(self) -> bool:
        """Whether whoever opens it writes what can be chosen."""
        return self in {PollKind.SINGLE, PollKind.MULTIPLE}


class PollShows(StrEnum):
    """When the results may be seen, from the most open to the most reserved."""

    LIVE = "live"
    AFTER_ANSWERING = "after_answering"
    AFTER_CLOSE = "after_close"

    @property
    def label(self) -> Any:
        return {
            PollShows.LIVE: _l("Todo el tiempo"),
            PollShows.AFTER_ANSWERING: _l("Al contestar; al cerrar, para todas las personas"),
            PollShows.AFTER_CLOSE: _l("Solo al cerrar"),
        }[self]

    @property
    def tighter(self) -> list[PollShows]:
        """Those that show less than this one."""
        return list(PollShows)[list(PollShows).index(self) + 1 :]


class PollElectorate(StrEnum):
    """Who may answer."""

    MEMBERS = "members"
    EVERYONE = "everyone"

    @property
    def label(self) -> Any:
        return {
            PollElectorate.MEMBERS: _l("Quienes tienen un asiento"),
            PollElectorate.EVERYONE: _l("Cualquier persona con cuenta que esté en la sala"),
        }[self]


class Poll(Model):
    """A question to the room. Whether it is named and who answers are fixed when it opens.

    `in_person` counts what was shown of hands, by choice. `result` is made when it closes: `answered`, `counts` by
    choice, `sectors` (empty where a group is small) and the `reasons` of blocks, with no link to a person.
    """

    __tablename__ = "polls"
    __table_args__ = (
        sa.CheckConstraint("most > 0", name="something"),
        sa.CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name="closed_with_its_result"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), index=True)
    item_id: Mapped[int | None] = mapped_column(sa.ForeignKey(AgendaItem.id, ondelete="SET NULL"))
    question: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[PollKind] = mapped_column(enum_column(PollKind))
    options: Mapped[Any] = mapped_column(JSONText, default=list)
    most: Mapped[int] = mapped_column(default=1)
    shows: Mapped[PollShows] = mapped_column(enum_column(PollShows))
    is_named: Mapped[bool]
    electorate: Mapped[PollElectorate] = mapped_column(enum_column(PollElectorate))
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    in_person: Mapped[Any] = mapped_column(JSONText, default=dict)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONText)

    session: Mapped[Session] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    opened_by: Mapped[Person] = relationship()

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def asks_seats(self) -> bool:
        """Whether seats of a forum answer, and not people."""
        return self.electorate is PollElectorate.MEMBERS and self.session.table.is_plenary

    def voice(self, actor: Any, room: Room) -> str:
        """What the actor answers for: where everyone does, each for themselves."""
        return room.voice(actor) if self.electorate is PollElectorate.MEMBERS else own_voice(actor.id)

    @property
    def choices(self) -> dict[str, Any]:
        """What can be answered, in order, with its words; empty for a cloud, where each person brings a word."""
        if self.kind is PollKind.THUMBS:
            return THUMBS
        if self.kind is PollKind.FIST_TO_FIVE:
            return FINGERS
        return {str(position): words for position, words in enumerate(self.options, 1)}


class PollAnswer(Model):
    """What a person answers, for themselves or for a seat, until the poll closes: then the rows of an anonymous poll
    are deleted."""

    __tablename__ = "poll_answers"

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey(Poll.id), primary_key=True)
    voice: Mapped[str] = voice_column()
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    choices: Mapped[Any] = mapped_column(JSONText)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True)
class Asked:
    """A poll as one person finds it: with their seat at the table and the answer of their voice, if they have them."""

    poll: Poll
    room: Room
    answer: PollAnswer | None = None

    @property
    def shows_results(self) -> bool:
        """Whether this person may see the results now. Nothing tells results without asking this."""
        if not self.poll.is_open or self.poll.shows is PollShows.LIVE:
            return True
        return self.poll.shows is PollShows.AFTER_ANSWERING and self.answer is not None
