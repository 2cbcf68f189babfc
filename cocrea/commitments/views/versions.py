"""The versions of a commitment: their list with who wrote what, one of them, and two of them compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from cocrea.commitments import operations, policies, queries, roadmap, sections
from cocrea.commitments.models import Commitment, CommitmentVersion
from cocrea.commitments.views.base import bp, text_parts
from cocrea.core import clock
from cocrea.core.access import current_actor, visible
from cocrea.core.diffs import Compared, compared
from cocrea.core.pagination import position
from cocrea.core.visitor_pages import same_for_visitors


@dataclass(frozen=True)
class ComparedSection:
    """A section in two versions, field by field."""

    slug: str
    title: Any
    fields: list[Compared]

    @property
    def changed(self) -> list[Compared]:
        return [field for field in self.fields if not field.is_same]


@bp.get("/compromisos/<reference>/versiones")
@same_for_visitors
@visible(queries.versioned_commitment)
def versions(commitment: Commitment) -> str:
    """Every text that was ever saved: nothing anybody wrote is lost."""
    return render_template(
        "commitments/versions.html",
        cycle=commitment.cycle,
        commitment=commitment,
        page=queries.versions(commitment),
        contributors=queries.contributors(commitment),
        parts_of=part_titles(),
    )


@bp.get("/compromisos/<reference>/versiones/<int:number>")
@same_for_visitors
@visible(queries.visible_version)
def version(found: tuple[Commitment, CommitmentVersion]) -> str:
    commitment, version = found
    actor, now = current_actor(), clock.now()
    return render_template(
        "commitments/version.html",
        cycle=commitment.cycle,
        commitment=commitment,
        version=version,
        said=_said(version.text),
        parts_of=part_titles(),
        writes=[
            section for section in sections.SECTIONS if policies.can_edit_section(actor, (commitment, section), now)
        ],
        **text_parts(),
    )


@bp.get("/compromisos/<reference>/versiones/comparacion")
@same_for_visitors
@visible(queries.versioned_commitment)
def compare(commitment: Commitment) -> str:
    """Any two versions, the older first; `lado` puts them side by side. What is not said is the last change."""
    ends = (position("de") or max(commitment.version - 1, 1), position("a") or commitment.version)
    old, new = min(ends), max(ends)
    found = queries.numbered(commitment, old, new)
    return render_template(
        "commitments/comparison.html",
        cycle=commitment.cycle,
        commitment=commitment,
        old=found[old],
        new=found[new],
        parts=_compared(found[old].text, found[new].text),
        parts_of=part_titles(),
        beside=bool(request.args.get("lado")),
    )


def part_titles() -> dict[str, Any]:
    """What each part of a version is called, the roadmap and the first draft too."""
    titles = {section.slug: section.title for section in sections.SECTIONS}
    return {**titles, sections.ROADMAP: _("Hoja de ruta"), operations.NEW: _("Primer borrador")}


def _compared(old: dict[str, Any], new: dict[str, Any]) -> list[ComparedSection]:
    before, after = _said(old), _said(new)
    parts = [(section.slug, section.title, section.keys) for section in sections.SECTIONS]
    parts.append((sections.ROADMAP, _("Hoja de ruta"), (sections.ROADMAP,)))
    labels = {**sections.LABELS, sections.ROADMAP: _("Acciones y actividades")}
    return [ComparedSection(slug, title, _fields(keys, labels, before, after)) for slug, title, keys in parts]


def _fields(
    keys: Iterable[str], labels: dict[str, Any], before: dict[str, str], after: dict[str, str]
) -> list[Compared]:
    return compared((labels[key], before[key], after[key]) for key in keys)


def _said(content: dict[str, Any]) -> dict[str, str]:
    """Every field of a kept text in words; what a text from before a field existed does not say is empty."""
    said = {key: sections.in_words(content.get(key), key) for key in sections.LABELS}
    return {**said, sections.ROADMAP: roadmap.in_words(content.get("roadmap", []))}
