"""What the answers of a cycle say together: a page, and the same figures to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.consultation import policies, queries
from cocrea.consultation.opinions import published
from cocrea.consultation.views.base import bp
from cocrea.core import clock, exports
from cocrea.core.access import current_actor, visible
from cocrea.core.errors import NotFound
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.figures import REST
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import stage_opens
from cocrea.cycles.queries import visible_cycle

COLUMNS = (
    "reference", "statement", "among", "name", "people", "agree", "disagree", "pass", "agree_percent",
    "disagree_percent", "consensus",
)  # fmt: skip


def _to_take_along(actor: Any, slug: str, extension: str) -> tuple[Cycle, str]:
    """What a stage keeps until it closes is not there before."""
    cycle = visible_cycle(actor, slug)
    if extension not in exports.MEDIA_TYPES or not policies.can_read_opinions(actor, cycle, clock.now()):
        raise NotFound
    return cycle, extension


@bp.get("/ciclos/<slug>/afirmaciones/opiniones")
@same_for_visitors
@visible(visible_cycle)
def opinions(cycle: Cycle) -> str:
    may_read = policies.can_read_opinions(current_actor(), cycle, clock.now())
    result = queries.opinion_result(cycle) if may_read else None
    return render_template(
        "consultation/opinions.html",
        cycle=cycle,
        may_read=may_read,
        opened=stage_opens(Action.ANSWER_STATEMENT, cycle, clock.now()),
        computed_at=result.computed_at if result else None,
        found=_told(result.content, queries.sentences(cycle)) if result else None,
    )


@bp.get("/ciclos/<slug>/afirmaciones/opiniones.<extension>")
@visible(_to_take_along)
def download_opinions(found: tuple[Cycle, str]) -> Response:
    """The same figures, a row for each statement and those whose answers are counted."""
    cycle, extension = found
    result, sentences = queries.opinion_result(cycle), queries.sentences(cycle)
    return exports.answer(
        f"{cycle.slug}-opiniones",
        extension,
        list(COLUMNS),
        list(_rows(result.content, sentences)) if result else [],
        title=f"{cycle.title} · {_('Opiniones')}",
        source=url_for("consultation.opinions", slug=cycle.slug),
    )


def _told(content: Mapping[str, Any], sentences: Mapping[int, Any]) -> dict[str, Any]:
    """The result with the sentences in it: only those that can be read now, whatever could be when it was computed."""
    by = "by_group" if content["groups"] else "by_sector"
    parts, counts = content[by], _counts(content)

    def listed(ids: list[int]) -> list[dict[str, Any]]:
        return [{"sentence": sentences[key], "cells": parts[str(key)]} for key in ids if key in sentences]

    return {
        **content,
        "by": by,
        "agreed": listed(published.shared(content, by, 0)),
        "rejected": listed(published.shared(content, by, 1)),
        "dividing": listed(published.dividing(content, by)),
        "reserves": any(cell is None for cells in parts.values() for cell in cells.values()),
        "together": [
            {"sentence": sentences[key], "share": share, **counts[key]}
            for key, share in published.together(counts)
            if key in sentences
        ],
        "split": [{"sentence": sentences[key], **counts[key]} for key in published.split(counts) if key in sentences],
        "voices": [(group, _voices(group, parts, sentences)) for group in content["groups"]],
        "all": [
            {
                "sentence": sentences[row["id"]],
                "sectors": content["by_sector"].get(str(row["id"]), {}),
                "counts": counts.get(row["id"]),
                "paper": sum(content["by_paper"].get(str(row["id"]), {}).values()),
            }
            for row in content["statements"]
            if row["id"] in sentences
        ],
        "apart": _counted_apart(content["by_visitors"], sentences),
        "on_paper": _counted_apart(content["by_paper"], sentences),
        "labels": {name: _sector(name) for name in content["sectors"]},
    }


def _counts(content: Mapping[str, Any]) -> dict[int, dict[str, int]]:
    """How often each answer was given to each statement, online and on paper together, where five people or more
    gave one."""
    found = {}
    for row in content["statements"]:
        paper = content["by_paper"].get(str(row["id"]), {})
        if row["agree"] is not None or paper:
            found[row["id"]] = {side: (row[side] or 0) + paper.get(side, 0) for side in ("agree", "disagree", "pass")}
    return found


def _counted_apart(counts: Mapping[str, Mapping[str, int]], sentences: Mapping[int, Any]) -> list[tuple[Any, ...]]:
    """Rows of a table: the sentence and how many agree, disagree and pass."""
    return [
        (sentences[int(key)].title, said["agree"], said["disagree"], said["pass"])
        for key, said in counts.items()
        if int(key) in sentences
    ]


def _voices(group: Mapping[str, Any], parts: Mapping[str, Any], sentences: Mapping[int, Any]) -> list[Any]:
    """What a group says more than the others: the sentence, whether it agrees, and what everyone else's groups say."""
    return [
        {"sentence": sentences[said["id"]], "agrees": said["agrees"], "cells": parts[str(said["id"])]}
        for said in group["speaking"]
        if said["id"] in sentences
    ]


def _rows(content: Mapping[str, Any], sentences: Mapping[int, Any]) -> Iterator[tuple[Any, ...]]:
    groups = {group["name"]: group["people"] for group in content["groups"]}
    for row in content["statements"]:
        if (sentence := sentences.get(row["id"])) is None:
            continue
        key, said = str(row["id"]), (sentence.reference, sentence.title)
        consensus = content["consensus"].get(key)
        counts = (row["agree"], row["disagree"], row["pass"])
        yield (*said, "everyone", "", content["people"], *counts, None, None, consensus)
        for among, by, people in (("visitors", "by_visitors", content["visitors"]), ("paper", "by_paper", None)):
            if apart := content[by].get(key):
                counts = (apart["agree"], apart["disagree"], apart["pass"])
                yield (*said, among, "", people, *counts, None, None, None)
        for among, by, sizes in (("group", "by_group", groups), ("sector", "by_sector", content["sectors"])):
            for name, cell in content[by].get(key, {}).items():
                yield (*said, among, name, sizes[name], None, None, None, *(cell or (None, None)), None)


def _sector(name: str) -> Any:
    if name == REST:
        return _("Otros sectores")
    return Sector(name).label if name in list(Sector) else _("Sin sector declarado")
