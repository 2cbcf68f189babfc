"""Whoever is on a roll is told once that they may vote, and reminded once if they have not: never of what is voted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.queries import credential_by_email
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.notifications import jobs, queries
from cocrea.notifications.models import Letters, Notice, Occasion, RollCall
from cocrea.notifications.queries import voters as voter_queries
from cocrea.voting import operations as voting_operations
from tests.factories import cycles, voting
from tests.factories import notifications as make
from tests.factories.accounts import credential, person

CLOSES = voting.OPENS + timedelta(days=3)
LAST_DAY = CLOSES - timedelta(days=1)


@pytest.fixture
def people(app):
    """Two who get letters, one who wants none, one without e-mail, one who was suspended since."""
    ana, luis, quiet, offline, gone = (person(name) for name in ("Ana", "Luis", "Callada", "Sin correo", "Lejos"))
    for one in (ana, luis, quiet, gone):
        credential(one)
    make.choose(quiet, Letters.NEVER)
    return ana, luis, quiet, offline, gone


@pytest.fixture
def contest(people):
    made = voting.contest(closes_at=CLOSES)
    with transaction():
        voting_operations.freeze(contest=made, now=voting.OPENS)
        people[-1].suspended_at = voting.OPENS
    return made


def call(clock, moment):
    clock.moment = moment
    jobs.call_to_vote.call_local()


def written(outbox):
    """The first name of whom each letter is to, in its order."""
    found = [credential_by_email(letter.to[0]).person.name for letter in outbox]
    outbox.clear()
    return found


def test_at_the_opening_each_gets_one_letter_and_a_notice(contest, people, clock, outbox):
    ana, _luis, quiet, offline, gone = people
    call(clock, voting.OPENS)
    letter = outbox[0]
    assert "Ya puedes votar" in letter.subject
    for words in (contest.question, "Cierra el", f"/votaciones/{contest.reference}/padron", "/correos/avisos/"):
        assert words in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert written(outbox) == ["Ana", "Luis"]
    assert make.actions(ana) == make.actions(quiet) == ["roll.opened"]
    assert make.actions(offline) == make.actions(gone) == []
    call(clock, voting.OPENS + timedelta(hours=1))
    assert written(outbox) == []


def test_on_the_last_day_whoever_did_not_vote_is_reminded_once_and_nothing_is_kept_of_it(
    contest, people, clock, outbox
):
    call(clock, voting.OPENS)
    voting.vote(contest, people[0], "yes")
    outbox.clear()
    call(clock, LAST_DAY - timedelta(minutes=1))
    assert written(outbox) == []
    call(clock, LAST_DAY)
    assert "faltaba tu participación" in outbox[0].body
    assert written(outbox) == ["Luis"]
    call(clock, LAST_DAY + timedelta(hours=5))
    assert written(outbox) == []
    assert make.actions(people[1]) == ["roll.opened"]


def test_what_was_called_off_has_closed_or_is_not_public_calls_nobody(contest, clock, outbox):
    call(clock, CLOSES)
    contest.cycle.published_at = None
    call(clock, voting.OPENS)
    assert written(outbox) == []
    contest.cycle.published_at = voting.OPENS
    with transaction():
        voting_operations.cancel(
            actor=cycles.facilitator(contest.cycle), contest=contest, reason="Faltó gente", now=voting.OPENS
        )
    call(clock, voting.OPENS)
    assert written(outbox) == []


def test_a_short_contest_reminds_nobody(people, clock, outbox):
    short = voting.contest(closes_at=voting.OPENS + timedelta(hours=47))
    with transaction():
        voting_operations.freeze(contest=short, now=voting.OPENS)
    call(clock, voting.OPENS)
    outbox.clear()
    call(clock, short.closes_at - timedelta(hours=1))
    assert written(outbox) == []


def test_a_long_roll_is_called_some_at_a_time_in_the_order_of_ids(contest, clock, outbox, monkeypatch):
    monkeypatch.setattr(voter_queries, "VOTERS_AT_ONCE", 1)
    monkeypatch.setattr(queries, "VOTERS_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "BATCHES", 2)
    call(clock, voting.OPENS)
    assert written(outbox) == ["Ana", "Luis"]
    call(clock, voting.OPENS)
    assert written(outbox) == []  # who wants none
    assert queries.calls_due(voting.OPENS) == []
    call(clock, LAST_DAY)
    assert written(outbox) == ["Ana", "Luis"]


def test_a_batch_that_fails_repeats_nothing_and_forgets_nobody(contest, clock, outbox, monkeypatch):
    monkeypatch.setattr(voter_queries, "VOTERS_AT_ONCE", 1)
    monkeypatch.setattr(queries, "VOTERS_AT_ONCE", 1)
    whole = jobs.operations.call_to_vote

    def dies(*, contest, occasion, now):
        answer = whole(contest=contest, occasion=occasion, now=now)
        if db.session.get_one(RollCall, (contest.id, Occasion.OPENED)).up_to == luis:
            raise RuntimeError
        return answer

    luis = db.session.scalar(sa.select(voting_operations.roll.Person.id).filter_by(name="Luis"))
    monkeypatch.setattr(jobs.operations, "call_to_vote", dies)
    with pytest.raises(RuntimeError):
        call(clock, voting.OPENS)
    assert written(outbox) == ["Ana"]
    monkeypatch.setattr(jobs.operations, "call_to_vote", whole)
    call(clock, voting.OPENS)
    assert written(outbox) == ["Luis"]


def _register(contest, someone):
    with transaction():
        voting_operations.register_late(
            actor=cycles.facilitator(contest.cycle),
            contest=contest,
            person=someone,
            reason="Faltó en la lista",
            now=voting.OPENS + timedelta(hours=2),
        )


@pytest.fixture
def late(contest):
    someone = person("Tardía")
    someone.verified_at = voting.OPENS + timedelta(hours=1)
    credential(someone)
    return someone


def test_whoever_is_registered_late_is_told_at_once_and_nobody_else(contest, late, clock, outbox):
    call(clock, voting.OPENS)
    outbox.clear()
    _register(contest, late)
    (letter,) = outbox
    assert "Te registraron en un padrón" in letter.subject
    assert f"/votaciones/{contest.reference}/padron" in letter.body and "Cierra el" in letter.body
    assert not any(option.title in letter.body for option in contest.options)
    assert written(outbox) == ["Tardía"]
    assert make.actions(late) == ["roll.registered"]
    call(clock, voting.OPENS + timedelta(hours=3))
    assert written(outbox) == []


def test_of_several_registered_late_each_is_told_once_and_who_has_no_email_is_not(contest, late, outbox):
    offline, other = person("Sin correo dos"), person("Otra")
    for one in (offline, other):
        one.verified_at = voting.OPENS + timedelta(hours=1)
    credential(other)
    for one in (late, offline, other):
        _register(contest, one)
    assert written(outbox) == ["Tardía", "Otra"]
    assert make.actions(offline) == []


def test_whoever_wants_no_letters_finds_the_notice(contest, late, outbox):
    make.choose(late, Letters.NEVER)
    _register(contest, late)
    assert written(outbox) == []
    assert make.actions(late) == ["roll.registered"]


def test_the_notice_is_read_among_the_others(client, contest, late):
    _register(contest, late)
    client.sign_in(late)
    page = client.get("/avisos").text
    assert "Te registraron en el padrón" in page and contest.question in page
    assert "Porque sigues" not in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1
