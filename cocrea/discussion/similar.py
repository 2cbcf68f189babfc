"""Contributions that say much the same as a text, however it is worded: to be supported instead of written again.

The index proposes: what shares words with the text, the rarer the word the more it counts. Then the proposals are
ordered by how near their titles and words are, letter by letter, so that typing errors matter little.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from cocrea.core import search
from cocrea.core.text import fold
from cocrea.cycles.models import Cycle
from cocrea.discussion import index
from cocrea.discussion.models import Contribution, ContributionKind, SearchText, Visibility
from cocrea.extensions import db

SHOWN = 5
SUGGESTED = 3
FAR = 0.75  # of the best one's score: what says less of the same only pads the list
CANDIDATES = 200
MOST_WORDS = 16
LONGEST = 1200  # characters of the text that are compared
TOO_COMMON = 400  # a word that more texts have tells little apart
FEWEST, MOST_RARE = 3, 8  # how many words to look for, however common; and at most
FLOOR = 0.4
_shared = Contribution.__table__.c


def similar(cycle: Cycle, kind: ContributionKind, title: str, body: str = "") -> list[Any]:
    """The public contributions of a kind nearest to a text, nearest first, as rows of what a card shows."""
    return [row for _score, row in _ranked(cycle, kind, title, body)]


def suggestions(cycle: Cycle, kind: ContributionKind, title: str, body: str = "") -> list[Any]:
    """Of the similar ones, what is shown while someone writes: a few, and none far weaker than the first."""
    ranked = _ranked(cycle, kind, title, body)[:SUGGESTED]
    return [row for score, row in ranked if score >= FAR * ranked[0][0]]


def _ranked(cycle: Cycle, kind: ContributionKind, title: str, body: str) -> list[tuple[float, Any]]:
    """The nearest ones with their scores, best first."""
    text = f"{title}\n{body}"[:LONGEST]
    words = search.stems(text)[:MOST_WORDS]
    index.prefer()
    weights = _weights(words)
    if not weights:
        return []
    found = _candidates(search.scope(cycle.id, kind), weights)
    scores = _scores(found, title, words, sum(weights.values()))
    best = sorted(zip(scores, found, strict=True), key=lambda pair: (-pair[0], pair[1].id))[:SHOWN]
    return [pair for pair in best if pair[0] >= FLOOR]


def _weights(words: Iterable[str]) -> dict[str, float]:
    """The rarest of these words and how much each tells: the less, the more texts have it. Counts stop early."""
    counted = [sa.select(sa.literal(word), _how_many(word)) for word in words]
    if not counted:
        return {}
    rows = sorted(((count, word) for word, count in db.session.execute(sa.union_all(*counted)) if count))
    rare = [row for place, row in enumerate(rows[:MOST_RARE]) if row[0] <= TOO_COMMON or place < FEWEST]
    return {word: math.log(2 + TOO_COMMON / count) for count, word in rare}


def _how_many(word: str) -> Any:
    bounded = index.containing([word]).limit(TOO_COMMON + 1).subquery()
    return sa.select(sa.func.count()).select_from(bounded).scalar_subquery()


def _candidates(scope: str, weights: dict[str, float]) -> list[Any]:
    """Those whose shared words weigh most."""
    hits = []
    for word, weight in weights.items():
        having = index.containing([scope, word]).limit(TOO_COMMON + 1).subquery()
        hits.append(sa.select(having.c.id, sa.literal(weight).label("weight")))
    every = sa.union_all(*hits).subquery()
    total = sa.func.sum(every.c.weight)
    best = sa.select(every.c.id, total.label("weight")).group_by(every.c.id).order_by(total.desc(), every.c.id.desc())
    near = best.limit(CANDIDATES).subquery()
    statement = (
        sa.select(
            _shared.id, _shared.reference, _shared.title, _shared.support_count, _shared.author_id,
            _shared.author_sector, SearchText.document, near.c.weight,
        )
        .join(near, near.c.id == _shared.id)
        .join(SearchText, SearchText.contribution_id == _shared.id)
        .where(_shared.visibility == Visibility.PUBLIC)
    )  # fmt: skip
    return list(db.session.execute(statement))


def _scores(found: list[Any], title: str, words: list[str], weight: float) -> list[float]:
    """From 0 to 1: by the weight of the words shared, the nearness of the titles and that of all the words."""
    titles = [fold(row.title) for row in found]
    documents = [row.document for row in found]
    by_title = process.cdist([fold(title)], titles, scorer=fuzz.token_sort_ratio)[0]
    by_words = process.cdist([" ".join(words)], documents, scorer=fuzz.token_set_ratio)[0]
    return [
        0.5 * float(row.weight) / weight + 0.25 * float(near) / 100 + 0.25 * float(alike) / 100
        for row, near, alike in zip(found, by_title, by_words, strict=True)
    ]
