"""Events leave at once, in order, each once; where telling a room costs much, several in one frame."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace

import pytest

from cocrea.core import broadcast


class Line:
    """What leaves for the room; each frame costs so much of the processor, and rests end when they are told to."""

    def __init__(self) -> None:
        self.cost, self.clock = 0.0, 0.0
        self.frames: list[list[int]] = []
        self.rests: deque[tuple] = deque()
        self.meanwhile: deque[int] = deque()

    def emit(self, _event, frame, to):
        self.clock += self.cost
        self.frames.append([event["n"] for event in frame["events"]])
        while self.meanwhile:
            say(self.meanwhile.popleft())

    def end_rest(self):
        task, *arguments = self.rests.popleft()
        task(*arguments)


def say(number):
    broadcast.publish("r", number, {"n": number})


@pytest.fixture
def line(monkeypatch):
    line = Line()
    monkeypatch.setattr(broadcast, "_waiting", {})
    monkeypatch.setattr(
        broadcast, "time", SimpleNamespace(thread_time=lambda: line.clock, monotonic=lambda: line.clock)
    )
    monkeypatch.setattr(broadcast.socketio, "emit", line.emit)
    monkeypatch.setattr(broadcast.socketio, "start_background_task", lambda *task: line.rests.append(task))
    monkeypatch.setattr(broadcast.socketio, "sleep", lambda seconds: setattr(line, "slept", seconds))
    return line


def test_in_a_small_room_each_leaves_at_once(line):
    for number in range(3):
        say(number)
    assert (line.frames, len(line.rests)) == ([[0], [1], [2]], 0)


def test_what_comes_while_a_frame_is_on_its_way_shares_the_next_in_order(line):
    line.meanwhile.extend([3, 2])
    say(1)
    assert line.frames == [[1], [2, 3]]


def test_in_a_full_room_what_comes_during_the_rest_shares_one_frame(line):
    line.cost = 0.02
    for number in (1, 3, 2):
        say(number)
    assert line.frames == [[1]]
    line.end_rest()
    assert (line.frames, line.slept) == ([[1], [2, 3]], pytest.approx(0.06))
    line.end_rest()
    say(4)
    assert line.frames == [[1], [2, 3], [4]]


def test_where_no_rest_can_be_had_it_goes_on_at_once(line, monkeypatch):
    def refuse(*_task):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(broadcast.socketio, "start_background_task", refuse)
    line.cost = 0.02
    line.meanwhile.append(2)
    say(1)
    say(3)
    assert line.frames == [[1], [2], [3]]


def test_nobody_waits_longer_than_the_longest_rest(line):
    line.cost = 3
    say(1)
    line.end_rest()
    assert line.slept == broadcast.REST


def test_what_could_not_be_sent_stops_nothing(line, monkeypatch):
    def broken(*_frame, to):
        raise ConnectionError(to)

    monkeypatch.setattr(broadcast.socketio, "emit", broken)
    say(1)
    monkeypatch.setattr(broadcast.socketio, "emit", line.emit)
    say(2)
    assert line.frames == [[2]]
