"""The action plan as it reads: cover, introduction, how it came about, its commitments in order, and annexes.

`compose` makes it of what stands at a moment, as plain values; a version keeps that for ever. Commitments are in it by
the fingerprint of their text, which stays where both parties signed it: what moderation hides leaves no text in a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from cocrea.audit.canonical import canonical_json
from cocrea.commitments import annexes
from cocrea.commitments.models import ActionPlan, Commitment, PlanText, PlanVersion
from cocrea.core import text
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import HIGHEST
from cocrea.cycles import figures
from cocrea.cycles.models import Cycle, Stage
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import db

FORMAT = "cocrea-plan/1"
TEXTS = {
    "title": _l("Título del plan"),
    "period": _l("Periodo"),
    "presented_by": _l("Quién lo presenta"),
    "introduction": _l("Introducción"),
}
ANNEXES = {
    "process": _l("Cómo se hizo"),
    "sessions": _l("Sesiones"),
    "votes": _l("Votaciones"),
    "review": _l("Qué se comentó y qué se respondió"),
}


@dataclass(frozen=True)
class Entry:
    """A commitment as a plan has it: the text in force then, and by which amendment (0: as it was signed)."""

    commitment: Commitment
    content: Mapping[str, Any]
    fingerprint: str
    amendment: int


@dataclass(frozen=True)
class Changes:
    """What a version says otherwise than another: parts by their words, commitments by reference."""

    parts: list[Any]
    added: list[str]
    removed: list[str]
    amended: list[str]
    is_reordered: bool

    def __bool__(self) -> bool:
        return bool(self.parts or self.added or self.removed or self.amended or self.is_reordered)


@dataclass(frozen=True)
class Standing:
    """What there is of a plan: its texts (blank, and of no row, before anybody wrote them), that it is published, and
    its last version."""

    texts: PlanText
    plan: ActionPlan | None
    version: PlanVersion | None


def standing(cycle: Cycle) -> Standing:
    """One statement."""
    statement = (
        sa.select(PlanText, ActionPlan, PlanVersion)
        .select_from(Cycle)
        .outerjoin(PlanText, PlanText.cycle_id == Cycle.id)
        .outerjoin(ActionPlan, ActionPlan.cycle_id == Cycle.id)
        .outerjoin(PlanVersion, PlanVersion.cycle_id == Cycle.id)
        .where(Cycle.id == cycle.id)
    )
    row = db.session.execute(statement.order_by(PlanVersion.number.desc()).limit(1)).one()
    texts: PlanText | None = row[0]
    blank = PlanText(cycle_id=cycle.id, title="", period="", presented_by="", introduction="", order=[], revision=0)
    return Standing(texts or blank, row[1], row[2])


def compose(
    cycle: Cycle, written: PlanText, found: Iterable[Commitment], *, number: int, now: datetime
) -> dict[str, Any]:
    """The plan as it stands, as plain values fit to be published: of the commitments `found`, those that are signed.
    `number` is the version it is to be, 0 for none, which goes without the sums of all that was received."""
    received = figures.gather(cycle) if number else {}
    return {
        "format": FORMAT,
        "cycle": {"slug": cycle.slug, "title": cycle.title, "space": cycle.space.name},
        "version": number,
        "composed_at": _moment(now),
        **{key: getattr(written, key) for key in TEXTS},
        "process": [_stage(stage) for stage in cycle.stages],
        "received": {kind: {"channel": cells["channel"]} for kind, cells in received.items()},
        "commitments": [
            {
                "reference": entry.commitment.reference,
                "number": entry.commitment.number,
                "fingerprint": entry.fingerprint,
                "amendment": entry.amendment,
            }
            for entry in map(in_force, ordered(found, written.order))
            if entry.commitment.is_signed
        ],
        **annexes.of(cycle),
    }


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, which are also what a version offers to download."""
    return text.fingerprint(canonical_json(dict(content)))


def ordered(commitments: Iterable[Commitment], order: list[str]) -> list[Commitment]:
    """Commitments as they are to be read: in `order`, then those that it does not name, by number."""
    place = {reference: number for number, reference in enumerate(order)}
    last = len(place)
    return sorted(commitments, key=lambda one: (place.get(one.reference, last), one.number))


def in_force(commitment: Commitment) -> Entry:
    """What both signed, as amended since."""
    if not commitment.adopted:
        return Entry(commitment, dict(commitment.signed_text or {}), commitment.fingerprint, 0)
    last = commitment.adopted[-1]
    return Entry(commitment, last.text, last.fingerprint, last.number)


def entries(content: Mapping[str, Any], found: Iterable[Commitment]) -> list[Entry]:
    """The commitments of a composed plan with the very texts it names, of those `found` that can be read today."""
    by_reference = {one.reference: one for one in found}
    named = [(kept, by_reference.get(kept["reference"])) for kept in content["commitments"]]
    return [_entry(one, kept) for kept, one in named if one is not None]


def versions(cycle: Cycle) -> list[PlanVersion]:
    """The published versions, last first, without what they say."""
    told = load_only(PlanVersion.fingerprint, PlanVersion.reason, PlanVersion.published_at)
    statement = sa.select(PlanVersion).where(PlanVersion.cycle_id == cycle.id).options(told)
    return list(db.session.scalars(statement.order_by(PlanVersion.number.desc())))


def visible_version(actor: Any, slug: str, number: int) -> tuple[Cycle, PlanVersion, PlanVersion | None]:
    """A version of a plan this actor may read and the one before it; raises `NotFound`."""
    cycle = visible_cycle(actor, slug)
    statement = sa.select(PlanVersion).where(
        PlanVersion.cycle_id == cycle.id, PlanVersion.number.in_((number - 1, number))
    )
    found = {one.number: one for one in db.session.scalars(statement)} if number <= HIGHEST else {}
    if number not in found:
        raise NotFound
    return cycle, found[number], found.get(number - 1)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """What a composed plan says otherwise than an earlier one, apart from figures that go on growing."""
    old, new = (
        {entry["reference"]: entry["fingerprint"] for entry in content["commitments"]} for content in (before, after)
    )
    kept = [reference for reference in new if reference in old]
    return Changes(
        parts=[label for key, label in (TEXTS | ANNEXES).items() if before.get(key) != after.get(key)],
        added=[reference for reference in new if reference not in old],
        removed=[reference for reference in old if reference not in new],
        amended=[reference for reference in kept if old[reference] != new[reference]],
        is_reordered=[reference for reference in old if reference in new] != kept,
    )


def _entry(commitment: Commitment, kept: Mapping[str, Any]) -> Entry:
    amended = {one.number: one.text for one in commitment.adopted}
    said = amended.get(kept["amendment"], dict(commitment.signed_text or {}))
    return Entry(commitment, said, kept["fingerprint"], kept["amendment"])


def _stage(stage: Stage) -> dict[str, Any]:
    report = stage.report
    return {
        "position": stage.position,
        "kind": stage.kind.value,
        "title": stage.title,
        "starts_at": _moment(stage.starts_at),
        "ends_at": _moment(stage.ends_at),
        "reported_at": _moment(report.published_at) if report else None,
        "received": {kind: figures.total(report.figures, kind) for kind in report.figures} if report else {},
    }


def _moment(moment: datetime | None) -> str | None:
    return annexes.moment(moment)
