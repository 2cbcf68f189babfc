"""Sessions of tables, and what happens in their live rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, ContributionKind, Reaction
from cocrea.extensions import Model
from cocrea.tables.models.tables import Place, Table, TableMember, own_voice

if TYPE_CHECKING:
    from cocrea.tables.models.moderation import Restriction


class SessionMode(StrEnum):
    ONLINE = "online"
    IN_PERSON = "in_person"
    HYBRID = "hybrid"

    @property
    def label(self) -> Any:
        return {
            SessionMode.ONLINE: _l("En línea"),
            SessionMode.IN_PERSON: _l("En persona"),
            SessionMode.HYBRID: _l("Híbrida"),
        }[self]


class SessionState(StrEnum):
    """How far a session is, from its dates and its minutes."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"
    DRAFTED = "drafted"
    CORRECTION = "correction"
    APPROVED = "approved"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        return {
            SessionState.SCHEDULED: _l("Por empezar"),
            SessionState.LIVE: _l("En vivo"),
            SessionState.ENDED: _l("Terminó"),
            SessionState.DRAFTED: _l("Terminó: minuta en borrador"),
            SessionState.CORRECTION: _l("Terminó: minuta en corrección"),
            SessionState.APPROVED: _l("Terminó: minuta aprobada"),
            SessionState.CANCELLED: _l("Cancelada"),
        }[self]

    @property
    def look(self) -> str:
        """The kind of mark that a page puts beside the label."""
        looks = {SessionState.SCHEDULED: "planned", SessionState.LIVE: "open", SessionState.CANCELLED: "danger"}
        return looks.get(self, "closed")


class FloorMode(StrEnum):
    """By which rule those who ask for the floor are called."""

    BY_REQUEST = "by_request"
    BALANCED = "balanced"

    @property
    def label(self) -> Any:
        return {
            FloorMode.BY_REQUEST: _l("En el orden en que se pidió"),
            FloorMode.BALANCED: _l("Equilibrada entre personas y sectores"),
        }[self]

    @property
    def rule(self) -> Any:
        """The rule in words."""
        return {
            FloorMode.BY_REQUEST: _l("Primero van las mociones de orden; después, quien pidió antes."),
            FloorMode.BALANCED: _l(
                "Primero van las mociones de orden; después, quien ha hablado menos, alternando sectores."
            ),
        }[self]


class Session(Model):
    """A meeting of a table. `last_seq` is the number of the last live event, allotted in its transaction.

    `link` leads to a videoconference elsewhere; it is for those who sit at the table unless `link_is_public`.
    `is_short_notice`: its present time was announced later than the cycle asks. `revision` grows with every change,
    the last of which was at `changed_at`, for the public reason `changed_because`.
    `floor_…` is how the floor is given: whether it may be asked for now, by which rule, and for how many minutes.
    `locked_…` says since when nobody writes in the conversation, and why; `slow_…`, after how many seconds (0: none)
    each person may write again, and why. `ruled_seq` is the number of the last event by which the facilitation changed
    who may write, 0 before the first: what was judged by an earlier one is judged again.
    `parent_id` names the session of which it is a small group (see breakouts): such a one is open from the start to
    `ended_at`, which is set beforehand. Whoever lists sessions asks for `queries.is_whole()`.
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sessions.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    mode: Mapped[SessionMode] = mapped_column(enum_column(SessionMode), default=SessionMode.ONLINE)
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    link: Mapped[str] = mapped_column(sa.String(500), default="")
    link_is_public: Mapped[bool] = mapped_column(default=False)
    convened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_short_notice: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_because: Mapped[str] = mapped_column(sa.String(500), default="")
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    last_seq: Mapped[int] = mapped_column(default=0)
    notice_source: Mapped[str] = mapped_column(sa.Text, default="")
    notice_html: Mapped[str] = mapped_column(sa.Text, default="")
    floor_open: Mapped[bool] = mapped_column(default=True)
    floor_mode: Mapped[FloorMode] = mapped_column(enum_column(FloorMode), default=FloorMode.BY_REQUEST)
    floor_minutes: Mapped[int] = mapped_column(default=3)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_because: Mapped[str] = mapped_column(sa.String(500), default="")
    slow_seconds: Mapped[int] = mapped_column(default=0)
    slow_because: Mapped[str] = mapped_column(sa.String(500), default="")
    ruled_seq: Mapped[int] = mapped_column(default=0)

    table: Mapped[Table] = relationship(lazy="joined")
    parent: Mapped[Session | None] = relationship(remote_side=[id])
    if TYPE_CHECKING:
        minutes_state: Mapped[Any]  # of its minutes, None without any: see `minutes`, who knows them
        correction_until: Mapped[Any]

    @property
    def is_live(self) -> bool:
        """Whether a session that is no group is open; of a group, whose end is set beforehand, ask `is_live_at`."""
        return self.opened_at is not None and self.ended_at is None

    def is_live_at(self, now: datetime) -> bool:
        return self.opened_at is not None and not self.has_ended(now)

    def has_ended(self, now: datetime) -> bool:
        """Of a group the end is set beforehand; what is no group has ended for everyone, also for who was late."""
        return self.ended_at is not None and (not self.is_group or self.ended_at <= now)

    @property
    def is_group(self) -> bool:
        return self.parent_id is not None

    @property
    def whole_id(self) -> int:
        """Its own id; of a group, that of the session that divided: there is kept who may not speak or be there."""
        return self.parent_id or self.id

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def state_at(self, now: datetime) -> SessionState:
        return SessionState.LIVE if self.is_group and self.is_live_at(now) else self.state

    @property
    def state(self) -> SessionState:
        if self.is_cancelled:
            return SessionState.CANCELLED
        if self.opened_at is None:
            return SessionState.SCHEDULED
        if self.ended_at is None:
            return SessionState.LIVE
        return _AFTER[self.minutes_state and self.minutes_state.value]

    @property
    def link_host(self) -> str:
        """Where the link leads, as one should see before following it."""
        return urlsplit(self.link).hostname or ""

    @property
    def cycle(self) -> Cycle:
        return self.table.cycle


_AFTER = {
    None: SessionState.ENDED,
    "drafting": SessionState.DRAFTED,
    "correction": SessionState.CORRECTION,
    "approved": SessionState.APPROVED,
}


class EventKind(StrEnum):
    """What can happen in a live room. A message's event points at the message by its number; `of` names another's."""

    OPENED = "opened"
    MESSAGE = "message"
    HIDDEN = "hidden"
    AGREEMENT = "agreement"
    AGENDA = "agenda"
    CHANGED = "changed"
    FLOOR = "floor"
    MINUTES = "minutes"
    POLL = "poll"
    RULES = "rules"
    QUESTION = "question"
    REACTION = "reaction"
    NOTICE = "notice"
    BREAKOUT = "breakout"
    ENDED = "ended"


class LiveEvent(Model):
    """One durable event of a session. The client's key makes sending it again harmless.

    Numbers have no gaps and are committed in order. `payload` never holds people's text or names: those are read from
    the message when the event is shown, so that what was hidden meanwhile is not in it.
    """

    __tablename__ = "live_events"
    __table_args__ = (sa.UniqueConstraint("session_id", "author_id", "client_key"),)

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[EventKind] = mapped_column(enum_column(EventKind))
    payload: Mapped[Any] = mapped_column(JSONText, default=dict)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    client_key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Message(Contribution):
    """What someone said in a session, in writing. `parent_seq` is the number of the message that it replies to, which
    is never a reply itself; a question is answered once the facilitation says so."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "seq"),
        sa.ForeignKeyConstraint(["session_id", "parent_seq"], ["messages.session_id", "messages.seq"]),
        sa.CheckConstraint("answered_at IS NULL OR is_question", name="asked_first"),
        sa.Index(None, "session_id", "parent_seq"),
    )

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id))
    seq: Mapped[int]
    parent_seq: Mapped[int | None]
    is_question: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    agree_count: Mapped[int] = mapped_column(default=0)
    doubt_count: Mapped[int] = mapped_column(default=0)
    thanks_count: Mapped[int] = mapped_column(default=0)

    session: Mapped[Session] = relationship()

    @property
    def reactions(self) -> dict[str, int]:
        """How many people give each reaction now; none where it is hidden."""
        counts = (self.agree_count, self.doubt_count, self.thanks_count) if self.is_public else (0, 0, 0)
        return {reaction.value: count for reaction, count in zip(Reaction, counts, strict=True)}

    @property
    def thread(self) -> int:
        """The number of the message under which it stands: the one it replies to, else its own."""
        return self.seq if self.parent_seq is None else self.parent_seq

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its session."""
        return f"mensaje-{self.seq}"

    __mapper_args__ = {"polymorphic_identity": ContributionKind.MESSAGE}  # noqa: RUF012


@dataclass(frozen=True)
class Room:
    """A session as one person finds it: with their own membership of its table, if they have one.

    `restriction` is what the facilitation keeps them from here; `wrote_at`, read in slow mode alone, when they last
    wrote. `is_dealt`: they are in this small group, where it is one. `groups_until` is when the small groups of its
    last round end, or ended.
    """

    session: Session
    member: TableMember | None
    has_minutes: bool = False
    restriction: Restriction | None = None
    wrote_at: datetime | None = None
    is_dealt: bool = False
    groups_until: datetime | None = None

    @property
    def place(self) -> Place:
        return Place(self.session.table, self.member)

    def kept(self, now: datetime) -> Restriction | None:
        """What keeps them from here now: what has an end holds until then."""
        return self.restriction if self.restriction is not None and self.restriction.holds(now) else None

    def voice(self, actor: Any) -> str:
        """What the actor answers for among the members of the table."""
        return self.member.voice if self.member is not None else own_voice(actor.id)
