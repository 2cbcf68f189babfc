"""What is read at booths, by its addresses."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.core.errors import NotFound
from cocrea.extensions import db
from cocrea.voting import queries
from cocrea.voting.models import Batch, PaperCorrection


def visible_batch(actor: Any, reference: str, number: int, batch: int) -> Batch:
    """A batch of a booth, with who read it; raises `NotFound`."""
    booth = queries.visible_booth(actor, reference, number)
    own = sa.select(Batch).where(Batch.booth_id == booth.id, Batch.number == batch)
    found: Batch | None = db.session.scalar(own.options(selectinload(Batch.readings), selectinload(Batch.papers)))
    if found is None:
        raise NotFound
    set_committed_value(found, "booth", booth)  # with its contest, cycle and officers: not to be read again
    return found


def visible_correction(actor: Any, reference: str, number: int, batch: int, correction: int) -> PaperCorrection:
    """A correction of a paper of a batch; raises `NotFound`."""
    found = db.session.get(PaperCorrection, correction)
    if found is None or found.batch_id != visible_batch(actor, reference, number, batch).id:
        raise NotFound
    return found
