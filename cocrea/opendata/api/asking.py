"""What a request to the API may carry in its address."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields, validate

from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import HIGHEST
from cocrea.opendata.datasets import Dataset, Place

MOST, USUAL = 100, 20
WRONG = {
    "after": _l("«after» se copia de la dirección «next» de la página anterior."),
    "limit": _l("«limit» es un número entero de 1 a 100."),
    "cycle": _l("«cycle» es el nombre corto de un ciclo, como en las direcciones del sitio."),
    "updated_since": _l("«updated_since» es una fecha con hora y zona, como 2026-06-05T18:00:00Z."),
}
UNKNOWN = _l("Esta lista no tiene ese parámetro.")
ABOUT = {
    "after": _l("Dónde empieza la página: se copia de la dirección «next» de la anterior."),
    "limit": _l("Cuántas filas trae la página, de 1 a 100."),
    "cycle": _l("Solo lo de un ciclo: su nombre corto, como en las direcciones del sitio."),
    "updated_since": _l("Solo lo que se publicó, corrigió, decidió, retiró u ocultó desde entonces."),
}


class Moment(fields.AwareDateTime):
    """A moment in UTC. What no calendar holds counts as its first or last."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        found = super()._deserialize(value, attr, data, **kwargs)
        try:
            return found.astimezone(UTC)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC) if found.year > 1 else datetime.min.replace(tzinfo=UTC)


class Patterned(fields.String):
    """A text that is all of a pattern."""

    def __init__(self, pattern: str, about: Any) -> None:
        super().__init__(metadata={"description": about, "pattern": f"^{pattern}$"})
        self._fits = re.compile(pattern).fullmatch

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self._fits(text):
            raise self.make_error("invalid")
        return text


def place(text: str | None) -> Place | None:
    """The keys of a row, which the address has joined by dots."""
    return tuple(min(int(part), HIGHEST) for part in text.split(".")) if text else None


def parameters(dataset: Dataset) -> Schema:
    """What may be asked of a list."""
    keys = r"\.".join(["[0-9]{1,10}"] * len(dataset.keys))
    said: dict[str, Any] = {
        "limit": fields.Integer(
            load_default=USUAL, validate=validate.Range(1, MOST), metadata={"description": ABOUT["limit"]}
        ),
        "after": Patterned(keys, ABOUT["after"]),
    }
    if dataset.is_by_cycle:
        said["cycle"] = Patterned("[a-z0-9-]{1,80}", ABOUT["cycle"])
    if dataset.moments:
        said["updated_since"] = Moment(metadata={"description": ABOUT["updated_since"]})
    return Schema.from_dict(said, name=f"{dataset.resource}-query")()


def nothing() -> Schema:
    """Of one thing nothing more may be asked."""
    return Schema.from_dict({}, name="nothing")()
