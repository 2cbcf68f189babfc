"""The structure of a PROV-JSON document, as the W3C submission of 2013-04-24 gives it: what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

THINGS = {"entity", "activity", "agent"}
TIMES = {"prov:time", "prov:startTime", "prov:endTime"}
# of each relation: the sort of what each attribute names; the first is required, and the second where it says so
RELATIONS: dict[str, dict[str, str]] = {
    "wasGeneratedBy": {"prov:entity": "entity", "prov:activity": "activity"},
    "used": {"prov:activity": "activity", "prov:entity": "entity"},
    "wasInformedBy": {"prov:informed": "activity", "prov:informant": "activity"},
    "wasDerivedFrom": {"prov:generatedEntity": "entity", "prov:usedEntity": "entity"},
    "wasAttributedTo": {"prov:entity": "entity", "prov:agent": "agent"},
    "wasAssociatedWith": {"prov:activity": "activity", "prov:agent": "agent"},
    "specializationOf": {"prov:specificEntity": "entity", "prov:generalEntity": "entity"},
}


def check(document: dict[str, Any]) -> list[str]:
    """Everything that is wrong with it, in words."""
    return list(_wrong(document))


def _wrong(document: dict[str, Any]) -> Iterator[str]:
    prefixes = document.get("prefix", {}).keys() | {"prov", "xsd", "_"}
    for section, records in document.items():
        if section == "prefix":
            yield from (f"{name}: not an address" for name, at in records.items() if "://" not in at)
        elif section not in THINGS | RELATIONS.keys():
            yield f"{section}: no such section"
        else:
            for key, record in records.items():
                yield from _of_names(key, record, prefixes)
                yield from _of_values(key, record)
                if section in RELATIONS:
                    yield from _of_relation(document, section, key, record)


def _of_names(key: str, record: dict[str, Any], prefixes: set[str]) -> Iterator[str]:
    for name in (key, *record):
        if name.partition(":")[0] not in prefixes:
            yield f"{name}: prefix not declared"


def _of_values(key: str, record: dict[str, Any]) -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, dict) and set(value) - {"$", "type", "lang"}:
            yield f"{key} {name}: no typed value"
        elif not isinstance(value, (dict, str, int, float, bool)):
            yield f"{key} {name}: no value"
        if name in TIMES and datetime.fromisoformat(value).tzinfo is None:
            yield f"{key} {name}: no time zone"


def _of_relation(document: dict[str, Any], section: str, key: str, record: dict[str, Any]) -> Iterator[str]:
    for name, sort in RELATIONS[section].items():
        if record.get(name) not in document.get(sort, {}):
            yield f"{key} {name}: {record.get(name)} is no {sort}"
