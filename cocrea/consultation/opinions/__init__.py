"""Opinion groups: who answers alike, which statements speak for each group, and on which all agree.

The mathematics is that which Polis publishes (github.com/compdemocracy/polis, math/src/polismath/math), computed
afresh and alike every time: seeds are fixed, people and statements keep their order, and groups are told only when the
answers show them. `project`: two principal components of the answers; `divide`: k-means, k by mean silhouette.
"""

from __future__ import annotations

import numpy as np

from cocrea.consultation.opinions import voices
from cocrea.consultation.opinions.answers import Analysis, Answers, Floats, Labels
from cocrea.consultation.opinions.groups import divided, project, silhouettes

ENOUGH_ANSWERS = 7


def analyse(answers: Answers) -> Analysis:
    """Find the groups of those who answered enough, if their answers show any, and what each group says."""
    enough = (~np.isnan(answers.values)).sum(axis=1) >= min(ENOUGH_ANSWERS, len(answers.statements))
    values = answers.values[enough]
    people = [person for person, is_in in zip(answers.people, enough, strict=True) if is_in]
    points = project(values, answers.left_out)
    labels, width = divided(values, answers.left_out, points)
    names = [] if labels is None else list(range(int(labels.max()) + 1))
    return _told(answers, people, points, labels, names, width)


def given(answers: Answers, groups: dict[int, int]) -> Analysis:
    """The same statistics for groups that someone else found; `groups` says to which one a person belongs."""
    at = [row for row, person in enumerate(answers.people) if person in groups]
    people = [answers.people[row] for row in at]
    points = project(answers.values[at], answers.left_out)
    names = sorted(set(groups.values()))
    labels = np.array([names.index(groups[person]) for person in people], dtype=np.intp)
    width = silhouettes(points, [labels])[0] if len(names) > 1 else None
    return _told(answers, people, points, labels, names, width)


def _told(
    answers: Answers, people: list[int], points: Floats, labels: Labels | None, names: list[int], width: float | None
) -> Analysis:
    groups = []
    for number, name in enumerate(names):
        members = [person for person, label in zip(people, labels, strict=True) if label == number]  # type: ignore[arg-type]
        groups.append(voices.group(answers, name, members, people))
    return Analysis(people, points, width, groups, voices.consensus(groups), voices.consensus(groups, agree=False))
