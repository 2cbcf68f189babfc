"""The roll: its fingerprint and one's own proof, why somebody is not on it, late registration."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import Sector, Suspension
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.forums.models import HolderKind
from cocrea.tables.models import MemberRole, Table, TableMember
from cocrea.voting import counting, queries
from cocrea.voting.models import ElectorateRule, RollEntry, Secrecy
from tests.conftest import NOW
from tests.factories import cycles, forums, history, proposals, voting
from tests.factories.accounts import person, save
from tests.voting.rolls import frozen, place, register

OPENS, CLOSES, SECOND = voting.OPENS, voting.CLOSES, timedelta(seconds=1)


def at_table(*roles, joined_at=NOW):
    cycle = proposals.working_cycle()
    table = save(Table(reference=f"{cycle.prefix}-MES-1", cycle_id=cycle.id, name="Obras", created_at=NOW))
    people = [person() for _ in roles]
    for someone, role in zip(people, roles, strict=True):
        save(TableMember(table_id=table.id, person_id=someone.id, joined_at=joined_at, role=role))
    return voting.contest(cycle, electorate=ElectorateRule.TABLE, table=table), people


# ------------------------------------------------------------------------- the fingerprint


@pytest.mark.parametrize("size", [1, 2, 5, 8, 13])
def test_everyone_on_the_roll_proves_it_and_nobody_else_can(size):
    members = [f"p-{n:04x}" for n in range(size)]
    fingerprint = counting.roll_fingerprint("sal", members)
    assert counting.roll_fingerprint("sal", reversed(members)) == fingerprint
    for member in members:
        proof = counting.proof_of_entry("sal", members, member)
        assert (proof["fingerprint"], counting.proves_entry(proof)) == (fingerprint, True)
        assert "sal" not in proof.values()
        assert not any(other in str(proof) for other in members if other != member)
        assert not counting.proves_entry({**proof, "member": "p-ffff"})
        assert not counting.proves_entry({**proof, "fingerprint": "0" * 64})
    with pytest.raises(ValueError):
        counting.proof_of_entry("sal", members, "p-ffff")


@pytest.mark.parametrize("proof", [None, {}, [], {"format": "cocrea-roll-1"}, {"format": "x"}])
def test_what_is_no_proof_proves_nothing(proof):
    assert not counting.proves_entry(proof)


def test_a_proof_of_a_roll_without_end_proves_nothing():
    proof = counting.proof_of_entry("sal", ["p-0000"], "p-0000")
    assert not counting.proves_entry({**proof, "size": float("inf")})


def test_the_salt_that_would_tell_who_is_on_the_roll_is_never_published(app):
    contest = voting.contest()
    voting.vote(contest, person(), "yes")
    voting.sealed(contest)
    assert contest.roll_salt not in str(queries.published(contest))
    assert contest.roll_salt not in str([record["new"] for record in history.records("contest.opened")])


# ------------------------------------------------------------------------- am I on it?


def test_before_the_opening_one_reads_how_things_stand_and_what_to_do(app):
    confirmed, unconfirmed = person(), person(verified=False)
    contest = voting.contest()
    assert place(confirmed, contest).is_on
    assert "Falta confirmar tu correo" in str(place(unconfirmed, contest).why)


def test_afterwards_one_reads_why_not(app):
    there, unconfirmed, suspended = person(), person(verified=False), person(suspended_at=NOW)
    save(Suspension(reference="SUS-1", person_id=suspended.id, reason="Insultos", suspended_at=NOW))
    contest = frozen(voting.contest())
    late = person()
    late.created_at = late.verified_at = OPENS + SECOND
    for someone in (unconfirmed, suspended):
        someone.verified_at, someone.suspended_at = someone.verified_at or OPENS + SECOND, None
    db.session.commit()
    assert place(there, contest).is_on
    assert "se abrió después" in str(place(late, contest).why)
    assert "no estaba confirmada" in str(place(unconfirmed, contest).why)
    assert "suspendida" in str(place(suspended, contest).why)


def test_a_roll_that_is_taken_late_is_still_of_the_opening(app):
    late, confirmed_late = person(), person()
    late.created_at = late.verified_at = confirmed_late.verified_at = OPENS + SECOND
    db.session.commit()
    contest = frozen(voting.contest(), now=OPENS + 9 * SECOND)
    assert "se abrió después" in str(place(late, contest).why)
    assert "no estaba confirmada" in str(place(confirmed_late, contest).why)


def test_of_a_table_one_reads_whether_one_had_joined_and_as_what(app):
    contest, (member, observer) = at_table(MemberRole.MEMBER, MemberRole.OBSERVER)
    stranger = person()
    assert "únete antes" in str(place(stranger, contest).why)
    frozen(contest)
    assert place(member, contest).is_on
    assert "observas" in str(place(observer, contest).why)
    assert "No integrabas la mesa" in str(place(stranger, contest).why)


def test_of_a_forum_one_reads_who_votes_for_the_seat(app):
    chamber = forums.chamber(StageKind.PROPOSALS, StageKind.VOTING)
    contest = voting.contest(chamber.cycle, electorate=ElectorateRule.FORUM, table=chamber.table)
    assert "Si deja el lugar" in str(place(chamber.alternate, contest).why)
    assert "No ocupas" in str(place(person(), contest).why)
    frozen(contest)
    assert place(chamber.titulars[0], contest).is_on
    assert str(place(chamber.alternate, contest).why) == "Por tu asiento vota su titular."


# ------------------------------------------------------------------------- sizes


def test_sectors_are_told_only_in_fives_and_those_who_came_late_are_not_among_them(app):
    for sector in (Sector.CIVIL_SOCIETY, Sector.ACADEMIA):
        for _ in range(6):
            person(sector=sector)
    contest = frozen(voting.contest())
    before = queries.roll(contest)
    assert before["late"] == 0
    assert dict(before["by_sector"]) == {
        Sector.ACADEMIA: 6,
        Sector.CIVIL_SOCIETY: contest.roll_size - 6,  # with those who wrote and called
    }
    late = person(sector=Sector.ACADEMIA)
    register(contest, late)
    after = queries.roll(contest)
    assert after == {"late": 1, "by_sector": before["by_sector"]}
    assert queries.turnout(contest)["by_sector"] is None


def test_a_sector_of_four_hides_all(app):
    for sector, number in ((Sector.CIVIL_SOCIETY, 6), (Sector.ACADEMIA, 4)):
        for _ in range(number):
            person(sector=sector)
    assert queries.roll(frozen(voting.contest()))["by_sector"] is None


# ------------------------------------------------------------------------- late registration


@pytest.mark.parametrize("secrecy", Secrecy)
def test_whoever_was_left_out_is_entered_on_the_record_and_votes(app, secrecy):
    chamber = forums.chamber(StageKind.PROPOSALS, StageKind.VOTING)
    someone = chamber.titulars[3]
    someone.verified_at = None
    db.session.commit()
    contest = voting.contest(chamber.cycle, electorate=ElectorateRule.FORUM, table=chamber.table, secrecy=secrecy)
    frozen(contest)
    size, fingerprint = contest.roll_size, contest.roll_fingerprint
    someone.verified_at = OPENS + SECOND
    db.session.commit()
    entry = register(contest, someone, now=OPENS + SECOND)
    assert (entry.is_late, entry.sector) == (True, Sector.ACADEMIA)
    assert contest.roll_size == size + 1
    proof = counting.proof_of_entry(contest.roll_salt, queries.roll_members(contest), someone.public_id)
    assert proof["fingerprint"] == contest.roll_fingerprint != fingerprint
    (record,) = history.records("contest.registered_late")
    assert record["new"] == {"roll": size + 1, "fingerprint": contest.roll_fingerprint}
    assert record["reason"] == "Su cuenta se confirmó tarde."
    assert someone.public_id not in str(record) and someone.name not in str(record)
    assert voting.vote(contest, someone, "yes", now=OPENS + SECOND)
    voting.sealed(contest)
    published = queries.published(contest)
    assert published["roll"]["late"] == 1
    assert counting.faults(published) == []


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_no_reason_no_registration(app, reason):
    contest = frozen(voting.contest())
    with pytest.raises(Invalid) as wrong:
        register(contest, person(), reason=reason)
    assert wrong.value.field == "reason"


def test_nobody_is_entered_twice(app):
    already = person()
    contest = frozen(voting.contest())
    late = person()
    register(contest, late)
    for someone in (already, late):
        with pytest.raises(Conflict):
            register(contest, someone)
    assert contest.roll_size == len(queries.roll_members(contest))


@pytest.mark.parametrize("now", [NOW, OPENS - SECOND, CLOSES, CLOSES + SECOND])
def test_only_while_the_contest_is_open(app, now):
    contest = voting.contest()
    if now >= OPENS:
        frozen(contest)
    with pytest.raises(Denied):
        register(contest, person(), now=now)


def test_only_the_facilitation_enters_somebody(app):
    contest = frozen(voting.contest())
    elsewhere = cycles.facilitator(proposals.working_cycle())
    for actor in (person(), elsewhere):
        with pytest.raises(Denied):
            register(contest, person(), by=actor)


def test_whoever_does_not_meet_the_rule_stays_out(app):
    contest, _members = at_table(MemberRole.MEMBER)
    frozen(contest)
    for someone in (person(), person(verified=False), person(suspended_at=NOW)):
        with pytest.raises(Invalid):
            register(contest, someone)


def test_a_seat_never_gets_a_second_voice(app):
    """Neither the alternate of a titular who voted and left, nor a titular named after the opening."""
    chamber = forums.chamber(StageKind.PROPOSALS, StageKind.VOTING)
    contest = voting.contest(chamber.cycle, electorate=ElectorateRule.FORUM, table=chamber.table)
    frozen(contest)
    forums.relieve(chamber.seats[0], chamber.steward, HolderKind.TITULAR)
    forums.relieve(chamber.seats[1], chamber.steward, HolderKind.TITULAR)
    named = forums.hold(chamber.seats[1], chamber.steward, HolderKind.TITULAR, person())
    holder = chamber.seats[1].holder(HolderKind.TITULAR)
    holder.since = OPENS + SECOND
    db.session.commit()
    for someone in (chamber.alternate, named):
        with pytest.raises(Invalid):
            register(contest, someone, now=OPENS + 2 * SECOND)


def test_whoever_voted_on_paper_cannot_vote_online_too(app):
    contest = frozen(voting.contest())
    late = person()
    entry = register(contest, late)
    entry.took_part, entry.channel = True, Channel.PAPER
    db.session.commit()
    with pytest.raises(Conflict) as refused:
        voting.vote(contest, late, "yes")
    assert "en papel" in str(refused.value.message)
    assert voting.box_size(contest) == 0


def test_a_roll_is_of_people_not_of_what_they_chose(app):
    """No time and no address: with them the order of voting could be read."""
    columns = {"contest_id", "person_id", "sector", "booth_id", "channel", "took_part", "is_late"}
    assert set(RollEntry.__table__.columns.keys()) == columns
