"""Similar problems among 20,000: how often the one that was meant is among the first five, and how fast.

The texts are real ones in Spanish (`../shared/data/proposals_es`), recombined sentence by sentence. Among them stand 60
problems of our own (bench/data/paraphrases.json); each is looked for by a paraphrase, reworded, reordered, mistyped.
Runs on SQLite and, when there is one, PostgreSQL. The baseline is one exact search of the index in the same run.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.databases import databases
from cocrea import create_app
from cocrea.accounts.models import Person, Sector
from cocrea.config import PROJECT, Settings
from cocrea.consultation.models import Problem, Topic
from cocrea.core import search
from cocrea.cycles.models import Cycle
from cocrea.discussion import index
from cocrea.discussion.models import Channel, Contribution, ContributionKind, Visibility
from cocrea.discussion.similar import similar
from cocrea.extensions import db
from cocrea.forums.models import Space, SpaceLevel

SIZE, GOAL_MS, GOAL_SHARE = 20_000, 150, 0.9
NOW = datetime.now(UTC)
TEXTS = Path(os.environ.get("COCREA_SHARED") or PROJECT.parent / "shared") / "data" / "proposals_es"


def main() -> int:
    pairs = json.loads((Path(__file__).parent / "data" / "paraphrases.json").read_text("utf-8"))
    reached = [_measure(name, url, pairs) for name, url in databases()]
    return 0 if all(reached) else 1


def _measure(name: str, database: Any, pairs: list[dict[str, str]]) -> bool:
    with database as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(environment="test", database_url=url, instance=Path(folder), worker=False))
        with app.app_context():
            db.create_all()
            cycle = _seed(pairs)
            found, taken = [], []
            for pair in pairs * 3:
                rows, seconds = _timed(
                    lambda pair=pair: similar(cycle, ContributionKind.PROBLEM, pair["asked"], pair["said"])
                )
                found.append(pair["title"] in [row.title for row in rows])
                taken.append(seconds)
            bare = [_timed(lambda pair=pair: _exact(cycle, pair["title"]))[1] for pair in pairs]
            missed = [pair["asked"] for pair, hit in zip(pairs, found, strict=False) if not hit]
            db.session.remove()
            db.engine.dispose()
    share, p50, p99 = sum(found) / len(found), statistics.median(taken), statistics.quantiles(taken, n=100)[98]
    print(
        f"{name:>10}: {SIZE} texts | found among the first five {share:.2f} (goal >= {GOAL_SHARE}) | "
        f"p50 {p50:.1f} ms p99 {p99:.1f} ms (goal < {GOAL_MS}) | ratio to one exact search "
        f"{p50 / statistics.median(bare):.1f}"
    )
    for title in missed:
        print(f"{'missed':>10}: {title}")
    return share >= GOAL_SHARE and p99 < GOAL_MS


def _exact(cycle: Cycle, title: str) -> list[int]:
    words = [search.scope(cycle.id, ContributionKind.PROBLEM), *search.stems(title)]
    return list(db.session.scalars(index.containing(words)))


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    answer = call()
    return answer, (time.perf_counter() - start) * 1000


def _seed(pairs: list[dict[str, str]]) -> Cycle:
    """A cycle whose problems are recombined texts with ours strewn among them."""
    space = Space(code="MX", slug="mexico", name="México", level=SpaceLevel.COUNTRY)
    cycle = Cycle(space=space, slug="banco", prefix="BAN", title="Ciclo de prueba", created_at=NOW, published_at=NOW)
    topic = Topic(cycle=cycle, reference="BAN-TEM-0001", slug="tema", axis="Eje", title="Tema")
    author = Person(name="Participante 001", sector=Sector.ACADEMIA, created_at=NOW, verified_at=NOW)
    db.session.add_all([topic, author])
    db.session.flush()
    draw = random.Random(3)
    texts = [(pair["title"], pair["body"]) for pair in pairs]
    texts += _recombined(draw, SIZE - len(texts))
    draw.shuffle(texts)
    shared = [
        {"id": number, "kind": ContributionKind.PROBLEM, "reference": f"BAN-PRB-{number}", "cycle_id": cycle.id,
         "author_id": author.id, "author_sector": Sector.ACADEMIA, "channel": Channel.ONLINE, "title": title[:200],
         "body_source": body, "body_html": "", "visibility": Visibility.PUBLIC, "created_at": NOW, "published_at": NOW}
        for number, (title, body) in enumerate(texts, 1)
    ]  # fmt: skip
    own = [
        {
            "id": row["id"],
            "topic_id": topic.id,
            "form_key": str(row["id"]),
            "affected": "",
            "causes": "",
            "effects": "",
            "sources": "",
        }
        for row in shared
    ]
    db.session.execute(sa.insert(Contribution.__table__), shared)
    db.session.execute(sa.insert(Problem.__table__), own)
    index.reindex()
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
    return cycle


def _recombined(draw: random.Random, number: int) -> list[tuple[str, str]]:
    titles, sentences = [], []
    for file in sorted(TEXTS.rglob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            (titles if row.get("info") == "title" else sentences).extend(_sentences(row["text"]))
    made = []
    for _ in range(number):
        first, second = draw.choice(titles).split(), draw.choice(titles).split()
        title = " ".join(first[: len(first) // 2 + 1] + second[len(second) // 2 :])
        made.append((title, " ".join(draw.sample(sentences, draw.randint(2, 5)))))
    return made


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+", text) if len(part.strip()) > 15]


if __name__ == "__main__":
    sys.exit(main())
