"""Reading agreed papers again: what is found otherwise is appended, and counts once a second officer confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.db import add
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.voting.models import Batch, Paper, PaperCorrection
from cocrea.voting.operations.holding import hold_batch
from cocrea.voting.operations.reading import note_batch, read_all


def recount(
    *, actor: Any, batch: Batch, lines: Mapping[int, str], reason: str, now: datetime
) -> list[PaperCorrection]:
    """Read some papers of an agreed batch again, by their numbers; returns what was found otherwise and now waits.

    The reason is public with the count. Raises `Invalid` without one where something differs, `Conflict` where the
    batch is not agreed or a correction of one of the papers waits.
    """
    hold_batch(actor, batch, now)
    papers = {paper.folio: paper for paper in batch.papers}
    if len(papers) < batch.size:
        raise Conflict(_l("Este paquete todavía no está acordado."))
    if not lines or not set(lines) <= set(papers):
        raise Invalid(_l("Escribe qué dice al menos una boleta."))
    if waiting := sorted(one.folio for one in batch.corrections if one.is_waiting and one.folio in lines):
        raise Conflict(_l("La boleta %(n)s ya tiene una corrección que espera.", n=waiting[0]))
    read = read_all(batch.booth.contest, lines)
    found = [papers[folio] for folio, choices in read.items() if choices != papers[folio].choices]
    why = text.plain(reason)
    if found and not why:
        raise Invalid(_l("Di por qué se había leído otra cosa: será público con el resultado."), "reason")
    note_batch(actor, batch, "contest.batch_recounted", now, papers=len(read), differences=len(found))
    return [_append(actor, paper, read[paper.folio], why, now) for paper in found]


def confirm(*, actor: Any, correction: PaperCorrection, batch: Batch, now: datetime) -> Paper:
    """Confirm from the paper what another officer found; from then on that is what counts."""
    _settle(actor, correction, batch, now)
    correction.confirmed_by_id, correction.confirmed_at = actor.id, now
    paper = db.session.get_one(Paper, (batch.id, correction.folio))
    paper.choices = correction.new
    note_batch(actor, batch, "contest.paper_corrected", now, folio=correction.folio)
    return paper


def dismiss(*, actor: Any, correction: PaperCorrection, batch: Batch, now: datetime) -> None:
    """Say from the paper that it says what stood; nothing changes, and what was found stays on record."""
    _settle(actor, correction, batch, now)
    correction.dismissed_by_id, correction.dismissed_at = actor.id, now
    note_batch(actor, batch, "contest.correction_dismissed", now, folio=correction.folio)


def _append(actor: Any, paper: Paper, new: Any, reason: str, now: datetime) -> PaperCorrection:
    of = {"batch_id": paper.batch_id, "folio": paper.folio, "old": paper.choices, "new": new}
    return add(PaperCorrection(**of, reason=reason, found_by_id=actor.id, created_at=now))


def _settle(actor: Any, correction: PaperCorrection, batch: Batch, now: datetime) -> None:
    hold_batch(actor, batch, now)
    db.session.refresh(correction)
    if correction.found_by_id == actor.id:
        raise Denied(_l("La confirma o descarta otra persona, con la boleta en la mano."))
    if not correction.is_waiting:
        raise Conflict(_l("Esta corrección ya se confirmó o se descartó."))
