"""Reading the format from JSON: strictly, so that a slip in a name is told and not lost."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from cocrea.commitments.texts import FORMAT as ONE
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.followup.exchange.fields import ACTION, ACTIVITY, COMMITMENT, FORMAT, Field
from cocrea.followup.exchange.raw import Cell, Part, Place, Source, fault

ABOUT = frozenset({"format", "title", "source", "licence", "generated_at", "commitments"})
LIST, OBJECT = _l("Una lista, entre corchetes."), _l("Un objeto, entre llaves.")


class _Strange(ValueError):
    """JSON that other programs would read otherwise. Its only argument is what is wrong, in words."""


def read(data: bytes) -> Source:
    """The commitments of a file of ours, or the one of a text that was downloaded to be signed or checked. Raises
    `Invalid` where it is no such thing."""
    document = _parsed(data)
    if not isinstance(document, dict) or document.get("format") not in (FORMAT, ONE):
        raise Invalid(
            _l("No es un archivo de compromisos: su «format» debe decir «%(format)s».", format=FORMAT), "file"
        )
    source = Source()
    if document["format"] == ONE:
        _take(source, document, "", {*_keys(COMMITMENT), "format", "roadmap"})
        return source
    _refuse_unknown(source, document, "", ABOUT)
    for number, item in _listed(source, document.get("commitments"), "commitments"):
        _take(source, item, f"commitments[{number}]", {*_keys(COMMITMENT), "format", "roadmap"})
    return source


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_finite, parse_float=_finite
        )
    except UnicodeDecodeError:
        raise Invalid(_l("El JSON no está en UTF-8. Guárdalo otra vez con esa codificación."), "file") from None
    except json.JSONDecodeError as wrong:
        words = {"line": wrong.lineno, "column": wrong.colno}
        raise Invalid(
            _l("El JSON está mal escrito en la línea %(line)s, columna %(column)s.", **words), "file"
        ) from None
    except _Strange as strange:
        raise Invalid(strange.args[0], "file") from None
    except (RecursionError, ValueError):
        raise Invalid(_l("El JSON tiene demasiados niveles o números demasiado largos."), "file") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Strange(_l("El JSON dice dos veces «%(key)s» en el mismo lugar. Deja una.", key=_printable(twice)))
    return found


def _finite(written: str) -> float:
    """A fraction as itself; what is no number (NaN, Infinity, 1e999) is refused."""
    if written.lstrip("-")[:1] not in "0123456789" or not math.isfinite(value := float(written)):
        raise _Strange(_l("El JSON dice «%(value)s», que no es un número.", value=written[:20]))
    return value


def _take(source: Source, item: Any, path: str, allowed: set[str]) -> None:
    """A commitment with its roadmap."""
    part = _part(source, item, path, COMMITMENT, allowed)
    if part is None:
        return
    source.parts.append(part)
    if "roadmap" not in item:
        return
    part.parts = []
    inner = f"{path}.roadmap" if path else "roadmap"
    for number, action in _listed(source, item["roadmap"], inner):
        where = f"{inner}[{number}]"
        found = _part(source, action, where, ACTION, {"title", "weight", "activities"})
        if found is None:
            continue
        part.parts.append(found)
        steps = _listed(source, action.get("activities"), f"{where}.activities")
        read = (_part(source, step, f"{where}.activities[{at}]", ACTIVITY, _keys(ACTIVITY)) for at, step in steps)
        found.parts = [step for step in read if step is not None]


def _part(source: Source, item: Any, path: str, fields: Sequence[Field], allowed: set[str]) -> Part | None:
    place = Place(path or "·")
    if not isinstance(item, dict):
        source.add(fault(place, path, _words(item), OBJECT))
        return None
    _refuse_unknown(source, item, path, allowed)
    part = source.begin(Part(place))
    for field in fields:
        if field.key in item:
            part.cells[field.key] = Cell(item[field.key], Place(f"{path}.{field.key}" if path else field.key))
    return part


def _listed(source: Source, value: Any, path: str) -> Iterable[tuple[int, Any]]:
    if not isinstance(value, list):
        source.add(fault(Place(path), path.rpartition(".")[2], _words(value), LIST))
        return ()
    return enumerate(value)


def _refuse_unknown(source: Source, item: dict[str, Any], path: str, allowed: Iterable[str]) -> None:
    for key in item.keys() - set(allowed):
        place = Place(_printable(f"{path}.{key}" if path else key))
        source.add(fault(place, _printable(key), _words(item[key]), _l("Un dato del formato: este no lo es.")))


def _keys(fields: Iterable[Field]) -> set[str]:
    return {field.key for field in fields}


def _words(value: Any) -> str:
    return type(value).__name__ if isinstance(value, dict | list) else json.dumps(value)


def _printable(key: str) -> str:
    return key[:60].encode(errors="replace").decode()
