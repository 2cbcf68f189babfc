"""So often and no more, each on their own."""

from __future__ import annotations

from cocrea.core import rates
from cocrea.core.rates import Rate


def test_a_rate_refuses_what_is_too_often_and_forgets_with_time(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: moment[0])
    rate = Rate(3, 10)
    assert [rate.spend("a") for _ in range(4)] == [True, True, True, False]
    assert rate.spend("b")
    moment[0] += 10
    assert rate.spend("a")


def test_names_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(rates, "REMEMBERED", 5)
    rate = Rate(1, 10)
    for number in range(50):
        rate.spend(str(number))
    assert len(rate._spent) == 5
    assert not rate.spend("49")
