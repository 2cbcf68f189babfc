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
