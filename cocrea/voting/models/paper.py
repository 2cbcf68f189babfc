"""Voting on paper: booths and who serves at them, and what was read on their papers (decision 0023)."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.core.windows import Window
from cocrea.extensions import Model
from cocrea.voting.models.contests import Contest


class ShiftKind(StrEnum):
    """What an officer of a booth does in a shift."""

    ATTEND = "attend"
    COUNT = "count"

    @property
    def label(self) -> Any:
        return {ShiftKind.ATTEND: _l("Atender la casilla"), ShiftKind.COUNT: _l("Capturar las boletas")}[self]


class Booth(Model):
    """A place where people on the roll of a contest vote on paper, on the days and hours of its `days`.

    `number` counts the booths of a contest. `printed` is how many ballots were printed for it. One that is annulled has
    a public reason, and its papers do not count. `form_key` makes a form sent twice set up one booth.
    """

    __tablename__ = "booths"
    __table_args__ = (sa.UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id))
    number: Mapped[int]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(16))
    place: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    printed: Mapped[int] = mapped_column(default=0)
    annulled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    annul_reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    contest: Mapped[Contest] = relationship()
    days: Mapped[list[BoothDay]] = relationship(order_by="BoothDay.opens_at", cascade="all, delete-orphan")
    shifts: Mapped[list[Shift]] = relationship(
        back_populates="booth", order_by="(Shift.starts_at, Shift.id)", cascade="all, delete-orphan"
    )

    def is_open(self, now: datetime) -> bool:
        return self.annulled_at is None and any(day.window.is_open(now) for day in self.days)


class BoothDay(Model):
    """When a booth takes votes: inside the window of its contest."""

    __tablename__ = "booth_days"

    booth_id: Mapped[int] = mapped_column(sa.ForeignKey(Booth.id), primary_key=True)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at)


class Shift(Model):
    """When an officer serves at a booth, and at what; nobody does either outside of one."""

    __tablename__ = "booth_shifts"
    __table_args__ = (sa.UniqueConstraint("booth_id", "person_id", "kind", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(sa.ForeignKey(Booth.id))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    kind: Mapped[ShiftKind] = mapped_column(enum_column(ShiftKind))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)

    booth: Mapped[Booth] = relationship(back_populates="shifts")
    person: Mapped[Person] = relationship()

    @property
    def window(self) -> Window:
        return Window(self.starts_at, self.ends_at)

    @property
    def is_over_too_soon(self) -> bool:
        """It is to read papers, and they are read from the close of the contest on."""
        return self.kind is ShiftKind.COUNT and self.ends_at <= self.booth.contest.closes_at


class BoothAct(Model):
    """What a booth's officers state of its box; a corrected one is a new `number` with its reason, nothing is replaced.

    Of the ballots `received`, `spoiled` were withdrawn before they were cast, `left_over` were not used and `in_box`
    were found in the box. `remarks` explain any difference between those and the roll.
    """

    __tablename__ = "booth_acts"

    booth_id: Mapped[int] = mapped_column(sa.ForeignKey(Booth.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[int]
    spoiled: Mapped[int]
    left_over: Mapped[int]
    in_box: Mapped[int]
    remarks: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[Person] = relationship()
    scans: Mapped[list[ActScan]] = relationship(order_by="ActScan.position", cascade="all, delete-orphan")


class ActScan(Model):
    """A page of an act as it was signed on paper, scanned."""

    __tablename__ = "act_scans"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["booth_id", "act_number"], [BoothAct.booth_id, BoothAct.number], name="fk_act_scans_act"
        ),
    )

    booth_id: Mapped[int] = mapped_column(primary_key=True)
    act_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey(StoredFile.id))

    file: Mapped[StoredFile] = relationship(lazy="joined")


class Batch(Model):
    """A pile of `size` papers of one booth, numbered on the back from 1 on after the box was emptied and mixed.

    Two officers read it apart (`Reading`). Where they agree, and where a third decided, its papers stand (`Paper`).
    """

    __tablename__ = "batches"
    __table_args__ = (sa.UniqueConstraint("booth_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(sa.ForeignKey(Booth.id))
    number: Mapped[int]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    booth: Mapped[Booth] = relationship()
    readings: Mapped[list[Reading]] = relationship(
        back_populates="batch", order_by="Reading.position", cascade="all, delete-orphan"
    )
    papers: Mapped[list[Paper]] = relationship(order_by="Paper.folio", cascade="all, delete-orphan")
    corrections: Mapped[list[PaperCorrection]] = relationship(
        order_by="PaperCorrection.id", cascade="all, delete-orphan"
    )


class Reading(Model):
    """What one officer read on the papers of a batch: 1 and 2 apart, 3 whoever decides where those differ.

    `lines` is what was typed, one line per paper in the order of their numbers; it may change until it is handed in.
    """

    __tablename__ = "readings"
    __table_args__ = (sa.UniqueConstraint("batch_id", "person_id"),)

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey(Batch.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    lines: Mapped[Any] = mapped_column(JSONText)
    handed_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    batch: Mapped[Batch] = relationship(back_populates="readings")
    person: Mapped[Person] = relationship()


class Paper(Model):
    """A paper ballot as it counts: `choices` as `counting.ballots` has them, None where it is invalid.

    `receipt` is the random code under which it is published, given at the count: its number in the pile says nothing of
    who cast it, and the published code nothing of the booth.
    """

    __tablename__ = "papers"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey(Batch.id), primary_key=True)
    folio: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    choices: Mapped[Any | None] = mapped_column(JSONText)
    receipt: Mapped[str | None] = mapped_column(sa.String(40), unique=True)


class PaperCorrection(Model):
    """What a recount found otherwise on a paper: appended, never changed.

    It counts once a second officer confirms it from the paper; one who reads what stood before dismisses it.
    """

    __tablename__ = "paper_corrections"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["batch_id", "folio"], [Paper.batch_id, Paper.folio], name="fk_paper_corrections_paper"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey(Batch.id), index=True)
    folio: Mapped[int]
    old: Mapped[Any | None] = mapped_column(JSONText)
    new: Mapped[Any | None] = mapped_column(JSONText)
    reason: Mapped[str] = mapped_column(sa.Text)
    found_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dismissed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    dismissed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    batch: Mapped[Batch] = relationship(viewonly=True)
    found_by: Mapped[Person] = relationship(foreign_keys=[found_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.dismissed_at is None
