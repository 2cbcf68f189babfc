"""Booths, shifts, and one vote for each line of the roll whether on paper or online."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.voting import operations, policies, queries
from cocrea.voting.models import OptionOrder, RollEntry, Secrecy, ShiftKind
from cocrea.voting.rules import RuleName
from tests.conftest import NOW
from tests.factories import cycles, history, voting
from tests.factories.accounts import credential, person

HOUR = timedelta(hours=1)
OPENS, CLOSES = voting.BOOTH_OPENS, voting.BOOTH_CLOSES
DURING = OPENS + HOUR


@contextmanager
def refused(kind, words):
    with pytest.raises(kind) as error:
        yield
    assert words in str(error.value.message)


@pytest.fixture
def voter(app):
    return voting.electorate(1)[0]


@pytest.fixture
def contest(voter):
    return voting.contest()


@pytest.fixture
def frozen(contest):
    with transaction():
        return operations.freeze(contest=contest, now=voting.OPENS)


def entry(voter, booth):
    db.session.expire_all()
    return db.session.get(RollEntry, (booth.contest_id, voter.id))


def set_up(contest, *days, now=NOW, **kwargs):
    return voting.booth(contest, *days, **kwargs)


def free(booth, voter, by, reason="Me equivoqué de renglón", now=DURING):
    with transaction():
        return operations.free(actor=by, booth=booth, person=voter, reason=reason, now=now)


def test_a_booth_is_on_record_without_its_address(booth):
    (record,) = history.records("booth.set_up")
    assert (record["new"]["booth"], len(record["new"]["days"])) == (1, 1)
    assert "Biblioteca" not in str(record) and "Calle" not in str(record)


def test_a_form_sent_twice_sets_up_one(contest):
    assert set_up(contest, form_key="k").id == set_up(contest, form_key="k").id
    assert set_up(contest).number == 2


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ([(OPENS, OPENS)], "closes_0"),
        ([(voting.OPENS - HOUR, CLOSES)], "opens_0"),
        ([(OPENS, voting.CLOSES + HOUR)], "opens_0"),
        ([(OPENS, CLOSES), (OPENS + HOUR, CLOSES + HOUR)], "opens_0"),
    ],
    ids=["empty", "before the contest", "after it", "over one another"],
)
def test_days_lie_inside_the_contest_apart(contest, days, field):
    with pytest.raises(Invalid) as error:
        set_up(contest, *days)
    assert error.value.field == field
    assert not queries.booths(contest)


def test_where_one_votes_with_ones_name_there_is_no_paper(contest):
    contest.secrecy = Secrecy.OPEN
    db.session.commit()
    facilitator = cycles.facilitator(contest.cycle)
    assert "lleva nombre" in str(policies.can_set_up_booths(facilitator, contest, NOW).reason)
    with pytest.raises(Denied):
        set_up(contest)


@pytest.mark.parametrize("who", ["facilitator", "stranger", "officer"])
def test_only_the_facilitation_sets_up_and_until_the_close(contest, booth, officer, who):
    people = {"facilitator": cycles.facilitator(contest.cycle), "stranger": person(), "officer": officer}
    allowed = who == "facilitator"
    for policy in (policies.can_change_booth, policies.can_assign, policies.can_annul_booth):
        assert bool(policy(people[who], booth, NOW)) is allowed
    assert bool(policies.can_set_up_booths(people[who], contest, NOW)) is allowed
    assert not policies.can_set_up_booths(people[who], contest, voting.CLOSES)
    assert bool(policies.can_assign(people[who], booth, voting.CLOSES)) is allowed


def test_no_other_office_replaces_a_shift(contest, booth, frozen, voter, officer):
    facilitator = cycles.facilitator(contest.cycle)
    assert "tampoco la facilitación" in str(policies.can_attend(facilitator, booth, DURING).reason)
    for someone in (facilitator, person(), voting.officer(set_up(contest))):
        with pytest.raises(Denied):
            voting.mark(booth, voter, someone, DURING)
    with refused(Denied, "empieza"):
        voting.mark(booth, voter, officer, OPENS - HOUR)
    assert not entry(voter, booth).took_part


def test_who_asked_for_paper_is_refused_online_until_they_give_it_back(booth, voter):
    voting.ask(booth, voter)
    assert entry(voter, booth).booth_id == booth.id and not entry(voter, booth).took_part
    with refused(Conflict, "Pediste votar en papel en «Biblioteca»"):
        voting.vote(booth.contest, voter, "yes")
    with transaction():
        operations.give_back(actor=voter, booth=booth, now=voting.OPENS)
    assert voting.vote(booth.contest, voter, "yes")
    assert entry(voter, booth).channel is Channel.ONLINE


def test_once_the_booth_is_open_only_its_officer_gives_it_back(booth, voter, officer):
    voting.ask(booth, voter)
    with refused(Denied, "ya abrió"), transaction():
        operations.give_back(actor=voter, booth=booth, now=OPENS)
    free(booth, voter, officer)
    assert voting.vote(booth.contest, voter, "yes", now=DURING)
    (record,) = history.records("booth.released")
    assert voter.public_id not in str(record) and record["reason"]


def test_who_voted_online_gets_no_paper(booth, voter, officer):
    voting.vote(booth.contest, voter, "yes")
    with pytest.raises(Conflict):
        voting.ask(booth, voter)
    with refused(Conflict, "ya votó"):
        voting.mark(booth, voter, officer)


def test_who_voted_on_paper_is_refused_online_and_twice(booth, frozen, voter, officer):
    before = len(history.records())
    voting.mark(booth, voter, officer)
    assert len(history.records()) == before
    with refused(Conflict, "Ya votaste en papel"):
        voting.vote(booth.contest, voter, "yes", now=DURING)
    with refused(Conflict, "ya votó"):
        voting.mark(booth, voter, officer)
    assert queries.turnout(booth.contest)["by_channel"] == [
        (channel, int(channel is Channel.PAPER)) for channel in Channel
    ]
    assert not queries.todo(voter, DURING)


def test_a_mark_is_undone_with_a_reason_that_names_nobody(booth, frozen, voter, officer):
    voting.mark(booth, voter, officer)
    for reason in ("", f"Era {voter.name}"):
        with pytest.raises(Invalid):
            free(booth, voter, officer, reason)
    free(booth, voter, officer)
    (record,) = history.records("booth.unmarked")
    assert voter.public_id not in str(record) and record["actor"] == officer.public_id
    assert voting.vote(booth.contest, voter, "no", now=DURING)
    with pytest.raises(Conflict):
        free(booth, voter, officer)


def test_who_asked_for_one_booth_is_marked_at_no_other(contest, booth, voter):
    other = set_up(contest)
    there = voting.officer(other)
    voting.ask(booth, voter)
    with refused(Conflict, "otra casilla"):
        voting.mark(other, voter, there)
    voting.ask(other, voter)
    voting.mark(other, voter, there)
    assert queries.on_paper(contest) == {other.id: (1, 1)}


def test_from_a_booth_that_has_opened_nobody_moves_to_another(contest, booth, voter):
    late = set_up(contest, (OPENS + 4 * HOUR, CLOSES))
    voting.ask(booth, voter)
    with refused(Conflict, "ya abrió"):
        voting.ask(late, voter, DURING)


def test_off_the_roll_there_is_no_paper(booth, frozen, officer):
    stranger = person(verified=False)
    with pytest.raises(Denied):
        voting.mark(booth, stranger, officer)
    late = person()
    with refused(Denied, "padrón"):
        voting.ask(booth, late)


def test_signatures_mark_those_who_asked_for_this_booth_alone(contest, booth, voter):
    others = voting.electorate(3)
    signed, elsewhere, online = others
    for someone in (voter, signed):
        voting.ask(booth, someone)
    voting.ask(set_up(contest), elsewhere)
    voting.vote(contest, online, "yes")
    officer = voting.officer(booth, ShiftKind.COUNT)
    names = [signed.public_id, elsewhere.public_id, online.public_id, "p-nobody"]
    for first, expected in ((True, 1), (False, 0)):
        with transaction():
            told = operations.enter_signatures(actor=officer, booth=booth, people=names, now=voting.CLOSES + HOUR)
        assert told == expected, first
    assert not entry(voter, booth).took_part and not entry(elsewhere, booth).took_part
    assert entry(signed, booth).channel is Channel.PAPER
    assert [record["new"]["marked"] for record in history.records("booth.signatures_entered")] == [1]


def test_a_booth_annulled_before_the_close_frees_everybody(letters, contest, booth, voter, officer):
    marked = voting.electorate(1)[0]
    for someone in (voter, marked):
        credential(someone)
        voting.ask(booth, someone)
    voting.mark(booth, marked, officer)
    with transaction():
        operations.annul_booth(
            actor=cycles.facilitator(contest.cycle), booth=booth, reason="Se cayó el techo", now=DURING
        )
    assert len(letters) == 2
    for someone in (voter, marked):
        assert voting.vote(contest, someone, "yes", now=DURING)
    assert history.records("booth.annulled")[0]["new"]["marked"] == 1
    for policy in (policies.can_attend, policies.can_count, policies.can_ask_for_paper, policies.can_change_booth):
        assert not policy(officer, booth, DURING)


def test_after_the_close_annulling_leaves_the_roll(contest, booth, voter, officer):
    voting.ask(booth, voter)
    voting.mark(booth, voter, officer)
    with transaction():
        operations.annul_booth(
            actor=cycles.facilitator(contest.cycle), booth=booth, reason="Se perdió la urna", now=voting.CLOSES
        )
    assert entry(voter, booth).took_part


def change(booth, *days, now=NOW, **said):
    told = {"place": booth.place, "address": booth.address, "reason": "Cambió la hora", **said}
    with transaction():
        return operations.change_booth(
            actor=cycles.facilitator(booth.contest.cycle), booth=booth, days=days, now=now, **told
        )


def test_whoever_asked_is_told_of_a_change(letters, booth, voter):
    credential(voter)
    voting.ask(booth, voter)
    change(booth, (OPENS, CLOSES), place="Palacio", now=voting.OPENS)
    assert (booth.place, len(letters)) == ("Palacio", 1)
    change(booth, (OPENS + HOUR, CLOSES), (CLOSES + HOUR, voting.CLOSES), now=voting.OPENS)
    assert [day.opens_at for day in booth.days] == [OPENS + HOUR, CLOSES + HOUR]
    assert len(history.records("booth.changed")) == 2


def test_what_has_begun_stays_and_shifts_must_fit(booth, officer):
    for days, said, moment in (
        ([(OPENS, CLOSES)], {}, NOW),
        ([(OPENS, CLOSES)], {"place": "Otro", "reason": " "}, NOW),
        ([(OPENS + HOUR, CLOSES)], {}, NOW),
        ([(OPENS + 2 * HOUR, CLOSES)], {}, DURING),
        ([(OPENS, OPENS + HOUR / 2)], {}, DURING),
        ([], {}, NOW),
    ):
        with pytest.raises(Invalid):
            change(booth, *days, now=moment, **said)
    db.session.rollback()
    assert change(booth, (OPENS, CLOSES + HOUR), now=DURING).days[0].closes_at == CLOSES + HOUR


def test_people_are_found_by_words_of_their_name_or_their_whole_address(app):
    ana, jose = person("Ana María Núñez"), person("José 100%")
    address = credential(ana).email
    contest = voting.contest()
    outside = person("Ana de fuera", verified=False)
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    for sought, expected in (
        ("nunez ana", [ana]),
        ("MARÍA", [ana]),
        (address.upper(), [ana]),
        (address[:-2], []),
        ("jose", [jose]),
        ("100%", [jose]),
        ("%%%", []),
        ("an", []),
        ("fuera", []),
    ):
        assert [row.public_id for row in queries.on_the_roll_by(contest, sought)] == [
            one.public_id for one in expected
        ], sought
    assert outside.public_id


def test_every_option_comes_first_equally_often_on_paper(app):
    contest = voting.contest(options=4, rule=RuleName.APPROVAL, option_order=OptionOrder.DRAWN, threshold_percent=0)
    booth, other = voting.booth(contest), voting.booth(contest)
    orders = [[one.position for one in queries.on_paper_order(booth, paper)] for paper in range(8)]
    assert orders[:4] == orders[4:]
    assert sorted(order[0] for order in orders[:4]) == [1, 2, 3, 4]
    assert all(order == orders[0][k % 4 :] + orders[0][: k % 4] for k, order in enumerate(orders))
    contest.option_order = OptionOrder.FIXED
    assert [one.position for one in queries.on_paper_order(other, 3)] == [1, 2, 3, 4]


def test_what_is_printed_adds_up_and_is_on_record(booth, officer):
    for first in (0, 30):
        with transaction():
            operations.note_ballots_printed(actor=officer, booth=booth, first=first, number=30, now=NOW)
    assert booth.printed == 60
    for first, number, kind in ((0, 30, Conflict), (60, 0, Invalid), (60, operations.MOST_PRINTED + 1, Invalid)):
        with pytest.raises(kind), transaction():
            operations.note_ballots_printed(actor=officer, booth=booth, first=first, number=number, now=NOW)
    assert [record["new"]["printed"] for record in history.records("booth.ballots_printed")] == [30, 60]
