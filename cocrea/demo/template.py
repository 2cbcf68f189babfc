"""The fields of a commitment as the data files write them, as the operations take them."""

from __future__ import annotations

from typing import Any

from cocrea.demo.world import World

SAME = (
    "problem",
    "solution",
    "objective",
    "transparency",
    "accountability",
    "participation",
    "inclusion",
    "budget",
)
WHERE_SAID = ("causes", "indicator_source", "budget_amount", "budget_source", "programme_key")


def plain_content(world: World, entry: dict[str, Any]) -> dict[str, Any]:
    """The values that the data says, by the keys of the sections; `title`, `partners`, `sources` may still be added."""
    indicator = entry["indicator"]
    return {
        **{key: entry[key] for key in SAME},
        **{key: entry[key] for key in WHERE_SAID if key in entry},
        "body": entry["what"],
        "scope_text": entry["scope"],
        "indicator": indicator["name"],
        "baseline": _figure(indicator["baseline"]),
        "goal": _figure(indicator["target"]),
        "unit": indicator["unit"],
        "other_actors": entry.get("other_actors", ""),
        "starts_on": None if entry["starts_day"] is None else world.script.day(entry["starts_day"]),
        "ends_on": None if entry["ends_day"] is None else world.script.day(entry["ends_day"]),
        "targets": entry["sdg"],
        "lead": world.organisations[entry["lead"]].id,
        "counterpart": world.organisations[entry["counterpart"]].id,
    }


def _figure(value: Any) -> str:
    return "" if value is None else str(value)
