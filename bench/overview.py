"""The national overview over a country with 140 commitments and 5,000 activities, against one with 13.

Two databases of a kind, one for each country, asked in turns, as somebody signed in and as a visitor whose page is
made anew. Prints the SQL statements and the ratio of the times, on SQLite and, when there is one, PostgreSQL.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

from flask import Flask

from bench import pages
from bench.board import GOAL_RATIO, GOAL_STATEMENTS, PLANS, seed
from bench.databases import databases

ADDRESS = "/panorama"


def main() -> int:
    pairs = zip(databases(), databases(), strict=True)
    reached = [_measure(name, few, many) for (name, few), (_name, many) in pairs]
    return 0 if all(reached) else 1


def _measure(name: str, *empty: Any) -> bool:
    with ExitStack() as stack:
        apps: list[tuple[Flask, str]] = []
        for database, (slug, size) in zip(empty, PLANS.items(), strict=True):
            app = stack.enter_context(pages.application(stack.enter_context(database)))
            with app.app_context():
                apps.append((app, seed({slug: size})))
        reached = [_compare(name, who, apps) for who in ("signed in", "visitor")]
    return all(reached)


def _compare(name: str, who: str, apps: list[tuple[Flask, str]]) -> bool:
    few, many = ((pages.browser(app, token if who == "signed in" else ""), ADDRESS) for app, token in apps)
    statements = pages.statements(apps[1][0], many)
    base, mine = pages.medians((few, many))
    print(
        f"{name:>10}, {who}: {statements} statements (goal <= {GOAL_STATEMENTS}) | p50 {base:.1f} ms with 13, "
        f"{mine:.1f} ms with 140 commitments: ratio {mine / base:.2f} (goal <= {GOAL_RATIO:.0f})"
    )
    return statements <= GOAL_STATEMENTS and mine / base <= GOAL_RATIO


if __name__ == "__main__":
    sys.exit(main())
