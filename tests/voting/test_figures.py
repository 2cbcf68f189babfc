"""Who voted, as cycle pages and stage reports tell it: never what, and never so few that one could tell who."""

from __future__ import annotations

import pytest

from cocrea.accounts.models import Sector
from cocrea.cycles.models import StageKind
from cocrea.voting import figures
from cocrea.voting.models import ElectorateRule
from tests.factories import cycles, proposals, tables, voting
from tests.factories.accounts import person


@pytest.fixture
def cycle(app):
    return proposals.working_cycle(StageKind.TABLES)


def of_a_table(cycle, *, sectors=(Sector.ACADEMIA, Sector.CIVIL_SOCIETY), each=10):
    """A contest whose electorate are the members of a table, so many of each sector; and who they are."""
    table = tables.table(cycle)
    members = [tables.member(table, person(sector=sector)) for sector in sectors for _ in range(each)]
    return voting.contest(cycle, electorate=ElectorateRule.TABLE, table=table), members


def voting_stage(cycle):
    return next(stage for stage in cycle.stages if stage.kind is StageKind.VOTING)


def test_an_open_contest_is_not_counted(cycle):
    contest, members = of_a_table(cycle)
    voting.vote(contest, members[0], "yes")
    assert figures.received(cycle, None) == {}


def test_a_counted_contest_by_channel_and_sector(cycle):
    contest, members = of_a_table(cycle)
    for voter in members[:5] + members[10:]:
        voting.vote(contest, voter, "yes")
    voting.sealed(contest)
    expected = {"ballot": {"channel": {"online": 15}, "sector": {"academia": 5, "civil_society": 10}}}
    assert figures.received(cycle, None) == expected
    assert figures.received(cycle, voting_stage(cycle)) == expected


@pytest.mark.parametrize("of_academia", [4, 6], ids=["few voted", "few did not"])
def test_sectors_are_withheld_where_a_group_is_small(cycle, of_academia):
    contest, members = of_a_table(cycle)
    for voter in members[:of_academia] + members[10:]:
        voting.vote(contest, voter, "no")
    voting.sealed(contest)
    assert figures.received(cycle, None)["ballot"] == {"channel": {"online": of_academia + 10}, "sector": {}}


def test_one_small_contest_withholds_the_sectors_of_all(cycle):
    large, many = of_a_table(cycle)
    small, few = of_a_table(cycle, each=3)
    for contest, members in ((large, many), (small, few)):
        for voter in members[: len(members) - 1]:
            voting.vote(contest, voter, "yes")
        voting.sealed(contest)
    assert figures.received(cycle, None)["ballot"] == {"channel": {"online": 24}, "sector": {}}


def test_other_stages_have_none(cycle):
    contest, members = of_a_table(cycle)
    voting.vote(contest, members[0], "yes")
    voting.sealed(contest)
    assert figures.received(cycle, cycles.stage(cycle, StageKind.CONSULTATION)) == {}


def test_the_report_of_the_stage_shows_them(client, cycle, count_queries):
    contest, members = of_a_table(cycle)
    for voter in members:
        voting.vote(contest, voter, "yes")
    voting.sealed(contest)
    stage = voting_stage(cycle)
    page = client.get(f"/ciclos/{cycle.slug}/etapas/{stage.position}/informe").text
    assert "Personas que votaron" in page
    with count_queries() as log:
        figures.received(cycle, stage)
    assert len(log) == 1
