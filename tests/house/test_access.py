"""Deny by default: every route and every socket event says who may use it."""

from __future__ import annotations

from cocrea.core import live


def test_every_route_declares_its_access(session_app):
    undeclared = [
        str(rule)
        for rule in session_app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(session_app.view_functions[rule.endpoint], "access")
    ]
    assert undeclared == []


def test_every_socket_event_declares_its_access():
    assert live.EVENTS, "no live event is registered"
    assert all(event.access for event in live.EVENTS.values())
