"""Who is writing, counted by label and soon forgotten."""

from __future__ import annotations

import pytest

from cocrea.core import writing


class Wall:
    """The clock and the wire of a test: sleeping moves the one, telling is kept by the other."""

    def __init__(self):
        self.moment, self.told, self.tasks = 0.0, [], []

    def sleep(self, seconds):
        self.moment += seconds

    def emit(self, name, frame, to):
        assert (name, frame["room"], frame["from"]) == ("room.typing", to, writing.PROCESS)
        self.told.append((self.moment, frame["counts"]))


@pytest.fixture
def wall(monkeypatch):
    found = Wall()
    monkeypatch.setattr(writing, "_rooms", {})
    monkeypatch.setattr(writing.time, "monotonic", lambda: found.moment)
    monkeypatch.setattr(writing.socketio, "start_background_task", lambda *task: found.tasks.append(task))
    monkeypatch.setattr(writing.socketio, "sleep", found.sleep)
    monkeypatch.setattr(writing.socketio, "emit", found.emit)
    return found


def test_people_are_counted_once_and_never_named(wall):
    for who, label in (("p-1", "academia"), ("p-1", "academia"), ("p-2", "academia"), ("p-3", "none")):
        writing.note("r", who, label)
    assert writing.counts("r") == {"academia": 2, "none": 1}
    writing.done("r", "p-2")
    writing.done("s", "p-2")
    assert writing.counts("r") == {"academia": 1, "none": 1}
    assert len(wall.tasks) == 1, "one follows the room"


def test_a_room_is_told_at_once_now_and_then_and_when_nobody_writes_any_more(wall):
    writing.note("r", "p-1", "academia")
    follow, room = wall.tasks[0]
    follow(room)
    assert wall.told == [(0.0, {"academia": 1}), (4.0, {"academia": 1}), (6.0, {})]
    assert writing._rooms == {}, "nothing is left of it"
    writing.note("r", "p-1", "academia")
    assert len(wall.tasks) == 2
