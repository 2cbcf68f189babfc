"""Officials learn of what is routed to their institution in one letter, and are reminded once before and once after."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Grant, Role
from cocrea.accounts.queries import credential_of
from cocrea.core.db import transaction
from cocrea.core.i18n import zone
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.proposals import feeding, jobs, operations
from cocrea.proposals.models import ResponseKind
from cocrea.proposals.operations import Answer
from cocrea.proposals.queries import reminding
from cocrea.proposals.queries.reminding import LONGEST, QUIET
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import credential, grant, organisation, person
from tests.real import at_once

SOON = NOW + QUIET


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def ministry(app):
    return organisation()


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def official(institution):
    made = grant(person(), Role.OFFICIAL, institution)
    credential(made)
    return made


def routed(cycle, ministry, number=1):
    return [proposals.routed(proposals.admitted(cycle), ministry) for _ in range(number)]


def tell(now=SOON):
    with transaction():
        return operations.tell_of_routings(now=now)


def remind(now):
    with transaction():
        return operations.remind_of_answers(now=now)


def morning(cycle, day, hour=10):
    return datetime.combine(day, time(hour), zone(cycle.timezone))


def test_one_letter_tells_of_all_that_was_routed_together_once(cycle, ministry, outbox):
    readers, other = [official(ministry) for _ in range(2)], official(organisation())
    batch = routed(cycle, ministry, 3)
    assert tell(NOW + QUIET - timedelta(seconds=1)) == 0
    assert tell() == 2
    assert tell() == tell(SOON + timedelta(days=1)) == 0
    addresses = {f"{reader.public_id}@example.org" for reader in readers}
    assert {letter.to[0] for letter in outbox} == addresses
    assert f"{other.public_id}@example.org" not in addresses
    for routing in batch:
        assert routing.proposal.reference in outbox[0].body
        assert routing.proposal.title in outbox[0].body
    assert "Encabeza la respuesta" in outbox[0].body
    assert "26 de junio" in outbox[0].body
    assert "/respuestas-pendientes" in outbox[0].body


def test_who_goes_on_routing_for_an_hour_does_not_keep_the_letter_back(cycle, ministry, outbox):
    official(ministry)
    first, last = routed(cycle, ministry, 2)
    with transaction():
        db.session.merge(last).routed_at = NOW + LONGEST - timedelta(minutes=1)
    assert tell() == 0
    assert tell(NOW + LONGEST) == 1
    assert first.proposal.reference in outbox[0].body
    assert last.proposal.reference in outbox[0].body


def test_what_was_taken_back_or_answered_meanwhile_is_not_told(cycle, ministry, outbox):
    who = official(ministry)
    withdrawn, unrouted, answered = routed(cycle, ministry, 3)
    author, facilitator = withdrawn.proposal.author, cycles.facilitator(cycle)
    with transaction():
        operations.withdraw(actor=author, proposal=withdrawn.proposal, reason="Ya no.", now=NOW)
        gone = {"proposal": unrouted.proposal, "organisation": ministry}
        operations.unroute(actor=facilitator, **gone, reason="No le toca.", now=NOW)
        said = Answer(ResponseKind.ALREADY, "Ya se hace.")
        operations.respond_to_each(actor=who, routings=[answered.id], answer=said, now=NOW)
    assert tell() == 0
    assert outbox == []


def test_drafts_show_through_no_letter(cycle, ministry, outbox):
    who = official(ministry)
    (given,) = routed(cycle, ministry)
    with transaction():
        operations.prepare(actor=who, routing=given, answer=Answer(None, "Ojo: secreto."), base="", now=NOW)
    tell()
    remind(morning(cycle, given.due_on))
    assert len(outbox) == 2
    assert not any("secreto" in letter.body for letter in outbox)


def test_one_reminder_before_and_one_after_never_twice_nor_at_night(cycle, ministry, outbox):
    official(ministry)
    first, second = routed(cycle, ministry, 2)
    due = first.due_on
    assert remind(morning(cycle, due - timedelta(days=4))) == 0
    assert remind(morning(cycle, due - timedelta(days=3), hour=3)) == 0
    assert remind(morning(cycle, due - timedelta(days=3))) == 1
    assert remind(morning(cycle, due - timedelta(days=2))) == remind(morning(cycle, due)) == 0
    assert remind(morning(cycle, due + timedelta(days=1))) == 1
    assert remind(morning(cycle, due + timedelta(days=2))) == 0
    before, after = (letter.body for letter in outbox)
    assert "vence el plazo" in before
    assert "venció el plazo" in after
    for routing in (first, second):
        assert routing.proposal.reference in before
        assert routing.proposal.reference in after


def test_a_reminder_names_all_that_is_due_however_many_are_written_at_once(cycle, ministry, outbox, monkeypatch):
    monkeypatch.setattr(reminding, "AT_ONCE", 3)
    people = [official(ministry), official(ministry)]
    due = routed(cycle, ministry, 2)
    day = morning(cycle, due[0].due_on)
    assert [remind(day), remind(day), remind(day)] == [1, 1, 0]
    assert len({letter.to[0] for letter in outbox}) == len(people)
    assert all(routing.proposal.reference in letter.body for letter in outbox for routing in due)


def test_nobody_is_reminded_of_what_is_answered_long_overdue_or_whose_they_are_not(cycle, ministry, outbox):
    who, suspended = official(ministry), official(ministry)
    official(organisation())
    (given,) = routed(cycle, ministry)
    with transaction():
        db.session.merge(suspended).suspended_at = NOW
    assert remind(morning(cycle, given.due_on + timedelta(days=20))) == 0
    assert remind(morning(cycle, given.due_on)) == 1
    assert outbox[0].to[0] == f"{who.public_id}@example.org"
    with transaction():
        said = Answer(ResponseKind.ALREADY, "Ya se hace.")
        operations.respond_to_each(actor=who, routings=[given.id], answer=said, now=NOW)
    assert remind(morning(cycle, given.due_on + timedelta(days=1))) == 0


def test_what_was_merged_and_what_returned_is_told_to_who_had_to_answer(ministry, outbox):
    cycle = proposals.working_cycle(StageKind.TABLES)
    reader, (given, answered) = official(ministry), routed(cycle, ministry, 2)
    tell()
    with transaction():
        answer = Answer(ResponseKind.ALREADY, "Ya existe.")
        operations.respond_to_each(actor=reader, routings=[answered.id], answer=answer, now=NOW)
    asked = proposals.merging(cycles.facilitator(cycle), [given.proposal, answered.proposal])
    outbox.clear()
    proposals.consented(asked)
    (letter,) = [letter for letter in outbox if letter.to[0] == f"{reader.public_id}@example.org"]
    assert ministry.name in letter.subject
    assert given.proposal.reference in letter.body and asked.made[0].reference in letter.body
    assert answered.proposal.reference not in letter.body
    outbox.clear()
    with transaction():
        operations.undo(actor=asked.drafted_by, rearrangement=asked, reason="Eran distintas.", now=NOW)
    (letter,) = [letter for letter in outbox if letter.to[0] == f"{reader.public_id}@example.org"]
    assert given.proposal.reference in letter.body and "Vuelve a esperar su respuesta" in letter.body
    assert asked.made[0].reference not in letter.body


def test_ten_processes_at_once_tell_it_once(committed_app):
    cycle, ministry = proposals.working_cycle(), organisation()
    official(ministry)
    (given,) = routed(cycle, ministry)
    when = morning(cycle, given.due_on)
    assert sorted(at_once(committed_app, [tell] * 10)) == [0] * 9 + [1]
    assert sorted(at_once(committed_app, [lambda: remind(when)] * 10)) == [0] * 9 + [1]


def test_the_jobs_run_it(app, cycle, ministry, outbox, clock):
    official(ministry)
    (given,) = routed(cycle, ministry)
    clock.advance(minutes=11)
    jobs.tell_of_routings()
    clock.advance(days=(given.due_on - NOW.date()).days - 1)
    jobs.remind_of_answers()
    assert len(outbox) == 2


def test_officials_learn_of_what_was_not_published_at_its_moment(app, cycle, ministry, outbox, monkeypatch, caplog):
    monkeypatch.setattr(feeding, "_loaders", [lambda _cycle: {"COM-1": "Diez plazas"}])
    stays, gone, hour = official(ministry), official(ministry), NOW + timedelta(hours=1)
    batch = routed(cycle, ministry, 2)
    for actor, routing, feeds in ((gone, batch[0], ()), (stays, batch[1], ("COM-1",))):
        said = Answer(ResponseKind.PARTLY, "Secreto.", feeds=feeds)
        with transaction():
            operations.schedule(actor=actor, routing=routing, answer=said, publish_at=hour, base="", now=NOW)
    with transaction() as session:
        session.execute(sa.delete(Grant).where(Grant.person_id == gone.id))
    monkeypatch.setattr(feeding, "_loaders", [lambda _cycle: {}])
    db.session.expire_all()
    with transaction():
        assert operations.publish_due(now=hour) == []
    assert [letter.to for letter in outbox] == [[credential_of(stays.id).email]]
    assert all(routing.proposal.reference in outbox[0].body for routing in batch)
    assert "Secreto." not in outbox[0].body
    assert caplog.messages == ["scheduled answers not published: 2"]
    with transaction():
        assert operations.publish_due(now=hour) == []
    assert len(outbox) == 1
