"""«Por hacer», gathered from the domains that know it."""

from __future__ import annotations

from datetime import timedelta

from cocrea.core import todo
from tests.conftest import NOW

DAY = timedelta(days=1)


def test_what_a_role_asks_comes_before_what_everyone_is_asked(monkeypatch):
    everyones = [todo.Todo("vota", "", "/", NOW + DAY, is_everyones=True), todo.Todo("escribe", "", "/", None, True)]
    own = [todo.Todo("publica", "", "/"), todo.Todo("verifica", "", "/", NOW + 9 * DAY)]
    monkeypatch.setattr(todo, "_providers", [lambda *_: everyones, lambda *_: own])
    assert [item.title for item in todo.gather(None, NOW)] == ["verifica", "publica", "vota", "escribe"]
