"""Commitments and their roadmaps brought in from a file: all that was shown and confirmed, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from cocrea.commitments import sections
from cocrea.commitments.content import COUNTERPARTS, LEADS
from cocrea.commitments.models import Commitment, Origin
from cocrea.commitments.operations import import_draft, refuse_second_plan, revise, text_changed
from cocrea.commitments.policies import can_edit, can_import
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.followup import queries
from cocrea.followup.exchange import comparing
from cocrea.followup.exchange.checking import Directory, Item, check
from cocrea.followup.exchange.comparing import State, Verdict
from cocrea.followup.exchange.fields import COMMITMENT
from cocrea.followup.exchange.raw import Source
from cocrea.followup.operations.roadmap import ActionText, ActivityText, write_roadmap

KEYS = frozenset(field.key for field in COMMITMENT) - comparing.APART - {"origin"}


@dataclass(frozen=True)
class Imported:
    """How many commitments were created, how many drafts changed, and how many differ and were left as they were."""

    created: int = 0
    changed: int = 0
    differing: int = 0


def judge(cycle: Cycle, source: Source) -> list[Verdict]:
    """What a file would do to a plan as it stands now. Writes nothing."""
    directory = queries.directory()
    return _judged(cycle, source, directory)


def import_commitments(
    *, actor: Any, cycle: Cycle, source: Source, base: str, is_changing: bool, now: datetime
) -> Imported:
    """Create what is new in a file and, if `is_changing`, rewrite the drafts that differ; what is there stays.

    `base` is the `comparing.fingerprint` of what was shown: `Conflict` where something else stands there now, unless
    nothing is left to do. `Invalid` where anything is wrong with the file, also with what would not be written.
    """
    enforce(can_import, actor, lock(cycle), now)
    directory = queries.directory()
    verdicts = _judged(cycle, source, directory)
    if source.faults or any(one.faults for one in verdicts):
        raise Invalid(_l("Hay datos que corregir en el archivo: no se guardó nada."), "file")
    fresh = sorted((one for one in verdicts if one.state is State.NEW), key=_by_number)
    different = [one for one in verdicts if one.state is State.DIFFERENT]
    changed = different if is_changing else []
    left = len(different) - len(changed)
    if not fresh and not changed:
        return Imported(differing=left)
    if base != comparing.fingerprint(verdicts):
        raise Conflict(_l("Algo cambió en el plan después de que revisaste el archivo. Míralo otra vez y confirma."))
    for one in fresh:
        _create(actor, cycle, one.item, directory, now)
    for one in changed:
        _change(actor, one, directory, now)
    return Imported(len(fresh), len(changed), left)


def _judged(cycle: Cycle, source: Source, directory: Directory) -> list[Verdict]:
    items = [check(part, directory) for part in source.parts]
    verdicts = comparing.compare(items, queries.standing(cycle), queries.numbers_taken(cycle))
    if any(one.state is State.NEW for one in verdicts):
        refuse_second_plan(cycle)
    return verdicts


def _by_number(verdict: Verdict) -> tuple[bool, int]:
    """Those with a number first, so that the others take the numbers that follow."""
    number = verdict.item.text.get("number")
    return number is None, number or 0


def _create(actor: Any, cycle: Cycle, item: Item, directory: Directory, now: datetime) -> None:
    import_draft(
        actor=actor,
        cycle=cycle,
        number=item.text.get("number"),
        origin=Origin(item.text.get("origin", Origin.UNKNOWN.value)),
        content=_content(item.text, directory),
        write_roadmap=partial(write_roadmap, actions=_roadmap(item.text.get("roadmap", []), directory)),
        now=now,
    )


def _change(actor: Any, verdict: Verdict, directory: Directory, now: datetime) -> None:
    """Rewrite the sections of a draft that differ, each as whoever writes it by hand does."""
    if verdict.there is None:
        return
    commitment = verdict.there.commitment
    content = _content({key: verdict.item.text[key] for key in verdict.changed}, directory)
    for section in sections.SECTIONS:
        own = {key: content[key] for key in section.keys if key in content}
        if own:
            base = sections.fingerprint(lock(commitment), section)
            revise(actor=actor, commitment=commitment, section=section, content=own, base=base, now=now)
    if "roadmap" in verdict.changed:
        _change_roadmap(actor, commitment, verdict.item.text["roadmap"], directory, now)


def _change_roadmap(
    actor: Any, commitment: Commitment, said: Sequence[Mapping[str, Any]], directory: Directory, now: datetime
) -> None:
    enforce(can_edit, actor, lock(commitment), now)
    write_roadmap(commitment, _roadmap(said, directory))
    text_changed(actor=actor, commitment=commitment, part=sections.ROADMAP, now=now)


def _content(said: Mapping[str, Any], directory: Directory) -> dict[str, Any]:
    """The plain values of a text as `content.apply` takes them."""
    found = {key: said[key] for key in said if key in KEYS}
    for key in sections.DAYS & found.keys():
        found[key] = date.fromisoformat(found[key]) if found[key] else None
    for key, sectors in (("lead", LEADS), ("counterpart", COUNTERPARTS)):
        if key in found:
            found[key] = directory.id_of(found[key], sectors)
    if "partners" in found:
        found["partners"] = [directory.id_of(name) for name in found["partners"]]
    return found


def _roadmap(said: Sequence[Mapping[str, Any]], directory: Directory) -> list[tuple[ActionText, list[ActivityText]]]:
    return [
        (ActionText(action["title"], action["weight"]), [_activity(step, directory) for step in action["activities"]])
        for action in said
    ]


def _activity(step: Mapping[str, Any], directory: Directory) -> ActivityText:
    return ActivityText(
        step["title"],
        directory.id_of(step["responsible"]) if step["responsible"] else None,
        date.fromisoformat(step["starts_on"]),
        date.fromisoformat(step["ends_on"]),
        step["means_of_verification"],
    )
