"""A serving process looks through what is new, not through what it loaded."""

from __future__ import annotations

import gc
import weakref

import pytest

from cocrea.core import memory


@pytest.fixture(autouse=True)
def restored():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Node:
    """Part of a circle, which only the collector can take away."""


def circle() -> weakref.ref[Node]:
    one, other = Node(), Node()
    one.other, other.other = other, one
    return weakref.ref(one)


def test_what_is_loaded_is_set_aside_and_what_comes_later_is_not():
    kept = Node()
    memory.settle()
    assert not any(found is kept for found in gc.get_objects())
    later = circle()
    gc.collect()
    assert later() is None
    assert kept


def test_garbage_goes_before_all_is_set_aside():
    garbage = circle()
    memory.settle()
    assert garbage() is None
