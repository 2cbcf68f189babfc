"""Contests under every rule: called, voted, counted twice and published so that strangers come to the same."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.forums.models import HolderKind
from cocrea.proposals.models import ProposalStatus
from cocrea.voting import counting, operations, queries
from cocrea.voting.models import BallotKey, BallotName, ElectorateRule, OpenBallot, OptionOrder, RollEntry, Secrecy
from cocrea.voting.rules import RuleName
from tests.conftest import NOW
from tests.factories import cycles, forums, history, voting
from tests.factories.accounts import person

OPENS, CLOSES = voting.OPENS, voting.CLOSES
ELECTIONS = {
    RuleName.YES_NO: ({}, [{"1": "yes", "2": "no", "3": "abstain"}, {"1": "yes", "2": "yes", "3": "no"}, {}], ["1"]),
    RuleName.MAJORITY: ({"threshold_percent": 50}, [["2"], ["2"], ["1"], []], ["2"]),
    RuleName.APPROVAL: ({"seats": 2}, [["1", "3"], ["3"], ["1"], ["2"]], ["1", "3"]),
    RuleName.SCORE: ({"seats": 1}, [{"1": 5}, {"2": 3, "3": 1}, {"2": 3}], ["2"]),
    RuleName.IRV: ({}, [["1"], ["1"], ["2", "3"], ["3", "2"], ["3"]], ["3"]),
    RuleName.SCHULZE: ({}, [["1", "2"], ["2", "3"], ["2"]], ["2"]),
    RuleName.STV: ({"seats": 2}, [["1", "2"], ["1", "2"], ["1", "2"], ["3"], ["3"]], ["1", "3"]),
    RuleName.SEQ_PAV: ({"seats": 2}, [["1", "2"], ["1", "2"], ["1"], ["3"], ["3"]], ["1", "3"]),
    RuleName.EQUAL_SHARES: ({"budget": 100, "costs": (60, 40, 40)}, [["1"], ["1"], ["2"], ["3"], ["3"]], ["3"]),
    RuleName.GREEDY: ({"budget": 100, "costs": (60, 40, 40)}, [["1"], ["1"], ["2"], ["3"], ["3"], ["3"]], ["3", "1"]),
}


@pytest.mark.parametrize("rule", RuleName)
def test_every_rule_is_voted_counted_and_counted_again_by_strangers(app, rule):
    figures, ballots, winners = ELECTIONS[rule]
    voters = voting.electorate(len(ballots))
    contest = voting.contest(options=3, rule=rule, **figures)
    for voter, choices in zip(voters, ballots, strict=True):
        voting.choose(contest, voter, choices)
    voting.sealed(contest)
    assert set(winners) <= set(contest.result["winners"])
    assert contest.result["ballots"] == len(ballots)
    assert contest.result["blank"] == ballots.count({}) + ballots.count([])
    won = {str(one.position) for one in contest.options if one.proposal.status is ProposalStatus.SELECTED}
    assert won == set(contest.result["winners"])
    assert counting.faults(json.loads(json.dumps(queries.published(contest)))) == []


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ({"rule": RuleName.STV, "seats": 3}, "seats"),
        ({"rule": RuleName.IRV, "seats": 2}, "seats"),
        ({"rule": RuleName.APPROVAL, "max_choices": 4}, "max_choices"),
        ({"rule": RuleName.IRV, "max_choices": 2}, "max_choices"),
        ({"rule": RuleName.SCORE, "max_points": 11}, "max_points"),
        ({"rule": RuleName.IRV, "threshold_percent": 50}, "threshold_percent"),
        ({"rule": RuleName.GREEDY}, "budget"),
        ({"rule": RuleName.GREEDY, "budget": 100}, "costs"),
        ({"rule": RuleName.GREEDY, "budget": 100, "costs": (101, 1, 1)}, "costs"),
        ({"rule": RuleName.STV, "budget": 100, "costs": (1, 1, 1)}, "budget"),
        ({"rule": RuleName.APPROVAL, "costs": (1, 1, 1)}, "budget"),
        ({"quorum_percent": 100}, "quorum_percent"),
    ],
)
def test_figures_that_do_not_fit_the_rule_are_refused(app, figures, field):
    with pytest.raises(Invalid) as refused:
        voting.contest(options=3, **figures)
    assert refused.value.field == field


def test_what_does_not_fit_the_budget_is_not_cast(app):
    voter = person()
    contest = voting.contest(options=3, rule=RuleName.GREEDY, budget=100, costs=(60, 40, 40))
    with pytest.raises(Invalid):
        voting.choose(contest, voter, ["1", "2", "3"])
    assert voting.box_size(contest) == 0


def test_the_seed_is_promised_at_the_calling_and_shown_with_the_count(app, now):
    contest = voting.contest()
    (called,) = history.records("contest.called")
    assert called["new"]["seed_commitment"] == contest.seed_commitment
    assert contest.seed not in json.dumps(called)
    voting.sealed(contest)
    (counted,) = history.records("contest.counted")
    assert counted["new"]["seed"] == contest.seed


def test_drawn_orders_differ_between_people_and_stay_the_same_for_each(app):
    contest = voting.contest(options=6, option_order=OptionOrder.DRAWN)
    orders = {}
    for voter in voting.electorate(8):
        orders[voter.id] = [option.position for option in queries.in_order(contest, voter)]
        assert orders[voter.id] == [option.position for option in queries.in_order(contest, voter)]
        assert sorted(orders[voter.id]) == [1, 2, 3, 4, 5, 6]
    assert len({tuple(order) for order in orders.values()}) > 1


def test_the_seats_of_a_forum_vote_in_the_open(app):
    """Of each seat its titular or, where nobody holds that place, the alternate; names come with the ballots."""
    chamber = forums.chamber(StageKind.PROPOSALS, StageKind.VOTING)
    forums.relieve(chamber.seats[0], chamber.steward, HolderKind.TITULAR)
    seats = [chamber.alternate, *chamber.titulars[1:]]
    contest = voting.contest(
        chamber.cycle, electorate=ElectorateRule.FORUM, table=chamber.table, secrecy=Secrecy.OPEN
    )
    for holder in seats:
        voting.choose(contest, holder, {"1": "yes"})
    with pytest.raises(Denied):
        voting.choose(contest, chamber.titulars[0], {"1": "yes"})
    voting.sealed(contest)
    published = queries.published(contest)
    assert sorted(ballot["voter"] for ballot in published["ballots"]) == sorted(holder.name for holder in seats)
    assert counting.faults(json.loads(json.dumps(published))) == []


def test_only_a_forum_votes_in_the_open(app):
    with pytest.raises(Invalid) as refused:
        voting.contest(secrecy=Secrecy.OPEN)
    assert refused.value.field == "secrecy"


def test_a_secret_contest_has_no_names(app):
    voters = voting.electorate(3)
    contest = voting.contest()
    for voter in voters:
        voting.vote(contest, voter, "yes")
    voting.sealed(contest)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BallotName)) == 0


def among(voters, contest):
    """The contest, with nobody else on its roll."""
    others = sa.update(Person).where(Person.id.not_in([voter.id for voter in voters]))
    with transaction() as writing:
        writing.execute(others.values(verified_at=None))
    return contest


def test_who_is_represented_is_told_by_sector_where_no_group_is_small(app):
    voters = [
        *(person(sector=Sector.CIVIL_SOCIETY) for _ in range(10)),
        *(person(sector=Sector.ACADEMIA) for _ in range(12)),
    ]
    contest = among(voters, voting.contest(options=2, rule=RuleName.MAJORITY))
    for number, voter in enumerate(voters):
        voting.choose(contest, voter, ["1"] if number < 5 or number >= 15 else ["2"])
    voting.sealed(contest)
    assert contest.result["represented"] == 12
    assert contest.represented_by_sector == [["academia", 7, 12], ["civil_society", 5, 10]]


@pytest.mark.parametrize("others", [0, 4], ids=["of a sector that agrees", "of few"])
def test_who_is_represented_is_not_told(app, others):
    """Of a sector that agrees one would know what each of it voted."""
    voters = [person(sector=sector) for sector in (Sector.CIVIL_SOCIETY, Sector.ACADEMIA) for _ in range(10)]
    contest = among(voters, voting.contest(options=2, rule=RuleName.MAJORITY))
    for number, voter in enumerate(voters):
        voting.choose(contest, voter, ["2"] if number < others or number > 14 else ["1"])
    voting.sealed(contest)
    assert contest.represented_by_sector is None


def test_a_contest_that_was_sealed_is_not_called_off_by_a_slower_clock(app):
    contest = voting.sealed(voting.contest())
    facilitator, earlier = cycles.facilitator(contest.cycle), CLOSES - timedelta(seconds=1)
    with pytest.raises(Conflict), transaction():
        operations.cancel(actor=facilitator, contest=contest, reason="Tarde", now=earlier)


def test_a_quorum_of_each_sector_must_be_reached(app):
    many = [person(sector=Sector.CIVIL_SOCIETY) for _ in range(3)]
    person(sector=Sector.ACADEMIA)
    contest = voting.contest(sector_quorum_percent=50)
    for voter in many:
        voting.vote(contest, voter, "yes")
    voting.sealed(contest)
    assert contest.result["quorum_reached"] is False
    assert contest.result["winners"] == []
    assert counting.faults(json.loads(json.dumps(queries.published(contest)))) == []


def test_a_contest_that_is_called_off_counts_nothing(app):
    voter = person()
    contest = voting.contest()
    voting.vote(contest, voter, "yes")
    with transaction():
        operations.cancel(actor=cycles.facilitator(contest.cycle), contest=contest, reason="Faltó gente", now=OPENS)
    assert contest.options[0].proposal.status is ProposalStatus.ADMITTED
    assert db.session.get(BallotKey, contest.id) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OpenBallot)) == 0
    voting.sealed(contest)
    assert contest.sealed_at is None
    with pytest.raises(Conflict), transaction():
        operations.cancel(actor=cycles.facilitator(contest.cycle), contest=contest, reason="Otra vez", now=OPENS)


def test_nobody_votes_in_what_was_called_off(app):
    voter = person()
    contest = voting.contest()
    with transaction():
        operations.cancel(actor=cycles.facilitator(contest.cycle), contest=contest, reason="Faltó gente", now=OPENS)
    with pytest.raises(Denied):
        voting.vote(contest, voter, "yes")


def test_a_contest_is_extended_with_a_reason_before_its_close_alone(app):
    contest = voting.contest(closes_at=OPENS + timedelta(hours=2))
    facilitator = cycles.facilitator(contest.cycle)
    later = OPENS + timedelta(hours=5)

    def extend(closes_at, now, reason="Se fue la luz"):
        with transaction():
            operations.extend(actor=facilitator, contest=contest, closes_at=closes_at, reason=reason, now=now)

    with pytest.raises(Invalid):
        extend(later, OPENS, reason=" ")
    with pytest.raises(Invalid):
        extend(OPENS + timedelta(hours=1), OPENS)
    with pytest.raises(Invalid):
        extend(NOW + timedelta(days=300), OPENS)
    with pytest.raises(Conflict):
        extend(later, contest.closes_at)
    extend(later, OPENS)
    assert contest.closes_at == later
    (record,) = history.records("contest.extended")
    assert record["reason"] == "Se fue la luz"


def test_a_ballot_of_another_shape_changes_nothing(app):
    voter = person()
    contest = voting.contest(options=2, rule=RuleName.IRV)
    for wrong in (None, "1", {"1": "yes"}, ["1", "1"], ["3"], [1], [["1"]], "x" * 10_000_000):
        with pytest.raises(Invalid):
            voting.choose(contest, voter, wrong)
    assert voting.box_size(contest) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RollEntry).where(RollEntry.took_part)) == 0


def test_nothing_is_sealed_where_the_second_count_differs(app, monkeypatch):
    voter = person()
    contest = voting.contest()
    voting.vote(contest, voter, "yes")
    other = {"winners": [], "valid": 1, "blank": 0, "invalid": 0, "votes": {"1": 0}}
    monkeypatch.setattr("cocrea.voting.operations.counting.second_count", lambda *_given, **_more: other)
    with pytest.raises(RuntimeError):
        voting.sealed(contest)
    db.session.expire_all()
    assert contest.sealed_at is None
    assert voting.box_size(contest) == 1
