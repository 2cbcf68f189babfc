"""Who may appoint, suspend and register others; and that a pending second factor withholds every role."""

from __future__ import annotations

import pytest

from cocrea.accounts.models import PLATFORM, Grant, Person, Role, Visitor
from cocrea.accounts.policies import Post, can_appoint, can_assist, can_suspend
from tests.conftest import NOW


def someone(role: Role | None = None, scope: str = "", *, pending: bool = False) -> Person:
    person = Person(id=1, name="Alguien", created_at=NOW, verified_at=NOW)
    person.all_grants = [Grant(role=role, scope=scope)] if role else []
    person.second_factor_pending = pending
    return person


ADMIN = (Role.ADMINISTRATOR, PLATFORM)
STEWARD = (Role.STEWARD, "space:1")
FACILITATOR = (Role.FACILITATOR, "cycle:5")


@pytest.mark.parametrize(
    ("holder", "post", "allowed"),
    [
        (ADMIN, Post(Role.STEWARD, "space:9"), True),
        (ADMIN, Post(Role.ADMINISTRATOR, PLATFORM), True),
        (ADMIN, Post(Role.ADMINISTRATOR, "space:1"), False),
        (STEWARD, Post(Role.FACILITATOR, "cycle:5", ("space:1",)), True),
        (STEWARD, Post(Role.STEWARD, "space:1"), True),
        (STEWARD, Post(Role.FACILITATOR, "cycle:6", ("space:2",)), False),
        (STEWARD, Post(Role.ADMINISTRATOR, PLATFORM), False),
        (STEWARD, Post(Role.OFFICIAL, "organisation:3"), False),
        (FACILITATOR, Post(Role.RAPPORTEUR, "table:7", ("cycle:5", "space:1")), True),
        (FACILITATOR, Post(Role.FACILITATOR, "cycle:5"), False),
        ((Role.OFFICIAL, "organisation:1"), Post(Role.OFFICIAL, "organisation:1"), False),
        ((None, ""), Post(Role.OBSERVER, "cycle:5"), False),
    ],
)
def test_appointing(app, holder, post, allowed):
    assert bool(can_appoint(someone(*holder), post, NOW)) is allowed
    assert not can_appoint(someone(*holder, pending=True), post, NOW)
    assert not can_appoint(Visitor(), post, NOW)


def test_suspending(app):
    other = Person(id=2, name="Otra", created_at=NOW)
    admin = someone(*ADMIN)
    assert can_suspend(admin, other, NOW)
    assert not can_suspend(admin, admin, NOW)
    assert not can_suspend(someone(*STEWARD), other, NOW)
    assert not can_suspend(someone(*ADMIN, pending=True), other, NOW)


def test_assisting(app):
    scopes = ("cycle:5", "space:1")
    assert can_assist(someone(*FACILITATOR), scopes, NOW)
    assert can_assist(someone(*STEWARD), scopes, NOW)
    assert not can_assist(someone(Role.FACILITATOR, "cycle:6"), scopes, NOW)
    assert not can_assist(someone(*FACILITATOR, pending=True), scopes, NOW)


@pytest.mark.parametrize("role", list(Role))
def test_a_pending_second_factor_withholds_every_role(role):
    person = someone(role, "organisation:3", pending=True)
    assert not person.holds(role, "organisation:3")
    assert person.organisation_ids(role) == set()
    assert not person.is_administrator
    person.second_factor_pending = False
    assert person.holds(role, "organisation:3")
