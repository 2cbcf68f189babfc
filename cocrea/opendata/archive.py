"""All that a cycle has made public, in one file: every list, the count of every contest, and what all of it means.

It is made while it is sent, piece by piece, so that a large cycle takes no more memory than a small one, and nobody
waits for it to be ready. Its parts always come in the same order; the last one has the fingerprint of each.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Any

from flask_babel import gettext as _

from cocrea.audit.canonical import canonical_json
from cocrea.core import exports
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.opendata import queries
from cocrea.opendata.lists import OF_CYCLES
from cocrea.voting.models import Contest
from cocrea.voting.queries import published

SUMS, README = "SHA256SUMS", "LEEME.txt"
DICTIONARY = ["list", "resource", "column", "type", "values", "meaning"]
Part = tuple[str, Iterable[str]]


def _disarmed() -> str:
    told: str = _(
        "En los CSV, los textos que una hoja de cálculo tomaría por fórmula llevan un apóstrofo al principio."
    )
    return told


@dataclass(frozen=True)
class About:
    """What the archive says of itself: of which cycle, from where, under which licence, of when."""

    cycle_id: int
    title: str
    source: str
    licence: str
    licence_url: str
    made_at: datetime

    def of(self, title: Any) -> dict[str, str]:
        """What each JSON file in it says of itself."""
        told = {"title": f"{self.title} · {title}", "source": self.source, "licence": self.licence}
        return {**told, "generated_at": self.made_at.isoformat(timespec="seconds")}


class _Pipe(io.RawIOBase):
    """Where the archive is written to, and read from at once. It cannot go back, so nothing has to wait."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        held = bytes(self._held)
        self._held.clear()
        return held


def pieces(about: About) -> Iterator[bytes]:
    """The archive, in pieces."""
    pipe, sums = _Pipe(), []
    moment = about.made_at.timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in _parts(about):
            digest = sha256()
            with target.open(zipfile.ZipInfo(name, moment), "w", force_zip64=True) as part:
                for piece in body:
                    data = piece.encode()
                    digest.update(data)
                    part.write(data)
                    yield pipe.taken()
            sums.append(f"{digest.hexdigest()}  {name}\n")
        target.writestr(zipfile.ZipInfo(SUMS, moment), "".join(sums))
    yield pipe.taken()


def _parts(about: About) -> Iterator[Part]:
    yield README, [_readme(about)]
    yield from _both("diccionario", DICTIONARY, queries.dictionary, about, _("Diccionario de datos"))
    for dataset in OF_CYCLES:
        rows = _rows_of(dataset, about.cycle_id)
        yield from _both(f"listas/{dataset.name}", dataset.columns, rows, about, dataset.title)
    for contest_id in queries.counted_contests(about.cycle_id):
        yield _contest(contest_id)


def _rows_of(dataset: Any, cycle_id: int) -> Any:
    return lambda: dataset.rows(cycle_id)


def _both(name: str, columns: list[str], rows: Any, about: About, title: Any) -> Iterator[Part]:
    """A list as CSV and as JSON."""
    yield f"{name}.csv", exports.as_csv(columns, rows())
    yield f"{name}.json", exports.as_json(about.of(title), columns, rows())


def _contest(contest_id: int) -> Part:
    """All that a stranger needs to count a contest again: the same bytes as on its own page."""
    contest = db.session.get_one(Contest, contest_id)
    name, text = contest.reference, canonical_json(published(contest)) + "\n"
    db.session.rollback()
    return f"votaciones/{name}.json", [text]


def _readme(about: About) -> str:
    lists = (f"listas/{dataset.name}.csv, .json: {dataset.title}. {dataset.about}" for dataset in OF_CYCLES)
    return "\n".join(
        chain(
            (
                about.title,
                "",
                _(
                    "Todo lo público de este ciclo, como estaba el %(when)s (UTC).",
                    when=f"{about.made_at:%Y-%m-%d %H:%M}",
                ),
                _("Se tomó de %(source)s", source=about.source),
                _("Licencia: %(licence)s. Di de dónde los tomaste y qué cambiaste.", licence=about.licence),
                about.licence_url,
                "",
                _("diccionario.csv, .json: qué significa cada columna."),
                *lists,
                _("votaciones/*.json: las boletas y la cuenta de cada votación; cocrea verify-contest la repite."),
                _("SHA256SUMS: la huella de cada archivo; sha256sum -c SHA256SUMS las comprueba."),
                "",
                _("No incluye nombres de personas. Lo que se retiró u ocultó no está."),
                _disarmed(),
                "",
            )
        )
    )


def of(cycle: Cycle, *, source: str, licence: str, licence_url: str, now: datetime) -> Iterator[bytes]:
    """The archive of a cycle."""
    return pieces(About(cycle.id, cycle.title, source, licence, licence_url, now))
