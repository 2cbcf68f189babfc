"""The answers of a conversation, and what an analysis of them says."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Answers:
    """People by statements: 1 agrees, -1 disagrees, 0 passes, NaN was not asked.

    `left_out` marks statements that moderation took out: they say nothing, and count as answered by all.
    """

    people: list[int]
    statements: list[int]
    values: Floats
    left_out: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Side:
    """How a group stands to one answer. `count` gave it; `p` is their share with one vote added to each side, `z` the
    one-proportion test of it; `r` that share over the share of everyone else, `rz` the test of the two proportions."""

    count: int
    p: float
    z: float
    r: float
    rz: float


@dataclass(frozen=True)
class Voice:
    """What one group answered to one statement."""

    statement: int
    seen: int
    agree: Side
    disagree: Side


@dataclass(frozen=True)
class Speaking:
    """A statement that speaks for a group: its people agree with it, or disagree, more than everyone else does."""

    statement: int
    agrees: bool
    weight: float


@dataclass
class Group:
    """People who answer alike; `voices` in the order of the statements, `speaking` with the strongest first."""

    id: int
    members: list[int]
    voices: list[Voice] = field(default_factory=list)
    speaking: list[Speaking] = field(default_factory=list)


@dataclass
class Analysis:
    """`points`: where each of `people` stands, two coordinates. No `groups` means that the answers show none.

    `consensus` and `dissent` say for each statement how likely someone of every group agrees with it, or disagrees.
    """

    people: list[int]
    points: Floats
    silhouette: float | None
    groups: list[Group]
    consensus: dict[int, float]
    dissent: dict[int, float]
