"""Reading papers: batches, two officers who read each apart, and a third who decides where those differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.voting.counting import MOST_CHARACTERS, Unread, read_line
from cocrea.voting.models import Batch, Booth, Contest, Paper, Reading
from cocrea.voting.operations.history import note
from cocrea.voting.operations.holding import hold, hold_batch
from cocrea.voting.wording import line_refusal

MOST_PAPERS = 100
LONGEST_DRAFT = MOST_CHARACTERS + 1  # so that what is too long still says so
READERS, THIRD = (1, 2), 3


def register_batch(*, actor: Any, booth: Booth, number: int, size: int, now: datetime) -> Batch:
    """Register a pile of papers of a booth, numbered on the back. `number` is the next one, so that a form sent twice
    registers one: `Conflict` otherwise."""
    hold(actor, booth, now)
    if not 1 <= size <= MOST_PAPERS:
        raise Invalid(_l("Un paquete lleva de 1 a %(most)s boletas.", most=MOST_PAPERS), "size")
    lock(booth)
    last = db.session.scalar(sa.select(sa.func.max(Batch.number)).where(Batch.booth_id == booth.id)) or 0
    if number != last + 1:
        raise Conflict(_l("Ese paquete ya se registró, tal vez por otra persona: mira la lista."))
    batch = add(Batch(booth_id=booth.id, number=number, size=size, created_at=now))
    note_batch(actor, batch, "contest.batch_registered", now, papers=size)
    return batch


def withdraw_batch(*, actor: Any, batch: Batch, reason: str, now: datetime) -> None:
    """Take a batch back with all that was read of it: it was registered wrong, or who read it cannot finish.

    The reason is public. Raises `Conflict` where a recount already found something in it.
    """
    hold_batch(actor, batch, now)
    said = text.plain(reason)
    if not said:
        raise Invalid(_l("Escribe la razón: será pública."), "reason")
    if batch.corrections:
        raise Conflict(_l("Un recuento ya encontró algo en este paquete: se queda, con sus correcciones."))
    note_batch(actor, batch, "contest.batch_withdrawn", now, papers=batch.size, reason=said)
    db.session.delete(batch)
    db.session.flush()


def take(*, actor: Any, batch: Batch, now: datetime) -> Reading:
    """Become one of the two who read a batch; whoever is already goes on. Raises `Conflict` where there are two."""
    hold_batch(actor, batch, now)
    for reading in batch.readings:
        if reading.person_id == actor.id:
            return reading
    free = set(READERS) - {reading.position for reading in batch.readings}
    if not free:
        raise Conflict(_l("Otras dos personas ya leen este paquete."))
    blank = [""] * batch.size
    return add(Reading(batch_id=batch.id, position=min(free), person_id=actor.id, lines=blank))


def save_draft(*, actor: Any, batch: Batch, lines: Sequence[str], now: datetime) -> Reading:
    """Keep what was typed so far, right or wrong; seen by whoever typed it alone."""
    hold_batch(actor, batch, now)
    reading = _own(actor, batch)
    if len(lines) != batch.size:
        raise Invalid(_l("El paquete lleva %(n)s boletas.", n=batch.size))
    reading.lines = [text.plain(line[:LONGEST_DRAFT]) for line in lines]
    return reading


def hand_in(*, actor: Any, batch: Batch, now: datetime) -> Reading:
    """Give in what was typed, for good. With the second of them both are compared: where they agree, papers stand.

    Raises `Invalid` naming the first line that is no ballot.
    """
    hold_batch(actor, batch, now)
    reading = _own(actor, batch)
    read_all(batch.booth.contest, dict(enumerate(reading.lines, 1)))
    reading.handed_in_at = now
    note_batch(actor, batch, "contest.batch_read", now)
    handed_in = [one for one in batch.readings if one.handed_in_at is not None]
    if len(handed_in) == len(READERS):
        _compare(batch, *handed_in, now=now)
    return reading


def decide(*, actor: Any, batch: Batch, lines: Mapping[int, str], now: datetime) -> Batch:
    """A third officer says, from the papers, what each says on which the two differ; it may be neither.

    `lines` by the number of the paper: all that do not stand yet, and no other.
    """
    hold_batch(actor, batch, now)
    disputed = differing(batch)
    if any(reading.person_id == actor.id for reading in batch.readings):
        raise Denied(_l("Lo decide alguien que no leyó este paquete."))
    if not disputed:
        raise Conflict(_l("No hay nada que decidir en este paquete."))
    if set(lines) != set(disputed):
        raise Invalid(_l("Di qué dice cada boleta en la que no coinciden."))
    for folio, choices in read_all(batch.booth.contest, lines).items():
        db.session.add(Paper(batch_id=batch.id, folio=folio, choices=choices))
    said = [text.plain(lines.get(folio, "")) for folio in range(1, batch.size + 1)]
    add(Reading(batch_id=batch.id, position=THIRD, person_id=actor.id, lines=said, handed_in_at=now))
    note_batch(actor, batch, "contest.batch_decided", now, differences=len(disputed))
    db.session.expire(batch, ["papers", "readings"])
    return batch


def differing(batch: Batch) -> list[int]:
    """The numbers of the papers on which two readings that were handed in differ, while nobody decided."""
    if sum(one.handed_in_at is not None for one in batch.readings) < len(READERS):
        return []
    standing = {paper.folio for paper in batch.papers}
    return [folio for folio in range(1, batch.size + 1) if folio not in standing]


def read_all(contest: Contest, lines: Mapping[int, str]) -> dict[int, Any]:
    """What typed lines say, by the number of the paper. Raises `Invalid` naming the first that says nothing."""
    terms, found = contest.terms, dict[int, Any]()
    for folio, line in sorted(lines.items()):
        try:
            found[folio] = read_line(terms, line)
        except Unread as unread:
            wrong = line_refusal(unread.why, contest)
            raise Invalid(_l("Boleta %(n)s: %(wrong)s", n=folio, wrong=wrong), f"line_{folio}") from None
    return found


def note_batch(actor: Any, batch: Batch, action: str, now: datetime, reason: str = "", **figures: int) -> None:
    """One record about a batch: figures, never what a paper says."""
    booth = batch.booth
    told = {"booth": booth.number, "batch": batch.number, **figures}
    note(actor, booth.contest, action, now, told, **({"reason": reason} if reason else {}))


def _own(actor: Any, batch: Batch) -> Reading:
    """The reading of this officer, which is not handed in yet."""
    mine = next((one for one in batch.readings if one.person_id == actor.id), None)
    if mine is None:
        raise Denied(_l("No estás leyendo este paquete."))
    if mine.handed_in_at is not None:
        raise Conflict(_l("Ya entregaste tu lectura de este paquete: ya no cambia."))
    return mine


def _compare(batch: Batch, first: Reading, second: Reading, *, now: datetime) -> None:
    """Let the papers stand which both read alike, and say how many they did not."""
    contest = batch.booth.contest
    one, other = (read_all(contest, dict(enumerate(each.lines, 1))) for each in (first, second))
    alike = [folio for folio, choices in one.items() if choices == other[folio]]
    db.session.add_all([Paper(batch_id=batch.id, folio=folio, choices=one[folio]) for folio in alike])
    db.session.flush()
    note_batch(None, batch, "contest.batch_compared", now, papers=batch.size, differences=batch.size - len(alike))
    db.session.expire(batch, ["papers"])
