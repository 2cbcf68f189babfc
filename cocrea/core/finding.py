"""What the address of a list asks for: filters, search and order, read once for the page and its downloads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import request, url_for

from cocrea.core import clock, sdg, territories, text
from cocrea.core.access import current_actor
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import HIGHEST, position

LONGEST = 200  # characters of a search


@dataclass(frozen=True)
class View:
    """One list: what narrows it, in which order it is read, and for the random one where its ring begins.

    `asked` is what the address says, by name; it grows by what the order needs to be read on.
    """

    chosen: Any
    sort: Any
    start: int
    asked: dict[str, str]

    def address(self, endpoint: str, slug: str, *, without: str = "", **more: Any) -> str:
        """Another page about the same things, or this one without one of its filters."""
        kept = {name: value for name, value in self.asked.items() if name != without}
        return url_for(endpoint, slug=slug, **{**kept, **more})


def asked(names: Iterable[str]) -> dict[str, str]:
    """What the address says of these names; what was left empty is not said."""
    return {name: value for name in names if (value := request.args.get(name, "").strip())}


def words(said: Mapping[str, str]) -> str:
    """What is looked for."""
    return text.plain(said.get("q", ""))[:LONGEST]


def one_of(known: Mapping[str, Any], said: str | None) -> Any:
    """What the address names, None where it names nothing; a value that does not exist is not found, rather than
    narrowing nothing down silently."""
    if said is None:
        return None
    if said not in known:
        raise NotFound
    return known[said]


def member(of: Iterable[Any], said: str | None) -> Any:
    """The member of an enumeration that the address names."""
    return one_of({str(each): each for each in of}, said)


def ordering(of: type[Enum], said: dict[str, str], scope: str) -> tuple[Any, int]:
    """The order of the list, the first of an enumeration where none is named, and where the ring of the one named
    «azar» begins; `said` is told what of it belongs into addresses."""
    first: Any = next(iter(of))
    sort, start = member(of, request.args.get("orden") or None) or first, _ring(scope)
    if sort is not first:
        said["orden"] = sort.value
    if sort.value == "azar":
        said["sorteo"] = str(start)
    return sort, start


def goal(said: str) -> str:
    """A goal or target of the SDG."""
    if said and not sdg.is_code(said):
        raise NotFound
    return said


def _ring(scope: str) -> int:
    """Where the ring of the random order begins: as the address says, so that a list can be shared and read on; else
    each person's own, and for visitors, who share their pages, another every hour."""
    if (given := position("sorteo")) is not None:
        return given
    actor = current_actor()
    own = f"person:{actor.id}" if actor.is_authenticated else f"hour:{clock.now():%Y-%m-%dT%H}"
    return int(text.fingerprint(own, scope)[:8], 16) % HIGHEST


def places() -> dict[str, Any]:
    """The entities by code, and what is of no single one."""
    return {**territories.names(), territories.NATIONAL: _l("Todo el país o varios estados")}


def goals(chosen: str) -> list[tuple[str, str]]:
    """The goals to choose from, and the chosen one where it is a target."""
    found = [(each.code, f"{each.number}. {each.label}") for each in sdg.goals()]
    if "." in chosen:
        found += [(chip.code, f"{chip.code} {chip.label}") for chip in sdg.chips([chosen])]
    return found


def members(of: Iterable[Any]) -> list[tuple[str, Any]]:
    """The members of an enumeration to choose from."""
    return [(each.value, each.label) for each in of]
