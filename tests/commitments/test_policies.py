"""Who may do what with a commitment, as a table: the cycle is open for all of it."""

from __future__ import annotations

import pytest

from cocrea.accounts.models import Role, Visitor
from cocrea.commitments import policies, sections
from cocrea.commitments.models import Party
from cocrea.cycles.models import StageKind
from tests.factories import commitments, cycles
from tests.factories.accounts import grant, organisation, person

SOLUTION = sections.BY_SLUG["solucion"]
#            writes  names the parties  signs as lead  signs as counterpart  publishes
TABLE = {
    "visitor": (False, False, False, False, False),
    "participant": (False, False, False, False, False),
    "unverified official": (False, False, False, False, False),
    "official of another": (False, False, False, False, False),
    "official of the counterpart": (False, False, False, False, False),
    "counterpart of another": (False, False, False, False, False),
    "facilitator of another": (False, False, False, False, False),
    "facilitator": (True, True, False, False, False),
    "official": (True, True, True, False, False),
    "watcher": (True, False, False, True, False),
    "steward": (True, True, False, False, True),
}


@pytest.fixture
def ready(app):
    return commitments.complete()


def _actor(name, commitment, of):
    made = {
        "visitor": Visitor,
        "participant": person,
        "unverified official": lambda: grant(person(verified=False), Role.OFFICIAL, of.lead),
        "official of another": lambda: grant(person(), Role.OFFICIAL, organisation()),
        "official of the counterpart": lambda: grant(person(), Role.OFFICIAL, of.counterpart),
        "counterpart of another": lambda: grant(person(), Role.COUNTERPART, organisation()),
        "facilitator of another": lambda: cycles.facilitator(cycles.cycle(StageKind.DRAFTING)),
        "facilitator": lambda: of.facilitator,
        "official": lambda: of.official,
        "watcher": lambda: of.watcher,
        "steward": lambda: cycles.steward(commitment.cycle),
    }
    return made[name]()


def _may(actor, commitment, now):
    return (
        policies.can_edit_section(actor, (commitment, SOLUTION), now),
        policies.can_edit_section(actor, (commitment, sections.PARTIES), now),
        policies.can_sign(actor, (commitment, Party.LEAD), now),
        policies.can_sign(actor, (commitment, Party.COUNTERPART), now),
        policies.can_publish_plan(actor, commitment.cycle, now),
    )


@pytest.mark.parametrize("name", TABLE)
def test_the_table(ready, now, name):
    commitment, of = ready
    decisions = _may(_actor(name, commitment, of), commitment, now)
    assert tuple(map(bool, decisions)) == TABLE[name]
    assert all(decision or str(decision.reason) for decision in decisions)


def test_once_both_signed_nobody_writes_or_signs(ready, now):
    commitment, of = ready
    commitments.sign(commitment, of)
    for actor in (of.facilitator, of.official, of.watcher, cycles.steward(commitment.cycle)):
        assert not any(_may(actor, commitment, now)[:4])


def test_everyone_reads_what_is_being_written(ready, now):
    commitment, of = ready
    for actor in (Visitor(), person(), of.official):
        assert policies.can_see(actor, commitment, now)
    commitment.cycle.published_at = None
    for actor in (Visitor(), person(), of.official):
        assert not policies.can_see(actor, commitment, now)
