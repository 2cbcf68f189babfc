"""The causes and effects that the problems of a topic give, gathered into a tree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cocrea.consultation import groups
from cocrea.consultation.models import Branch, Ground, Growth, Problem, Side, Topic
from cocrea.consultation.queries.topics import visible_topic
from cocrea.core import search, text
from cocrea.core.errors import NotFound
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db

READ = 500  # problems, those with most supports first
LONGEST, SHORTEST = 300, 3
SPLIT = re.compile(r"\n|;\s")
BULLET = re.compile(r"^(?:[-*•–—·]|\d+[.)])\s*")
_shared, _own = Contribution.__table__.c, Problem.__table__.c
DENYING = frozenset({"no", "ni", "nada", "sin"})
COLUMNS = {Side.CAUSE: "causes", Side.EFFECT: "effects"}


@dataclass
class Line:
    """A cause or effect as people wrote it, with the problems that say it in much the same words."""

    key: str
    text: str
    problems: list[Any] = field(default_factory=list)


@dataclass
class Node:
    """A branch with its lines; `branch` is None for a line that no one has put under one yet."""

    text: str
    lines: list[Line]
    branch: Branch | None = None

    @property
    def number(self) -> int:
        """How many problems say it."""
        return len({row.reference for line in self.lines for row in line.problems})


@dataclass(frozen=True)
class Tree:
    """Both sides of a topic's tree, what more problems say first; and how many problems were read for it."""

    sides: dict[Side, list[Node]]
    read: int
    cut: bool

    def __bool__(self) -> bool:
        return any(self.sides.values())


def tree(topic: Topic) -> Tree:
    """The tree of a topic: two statements and one for the lines of its branches."""
    rows = _rows(topic)
    branches = list(db.session.scalars(sa.select(Branch).where(Branch.topic_id == topic.id).order_by(Branch.id)))
    read = rows[:READ]
    sides = {side: _nodes([b for b in branches if b.side is side], lines(read, side)) for side in Side}
    return Tree(sides, len(read), len(rows) > READ)


def given_lines(topic: Topic, side: Side) -> dict[str, Line]:
    """What the problems of a topic give on one side, by key."""
    return lines(_rows(topic)[:READ], side)


def causes_of(problems: Iterable[Any]) -> dict[str, str]:
    """What these problems give as their causes, each once: its words by the key that tells it apart. No statement."""
    return {key: line.text for key, line in lines(list(problems), Side.CAUSE).items()}


def ground(topic: Topic) -> Ground:
    """The topic with what decides who may edit its tree."""
    return Ground(topic, groups.scopes(topic))


def visible_ground(actor: Any, slug: str, topic: str) -> Ground:
    """The ground of the tree of a topic this actor may read; raises `NotFound`."""
    return ground(visible_topic(actor, slug, topic))


def visible_growth(actor: Any, slug: str, topic: str, branch: int) -> Growth:
    """A branch of the tree of a topic this actor may read; raises `NotFound`."""
    found, own = db.session.get(Branch, branch), visible_ground(actor, slug, topic)
    if found is None or found.topic_id != own.topic.id:
        raise NotFound
    return Growth(found, own)


def lines(rows: list[Any], side: Side) -> dict[str, Line]:
    """Each line once for all the problems that give it."""
    found: dict[str, Line] = {}
    for row in rows:
        for said in _split(getattr(row, COLUMNS[side])):
            line = found.setdefault(_key(said), Line(_key(said), said))
            if row not in line.problems:
                line.problems.append(row)
    return found


def _rows(topic: Topic) -> list[Any]:
    statement = (
        sa.select(_shared.reference, _shared.title, _own.causes, _own.effects)
        .join(Problem.__table__, _own.id == _shared.id)
        .where(_own.topic_id == topic.id, _shared.visibility == Visibility.PUBLIC)
        .where(sa.or_(_own.causes != "", _own.effects != ""))
        .order_by(_shared.support_count.desc(), _shared.id)
    )
    return list(db.session.execute(statement.limit(READ + 1)))


def _nodes(branches: list[Branch], given: dict[str, Line]) -> list[Node]:
    placed: dict[str, list[Branch]] = defaultdict(list)
    for branch in branches:
        for key in branch.keys:
            placed[key].append(branch)
    nodes = [Node(b.title, [given[key] for key in b.keys if key in given], b) for b in branches]
    nodes += [Node(line.text, [line]) for key, line in given.items() if key not in placed]
    return sorted(nodes, key=lambda node: (-node.number, node.branch is None))


def _split(said: str) -> list[str]:
    parts = (BULLET.sub("", part.strip()).strip() for part in SPLIT.split(said))
    return [part[:LONGEST] for part in parts if len(part) >= SHORTEST]


def _key(said: str) -> str:
    """Alike for lines of the same words in their order, whatever their endings and accents; what one denies and
    another affirms is not the same."""
    return text.fingerprint(" ".join(search.stems(said, keep=DENYING)) or text.fold(said))
