"""One letter for one event, at once or in a digest: never empty, never twice, never of what is not to be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cocrea.core.db import transaction
from cocrea.discussion import addressees
from cocrea.extensions import db
from cocrea.notifications import jobs, operations, reach, things
from cocrea.notifications.models import Letters
from cocrea.notifications.queries import letters as letter_queries
from cocrea.proposals import operations as proposing
from cocrea.proposals.models import ProposalStatus
from tests.conftest import NOW
from tests.factories import cycles, discussion, proposals, tables
from tests.factories import notifications as make
from tests.factories.accounts import credential, person

MONDAY = datetime(2026, 6, 8, 14, 0, tzinfo=UTC)  # eight in the morning there


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def proposal(cycle):
    author = person("Autora 01")
    credential(author)
    return proposals.published(cycle, author=author)


def moved(proposal, *statuses, now=NOW):
    for status in statuses:
        with transaction():
            proposing.move(actor=None, proposal=proposal, status=status, now=now)


def write(clock, moment=None):
    if moment is not None:
        clock.moment = moment
    jobs.write_due_letters.call_local()


def to(outbox, someone):
    return [letter for letter in outbox if letter.to == [f"{someone.public_id}@example.org"]]


def test_at_once_says_what_happened_to_what_and_how_to_stop(proposal, outbox):
    someone = make.follower(proposal, name="Vecina 02")
    moved(proposal, ProposalStatus.ADMITTED)
    (letter,) = to(outbox, someone)
    assert proposal.title in letter.subject
    for words in (proposal.title, "La revisión la admitió", f"/propuestas/{proposal.reference}", "/correos/avisos/"):
        assert words in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/correos/avisos/" in letter.extra_headers["List-Unsubscribe"]


def test_in_the_language_of_whoever_reads_it(proposal, outbox):
    someone = make.follower(proposal, locale="en")
    moved(proposal, ProposalStatus.ADMITTED)
    (letter,) = to(outbox, someone)
    assert "Esto pasó" not in letter.body and "sigues" not in letter.subject


def test_who_wrote_or_supports_it_has_one_letter_of_one_step(proposal, outbox):
    supporter = make.follower(proposal, name="Vecina 02")
    discussion.support(proposal, supporter)
    make.follow(proposal.author, proposal)
    make.choose(proposal.author, Letters.AT_ONCE)
    moved(proposal, ProposalStatus.ADMITTED)
    for someone in (supporter, proposal.author):
        assert len(to(outbox, someone)) == 1
        assert make.actions(someone) == ["proposal.admitted"]  # and the notice beside it


def test_who_sits_at_the_table_has_one_letter_of_one_session(app, outbox):
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    member, someone = make.follower(table, name="Integrante 02"), make.follower(table, name="Vecina 03")
    tables.member(table, member)
    tables.session(table, facilitator, live=False, starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=4))
    assert [len(to(outbox, each)) for each in (member, someone)] == [1, 1]


@pytest.mark.parametrize(
    ("letters", "moments"),
    [
        (Letters.DAILY, [NOW + timedelta(hours=1), NOW + timedelta(hours=20), NOW + timedelta(hours=21)]),
        (Letters.WEEKLY, [NOW + timedelta(days=1), MONDAY, MONDAY + timedelta(days=1)]),
    ],
)
def test_a_digest_comes_at_its_time_and_once(proposal, outbox, clock, letters, moments):
    """`NOW` is a Friday at noon: a day's letters go out on Saturday at eight, a week's on Monday."""
    someone = make.follower(proposal, letters=letters)
    moved(proposal, ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT)
    counts = []
    for moment in moments:
        write(clock, moment)
        counts.append(len(to(outbox, someone)))
    assert counts == [0, 1, 1]
    body = to(outbox, someone)[0].body
    assert body.count(f"«{proposal.title}»") == 1
    assert "La revisión la admitió" in body and "Entró a una votación" in body


def test_a_second_digest_of_a_day_waits_for_the_next(proposal, outbox, clock):
    someone = make.follower(proposal, letters=Letters.DAILY)
    moved(proposal, ProposalStatus.ADMITTED)
    write(clock, NOW + timedelta(hours=20))
    moved(proposal, ProposalStatus.ON_BALLOT, now=NOW + timedelta(hours=20))
    write(clock, NOW + timedelta(hours=22))
    assert len(to(outbox, someone)) == 1
    write(clock, NOW + timedelta(hours=44))
    assert len(to(outbox, someone)) == 2


@pytest.mark.parametrize(
    ("letters", "happens", "quiet", "due"),
    [
        (Letters.WEEKLY, timedelta(days=2), [timedelta(days=2), timedelta(days=6)], timedelta(days=7)),
        (Letters.DAILY, timedelta(days=2, hours=6), [timedelta(days=2, hours=6)], timedelta(days=3)),
    ],
)
def test_what_happens_after_a_time_without_news_waits_for_the_next(
    proposal, outbox, clock, letters, happens, quiet, due
):
    """An event of a Wednesday is written on the next Monday; one of two in the afternoon, the next day at eight."""
    someone = make.follower(proposal, letters=letters)
    write(clock, MONDAY)
    moved(proposal, ProposalStatus.ADMITTED, now=MONDAY + happens)
    for moment in (*quiet, due - timedelta(seconds=1)):
        write(clock, MONDAY + moment)
    assert to(outbox, someone) == []
    write(clock, MONDAY + due)
    assert len(to(outbox, someone)) == 1


def test_nothing_is_lost_of_what_takes_several_statements(cycle, outbox, clock, monkeypatch):
    monkeypatch.setattr(letter_queries, "AT_ONCE", 2)
    monkeypatch.setattr(reach, "AT_ONCE", 1)
    several = [proposals.published(cycle) for _ in range(5)]
    readers = [make.follower(*several, letters=Letters.DAILY, name=f"Vecina {n}") for n in range(2)]
    for proposal in several:
        discussion.support(proposal, readers[0])
    for proposal in several:
        moved(proposal, ProposalStatus.ADMITTED)
    told_already = len(to(outbox, readers[0]))
    write(clock, NOW + timedelta(days=1))
    (letter,) = to(outbox, readers[1])
    places = [letter.body.find(f"/propuestas/{proposal.reference}") for proposal in several]
    assert -1 not in places and places == sorted(places)
    assert len(to(outbox, readers[0])) == told_already  # as a supporter: no second letter


def test_nothing_waits_for_who_has_no_confirmed_address(proposal, outbox, clock):
    someone = make.follower(proposal, verified=False, letters=Letters.DAILY)
    moved(proposal, ProposalStatus.ADMITTED)
    someone.verified_at = NOW
    db.session.commit()
    write(clock, NOW + timedelta(days=1))
    assert to(outbox, someone) == []


def test_nothing_new_is_no_letter(proposal, outbox, clock):
    someone = make.follower(proposal, letters=Letters.DAILY)
    write(clock, NOW + timedelta(days=2))
    assert to(outbox, someone) == []


def test_no_letters_when_none_are_wanted_or_the_address_is_not_confirmed(proposal, outbox, clock):
    quiet = make.follower(proposal, letters=Letters.NEVER)
    unconfirmed = make.follower(proposal, verified=False)
    moved(proposal, ProposalStatus.ADMITTED)
    write(clock, NOW + timedelta(days=8))
    assert to(outbox, quiet) == to(outbox, unconfirmed) == []
    assert make.actions(quiet) == make.actions(unconfirmed) == ["proposal.admitted"]


def test_what_waits_is_dropped_when_letters_stop_or_it_is_no_longer_followed(proposal, outbox, clock):
    stopped, unfollowing = (make.follower(proposal, letters=Letters.DAILY) for _ in range(2))
    moved(proposal, ProposalStatus.ADMITTED)
    make.choose(stopped, Letters.NEVER)
    make.choose(stopped, Letters.DAILY)
    with transaction():
        operations.unfollow(person=unfollowing, scope=things.scope_of(proposal))
    write(clock, NOW + timedelta(days=2))
    assert to(outbox, stopped) == to(outbox, unfollowing) == []


def test_the_letter_is_judged_when_it_is_written(proposal, outbox, clock):
    someone = make.follower(proposal, letters=Letters.DAILY)
    title = proposal.title
    moved(proposal, ProposalStatus.ADMITTED)
    discussion.hide(proposal)
    write(clock, NOW + timedelta(days=1))
    (letter,) = to(outbox, someone)
    assert title not in letter.body + letter.subject
    assert "Oculta por moderación" in letter.body


def test_of_what_cannot_be_seen_at_all_there_is_no_letter(proposal, outbox, clock):
    someone = make.follower(proposal, letters=Letters.DAILY)
    moved(proposal, ProposalStatus.ADMITTED)
    proposal.cycle.published_at = None
    db.session.commit()
    write(clock, NOW + timedelta(days=1))
    assert to(outbox, someone) == []


def test_a_suspended_account_is_not_written_to(proposal, outbox, clock):
    someone = make.follower(proposal, letters=Letters.DAILY)
    moved(proposal, ProposalStatus.ADMITTED)
    someone.suspended_at = NOW
    db.session.commit()
    write(clock, NOW + timedelta(days=1))
    assert to(outbox, someone) == []


def test_many_are_written_to_some_in_each_transaction(proposal, outbox, monkeypatch):
    monkeypatch.setattr(addressees, "LETTERS_AT_ONCE", 2)
    readers = [make.follower(proposal, name=f"Vecina {n}") for n in range(5)]
    moved(proposal, ProposalStatus.ADMITTED)
    assert [len(to(outbox, reader)) for reader in readers] == [1] * 5


def test_a_long_letter_says_how_much_more_there_is(cycle, outbox, clock, monkeypatch):
    monkeypatch.setattr(operations, "MOST", 1)
    several = [proposals.published(cycle) for _ in range(3)]
    someone = make.follower(*several, letters=Letters.DAILY)
    for proposal in several:
        moved(proposal, ProposalStatus.ADMITTED)
    write(clock, NOW + timedelta(days=1))
    (letter,) = to(outbox, someone)
    assert "2 cosas más" in letter.body
