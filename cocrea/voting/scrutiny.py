"""How far the papers of a contest are read: what its pages tell while that goes on, and what is missing to count.

Nothing here tells what a paper says; that is public with the count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import ngettext
from sqlalchemy.orm import aliased, joinedload, selectinload

from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.voting.models import (
    Batch,
    Booth,
    BoothAct,
    Contest,
    Paper,
    PaperCorrection,
    Reading,
    RollEntry,
    SealedBallot,
)


@dataclass(frozen=True)
class BatchProgress:
    """How many of its two readings are in, how many of its papers stand, how many corrections wait."""

    number: int
    size: int
    handed_in: int
    papers: int
    waiting: int

    @property
    def is_agreed(self) -> bool:
        return self.papers == self.size


@dataclass
class BoothProgress:
    """A booth with its acts, oldest first, and how many on the roll are marked as having voted there."""

    booth: Booth
    acts: list[BoothAct] = field(default_factory=list)
    marks: int = 0
    batches: list[BatchProgress] = field(default_factory=list)

    @property
    def act(self) -> BoothAct | None:
        """The one in force."""
        return self.acts[-1] if self.acts else None

    @property
    def agreed(self) -> int:
        return sum(batch.is_agreed for batch in self.batches)

    @property
    def papers(self) -> int:
        """How many are in its batches, read or not."""
        return sum(batch.size for batch in self.batches)

    @property
    def missing(self) -> list[Any]:
        """What keeps its papers from being counted, in words."""
        return [] if self.booth.annulled_at else list(self._missing())

    def _missing(self) -> Iterator[Any]:
        if self.act is None:
            yield _l("Falta el acta.")
        elif self.papers != self.act.in_box:
            yield _l(
                "El acta dice %(in_box)s boletas en la urna y los paquetes suman %(papers)s.",
                in_box=self.act.in_box,
                papers=self.papers,
            )
        if self.act and self.act.in_box != self.marks and not self.act.remarks:  # signatures were entered since
            yield _l(
                "En el padrón hay %(marks)s marcas de esta casilla y en la urna %(in_box)s boletas. Explícalo.",
                marks=self.marks,
                in_box=self.act.in_box,
            )
        if unread := [batch for batch in self.batches if not batch.is_agreed]:
            numbers = ", ".join(str(batch.number) for batch in unread)
            yield ngettext(
                "Falta que se acuerde el paquete %(numbers)s.",
                "Falta que se acuerden los paquetes %(numbers)s.",
                len(unread),
                numbers=numbers,
            )
        if waiting := sum(batch.waiting for batch in self.batches):
            yield ngettext(
                "Hay %(num)s corrección que otra persona debe confirmar o descartar.",
                "Hay %(num)s correcciones que otra persona debe confirmar o descartar.",
                waiting,
            )


def awaits_papers(contest: Contest) -> bool:
    """Whether papers are to be counted with the box: some booth is not annulled."""
    there = sa.select(Booth.id).where(Booth.contest_id == contest.id, Booth.annulled_at.is_(None))
    return db.session.scalar(there.limit(1)) is not None


def has_booths(contest: Contest) -> bool:
    return db.session.scalar(sa.select(Booth.id).where(Booth.contest_id == contest.id).limit(1)) is not None


def progress(contest: Contest) -> list[BoothProgress]:
    """How far each booth is, annulled ones too, in the order of their numbers. A fixed number of statements."""
    own = sa.select(Booth).where(Booth.contest_id == contest.id).order_by(Booth.number)
    booths = own if contest.counted_at else own.options(selectinload(Booth.shifts))  # who counts, until it is counted
    found = {booth.id: BoothProgress(booth) for booth in db.session.scalars(booths)}
    if not found:
        return []
    for act in db.session.scalars(_acts(contest)).unique():
        found[act.booth_id].acts.append(act)
    for booth_id, number in db.session.execute(_marks(contest)):
        found[booth_id].marks = number
    for booth_id, *figures in db.session.execute(_batches(contest)):
        found[booth_id].batches.append(BatchProgress(*figures))
    return list(found.values())


def of_booth(booth: Booth, there: Sequence[Batch]) -> BoothProgress:
    """How far one booth is, with its batches as `batches` loads them."""
    acts = sa.select(BoothAct).where(BoothAct.booth_id == booth.id).order_by(BoothAct.number)
    found = BoothProgress(booth, list(db.session.scalars(acts)), marks(booth))
    for batch in there:
        handed_in = sum(one.handed_in_at is not None and one.position <= 2 for one in batch.readings)
        waiting = sum(one.is_waiting for one in batch.corrections)
        found.batches.append(BatchProgress(batch.number, batch.size, handed_in, len(batch.papers), waiting))
    return found


def missing(contest: Contest, there: list[BoothProgress] | None = None) -> list[tuple[Booth | None, Any]]:
    """What keeps a contest from being counted: by booth, or of them all (None)."""
    there = progress(contest) if there is None else there
    if found := [(one.booth, sentence) for one in there for sentence in one.missing]:
        return list(found)
    papers = sum(one.papers for one in there if not one.booth.annulled_at)
    if papers and papers + _online(contest) > contest.roll_size:
        return [
            (None, _l("Hay más boletas que personas en el padrón: recuenta, corrige un acta o anula una casilla."))
        ]
    return []


def nothing_is_missing() -> Any:
    """What `missing` answers with nothing, as a condition on contests, for lists. Tests hold the two together."""
    stands = sa.select(sa.func.coalesce(sa.func.sum(Batch.size), 0)).join(Booth, Booth.id == Batch.booth_id)
    papers = stands.where(Booth.contest_id == Contest.id, Booth.annulled_at.is_(None)).correlate(Contest)
    online = sa.select(sa.func.count()).select_from(SealedBallot).where(SealedBallot.contest_id == Contest.id)
    whole = papers.scalar_subquery()
    fits = sa.or_(whole == 0, whole + online.correlate(Contest).scalar_subquery() <= Contest.roll_size)
    kept = sa.exists().where(Booth.contest_id == Contest.id, Booth.annulled_at.is_(None), ~_is_read())
    return sa.and_(~kept, fits)


def counted_papers(contest: Contest) -> Any:
    """The statement that selects the papers which count: those of booths that are not annulled."""
    of = sa.select(Paper).join(Batch, Batch.id == Paper.batch_id).join(Booth, Booth.id == Batch.booth_id)
    counting = of.where(Booth.contest_id == contest.id, Booth.annulled_at.is_(None))
    return counting.order_by(Paper.batch_id, Paper.folio)


def marks(booth: Booth) -> int:
    """How many on the roll are marked as having voted at a booth."""
    marked = sa.select(sa.func.count()).select_from(RollEntry).where(*_voted_on_paper(booth.contest_id))
    return db.session.scalar(marked.where(RollEntry.booth_id == booth.id)) or 0


def online_marks(contest: Contest) -> int:
    """How many on the roll took part, other than at a booth."""
    part = sa.select(sa.func.count()).select_from(RollEntry)
    own = part.where(RollEntry.contest_id == contest.id, RollEntry.took_part)
    at_booths = part.where(*_voted_on_paper(contest.id), RollEntry.booth_id.is_not(None))
    return (db.session.scalar(own) or 0) - (db.session.scalar(at_booths) or 0)


def batches(booth: Booth) -> list[Batch]:
    """The batches of a booth with their readings, papers and corrections, by number."""
    own = sa.select(Batch).where(Batch.booth_id == booth.id).order_by(Batch.number)
    whole = (selectinload(Batch.readings), selectinload(Batch.papers), selectinload(Batch.corrections))
    return list(db.session.scalars(own.options(*whole)))


def corrections(contest: Contest) -> Sequence[Any]:
    """What recounts changed, as rows of booth, batch number and correction: to be shown with the count alone."""
    of = sa.select(Booth, Batch.number, PaperCorrection).join(Batch, Batch.booth_id == Booth.id)
    confirmed = of.join(PaperCorrection, PaperCorrection.batch_id == Batch.id).where(
        Booth.contest_id == contest.id, PaperCorrection.confirmed_at.is_not(None)
    )
    return db.session.execute(confirmed.order_by(PaperCorrection.id)).all()


def is_waiting() -> Any:
    """The condition that a correction waits for a second officer."""
    return sa.and_(PaperCorrection.confirmed_at.is_(None), PaperCorrection.dismissed_at.is_(None))


def _online(contest: Contest) -> int:
    sealed = sa.select(sa.func.count()).select_from(SealedBallot).where(SealedBallot.contest_id == contest.id)
    return db.session.scalar(sealed) or 0


def _voted_on_paper(contest_id: Any) -> tuple[Any, ...]:
    return RollEntry.contest_id == contest_id, RollEntry.took_part, RollEntry.channel == Channel.PAPER


def _is_read() -> Any:
    """What `BoothProgress.missing` answers with nothing, as a condition on booths."""
    size = sa.select(sa.func.coalesce(sa.func.sum(Batch.size), 0)).where(Batch.booth_id == Booth.id)
    marked = sa.select(sa.func.count()).select_from(RollEntry).where(*_voted_on_paper(Booth.contest_id))
    own = marked.where(RollEntry.booth_id == Booth.id).correlate(Booth).scalar_subquery()
    later = aliased(BoothAct)
    replaced = sa.exists().where(later.booth_id == BoothAct.booth_id, later.number > BoothAct.number)
    stated = sa.exists().where(
        BoothAct.booth_id == Booth.id,
        ~replaced,
        BoothAct.in_box == size.correlate(Booth).scalar_subquery(),
        sa.or_(BoothAct.in_box == own, BoothAct.remarks != ""),
    )
    unread = sa.or_(_how_many(Paper) != Batch.size, _how_many(PaperCorrection, is_waiting()) > 0)
    return sa.and_(stated, ~sa.exists().where(Batch.booth_id == Booth.id, unread))


def _acts(contest: Contest) -> Any:
    own = sa.select(BoothAct).join(Booth, Booth.id == BoothAct.booth_id).where(Booth.contest_id == contest.id)
    return own.order_by(Booth.number, BoothAct.number).options(joinedload(BoothAct.scans))


def _marks(contest: Contest) -> Any:
    counted = sa.select(RollEntry.booth_id, sa.func.count()).where(*_voted_on_paper(contest.id))
    return counted.where(RollEntry.booth_id.is_not(None)).group_by(RollEntry.booth_id)


def _batches(contest: Contest) -> Any:
    """Rows of booth, number, size, readings handed in, papers that stand, corrections that wait."""
    read = _how_many(Reading, Reading.handed_in_at.is_not(None), Reading.position <= 2)
    columns = (
        Batch.booth_id,
        Batch.number,
        Batch.size,
        read,
        _how_many(Paper),
        _how_many(PaperCorrection, is_waiting()),
    )
    own = sa.select(*columns).join(Booth, Booth.id == Batch.booth_id).where(Booth.contest_id == contest.id)
    return own.order_by(Batch.booth_id, Batch.number)


def _how_many(what: Any, *conditions: Any) -> Any:
    own = sa.select(sa.func.count()).select_from(what).where(what.batch_id == Batch.id, *conditions)
    return own.correlate(Batch).scalar_subquery()
