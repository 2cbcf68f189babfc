"""Thematic tables, who sits at them and what they work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from cocrea.accounts.models import Invitation, Person, Sector
from cocrea.consultation.models import Problem, Topic
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.extensions import Model
from cocrea.forums.models import HolderKind, Seat, SeatHolder


class MemberRole(StrEnum):
    MEMBER = "member"
    FACILITATOR = "facilitator"
    COFACILITATOR = "cofacilitation"
    RAPPORTEUR = "rapporteur"
    EXPERT = "expert"
    OFFICIAL = "official"
    OBSERVER = "observer"

    @property
    def label(self) -> Any:
        return MEMBER_LABELS[self]

    @property
    def group(self) -> Any:
        """What those who sit in this capacity are called together."""
        return _GROUPS.get(self, self.label)

    @property
    def position(self) -> int:
        """Where they come in the list of who is who: who leads first, who only watches last."""
        return list(MEMBER_LABELS).index(self)

    @property
    def does(self) -> Any:
        """What this capacity lets and asks one to do, in a sentence."""
        return _DOES[self]


MEMBER_LABELS = {
    MemberRole.FACILITATOR: _l("Facilitación"),
    MemberRole.COFACILITATOR: _l("Cofacilitación"),
    MemberRole.RAPPORTEUR: _l("Relatoría"),
    MemberRole.MEMBER: _l("Integrante"),
    MemberRole.OFFICIAL: _l("Persona servidora pública"),
    MemberRole.EXPERT: _l("Persona experta"),
    MemberRole.OBSERVER: _l("Observación"),
}
_GROUPS = {
    MemberRole.MEMBER: _l("Integrantes"),
    MemberRole.EXPERT: _l("Personas expertas"),
    MemberRole.OFFICIAL: _l("Personas servidoras públicas"),
}
_DOES = {
    MemberRole.FACILITATOR: _l("Conduces las sesiones y respondes por cómo se llevan."),
    MemberRole.COFACILITATOR: _l("Conduces las sesiones junto con la facilitación."),
    MemberRole.RAPPORTEUR: _l("Escribes la minuta de lo que aquí se dice; también hablas y contestas sondeos."),
    MemberRole.MEMBER: _l("Hablas, contestas sondeos y decides. Lo que digas queda público y con tu nombre."),
    MemberRole.OFFICIAL: _l("Hablas y decides por tu institución. Lo que digas queda público y con tu nombre."),
    MemberRole.EXPERT: _l("Hablas y aportas lo que sabes; los sondeos de integrantes no te cuentan."),
    MemberRole.OBSERVER: _l("Lees las sesiones mientras ocurren; no hablas ni contestas sondeos."),
}
# Whose seats a table counts when it says how many it wants of a sector: whoever leads, advises or watches takes none.
COUNTED = (MemberRole.MEMBER, MemberRole.OFFICIAL)


class Entry(StrEnum):
    """How one comes to sit at a table."""

    OPEN = "open"
    REQUEST = "request"
    INVITATION = "invitation"

    @property
    def label(self) -> Any:
        return ENTRY_LABELS[self]


ENTRY_LABELS = {
    Entry.OPEN: _l("Puerta abierta: se une quien quiera"),
    Entry.REQUEST: _l("Por solicitud: cada persona pide lugar y la facilitación responde"),
    Entry.INVITATION: _l("Por invitación de la facilitación"),
}


class Table(Model):
    """A working group of a cycle, on a topic; or, where it has a forum, the plenary at which that one meets.

    `wanted` is how many seats it hopes to fill, by the value of each sector; only where `is_limited` are there no more.
    """

    __tablename__ = "tables"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), index=True)
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Topic.id))
    name: Mapped[str] = mapped_column(sa.String(160))
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    entry: Mapped[Entry] = mapped_column(enum_column(Entry), default=Entry.OPEN)
    wanted: Mapped[Mapping[str, int]] = mapped_column(JSONText, default=dict)
    is_limited: Mapped[bool] = mapped_column(default=False)
    seeks_parity: Mapped[bool] = mapped_column(default=False)
    commitment_limit: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    cycle: Mapped[Cycle] = relationship()
    topic: Mapped[Topic | None] = relationship()
    if TYPE_CHECKING:
        forum_id: Mapped[Any]  # of its forum, None without any: see `plenaries`, who know it

    @property
    def is_plenary(self) -> bool:
        return self.forum_id is not None

    @property
    def meets(self) -> Action:
        """What a stage must open for it to meet: a forum meets in any."""
        return Action.MEET_FORUM if self.is_plenary else Action.MEET

    @property
    def scope(self) -> str:
        return f"table:{self.id}"

    def is_full(self, sector: Sector | None, taken: int) -> bool:
        """Whether nobody else of a sector can be let in, of which so many are seated."""
        return self.is_limited and sector is not None and taken >= self.wanted.get(sector, taken + 1)

    def has_room(self, sector: Sector | None, taken: int) -> bool:
        """Whether someone of a sector can sit down without asking: where seats are limited, on one that is wanted."""
        return not self.is_limited or (sector is not None and taken < self.wanted.get(sector, 0))


class TableMember(Model):
    """A person's place at a table; the sector is frozen when they join. At a plenary it is their seat's."""

    __tablename__ = "table_members"

    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    role: Mapped[MemberRole] = mapped_column(enum_column(MemberRole), default=MemberRole.MEMBER)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seat_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Seat.id))
    is_alternate: Mapped[bool] = mapped_column(default=False)

    table: Mapped[Table] = relationship()
    person: Mapped[Person] = relationship()
    # of one's seat as it is held now; asked for alternates alone
    titular: Mapped[SeatHolder | None] = relationship(
        primaryjoin=lambda: sa.and_(
            TableMember.seat_id == foreign(SeatHolder.seat_id), SeatHolder.kind == HolderKind.TITULAR
        ),
        viewonly=True,
        uselist=False,
    )

    @property
    def titular_id(self) -> int | None:
        """The person who holds one's seat as titular now, if anyone does."""
        return self.titular.person_id if self.titular is not None else None

    @property
    def voice(self) -> str:
        """What one answers for at this table: the seat one holds, or oneself."""
        return f"seat:{self.seat_id}" if self.seat_id is not None else own_voice(self.person_id)


def own_voice(person_id: int) -> str:
    """What someone answers for who answers for nobody else."""
    return f"person:{person_id}"


def voice_column() -> Mapped[str]:
    """The part of the key of an answer that says what it counts for: there is one answer for each voice, whoever gives
    it."""
    return mapped_column(
        sa.String(24), primary_key=True, default=lambda row: own_voice(row.get_current_parameters()["person_id"])
    )


def is_spoken_for(member: TableMember | None, answered_by: int | None) -> bool:
    """Whether its titular answered for the seat of an alternate: that comes before theirs. What somebody answered who
    holds the seat no more, they may change."""
    if member is None or not member.is_alternate or answered_by in {None, member.person_id}:
        return False
    return answered_by == member.titular_id


def is_own_answer(member: TableMember | None, answered_by: int) -> bool:
    """Whether who sits there is shown an answer of their voice: their own; an alternate also that of their titular."""
    return member is None or answered_by == member.person_id or is_spoken_for(member, answered_by)


class TableProblem(Model):
    """That the facilitation gave a problem to a table to be worked on; each problem has one table at most."""

    __tablename__ = "table_problems"

    problem_id: Mapped[int] = mapped_column(sa.ForeignKey(Problem.id), primary_key=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)

    table: Mapped[Table] = relationship()


class Removal(Model):
    """A seat that the facilitation took away. Until it is given back, the person cannot sit down again.

    Ends with the account: whoever left no longer sits anywhere, and the history says why without saying of whom.
    """

    __tablename__ = "table_removals"
    __table_args__ = {"info": {"ends_with_account": True}}  # noqa: RUF012

    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    removed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    table: Mapped[Table] = relationship()
    person: Mapped[Person] = relationship()


class SeatRequest(Model):
    """That someone asks for a seat, and what they were answered if it was no. Taking a seat deletes it."""

    __tablename__ = "seat_requests"
    __table_args__ = {"info": {"ends_with_account": True}}  # noqa: RUF012

    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    reason: Mapped[str] = mapped_column(sa.String(500))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(sa.String(500), default="")
    may_ask_again: Mapped[bool] = mapped_column(default=False)

    table: Mapped[Table] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def is_waiting(self) -> bool:
        return self.declined_at is None


@dataclass(frozen=True)
class Place:
    """A table as one person finds it: with what ties them to it, and how it stands.

    `taken` are the seats of their sector that are taken, `waiting` all requests that wait, `ahead` those of their
    sector that came before their own, `removed` the seats that were taken away.
    """

    table: Table
    member: TableMember | None
    removal: Removal | None = None
    request: SeatRequest | None = None
    invitation: Invitation | None = None
    taken: int = 0
    waiting: int = 0
    ahead: int = 0
    removed: int = 0
