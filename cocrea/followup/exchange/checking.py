"""From what a file says to the plain values of a commitment's text, as `texts.whole` has them; what cannot be is told
cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cocrea.accounts.models import Organisation, Sector
from cocrea.commitments.content import COUNTERPARTS, LEADS, MOST_PESOS
from cocrea.commitments.models import Origin
from cocrea.core import sdg, text
from cocrea.core.forms import YEARS
from cocrea.core.i18n import lazy as _l
from cocrea.followup.exchange.fields import ACTION, ACTIVITY, COMMITMENT, ORIGINS, Field, Kind
from cocrea.followup.exchange.raw import Cell, Fault, Part, fault

SECTORS: Mapping[Kind, frozenset[Sector]] = {Kind.LEAD: LEADS, Kind.COUNTERPART: COUNTERPARTS}
YES = frozenset({"si", "yes", "true", "x", "1", "verdadero"})
NO = frozenset({"", "no", "false", "0", "falso"})
LATIN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SMALL = re.compile(r"\d{1,16}", re.ASCII)
MOST_NUMBER, WHOLE_WEIGHT = 9999, 100


class _Wrong(Exception):
    """A value that cannot be; its only argument says what is expected."""


class Directory:
    """The organisations that are registered, found by their name or short name however it is capitalised."""

    def __init__(self, known: Iterable[Organisation]) -> None:
        self._exact: dict[str, list[Organisation]] = {}
        self._folded: dict[str, list[Organisation]] = {}
        for one in known:
            self._exact.setdefault(one.name, []).append(one)
            for name in {text.folded(one.name), text.folded(one.short_name)} - {""}:
                self._folded.setdefault(name, []).append(one)

    def find(self, name: str, sectors: frozenset[Sector] = frozenset(Sector)) -> list[Organisation]:
        """Those of some sectors that are called so; one, unless several are or none."""
        for found in (self._exact.get(name, ()), self._folded.get(text.folded(name), ())):
            fitting = [one for one in found if one.sector in sectors]
            if fitting:
                return fitting
        return []

    def id_of(self, name: str, sectors: frozenset[Sector] = frozenset(Sector)) -> int | None:
        found = self.find(name, sectors)
        return found[0].id if found else None


@dataclass
class Item:
    """A commitment of a file. `text` has only what the file says. With `faults` it cannot be read; what is `unfit`
    cannot be written, which is nobody's concern where it is there already."""

    part: Part
    text: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unfit: list[Fault] = field(default_factory=list)

    def step(self, action: int, activity: int | None = None) -> Part:
        """Where an action of the roadmap, or an activity of it, was read."""
        parts = self.part.parts or []
        return parts[action] if activity is None else (parts[action].parts or [])[activity]


def check(part: Part, directory: Directory) -> Item:
    """Read every cell of a commitment and of its roadmap."""
    item = Item(part)
    judge = _Judge(item, directory)
    item.text = judge.values(part, COMMITMENT)
    if part.parts is not None:
        item.text["roadmap"] = [judge.action(action) for action in part.parts]
    for number, action in enumerate(item.text.get("roadmap", ())):
        for at, step in enumerate(action["activities"]):
            _check_days(item, item.step(number, at), step)
    return item


class _Judge:
    def __init__(self, item: Item, directory: Directory) -> None:
        self._item, self._directory = item, directory

    def values(self, part: Part, fields: Sequence[Field]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for of in fields:
            cell = part.cells.get(of.key)
            if of.needed and (cell is None or _is_blank(cell)):
                place = cell.place if cell else part.place
                self._item.faults.append(fault(place, of.column, "", of.kind.expected))
            elif cell is not None:
                found[of.key] = self._value(of, cell)
        return found

    def action(self, part: Part) -> dict[str, Any]:
        found = self.values(part, ACTION)
        found.pop("position", None)
        blank: dict[str, Any] = {"title": "", "weight": 0}
        return {**blank, **found, "activities": [self._activity(step) for step in part.parts or ()]}

    def _activity(self, part: Part) -> dict[str, Any]:
        blank = dict.fromkeys((of.key for of in ACTIVITY), "")
        return {**blank, **self.values(part, ACTIVITY)}

    def _value(self, of: Field, cell: Cell) -> Any:
        """What a cell says, its own words where it cannot be."""
        try:
            value = _READERS[of.kind](cell.value)
        except _Wrong as wrong:
            self._item.faults.append(fault(cell.place, of.column, cell.value, wrong.args[0] or of.kind.expected))
            return _EMPTY.get(of.kind, "")
        if isinstance(value, str) and len(value) > of.limit:
            expected = _l("Como máximo %(limit)s caracteres; hay %(length)s.", limit=of.limit, length=len(value))
            self._item.unfit.append(fault(cell.place, of.column, cell.value, expected))
        if of.kind in _NAMES:
            return self._named(of, cell, value)
        return value

    def _named(self, of: Field, cell: Cell, value: Any) -> Any:
        """Organisations by their registered names; what nobody is called so, or several are, as it was written."""
        if of.kind is not Kind.ORGANISATIONS:
            return self._name(of, cell, value) if value else ""
        names = [self._name(of, cell, name) for name in self._parted(value)]
        return sorted(set(names))

    def _parted(self, names: list[str]) -> list[str]:
        """Names by renglón; where one is nobody's, what stands between its semicolons."""
        found: list[str] = []
        for name in names:
            parts = [name] if self._directory.find(name) else [text.plain(one) for one in name.split(";")]
            found += [part for part in parts if part]
        return found

    def _name(self, of: Field, cell: Cell, name: str) -> str:
        found = self._directory.find(name, SECTORS.get(of.kind, frozenset(Sector)))
        if len(found) != 1:
            expected = (
                _l("Un nombre que lleve una sola organización: hay %(count)s que se llaman así.", count=len(found))
                if found
                else _l("%(kind)s Nadie que sirva aquí se llama así.", kind=of.kind.expected)
            )
            self._item.unfit.append(fault(cell.place, of.column, name, expected))
            return name
        return found[0].name


def _is_blank(cell: Cell) -> bool:
    return cell.is_empty or (isinstance(cell.value, str) and not text.plain(cell.value))


def _words(value: Any) -> str:
    """Text; a whole number, as somebody writes it in a table, is text too."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Wrong(None)
    words = str(value)
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise _Wrong(_l("Texto legible: tiene la mitad de un carácter."))
    return words


def _line(value: Any) -> str:
    return text.plain(_words(value))


def _block(value: Any) -> str:
    return text.block(_words(value))


def _day(value: Any) -> str:
    """A day as `2026-06-05`. Spreadsheets give days with the hour zero."""
    words = _line(value).removesuffix(" 00:00:00")
    if not words:
        return ""
    latin = LATIN_DAY.fullmatch(words)
    try:
        found = (
            date(int(latin[3]), int(latin[2]), int(latin[1]))
            if latin
            else datetime.strptime(words if ISO_DAY.fullmatch(words) else "", "%Y-%m-%d").date()  # noqa: DTZ007 - a day
        )
    except ValueError:
        raise _Wrong(None) from None
    if found.year not in YEARS:
        raise _Wrong(_l("Un año entre 1900 y 2199."))
    return found.isoformat()


def _flag(value: Any) -> bool:
    words = text.folded(str(value)) if isinstance(value, bool) else text.folded(_words(value))
    if words not in YES | NO:
        raise _Wrong(None)
    return words in YES


def _whole(value: Any, least: int, most: int) -> int | None:
    """A whole number between two, None where nothing is said."""
    words = _line(value)
    if not words:
        return None
    if not SMALL.fullmatch(words) or not least <= int(words) <= most:
        raise _Wrong(None)
    return int(words)


def _codes(value: Any) -> list[str]:
    if isinstance(value, list):
        codes = [_line(one) for one in value]
    else:
        codes = [code for code in re.split(r"[\s,;]+", _line(value)) if code]
    wrong = [code for code in codes if not sdg.is_code(code)]
    if wrong:
        raise _Wrong(_l("%(kind)s «%(code)s» no es una.", kind=Kind.CODES.expected, code=wrong[0][:20]))
    return sorted(set(codes))


def _origin(value: Any) -> str:
    said = text.folded(_words(value))
    if not said:
        return Origin.UNKNOWN.value
    found = next((origin for origin, word in ORIGINS.items() if said in (word, origin.value)), None)
    if found is None:
        raise _Wrong(None)
    return found.value


def _names(value: Any) -> list[str]:
    lines = value if isinstance(value, list) else _block(value).split("\n")
    return [name for name in map(_line, lines) if name]


def _weight(value: Any) -> int:
    found = _whole(value, 1, WHOLE_WEIGHT)
    if found is None:
        raise _Wrong(None)
    return found


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.LINE: _line,
    Kind.BLOCK: _block,
    Kind.DAY: _day,
    Kind.FLAG: _flag,
    Kind.PESOS: lambda value: _whole(value, 0, MOST_PESOS),
    Kind.NUMBER: lambda value: _whole(value, 1, MOST_NUMBER),
    Kind.WEIGHT: _weight,
    Kind.CODES: _codes,
    Kind.ORIGIN: _origin,
    Kind.LEAD: _line,
    Kind.COUNTERPART: _line,
    Kind.ORGANISATION: _line,
    Kind.ORGANISATIONS: _names,
}
_EMPTY: Mapping[Kind, Any] = {
    Kind.FLAG: False,
    Kind.PESOS: None,
    Kind.NUMBER: None,
    Kind.WEIGHT: 0,
    Kind.CODES: [],
    Kind.ORGANISATIONS: [],
    Kind.ORIGIN: Origin.UNKNOWN.value,
}
_NAMES = frozenset({Kind.LEAD, Kind.COUNTERPART, Kind.ORGANISATION, Kind.ORGANISATIONS})


def _check_days(item: Item, part: Part, said: Mapping[str, Any]) -> None:
    """An activity may begin and end on one day."""
    if said["starts_on"] and said["ends_on"] and said["starts_on"] > said["ends_on"]:
        of = next(one for one in ACTIVITY if one.key == "ends_on")
        expected = _l("Un día que no sea anterior a %(day)s.", day=said["starts_on"])
        item.unfit.append(fault(part.place_of("ends_on"), of.column, said["ends_on"], expected))
