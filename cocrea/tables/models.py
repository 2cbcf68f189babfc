"""Thematic tables, their members, their sessions, and what happens in a session's live room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person, Sector
from cocrea.consultation.models import Problem, Topic
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import Model


class MemberRole(StrEnum):
    MEMBER = "member"
    FACILITATOR = "facilitator"
    RAPPORTEUR = "rapporteur"
    EXPERT = "expert"
    OFFICIAL = "official"
    OBSERVER = "observer"

    @property
    def label(self) -> Any:
        return MEMBER_LABELS[self]


MEMBER_LABELS = {
    MemberRole.MEMBER: _l("Integrante"),
    MemberRole.FACILITATOR: _l("Facilitación"),
    MemberRole.RAPPORTEUR: _l("Relatoría"),
    MemberRole.EXPERT: _l("Persona experta"),
    MemberRole.OFFICIAL: _l("Persona servidora pública"),
    MemberRole.OBSERVER: _l("Observación"),
}


class Table(Model):
    """A working group of a cycle, on a topic."""

    __tablename__ = "tables"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), index=True)
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Topic.id))
    name: Mapped[str] = mapped_column(sa.String(160))
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    information_source: Mapped[str] = mapped_column(sa.Text, default="")
    information_html: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    cycle: Mapped[Cycle] = relationship()
    topic: Mapped[Topic | None] = relationship()

    @property
    def scope(self) -> str:
        return f"table:{self.id}"


class TableMember(Model):
    """A person's place at a table; the sector is frozen when they join."""

    __tablename__ = "table_members"

    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    role: Mapped[MemberRole] = mapped_column(enum_column(MemberRole), default=MemberRole.MEMBER)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)

    table: Mapped[Table] = relationship()
    person: Mapped[Person] = relationship()


class TableProblem(Model):
    """That the facilitation gave a problem to a table to be worked on; each problem has one table at most."""

    __tablename__ = "table_problems"

    problem_id: Mapped[int] = mapped_column(sa.ForeignKey(Problem.id), primary_key=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)

    table: Mapped[Table] = relationship()


class Removal(Model):
    """A seat that the facilitation took away. Until it is given back, the person cannot sit down again."""

    __tablename__ = "table_removals"

    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    removed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    table: Mapped[Table] = relationship()
    person: Mapped[Person] = relationship()


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


class Session(Model):
    """A meeting of a table. `last_seq` is the number of the last live event, allotted in its transaction."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), index=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    mode: Mapped[SessionMode] = mapped_column(enum_column(SessionMode), default=SessionMode.ONLINE)
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_seq: Mapped[int] = mapped_column(default=0)

    table: Mapped[Table] = relationship(lazy="joined")

    @property
    def is_live(self) -> bool:
        return self.opened_at is not None and self.ended_at is None

    @property
    def cycle(self) -> Cycle:
        return self.table.cycle


class EventKind(StrEnum):
    """What can happen in a live room. A message's event points at the message by its number; `of` names another's."""

    OPENED = "opened"
    MESSAGE = "message"
    HIDDEN = "hidden"
    AGREEMENT = "agreement"
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
    """What someone said in a session, in writing."""

    __tablename__ = "messages"
    __table_args__ = (sa.UniqueConstraint("session_id", "seq"),)

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id))
    seq: Mapped[int]

    session: Mapped[Session] = relationship()

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its session."""
        return f"mensaje-{self.seq}"

    __mapper_args__ = {"polymorphic_identity": ContributionKind.MESSAGE}  # noqa: RUF012


class Agreement(Model):
    """A decision taken in a session, with who owes what by when."""

    __tablename__ = "agreements"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    responsible: Mapped[str] = mapped_column(sa.String(200), default="")
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    session: Mapped[Session] = relationship()


@dataclass(frozen=True)
class Place:
    """A table as one person finds it: with their own membership, or with its removal, if they have one."""

    table: Table
    member: TableMember | None
    removal: Removal | None = None


@dataclass(frozen=True)
class Room:
    """A session as one person finds it: with their own membership of its table, if they have one."""

    session: Session
    member: TableMember | None

    @property
    def place(self) -> Place:
        return Place(self.session.table, self.member)
