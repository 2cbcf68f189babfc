"""Merges and splits in any order, and with everything that may happen to their sources at the same moment."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import support, unsupport
from cocrea.extensions import db
from cocrea.proposals import operations
from cocrea.proposals.models import (
    REARRANGEMENT_TRANSITIONS,
    Finding,
    Proposal,
    Rearrangement,
    RearrangementState,
)
from tests.conftest import NOW
from tests.factories import cycles, discussion, proposals
from tests.factories.accounts import person
from tests.proposals.rearranging import assert_in_order
from tests.real import at_once

LATER = NOW + timedelta(days=11)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["merge", "split", "yes", "no", "conclude", "cancel", "undo", "late", "support", "unsupport"]
        ),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=25,
)


def act(verb, actor, rearrangement, **more):
    with transaction():
        verb(actor=actor, rearrangement=rearrangement, now=NOW, **more)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_states_follow_the_table_and_people_count_once(app, acts):
    cycle = proposals.working_cycle()
    facilitator, crowd = cycles.facilitator(cycle), [person() for _ in range(4)]
    known, made, states = [proposals.published(cycle) for _ in range(4)], [], {}
    for verb, first, second in acts:
        with suppress(CocreaError):
            _walk(verb, facilitator, known, made, crowd, first, second)
        for one in made:
            before = states.get(one.id, RearrangementState.PROPOSED)
            assert one.state is before or _reaches(before, one.state)
            states[one.id] = one.state
        assert_in_order([*known, *(found for one in made for found in one.made)], made)


def _walk(verb, facilitator, known, made, crowd, first, second):
    latest = made[-1] if made else None
    match verb:
        case "merge":
            made.append(proposals.merging(facilitator, [known[first], known[second]]))
        case "split":
            made.append(proposals.splitting(facilitator, known[first]))
        case "support" | "unsupport":
            change = support if verb == "support" else unsupport
            with transaction():
                change(actor=crowd[second], contribution=known[first], now=NOW)
        case "late":
            with transaction():
                operations.lapse_due(now=LATER)
        case _ if latest is not None:
            if verb in {"yes", "no"}:
                who = latest.authors[first % len(latest.authors)]
                act(operations.answer, who, latest, consents=verb == "yes", reason="Así.")
            elif verb == "conclude":
                act(operations.conclude, facilitator, latest)
            else:
                act({"cancel": operations.cancel, "undo": operations.undo}[verb], facilitator, latest, reason="Así.")


def _reaches(before, after):
    """In one step, or in the two that one answer may take."""
    steps = REARRANGEMENT_TRANSITIONS[before]
    return after in steps or any(after in REARRANGEMENT_TRANSITIONS[step] for step in steps)


def _one(kind, found):
    return db.session.get_one(kind, found)


def _supporting(who, proposal):
    with transaction():
        return support(actor=_one(Person, who), contribution=_one(Proposal, proposal), now=NOW) and who


def _consenting(who, asked):
    act(operations.answer, _one(Person, who), _one(Rearrangement, asked), consents=True, reason="")


def _revising(proposal):
    proposals.revised(_one(Proposal, proposal), body="Otro texto.")


def _withdrawing(proposal):
    found = _one(Proposal, proposal)
    with transaction():
        operations.withdraw(actor=found.author, proposal=found, reason="Ya no.", now=NOW)


def _admitting(facilitator, proposal):
    found = _one(Proposal, proposal)
    judged = [(Finding.MET, "")] * 6
    with transaction():
        operations.admit(actor=_one(Person, facilitator), proposal=found, findings=judged, now=NOW)


@pytest.mark.slow
def test_supports_given_while_it_takes_effect_are_never_lost(committed_app):
    cycle = proposals.working_cycle()
    pair, crowd = [proposals.published(cycle) for _ in range(2)], [person().id for _ in range(20)]
    asked, ids, authors = (
        proposals.merging(cycles.facilitator(cycle), pair),
        [one.id for one in pair],
        [one.author_id for one in pair],
    )
    number = asked.id
    calls = [partial(_supporting, who, ids[place % 2]) for place, who in enumerate(crowd)]
    consents = [partial(_consenting, who, number) for who in authors]
    answers = at_once(committed_app, [*calls[:8], consents[0], *calls[8:14], consents[1], *calls[14:]])
    db.session.rollback()
    assert all(isinstance(answer, int | Denied | None) for answer in answers), answers
    done = _one(Rearrangement, number)
    assert done.state is RearrangementState.DONE
    assert discussion.supporters(done.made[0]) == {answer for answer in answers if isinstance(answer, int)}
    assert done.made[0].support_count == len(discussion.supporters(done.made[0]))


@pytest.mark.slow
@pytest.mark.parametrize("other", [_revising, _withdrawing, _admitting])
def test_what_happens_to_a_source_meanwhile_comes_before_or_after(committed_app, other):
    cycle = proposals.working_cycle()
    facilitator = cycles.facilitator(cycle)
    pair = [proposals.published(cycle) for _ in range(2)]
    asked, first = proposals.merging(facilitator, pair), pair[0].id
    number, authors = asked.id, [one.author_id for one in pair]
    meanwhile = partial(other, facilitator.id, first) if other is _admitting else partial(other, first)
    proposals.consented(asked, pair[0].author)
    answers = at_once(committed_app, [partial(_consenting, authors[1], number), meanwhile])
    db.session.rollback()
    assert all(isinstance(answer, Denied | Conflict | None) for answer in answers), answers
    done, source = _one(Rearrangement, number), _one(Proposal, first)
    assert (done.state, source.visibility) in {
        (RearrangementState.DONE, Visibility.MERGED),
        (RearrangementState.CONSENTED, Visibility.WITHDRAWN),
    }
    assert source.version == 1


@pytest.mark.slow
def test_two_merges_that_share_a_source_at_once_leave_one(committed_app):
    cycle = proposals.working_cycle()
    facilitators = [cycles.facilitator(cycle).id for _ in range(2)]
    three = [proposals.published(cycle).id for _ in range(3)]

    def merging(who, ids):
        proposals.merging(_one(Person, who), [_one(Proposal, found) for found in ids])

    calls = [partial(merging, facilitators[0], three[:2]), partial(merging, facilitators[1], three[:0:-1])]
    answers = at_once(committed_app, calls)
    db.session.rollback()
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"], answers
    assert len(db.session.scalars(sa.select(Rearrangement)).all()) == 1
