"""Contests at each of their moments, for the tests of their pages; voting is tested on real connections as well."""

import pytest

from cocrea.core.db import transaction
from cocrea.voting import operations
from tests.factories import cycles, papers, voting
from tests.real import committed_app

__all__ = ["committed_app"]


@pytest.fixture
def voter(app):
    return voting.electorate(1)[0]


@pytest.fixture
def contest(voter):
    return voting.contest(options=2)


@pytest.fixture
def opened(contest, clock):
    clock.moment = voting.OPENS
    return contest


@pytest.fixture
def counted(voter, contest, clock):
    """A counted contest and the receipts of three voters."""
    people = [voter, *voting.electorate(2)]
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    receipts = [voting.vote(contest, someone, "yes", "no") for someone in people]
    clock.moment = voting.CLOSES
    return voting.sealed(contest), receipts


@pytest.fixture
def scene(app):
    """A contest with one booth and three officers, six votes online and three on paper; closed and sealed."""
    voters = voting.electorate(12)
    contest = voting.contest()
    booth, officers = papers.staffed(contest)
    for voter in voters[:6]:
        voting.vote(contest, voter, "yes")
    papers.mark(booth, *voters[6:9])
    voting.sealed(contest)
    return contest, booth, officers, cycles.facilitator(contest.cycle)


@pytest.fixture
def letters(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


@pytest.fixture
def booth(contest):
    return voting.booth(contest)


@pytest.fixture
def officer(booth):
    return voting.officer(booth)
