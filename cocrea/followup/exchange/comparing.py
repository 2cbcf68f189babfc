"""What a file would change in a plan: which commitments are new, which are there already, and in what they differ.

Pure: the commitments that are there come in with their texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cocrea.audit.canonical import canonical_json
from cocrea.commitments import checks, roadmap, sections
from cocrea.commitments.models import Commitment
from cocrea.core import text
from cocrea.core.i18n import lazy as _l
from cocrea.followup.exchange.checking import WHOLE_WEIGHT, Item
from cocrea.followup.exchange.fields import ACTIVITY, BY_KEY, WEIGHT, Kind
from cocrea.followup.exchange.raw import Fault, fault

APART = frozenset({"reference", "number", "format"})  # by what a commitment is found; not part of what it says
BLANK: Mapping[str, Any] = {
    **dict.fromkeys(BY_KEY, ""),
    "is_costless": False,
    "budget_amount": None,
    "targets": [],
    "partners": [],
    "origin": "unknown",
    "roadmap": [],
}


@dataclass(frozen=True)
class Standing:
    """A commitment that is there, and what it says: the text in force where both parties signed."""

    commitment: Commitment
    content: Mapping[str, Any]


class State(StrEnum):
    """What would become of a commitment of a file."""

    NEW = "new"
    SAME = "same"
    DIFFERENT = "different"
    SETTLED = "settled"  # it differs, and is no draft any more

    @property
    def label(self) -> Any:
        return LABELS[self]


LABELS = {
    State.NEW: _l("Se creará"),
    State.SAME: _l("Ya está igual"),
    State.DIFFERENT: _l("Ya está y difiere"),
    State.SETTLED: _l("Difiere, y ya no es borrador"),
}


@dataclass
class Verdict:
    """A commitment of a file beside what is there. `changed` are the keys in which they differ, and `missing` how many
    things it will still lack before it can be signed."""

    item: Item
    there: Standing | None = None
    changed: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    missing: int = 0

    @property
    def state(self) -> State:
        if self.there is None:
            return State.NEW
        if not self.changed:
            return State.SAME
        commitment = self.there.commitment
        return State.SETTLED if commitment.is_signed or commitment.left_out_reason else State.DIFFERENT

    @property
    def content(self) -> dict[str, Any]:
        """The whole text as it would be: what the file does not say stays."""
        before = self.there.content if self.there else BLANK
        return {**BLANK, **before, **self.item.text}

    @property
    def differences(self) -> Iterator[tuple[Any, str, str]]:
        """Label, what is there and what the file says, of each key that differs."""
        before = {**BLANK, **(self.there.content if self.there else {})}
        for key in self.changed:
            yield _label(key), _words(key, before[key]), _words(key, self.item.text[key])


def compare(items: Iterable[Item], present: Sequence[Standing], taken: frozenset[int]) -> list[Verdict]:
    """Every commitment of a file beside the one that is there. `taken`: numbers of commitments that are no longer
    public."""
    finder = _Finder(present, taken)
    return [_judged(finder.verdict(item)) for item in items]


def fingerprint(verdicts: Iterable[Verdict]) -> str:
    """Of what stands now where a file would change something: whoever confirms says with it what they saw."""
    seen = [
        [one.state.value, one.there.commitment.id, text.fingerprint(canonical_json(dict(one.there.content)))]
        if one.there
        else [one.state.value]
        for one in verdicts
    ]
    return text.fingerprint(canonical_json(seen))


class _Finder:
    def __init__(self, present: Sequence[Standing], taken: frozenset[int]) -> None:
        self._by_reference = {one.commitment.reference: one for one in present}
        self._by_number = {one.commitment.number: one for one in present}
        self._by_title: dict[str, list[Standing]] = {}
        for one in present:
            self._by_title.setdefault(_title(one.content), []).append(one)
        self._taken = taken
        self._seen: dict[Any, Item] = {}

    def verdict(self, item: Item) -> Verdict:
        """The commitment that is meant: by its reference in this plan, else by its number, else by its name."""
        said = item.text
        verdict = Verdict(item, self._by_reference.get(said.get("reference", "")))
        number = said.get("number")
        if verdict.there is None:
            verdict.there = self._numbered(verdict, number) if number else self._called(verdict)
        elif number not in (None, verdict.there.commitment.number):
            _refuse(verdict, "number", _l("%(number)s, que es su número.", number=verdict.there.commitment.number))
        self._refuse_twice(verdict)
        return verdict

    def _numbered(self, verdict: Verdict, number: int) -> Standing | None:
        there = self._by_number.get(number)
        if number in self._taken:
            _refuse(verdict, "number", _l("Otro número: ese ya se usó. Si lo dejas vacío, toma el que sigue."))
        elif there is None:
            namesakes = self._by_title.get(_title(verdict.item.text), [])
            if namesakes:
                _refuse(
                    verdict,
                    "number",
                    _l("%(number)s: con ese ya está un compromiso que se llama igual.", number=_number(namesakes[0])),
                )
        elif _title(there.content) != _title(verdict.item.text):
            expected = _l(
                "Otro número, o ninguno: ese es de «%(title)s». Si es el mismo con otro nombre, escribe su clave, "
                "%(reference)s.",
                title=there.content["title"],
                reference=there.commitment.reference,
            )
            _refuse(verdict, "number", expected)
        return there

    def _called(self, verdict: Verdict) -> Standing | None:
        namesakes = self._by_title.get(_title(verdict.item.text), [])
        if len(namesakes) > 1:
            numbers = ", ".join(str(_number(one)) for one in namesakes)
            _refuse(verdict, "number", _l("El número: hay varios que se llaman así (%(numbers)s).", numbers=numbers))
        return namesakes[0] if namesakes else None

    def _refuse_twice(self, verdict: Verdict) -> None:
        said = verdict.item.text
        key = verdict.there.commitment.id if verdict.there else said.get("number") and ("number", said["number"])
        first = self._seen.setdefault(key or ("title", _title(said)), verdict.item)
        if first is not verdict.item:
            there = first.part.place_of("title")
            _refuse(verdict, "title", _l("Un compromiso una sola vez: ya está en «%(place)s».", place=there))


def _judged(verdict: Verdict) -> Verdict:
    """With what differs, and what is wrong with writing it; nothing is wrong with what is there already."""
    item = verdict.item
    if verdict.there:
        before = {**BLANK, **verdict.there.content}
        verdict.changed = [key for key in item.text if key not in APART and item.text[key] != before[key]]
    verdict.faults = [*item.faults, *verdict.faults]
    if verdict.state in (State.NEW, State.DIFFERENT):
        verdict.faults += [*item.unfit, *_unfit(verdict)]
    if not verdict.faults:
        verdict.missing = len(checks.blocking(verdict.content, roadmap.from_text(verdict.content["roadmap"])))
    return verdict


def _unfit(verdict: Verdict) -> Iterator[Fault]:
    said = verdict.content
    if verdict.there and "origin" in verdict.changed:
        yield _wrong(verdict, "origin", _l("Lo que ya dice: el origen de un compromiso no cambia."))
    if said["is_costless"] and said["budget_amount"]:
        yield _wrong(verdict, "budget_amount", _l("Nada, si no necesita dinero."))
    if said["is_costless"] and not said["costless_reason"]:
        yield _wrong(verdict, "costless_reason", _l("Por qué no cuesta: con qué personas y medios se hará."))
    if said["starts_on"] and said["ends_on"] and said["starts_on"] >= said["ends_on"]:
        yield _wrong(verdict, "ends_on", _l("Un día posterior a %(day)s.", day=said["starts_on"]))
    yield from _weights(verdict)
    yield from _periods(verdict)


def _weights(verdict: Verdict) -> Iterator[Fault]:
    actions = verdict.item.text.get("roadmap", [])
    total = sum(action["weight"] for action in actions)
    if actions and total != WHOLE_WEIGHT and all(action["weight"] for action in actions):
        place = verdict.item.step(0).place_of("weight")
        expected = _l("Pesos que sumen 100 entre todas las acciones clave de un compromiso.")
        yield fault(place, WEIGHT.column, _l("suman %(total)s", total=total), expected)


def _periods(verdict: Verdict) -> Iterator[Fault]:
    """Activities outside the commitment's period, whichever of the two the file says."""
    starts, ends = verdict.content["starts_on"], verdict.content["ends_on"]
    if not starts or not ends or not {"roadmap", "starts_on", "ends_on"} & verdict.item.text.keys():
        return
    expected = _l("Un día del periodo del compromiso, del %(start)s al %(end)s.", start=starts, end=ends)
    days = [one for one in ACTIVITY if one.kind is Kind.DAY]
    for number, action in enumerate(verdict.content["roadmap"]):
        for at, step in enumerate(action["activities"]):
            for of in days:
                if step[of.key] and not starts <= step[of.key] <= ends:
                    own = "roadmap" in verdict.item.text
                    place = verdict.item.step(number, at).place_of(of.key) if own else verdict.item.part.place
                    yield fault(place, of.column, step[of.key], expected)


def _refuse(verdict: Verdict, key: str, expected: Any) -> None:
    verdict.faults.append(_wrong(verdict, key, expected))


def _wrong(verdict: Verdict, key: str, expected: Any) -> Fault:
    item = verdict.item
    return fault(item.part.place_of(key), BY_KEY[key].column, item.text.get(key), expected)


def _title(content: Mapping[str, Any]) -> str:
    return text.folded(content.get("title", ""))


def _number(standing: Standing) -> int:
    return standing.commitment.number


def _label(key: str) -> Any:
    return _l("Hoja de ruta") if key == "roadmap" else BY_KEY[key].column if key == "origin" else sections.LABELS[key]


def _words(key: str, value: Any) -> str:
    return roadmap.in_words(value) if key == "roadmap" else sections.in_words(value, key)
