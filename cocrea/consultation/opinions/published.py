"""What is published of an analysis: figures of groups and sectors, none of fewer than five people, and no person.

Each figure of a part (a group or a sector) is a whole percentage of those of the part who answered. A part of fewer
than five people is not told. Where fewer than five of a part gave one of the answers to a statement nothing of that
part is told: `None` stands there, and never in one part alone, so that it cannot be had by subtraction from what all
said (`withheld`). Like answers give like bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cocrea.consultation.opinions.answers import Analysis, Answers, Floats, Group, Voice
from cocrea.cycles.figures import SMALLEST

Counts = Mapping[int, Mapping[str, int]]  # by statement, how often each answer was given
Sides = tuple[int, int, int]  # how many agree, disagree and pass
LETTERS = "ABCDE"
MOST_TOLD = 95  # per cent: «all of them» would say what each of them answered
SPREAD = 1.6  # standard deviations from the centre of a shape to its edge
THINNEST, WIDTH = 6.0, 100.0
MOST_LISTED = 6
SHARED, APART = 60, 35  # per cent of every part that agrees; per cent between two parts
DIVIDED = 30  # per cent of all who agree, and of all who disagree


@dataclass(frozen=True)
class Visitors:
    """Answers without an account: of how many browsers, and how often each answer was given to each statement."""

    browsers: int = 0
    counts: Counts = field(default_factory=dict)


def report(
    answers: Answers, analysis: Analysis, sectors: Mapping[str, Group], visitors: Visitors, paper: Counts
) -> dict[str, Any]:
    """The result as plain data. `sectors`: those of five people and more, with their voices. What `visitors` and the
    `paper` of workshops say is told apart and counts nowhere else."""
    groups = _groups(analysis)
    by_group = _shares(answers, {group["name"]: found for group, found in groups})
    for group, _found in groups:
        told = [said for said in group["speaking"] if by_group[str(said["id"])][group["name"]]]
        group["speaking"], group["reserved"] = told, len(group["speaking"]) - len(told)
    return {
        "people": len(answers.people),
        "answers": int((~np.isnan(answers.values)).sum()),
        "statements": [_overall(answers, column) for column in range(len(answers.statements))],
        "enough": len(analysis.people) >= SMALLEST * 6,
        "silhouette": None if analysis.silhouette is None else round(analysis.silhouette, 2),
        "groups": [group for group, _found in groups],
        "withheld": len(analysis.groups) - len(groups),
        "by_group": by_group,
        "by_sector": _shares(answers, sectors, is_known=True),
        "sectors": {name: len(group.members) for name, group in sectors.items()},
        "visitors": visitors.browsers if visitors.browsers >= SMALLEST else None,
        "by_visitors": _apart(visitors.counts),
        "by_paper": _apart(paper),
        "consensus": {
            str(key): round(value, 2)
            for key, value in analysis.consensus.items()
            if groups and len(groups) == len(analysis.groups) and None not in by_group[str(key)].values()
        },
    }


def _apart(counts: Counts) -> dict[str, dict[str, int]]:
    """Answers that are told apart, of the statements to which five people and more gave one."""
    return {
        str(statement): {name: given.get(name, 0) for name in ("agree", "disagree", "pass")}
        for statement, given in sorted(counts.items())
        if sum(given.values()) >= SMALLEST
    }


def shared(content: Mapping[str, Any], by: str, side: int) -> list[int]:
    """The statements with which every part agrees (`side` 0) or disagrees (1), the clearest first."""
    found = []
    for statement, cells in content[by].items():
        shares = [cell[side] if cell else None for cell in cells.values()]
        least = min((share or 0 for share in shares), default=0)
        if len(shares) > 1 and least >= SHARED:
            found.append((-least, int(statement)))
    return [statement for _share, statement in sorted(found)[:MOST_LISTED]]


def dividing(content: Mapping[str, Any], by: str) -> list[int]:
    """The statements on which two parts are furthest apart: how much more of one agrees, or disagrees, than of another.

    What fewer than five said counts as nobody, so the distance is never told too small to be there.
    """
    found = []
    for statement, cells in content[by].items():
        known = [cell for cell in cells.values() if cell]
        apart = max((_range([cell[side] or 0 for cell in known]) for side in (0, 1)), default=0) if known else 0
        if apart >= APART:
            found.append((-apart, int(statement)))
    return [statement for _apart, statement in sorted(found)[:MOST_LISTED]]


def together(counts: Counts) -> list[tuple[int, int]]:
    """The statements of which at least `SHARED` per cent of all answers agree, or disagree, the clearest first: each
    with that share, negative for disagreement. From the counts of all alone, so it tells nothing of any part."""
    found = []
    for statement, said in counts.items():
        whole = sum(said.values())
        for sign, side in ((1, "agree"), (-1, "disagree")):
            share = round(100 * said[side] / whole) if whole else 0
            if share >= SHARED:
                found.append((-share, statement, sign))
    return [(statement, -share * sign) for share, statement, sign in sorted(found)[:MOST_LISTED]]


def split(counts: Counts) -> list[int]:
    """The statements on which all answers are most evenly divided: at least `DIVIDED` per cent on either side."""
    found = []
    for statement, said in counts.items():
        lesser, whole = min(said["agree"], said["disagree"]), sum(said.values())
        if whole and 100 * lesser >= DIVIDED * whole:
            found.append((-lesser / whole, statement))
    return [statement for _lesser, statement in sorted(found)[:MOST_LISTED]]


def _range(shares: Sequence[int]) -> int:
    return max(shares) - min(shares)


def _overall(answers: Answers, column: int) -> dict[str, Any]:
    """What all said to a statement, once five people have answered it."""
    counts = dict(zip(("agree", "disagree", "pass"), _whole(answers, column), strict=True))
    told = sum(counts.values()) >= SMALLEST
    return {"id": answers.statements[column], **(counts if told else dict.fromkeys(counts))}


def _shares(answers: Answers, parts: Mapping[str, Group], *, is_known: bool = False) -> dict[str, dict[str, Any]]:
    """For each statement what each part says to it: how many per cent agree and disagree; None for what is withheld."""
    if not parts:
        return {}
    found = {}
    for column, statement in enumerate(answers.statements):
        counts = {name: _sides(group.voices[column]) for name, group in parts.items()}
        held = withheld(counts, _whole(answers, column), is_known=is_known)
        found[str(statement)] = {name: None if name in held else _cell(sides) for name, sides in counts.items()}
    return found


def withheld(counts: Mapping[str, Sides], whole: Sides, *, is_known: bool) -> set[str]:
    """The parts whose answers to a statement cannot be told, also not by taking the others from the whole.

    A part is told when nobody or at least five of it gave each answer. Where it is known who belongs to a part
    (`is_known`: sectors) «nobody» would say what each of them did not answer: then only if nobody else did either.
    One part alone is not withheld: the rest would say it. Nor are the few outside of all parts left over alone.
    """
    told = {name for name, sides in counts.items() if _may_be_told(sides, whole if is_known else (0, 0, 0))}
    held = set(counts) - told
    outside = [total - sum(sides[at] for sides in counts.values()) for at, total in enumerate(whole)]
    alone = len(held) == 1 or (not held and any(0 < number < SMALLEST for number in outside))
    if alone and told:
        held.add(min(told, key=lambda name: (sum(counts[name]), name)))
    return held


def _may_be_told(sides: Sides, others: Sides) -> bool:
    enough = all(n >= SMALLEST or (n == 0 and not other) for n, other in zip(sides, others, strict=True))
    return enough and sum(sides) >= SMALLEST


def _cell(sides: Sides) -> list[int]:
    return [min(MOST_TOLD, round(100 * count / sum(sides))) for count in sides[:2]]


def _sides(voice: Voice) -> Sides:
    """How many of a part agree, disagree and pass."""
    agree, disagree = voice.agree.count, voice.disagree.count
    return agree, disagree, voice.seen - agree - disagree


def _whole(answers: Answers, column: int) -> Sides:
    values = answers.values[:, column]
    agree, disagree, passed = (int((values == value).sum()) for value in (1, -1, 0))
    return agree, disagree, passed


def _groups(analysis: Analysis) -> list[tuple[dict[str, Any], Group]]:
    """The groups of five people and more with their names, shapes and voices."""
    shown = [group for group in analysis.groups if len(group.members) >= SMALLEST]
    row = {person: at for at, person in enumerate(analysis.people)}
    shapes = _shapes([analysis.points[[row[person] for person in group.members]] for group in shown])
    return [
        (
            {
                "name": LETTERS[place],
                "people": len(group.members),
                "shape": shape,
                "speaking": [{"id": said.statement, "agrees": said.agrees} for said in group.speaking],
            },
            group,
        )
        for place, (group, shape) in enumerate(zip(shown, shapes, strict=True))
    ]


def _shapes(clouds: Sequence[Floats]) -> list[dict[str, float]]:
    """An ellipse for each cloud of points, on a map from -100 to 100: its centre, half axes and turn in degrees.

    From means and deviations of all its people, so that no edge is where a person is.
    """
    raw = [_ellipse(cloud) for cloud in clouds]
    reach = max((max(abs(x) + rx, abs(y) + rx) for x, y, rx, _ry, _turn in raw), default=0.0) or 1.0
    scale = WIDTH / reach
    return [
        {
            "x": round(x * scale, 1),
            "y": round(y * scale, 1),
            "rx": round(max(rx * scale, THINNEST), 1),
            "ry": round(max(ry * scale, THINNEST), 1),
            "turn": round(turn, 1),
        }
        for x, y, rx, ry, turn in raw
    ]


def _ellipse(cloud: Floats) -> tuple[float, float, float, float, float]:
    x, y = cloud.mean(axis=0)
    sizes, axes = np.linalg.eigh(np.cov(cloud.T))
    ry, rx = SPREAD * np.sqrt(np.maximum(sizes, 0.0))
    turn = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))) % 180
    return float(x), float(y), float(rx), float(ry), turn
