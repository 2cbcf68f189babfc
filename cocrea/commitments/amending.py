"""What an amendment may change of a signed text, and the text that is in force with those that both parties signed.

Pure but for `in_force`: texts go in and come out as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cocrea.commitments import checks, queries, roadmap, sections
from cocrea.commitments.models import Commitment, CommitmentAmendment
from cocrea.commitments.roadmap import Dates
from cocrea.core import text
from cocrea.core.diffs import Compared, compared
from cocrea.core.errors import Invalid
from cocrea.core.i18n import day_in_words
from cocrea.core.i18n import lazy as _l

LINES = ("baseline", "goal", "unit", "budget_source")
TEXTS = (
    "problem", "causes", "body", "solution", "objective", "scope_text", "indicator", *LINES, "indicator_source",
    "transparency", "accountability", "participation", "inclusion", "budget", "other_actors", "sources",
)  # fmt: skip
DAYS = ("starts_on", "ends_on")
KEYS = (*TEXTS, *DAYS)


@dataclass(frozen=True)
class Changes:
    """What an amendment says anew: fields by key, and dates of activities by reference. What is not named stays."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    dates: Mapping[str, Dates] = field(default_factory=dict)


def in_force(commitment: Commitment) -> dict[str, Any]:
    """The text that binds now: the signed one, with every amendment that both parties signed."""
    last = queries.last_adopted(commitment)
    return dict(last.text if last else commitment.signed_text or {})


def amended(before: Mapping[str, Any], references: Sequence[str], changes: Changes) -> dict[str, Any]:
    """The whole text with the changes. Raises `Invalid` where it would no longer be fit to be signed."""
    after = deepcopy(dict(before))
    for key, value in changes.fields.items():
        after[key] = _clean(key, value)
    for reference, step in zip(references, _steps(after), strict=True):
        if reference in changes.dates:
            starts, ends = changes.dates[reference]
            step["starts_on"], step["ends_on"] = starts.isoformat(), ends.isoformat()
    _refuse_unfit(before, after)
    return after


def moved(references: Sequence[str], amendment: CommitmentAmendment) -> dict[str, Dates]:
    """The dates of the activities that an amendment moves, by reference."""
    pairs = zip(references, _steps(amendment.before), _steps(amendment.text), strict=True)
    return {reference: _dates(new) for reference, old, new in pairs if _dates(old) != _dates(new)}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Compared]:
    """Every field, and every activity's dates, that reads otherwise, word by word."""
    said: list[tuple[Any, str, str]] = [
        (sections.LABELS[key], _words(key, before[key]), _words(key, after[key])) for key in KEYS
    ]
    steps = zip(_steps(before), _steps(after), strict=True)
    said += [(_l("Fechas de «%(title)s»", title=old["title"]), _period(old), _period(new)) for old, new in steps]
    return [part for part in compared(said) if not part.is_same]


def _clean(key: str, value: Any) -> str:
    if key not in KEYS:
        raise Invalid(_l("Ese dato no se cambia con una enmienda."))
    if key in DAYS:
        return value.isoformat() if value else ""
    return text.plain(value) if key in LINES else text.block(value)


def _refuse_unfit(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    if before == after:
        raise Invalid(_l("Cambia al menos un dato: así como está, la enmienda no dice nada nuevo."))
    if after["starts_on"] >= after["ends_on"]:
        raise Invalid(_l("La fecha de término tiene que ser posterior al inicio."), "ends_on")
    for step in _steps(after):
        if step["starts_on"] > step["ends_on"]:
            raise Invalid(_l("«%(title)s» no puede terminar antes de empezar.", title=step["title"]))
    known = {str(found.problem) for found in checks.blocking(before, roadmap.from_text(before["roadmap"]))}
    for found in checks.blocking(after, roadmap.from_text(after["roadmap"])):
        if str(found.problem) not in known:
            raise Invalid(
                _l("%(problem)s %(remedy)s", problem=found.problem, remedy=found.remedy), found.field or None
            )


def _steps(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [step for action in content["roadmap"] for step in action["activities"]]


def _dates(step: Mapping[str, Any]) -> Dates:
    return date.fromisoformat(step["starts_on"]), date.fromisoformat(step["ends_on"])


def _words(key: str, value: Any) -> str:
    return day_in_words(date.fromisoformat(value)) if key in DAYS and value else sections.in_words(value)


def _period(step: Mapping[str, Any]) -> str:
    starts, ends = _dates(step)
    return str(_l("Del %(start)s al %(end)s", start=day_in_words(starts), end=day_in_words(ends)))
