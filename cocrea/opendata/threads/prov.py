"""The same thread for machines: W3C PROV in its JSON form (see docs/decisions/0024-provenance.md)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cocrea.core.settings import current_settings
from cocrea.opendata.threads.nodes import Moment, Node, Step, Thread

PREFIX = "cocrea"
Document = dict[str, dict[str, Any]]


def document(thread: Thread) -> Document:
    """Entities, activities, agents (sectors: never people), and the relations between them."""
    made: Document = {"prefix": _prefixes(thread), "entity": {}, "activity": {}, "agent": {}}
    for node in thread.nodes:
        _add_node(made, node)
        for step in node.steps:
            if step.made:
                _add_step(made, node, step)
    for node in thread.nodes:
        for other in node.goes_to:
            _relate(made, node, other)
    return {name: found for name, found in made.items() if found}


def _prefixes(thread: Thread) -> dict[str, str]:
    return {PREFIX: f"{current_settings().public_url}/hilo/"}


def _add_node(made: Document, node: Node) -> None:
    told: dict[str, Any] = {"prov:label": str(node.title), "prov:type": _name(node.stop.value), **_where(node.url)}
    if node.state:
        told["cocrea:state"] = str(node.state[0])
    times = {"prov:startTime": node.at, "prov:endTime": node.ended_at}
    if node.stop.happens:
        told |= {name: _time(at) for name, at in times.items() if at is not None}
    elif node.at is not None:
        told["prov:generatedAtTime"] = _typed(_time(node.at), "xsd:dateTime")
    made["activity" if node.stop.happens else "entity"][_id(node)] = told
    for sector in node.sectors:
        _credit(made, node, sector.value)


def _credit(made: Document, node: Node, sector: str) -> None:
    """A sector is behind it."""
    agent = f"{PREFIX}:sector-{sector}"
    made["agent"][agent] = {"prov:label": sector, "prov:type": _typed("prov:Organization", "xsd:QName")}
    if node.stop.happens:
        _add(made, "wasAssociatedWith", {"prov:activity": _id(node), "prov:agent": agent})
    else:
        _add(made, "wasAttributedTo", {"prov:entity": _id(node), "prov:agent": agent})


def _add_step(made: Document, node: Node, step: Step) -> None:
    own = f"{_id(node)}.{step.key.replace(':', '-')}"
    told: dict[str, Any] = {"prov:label": str(step.what), "prov:type": _name(step.key.partition(":")[0])}
    made["entity"][own] = {**told, **_where(step.url)}
    if node.stop.happens:
        at = {"prov:time": _time(step.at)} if step.at is not None else {}
        _add(made, "wasGeneratedBy", {"prov:entity": own, "prov:activity": _id(node), **at})
    elif step.revises:
        _add(made, "specializationOf", {"prov:specificEntity": own, "prov:generalEntity": _id(node)})
    else:
        _add(made, "wasDerivedFrom", {"prov:generatedEntity": own, "prov:usedEntity": _id(node)})


def _relate(made: Document, node: Node, other: Node) -> None:
    """That the other came of this one, in the words that PROV has for their kinds."""
    match node.stop.happens, other.stop.happens:
        case False, False:
            _add(made, "wasDerivedFrom", {"prov:generatedEntity": _id(other), "prov:usedEntity": _id(node)})
        case True, False:
            _add(made, "wasGeneratedBy", {"prov:entity": _id(other), "prov:activity": _id(node)})
        case False, True:
            _add(made, "used", {"prov:activity": _id(other), "prov:entity": _id(node)})
        case _:
            _add(made, "wasInformedBy", {"prov:informed": _id(other), "prov:informant": _id(node)})


def _add(made: Document, relation: str, told: dict[str, Any]) -> None:
    found = made.setdefault(relation, {})
    found[f"_:{relation}{len(found) + 1}"] = told


def _id(node: Node) -> str:
    return f"{PREFIX}:{node.key}"


def _name(local: str) -> dict[str, str]:
    return _typed(f"{PREFIX}:{local}", "xsd:QName")


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"$": value, "type": kind}


def _where(url: str) -> dict[str, Any]:
    if not url:
        return {}
    return {"cocrea:page": _typed(current_settings().public_url + url if url[0] == "/" else url, "xsd:anyURI")}


def _time(at: Moment) -> str:
    """A day begins at midnight UTC: PROV knows moments only."""
    if isinstance(at, date) and not isinstance(at, datetime):
        return f"{at.isoformat()}T00:00:00Z"
    return at.isoformat() if at is not None else ""
