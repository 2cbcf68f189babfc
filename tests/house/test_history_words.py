"""Whatever is recorded can be told in words: every action and every field that operations write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cocrea.audit import words
from cocrea.config import PROJECT

ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
FILES = (".txt", ".html", ".json", ".csv")


def _constants() -> Iterator[tuple[str, str]]:
    """String constants of operations that look like an action, with their place."""
    for path in sorted((PROJECT / "cocrea").glob("*/operations*")) + sorted(
        (PROJECT / "cocrea").glob("*/operations/*")
    ):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
                yield node.value, f"{path.relative_to(PROJECT)}:{node.lineno}"


def test_every_action_has_words():
    domains = {name.partition(".")[0] for name in words.ACTIONS}
    found = [(name, place) for name, place in _constants() if not name.endswith(FILES)]
    unspoken = [f"{place} {name}" for name, place in found if name not in words.ACTIONS]
    assert len(domains) > 5
    assert not unspoken
