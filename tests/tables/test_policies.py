"""Who may do what at a table, in its own words, without a database of people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import Role
from cocrea.tables import policies
from cocrea.tables.models import MemberRole, Place, Room, TableMember
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import grant, person


@pytest.fixture
def room(app):
    session, _facilitator = tables.live_session()
    return session


def seat(session, role=MemberRole.MEMBER):
    return Room(session, TableMember(table_id=session.table_id, person_id=0, role=role))


@pytest.mark.parametrize("role", [role for role in MemberRole if role != MemberRole.OBSERVER])
def test_every_seat_but_the_observers_speaks(room, role):
    assert policies.can_post(person(), seat(room, role), NOW)


def test_observers_read(room):
    assert "observación" in str(policies.can_post(person(), seat(room, MemberRole.OBSERVER), NOW).reason)


def test_only_confirmed_people_speak(room):
    assert "Confirma tu correo" in str(policies.can_post(person(verified=False), seat(room), NOW).reason)


def test_the_facilitation_of_a_table_runs_that_table_only(room):
    other = tables.table()
    someone = grant(person(), Role.FACILITATOR, room.table)
    assert policies.can_run(someone, Place(room.table, None), NOW)
    assert policies.can_post(someone, Room(room, None), NOW)
    assert not policies.can_run(someone, Place(other, None), NOW)


def test_a_session_ends_also_after_the_stage(room):
    someone = grant(person(), Role.FACILITATOR, room.table)
    later = NOW + timedelta(days=30)
    assert not policies.can_run(someone, Place(room.table, None), later)
    assert policies.can_end(someone, Room(room, None), later)


def test_joining_says_when_it_will_be_possible(room):
    early = NOW - timedelta(days=30)
    assert "abre el" in str(policies.can_join(person(), Place(room.table, None), early).reason)
