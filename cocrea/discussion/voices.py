"""Who speaks in a conversation: its comments by stance, by sector and by office, with small groups withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cocrea.accounts.models import Sector
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.figures import REST, withhold_small
from cocrea.discussion.models import Alike, Stance

OFFICIAL, PEOPLE = "official", "people"
UNDECLARED = "undeclared"
NAMES: dict[str, Any] = {
    REST: _l("Otros grupos, juntos"),
    UNDECLARED: _l("Sin sector declarado"),
    OFFICIAL: _l("De instituciones"),
    PEOPLE: _l("De personas"),
}


@dataclass(frozen=True)
class Group:
    """A group that is told apart, in words, and how many comments are its own."""

    key: str
    label: Any
    number: int


@dataclass(frozen=True)
class Voices:
    """What a page says of who speaks. A list is empty where nothing can be told without telling of too few."""

    stances: list[Group]
    sectors: list[Group]
    offices: list[Group]

    def __bool__(self) -> bool:
        return bool(self.stances or self.sectors or self.offices)


def voices(alike: Iterable[Alike]) -> Voices:
    """Stances are of comments at the top level, which alone take one; the rest counts replies too."""
    found = list(alike)
    top = [each for each in found if not each.is_reply]
    stances = {each.value: each.label for each in Stance}
    sectors = {**{each.value: each.label for each in Sector}, UNDECLARED: NAMES[UNDECLARED]}
    return Voices(
        _groups(top, lambda each: each.stance.value, stances),
        _groups(found, lambda each: each.sector or UNDECLARED, sectors),
        _groups(found, lambda each: OFFICIAL if each.is_official else PEOPLE, NAMES),
    )


def _groups(found: list[Alike], by: Callable[[Alike], str], names: Mapping[str, Any]) -> list[Group]:
    """The groups in the order of their names; none where all would be told together."""
    counts: Counter[str] = Counter()
    for each in found:
        counts[by(each)] += each.number
    told = withhold_small(counts)
    if set(told) == {REST}:  # says no more than how many there are
        return []
    return [Group(key, label, told[key]) for key, label in {**names, REST: NAMES[REST]}.items() if key in told]
