"""What the description of the API says of each list: names, types and meanings, from the lists themselves."""

from __future__ import annotations

from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.opendata.datasets import CYCLE, TOMBSTONE, Dataset

PROBLEM = {
    "type": "object",
    "description": _l("Por qué no se pudo responder, como pide RFC 9457, en el idioma de Accept-Language."),
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": _l("Clave de la solicitud, para preguntar por ella.")},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": _l("Qué está mal en cada parámetro."),
        },
    },
}
HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": _l("Se manda en If-None-Match para no traer lo mismo.")},
    "Link": {"schema": {"type": "string"}, "description": _l("La licencia y, si la hay, la página que sigue.")},
}
LATER = {
    "Retry-After": {"schema": {"type": "string"}, "description": _l("En cuántos segundos se puede volver a pedir.")}
}
ERRORS = {
    404: _l("No existe, o no es público."),
    422: _l("Un parámetro está mal o no existe; «errors» dice cuál."),
    429: _l("Demasiadas solicitudes; Retry-After dice cuándo volver."),
    500: _l("Algo falló de nuestro lado."),
}
STATES = [None, "public", "withdrawn", "hidden", "merged", "split"]
_SCHEMAS: dict[str, dict[str, Any]] = {
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "date": {"type": ["string", "null"], "format": "date"},
    "boolean": {"type": ["boolean", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "json": {},
}
TEXT = {"type": ["string", "null"]}


def row(dataset: Dataset) -> dict[str, Any]:
    """The schema of a row. Of what was withdrawn or hidden all is null but its name and why."""
    told = {
        name: {**_SCHEMAS.get(kind, TEXT), "description": dataset.meanings[name]}
        for name, kind in dataset.kinds.items()
    }
    for name, values in dataset.options.items():
        told[name] |= {"enum": [None, *values]}
    if dataset.cycle is not None:
        told = {"cycle": {"type": "string", "description": CYCLE}, **told}
    if dataset.of is not None:
        told |= {name: dict(TEXT, description=meaning) for name, meaning in TOMBSTONE.items()}
        told["visibility"] |= {"enum": STATES}
        told["visibility_at"] |= {"format": "date-time"}
    if dataset.identity:
        told[dataset.identity] |= {"type": "string"}
    properties = {"type": "object", "required": list(told), "additionalProperties": False, "properties": told}
    return {**properties, "description": dataset.about}


def page(name: str) -> dict[str, Any]:
    """The schema of a page of rows."""
    return {
        "type": "object",
        "required": ["items", "next", "licence"],
        "additionalProperties": False,
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next": {
                "type": ["string", "null"],
                "format": "uri",
                "description": _l("Dirección de la página que sigue; vacía en la última."),
            },
            "licence": {"type": "string", "description": _l("Licencia de los datos, por su nombre en SPDX.")},
        },
    }


def name_of(dataset: Dataset, *, whole: bool = False) -> str:
    """How its schema is called: `KeyActions`, and `KeyActionsPage` of a page of them."""
    return "".join(part.capitalize() for part in dataset.resource.split("-")) + ("Page" if whole else "")
