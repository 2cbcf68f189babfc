"""Who is in a room, counted and forgotten."""

from __future__ import annotations

import pytest

from cocrea.core import presence


@pytest.fixture(autouse=True)
def nobody_is_told(monkeypatch):
    monkeypatch.setattr(presence.socketio, "start_background_task", lambda *_: None)
    monkeypatch.setattr(presence, "_rooms", {})


def test_a_person_on_two_devices_counts_once():
    presence.enter("r", "c1", "p-1", "academia")
    presence.enter("r", "c2", "p-1", "academia")
    presence.enter("r", "c3", "c3", "reader")
    assert presence.counts("r") == {"academia": 1, "reader": 1}


def test_leaving_counts_out_of_every_room():
    presence.enter("r", "c1", "p-1", "academia")
    presence.enter("s", "c1", "p-1", "academia")
    presence.leave("c1")
    presence.leave("never-came")
    assert presence.counts("r") == presence.counts("s") == presence.counts("t") == {}


def test_who_is_here_is_known_by_their_ids_and_visitors_are_nobody():
    presence.enter("r", "c1", "p-1", "academia")
    presence.enter("r", "c2", "p-1", "academia")
    presence.enter("r", "c3", "c3", "reader")
    presence.enter("s", "c4", "p-2", "none")
    assert presence.people("r") == {"p-1"}
    assert presence.people("t") == set()


def test_a_room_is_told_again_when_redis_was_away(monkeypatch):
    told, answers = [], iter([ConnectionError, None, None])

    def everywhere(_room, here):
        if error := next(answers):
            raise error
        return here

    def sleep(_seconds):
        if told:
            presence.leave("c1")

    monkeypatch.setattr(presence.socketio, "sleep", sleep)
    monkeypatch.setattr(presence, "_everywhere", everywhere)
    monkeypatch.setattr(presence.socketio, "emit", lambda _event, said, to: told.append(said["counts"]))
    presence.enter("r", "c1", "p-1", "academia")
    presence._follow("r")
    assert told == [{"academia": 1}, {}]
