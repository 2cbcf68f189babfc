"""The act of a booth: what its officers state of its box, with the scan of what they signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core import files, images, text
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.extensions import db
from cocrea.voting import scrutiny
from cocrea.voting.models import ActScan, Booth, BoothAct
from cocrea.voting.operations.history import note
from cocrea.voting.operations.holding import hold

MOST_SCANS = 10
MOST_BALLOTS = 1_000_000
PDF = "application/pdf"


@dataclass(frozen=True)
class Figures:
    """Ballots that a booth received, withdrew, did not use, and found in its box."""

    received: int
    spoiled: int
    left_over: int
    in_box: int

    @property
    def unreturned(self) -> int:
        """How many were taken away or cannot be found; below zero, how many are too many."""
        return self.received - self.spoiled - self.left_over - self.in_box


@dataclass(frozen=True)
class Scan:
    """A page as it is kept: its bytes, without what a camera wrote of where and when, and their type."""

    data: bytes
    media_type: str


def scans(uploads: Sequence[Any]) -> list[Scan]:
    """What would be kept of some uploads. Slow, so to be called before the transaction; changes nothing.

    Raises `Invalid` naming the file that is neither picture nor PDF.
    """
    sent = [upload for upload in uploads if getattr(upload, "filename", "")]  # a text where a file should be
    if len(sent) > MOST_SCANS:
        raise Invalid(_l("Caben %(most)s hojas por acta.", most=MOST_SCANS), "scans")
    return [_scan(upload) for upload in sent]


def write_act(
    *,
    actor: Any,
    booth: Booth,
    number: int,
    figures: Figures,
    now: datetime,
    remarks: str = "",
    reason: str = "",
    pages: Sequence[Scan] = (),
) -> BoothAct:
    """Write the act of a booth, or a new version of it with its reason: earlier ones stay, all are public.

    `number` is the version it will be, so that a form sent twice writes one. Without new pages a version keeps those
    of the one before. Raises `Invalid` where figures do not add up, or differ from the roll, and no remark says why.
    """
    hold(actor, booth, now)
    lock(booth)
    last = db.session.scalar(_last(booth))
    _check(booth, figures, text.plain(remarks))
    if number != (last.number if last else 0) + 1:
        raise Conflict(_l("Otra persona ya escribió esta acta: mírala antes de corregirla."))
    if last and not text.plain(reason):
        raise Invalid(_l("Di qué se corrige y por qué: es público."), "reason")
    of = {"booth_id": booth.id, "number": number, "author_id": actor.id, "created_at": now}
    act = add(BoothAct(**of, **asdict(figures), remarks=text.plain(remarks), reason=text.plain(reason)))
    before = [scan.file for scan in last.scans] if last else []
    kept = [_keep(booth, page, now) for page in pages] or before
    act.scans = [ActScan(position=place, file_id=file.id) for place, file in enumerate(kept, 1)]
    told = {"booth": booth.number, "act": number, **asdict(figures), "scans": [file.sha256 for file in kept]}
    note(actor, booth.contest, "contest.act_written", now, told, **({"reason": act.reason} if act.reason else {}))
    db.session.flush()
    return act


def _last(booth: Booth) -> Any:
    return sa.select(BoothAct).where(BoothAct.booth_id == booth.id).order_by(BoothAct.number.desc()).limit(1)


def _check(booth: Booth, figures: Figures, remarks: str) -> None:
    for name, figure in asdict(figures).items():
        if not 0 <= figure <= MOST_BALLOTS:
            raise Invalid(_l("Escribe un número entero desde cero."), name)
    if remarks:
        return
    if figures.unreturned:
        raise Invalid(
            _l(
                "Las recibidas no son la suma de las demás: la diferencia es de %(n)s. Explícala.",
                n=figures.unreturned,
            ),
            "remarks",
        )
    if (marks := scrutiny.marks(booth)) != figures.in_box:
        raise Invalid(
            _l(
                "En el padrón hay %(marks)s marcas de esta casilla y en la urna %(in_box)s boletas. Explícalo.",
                marks=marks,
                in_box=figures.in_box,
            ),
            "remarks",
        )


def _scan(upload: Any) -> Scan:
    try:
        data, media_type = files.check(upload)
        if media_type == PDF:
            return Scan(data, PDF)
        return Scan(images.photograph(data).legible, "image/jpeg")
    except Invalid as error:
        raise Invalid(_l("«%(name)s»: %(wrong)s", name=upload.filename, wrong=error.message), "scans") from None


def _keep(booth: Booth, page: Scan, now: datetime) -> StoredFile:
    ending = "pdf" if page.media_type == PDF else "jpg"
    name = f"{booth.contest.reference}-casilla-{booth.number}.{ending}"
    return files.keep(page.data, page.media_type, name, now=now)
