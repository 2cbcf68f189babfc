"""Small groups are sessions as well, and appear in no list of sessions: whoever selects from them says `is_whole()`.

A new function that reads sessions either asks for `is_whole()`, or is written down here with why it need not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import sqlalchemy as sa

from cocrea.config import PROJECT
from cocrea.extensions import db
from cocrea.tables.models import Session

READS = {"select", "join", "outerjoin", "select_from", "join_from"}
SPARED = {
    # one session, that somebody asked for by name or that is at hand
    "tables/queries/rooms.py:<module>",
    "tables/queries/agreements.py:_found",
    "tables/queries/agreements.py:visible_agreement",
    # what a small group never has: agreements, and what is owed by them
    "tables/queries/agreements.py:_listed",
    "tables/queries/todo.py:_duties",
    # what a forum called, which a small group never is
    "tables/queries/plenaries.py:sittings_of",
    # groups are meant as well, or alone
    "tables/queries/attendance.py:_within",
    "tables/queries/attendance.py:attending",
    "tables/queries/breakouts.py:groups_at_work",
    "tables/queries/breakouts.py:rounds",
    "tables/queries/breakouts.py:sessions_to_call_back",
    "tables/queries/floor.py:live_sessions",
}


def _functions() -> Iterator[tuple[str, ast.AST]]:
    """Every function of the application by file and name, and what a file does outside of any."""
    for path in sorted((PROJECT / "cocrea").rglob("*.py")):
        tree, name = ast.parse(path.read_text("utf-8")), path.relative_to(PROJECT / "cocrea").as_posix()
        outer = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        yield from ((f"{name}:{function.name}", function) for function in outer)
        for part in tree.body:
            if not isinstance(part, ast.FunctionDef | ast.ClassDef):
                yield f"{name}:<module>", part


def _reads_sessions(function: ast.AST) -> bool:
    """Whether it selects from, or joins, `Session` or a relationship called `session`."""
    calls = (call for call in ast.walk(function) if isinstance(call, ast.Call))
    reading = (call for call in calls if getattr(call.func, "attr", "") in READS)
    return any(_names_sessions(part) for call in reading for asked in call.args for part in ast.walk(asked))


def _names_sessions(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "Session"
    return isinstance(node, ast.Attribute) and node.attr == "session" and isinstance(node.value, ast.Name)


def _asks(function: ast.AST) -> bool:
    called = (call.func for call in ast.walk(function) if isinstance(call, ast.Call))
    return any(getattr(name, "id", getattr(name, "attr", "")) == "is_whole" for name in called)


def test_whoever_reads_sessions_leaves_small_groups_out():
    reading = [(name, function) for name, function in _functions() if _reads_sessions(function)]
    forgot = {name for name, function in reading if not _asks(function)}
    assert len(reading) > len(SPARED)
    assert forgot == SPARED


def test_the_guard_sees_a_list_that_forgets():
    forgetful = ast.parse("def late(table):\n    return sa.select(Session).where(Session.table_id == table.id)")
    assert _reads_sessions(forgetful)
    assert not _asks(forgetful)


def test_no_relationship_lists_sessions():
    """It would list the groups with them, and no statement would show it."""
    listing = [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in db.Model.registry.mappers
        for relation in sa.inspect(mapper).relationships
        if relation.mapper.class_ is Session and relation.uselist
    ]
    assert listing == []
