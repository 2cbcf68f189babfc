"""Contests: who may call them, one ballot per person, sealing, and that nothing ties a person to a ballot after."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Denied, Invalid
from cocrea.extensions import db
from cocrea.proposals.models import ProposalStatus
from cocrea.tables.models import MemberRole, Table, TableMember
from cocrea.voting import counting, operations, queries
from cocrea.voting.models import BallotKey, ElectorateRule, RollEntry, SealedBallot
from tests.conftest import NOW
from tests.factories import cycles, forums, proposals, voting
from tests.factories.accounts import person, save

OPENS, CLOSES = voting.OPENS, voting.CLOSES


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (OPENS, OPENS),
        (NOW - timedelta(minutes=1), CLOSES),
        (OPENS, NOW + timedelta(days=30)),
    ],
    ids=["empty", "past", "outside the stage"],
)
def test_the_window_must_fit_a_voting_stage(app, opens, closes):
    with pytest.raises(Invalid):
        voting.contest(opens_at=opens, closes_at=closes)


def test_only_admitted_proposals_go_on_a_ballot_and_stay_as_they_are(app, now):
    cycle = proposals.working_cycle()
    published = proposals.published(cycle)
    contest_columns = {"electorate": ElectorateRule.VERIFIED, "opens_at": OPENS, "closes_at": CLOSES, "now": now}
    facilitator = cycles.facilitator(cycle)
    with pytest.raises(Invalid), transaction():
        operations.create_contest(
            actor=facilitator,
            cycle=cycle,
            question="¿?",
            options=[operations.NewOption(proposal=published)],
            **contest_columns,
        )
    contest = voting.contest(cycle)
    assert contest.options[0].proposal.status is ProposalStatus.ON_BALLOT


def test_a_participant_cannot_call_a_contest(app, now):
    cycle = proposals.working_cycle()
    admitted, participant = proposals.admitted(cycle), person()
    with pytest.raises(Denied), transaction():
        operations.create_contest(
            actor=participant,
            cycle=cycle,
            question="¿?",
            options=[operations.NewOption(proposal=admitted)],
            electorate=ElectorateRule.VERIFIED,
            opens_at=OPENS,
            closes_at=CLOSES,
            now=now,
        )


def _table(cycle):
    return save(Table(reference=f"{cycle.prefix}-MES-1", cycle_id=cycle.id, name="Mesa de obras", created_at=NOW))


def test_a_tables_contest_is_voted_by_those_who_had_joined_it(app):
    cycle = proposals.working_cycle()
    table, member, late, stranger = _table(cycle), person(), person(), person()
    for someone, moment in ((member, NOW), (late, OPENS + timedelta(seconds=1))):
        save(TableMember(table_id=table.id, person_id=someone.id, joined_at=moment))
    contest = voting.contest(cycle, electorate=ElectorateRule.TABLE, table=table)
    voting.vote(contest, member, "yes")
    assert contest.roll_size == 1
    for someone in (late, stranger):
        with pytest.raises(Denied):
            voting.vote(contest, someone, "yes")


def test_whoever_observes_or_advises_a_table_has_no_vote_in_its_contest(app):
    cycle = proposals.working_cycle()
    table = _table(cycle)
    for role in MemberRole:
        save(TableMember(table_id=table.id, person_id=person().id, joined_at=NOW, role=role))
    observer, expert = (person() for _ in range(2))
    for someone, role in ((observer, MemberRole.OBSERVER), (expert, MemberRole.EXPERT)):
        save(TableMember(table_id=table.id, person_id=someone.id, joined_at=NOW, role=role))
    contest = voting.contest(cycle, electorate=ElectorateRule.TABLE, table=table)
    for someone in (observer, expert):
        with pytest.raises(Denied):
            voting.vote(contest, someone, "yes")


def test_the_table_must_be_of_the_cycle_and_matters_only_to_its_own_rule(app):
    elsewhere = _table(proposals.working_cycle())
    for table in (None, elsewhere):
        with pytest.raises(Invalid):
            voting.contest(electorate=ElectorateRule.TABLE, table=table)
    assert voting.contest(table=elsewhere).table_id is None


def test_who_holds_the_seats_of_a_forum_is_no_electorate_person_by_person(app):
    """A titular and an alternate would have two ballots for one seat."""
    cycle = proposals.working_cycle()
    table = forums.convened(cycle, cycles.forum(cycle.space), cycles.facilitator(cycle))
    with pytest.raises(Invalid):
        voting.contest(cycle, electorate=ElectorateRule.TABLE, table=table)


def test_the_roll_is_frozen_at_the_opening(app):
    voter = person()
    contest = voting.contest()
    voting.vote(contest, voter, "yes")
    size = contest.roll_size
    with pytest.raises(Denied):
        voting.vote(contest, person(), "yes")
    assert contest.roll_size == size
    members = db.session.scalars(sa.select(RollEntry).where(RollEntry.contest_id == contest.id)).all()
    assert len(members) == size


def test_a_changed_vote_leaves_one_ballot_and_a_new_receipt(app):
    voter = person()
    contest = voting.contest()
    first, second = voting.vote(contest, voter, "yes"), voting.vote(contest, voter, "no")
    assert first != second
    assert voting.box_size(contest) == 1
    voting.sealed(contest)
    assert queries.sealed_ballot(contest, first) is None
    assert queries.sealed_ballot(contest, second.lower().replace("-", " ")).choices == {"1": "no"}


@pytest.mark.parametrize("choices", [("maybe",), ("yes", "yes"), ("",)], ids=["unknown", "too many", "empty"])
def test_bad_ballots_change_nothing(app, choices):
    voter = person()
    contest = voting.contest()
    with pytest.raises(CocreaError):
        voting.vote(contest, voter, *choices)
    assert voting.box_size(contest) == 0


@pytest.mark.parametrize("moment", [OPENS - timedelta(microseconds=1), CLOSES], ids=["before", "at the close"])
def test_no_ballot_outside_the_window(app, moment):
    voter = person()
    contest = voting.contest()
    with pytest.raises(Denied):
        voting.vote(contest, voter, "yes", now=moment)


def test_sealing_publishes_counts_and_settles(app):
    voters = voting.electorate(5)
    contest = voting.contest(options=2)
    receipts = [voting.vote(contest, voter, *choices) for voter, choices in zip(voters, _choices(), strict=True)]
    voting.sealed(contest)
    first, second = contest.result["options"]
    assert (first["yes"], first["no"], first["abstain"], first["passes"]) == (3, 1, 1, True)
    assert (second["yes"], second["no"], second["passes"]) == (2, 2, False)
    assert [option.proposal.status for option in contest.options] == [
        ProposalStatus.SELECTED,
        ProposalStatus.NOT_SELECTED,
    ]
    assert sorted(ballot.receipt for ballot in queries.receipts(contest)) == sorted(receipts)
    assert counting.faults(queries.published(contest)) == []


def _choices() -> list[tuple[str, str]]:
    return [("yes", "yes"), ("yes", "yes"), ("yes", "no"), ("no", "no"), ("abstain", "abstain")]


def test_sealing_waits_for_the_close_and_happens_once(app):
    contest = voting.contest()
    with transaction():
        operations.seal(contest=contest, now=CLOSES - timedelta(seconds=1))
    assert contest.sealed_at is None
    voting.sealed(contest)
    root = contest.ballots_root
    with transaction():
        operations.seal(contest=contest, now=CLOSES + timedelta(hours=1))
    assert (contest.sealed_at, contest.ballots_root) == (CLOSES, root)


def test_without_quorum_nothing_passes(app):
    voters = voting.electorate(10)
    contest = voting.contest(quorum_percent=50)
    voting.vote(contest, voters[0], "yes")
    voting.sealed(contest)
    assert contest.result["quorum_reached"] is False
    assert contest.result["options"][0]["passes"] is False


def test_after_sealing_nothing_ties_people_to_ballots(app):
    """Read every table: no row that names a voter also holds a receipt, a pseudonym or a choice of theirs."""
    voters = voting.electorate(6)
    contest = voting.contest()
    receipts = [voting.vote(contest, voter, "yes" if n % 2 else "no") for n, voter in enumerate(voters)]
    voting.sealed(contest)
    assert not db.session.get(BallotKey, contest.id)
    assert voting.box_size(contest) == 0
    assert set(SealedBallot.__table__.columns.keys()) == {"contest_id", "receipt", "choices"}
    holding = [table for table, row in _all_rows() if any(receipt in row for receipt in receipts)]
    assert set(holding) == {"sealed_ballots"}
    published = [ballot.receipt for ballot in queries.receipts(contest)]
    assert published == sorted(published)


def test_history_tells_the_contest_and_no_ballot(app):
    contest = voting.contest()
    voter = person()
    before = _record_count()
    with pytest.raises(Denied):
        voting.vote(contest, person(verified=False), "yes")
    assert _record_count() == before
    del voter


def _record_count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(HistoryRecord)) or 0


def _all_rows() -> list[tuple[str, str]]:
    found = []
    for table in db.metadata.sorted_tables:
        found += [(table.name, repr(tuple(row))) for row in db.session.execute(sa.select(table))]
    return found


def test_small_sectors_are_not_broken_down(app):
    voters = voting.electorate(8)
    contest = voting.contest()
    voting.vote(contest, voters[0], "yes")
    assert queries.turnout(contest)["by_sector"] is None
