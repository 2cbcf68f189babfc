"""The minute's job that announces stages."""

from __future__ import annotations

from datetime import timedelta

from cocrea.audit import operations as audit
from cocrea.cycles.jobs import announce_stages
from cocrea.cycles.models import StageKind
from tests.conftest import NOW
from tests.factories import cycles


def test_listeners_are_told_once_per_opening(app, clock, monkeypatch):
    told = []
    monkeypatch.setitem(audit._listeners, "stage.opened", [lambda event: told.append(event.subject_id)])
    made = cycles.cycle()
    stage = cycles.stage(made, StageKind.VOTING, start=NOW + timedelta(minutes=1), end=NOW + timedelta(days=9))
    for _ in range(4):
        announce_stages()
        clock.advance(minutes=1)
    assert told == [stage.id]
