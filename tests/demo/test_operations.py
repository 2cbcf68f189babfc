"""What the demonstration leaves in the database, against its files."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.accounts.models import Credential, Organisation, Person, Sector
from cocrea.accounts.queries import DEMO_KEYS, credential_by_email
from cocrea.audit.models import HistoryRecord
from cocrea.commitments import checks, roadmap, texts
from cocrea.commitments.models import ActionPlan, Commitment, Origin
from cocrea.consultation.models import Problem, Topic
from cocrea.core import files
from cocrea.core.db import transaction
from cocrea.cycles.models import Action, Cycle, StageKind, StageReport
from cocrea.demo import operations
from cocrea.demo.script import Script, read
from cocrea.discussion.models import Comment, Contribution, Support, Visibility
from cocrea.extensions import Model, db
from cocrea.followup.models import Activity, ActivityStatus, Evidence
from cocrea.forums.models import HolderKind, Seat, SeatHolder, Space
from cocrea.proposals.models import Proposal, Response
from cocrea.tables.models import Message, Session, TableMember
from cocrea.voting import channels, policies, scrutiny
from cocrea.voting.models import Contest, OpenBallot, RollEntry, SealedBallot
from cocrea.voting.rules import RuleName
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("app")


def how_many(model: type[Model], *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def cycle(prefix: str) -> Cycle:
    return db.session.scalars(sa.select(Cycle).filter_by(prefix=prefix)).one()


def in_cycle(kind: type[Contribution], prefix: str) -> list[Any]:
    return list(db.session.scalars(sa.select(kind).filter_by(cycle_id=cycle(prefix).id).order_by(kind.id)))


def test_loading_again_changes_nothing() -> None:
    before = [how_many(model) for model in (Person, Cycle, Contribution, HistoryRecord)]
    with transaction():
        assert operations.load(now=NOW + timedelta(days=1)) is False
    assert [how_many(model) for model in (Person, Cycle, Contribution, HistoryRecord)] == before


def test_everybody_is_of_the_file() -> None:
    assert how_many(Space) == 33
    assert how_many(Organisation) == len(read("organisations")["organisations"])
    assert how_many(Person) == len(read("people")["people"])
    emails = set(db.session.scalars(sa.select(Credential.email)))
    assert emails == {f"{key}@demo.example" for key in DEMO_KEYS}


@pytest.mark.parametrize(
    ("prefix", "kinds"),
    [
        ("4PA", {StageKind.FOLLOW_UP, StageKind.EVALUATION}),
        ("5PD", {StageKind.CONSULTATION}),
        ("OAX", {StageKind.TABLES, StageKind.PROPOSALS, StageKind.VOTING, StageKind.DRAFTING}),
    ],
)
def test_the_cycles_stand_where_they_should(prefix: str, kinds: set[StageKind]) -> None:
    found = cycle(prefix)
    assert {stage.kind for stage in found.open_stages(NOW)} == kinds
    assert found.published_at is not None
    assert "inventad" in found.summary


def test_closed_stages_have_their_reports_and_forums_their_seats() -> None:
    files_of = [read(name) for name in ("fourth_plan", "consultation_cycle", "tables_cycle")]
    assert how_many(StageReport) == sum(bool(s["report"]) for d in files_of for s in d["cycle"]["stages"])
    assert how_many(Seat) == sum(len(d["forum"]["seats"]) for d in files_of if "forum" in d)
    assert how_many(Topic) == sum(len(d["topics"]) for d in files_of)


def test_the_fourth_plan_is_signed_and_published() -> None:
    data = read("fourth_plan")["commitments"]
    found = in_cycle(Commitment, "4PA")
    assert [commitment.title for commitment in found] == [entry["title_es"] for entry in data]
    for commitment in found:
        assert commitment.origin is Origin.UNKNOWN
        assert texts.fingerprint(commitment.signed_text) == commitment.fingerprint
        assert len(commitment.signatures) == 2
    plan = db.session.get_one(ActionPlan, cycle("4PA").id)
    assert plan.fingerprint


def test_nothing_invented_is_attributed_to_a_real_institution() -> None:
    real = {entry["key"] for entry in read("organisations")["organisations"] if entry["real"]}
    for commitment in in_cycle(Commitment, "4PA"):
        assert commitment.lead.slug not in real
        assert commitment.counterpart.slug not in real
    responsible = db.session.scalars(
        sa.select(Organisation.slug).join(Activity, Activity.responsible_id == Organisation.id)
    )
    answering = db.session.scalars(sa.select(Organisation.slug).join(Response))
    assert not real & {*responsible, *answering}


def test_progress_is_that_of_the_file_and_has_its_evidence() -> None:
    entries = [
        activity
        for commitment in read("fourth_plan")["commitments"]
        for action in commitment["demo"]["key_actions"]
        for activity in action["activities"]
    ]
    # What the counterpart disputes goes back to under way: the file says what was reported.
    expected = Counter("started" if entry.get("dispute_reason") else entry["status"] for entry in entries)
    statuses = sa.select(Activity.status).where(Activity.reference.startswith("4PA"))
    assert Counter(status.value for status in db.session.scalars(statuses)) == expected
    assert how_many(Activity, Activity.dispute_reason != "") == sum(bool(e.get("dispute_reason")) for e in entries)
    evidence = db.session.scalars(sa.select(Evidence)).all()
    assert len(evidence) == sum(len(entry.get("evidence", ())) for entry in entries)
    for proof in evidence:
        assert proof.file is not None
        assert "inventad" in files.path_of(proof.file.key).read_text() or "demostración" in proof.title
    assert how_many(Activity, Activity.status == ActivityStatus.VERIFIED) == expected["verified"]


@pytest.mark.parametrize(("prefix", "name"), [("5PD", "consultation_cycle"), ("OAX", "tables_cycle")])
def test_problems_are_those_of_the_file(prefix: str, name: str) -> None:
    data = read(name)
    found = in_cycle(Problem, prefix)
    assert Counter(p.visibility.value for p in found) == Counter(p["visibility"] for p in data["problems"])
    assert Counter(p.channel.value for p in found) == Counter(p["channel"] for p in data["problems"])
    shown = {problem.title: problem for problem in found if problem.visibility is Visibility.PUBLIC}
    for entry in data["problems"]:
        if entry["visibility"] == Visibility.PUBLIC:
            behind = {*entry["supports"]}
            for other in data["problems"]:
                if other.get("merged_into") == entry["key"]:
                    behind |= {*other["supports"], *([other["author"]] if other["author"] else [])}
            assert shown[entry["title"]].support_count == len(behind - {entry["author"]})
    assert len(in_cycle(Comment, prefix)) == len(data.get("comments", ()))


def test_counts_agree_with_rows() -> None:
    given = dict(
        db.session.execute(
            sa.select(Support.contribution_id, sa.func.count()).group_by(Support.contribution_id)
        ).all()
    )
    for contribution in db.session.scalars(sa.select(Contribution)):
        assert contribution.support_count == given.get(contribution.id, 0)


def test_proposals_stand_where_the_file_says() -> None:
    data = read("tables_cycle")
    expected = Counter(proposal["status"] for proposal in data["proposals"])
    assert Counter(proposal.status.value for proposal in in_cycle(Proposal, "OAX")) == expected
    assert how_many(Response) == len(data["responses"])
    held = sum(kind.value in seat for seat in data["forum"]["seats"] for kind in HolderKind)
    assert how_many(SeatHolder) == held
    assert how_many(TableMember) == held + sum(len(table["members"]) for table in data["tables"])


def test_one_session_has_ended_one_is_live_and_two_wait() -> None:
    """The last one is the forum's."""
    sessions = db.session.scalars(sa.select(Session).order_by(Session.starts_at)).all()
    assert [s.table.is_plenary for s in sessions] == [False, False, False, True]
    assert [(s.opened_at is not None, s.ended_at is not None) for s in sessions] == [
        (True, True),
        (True, False),
        (False, False),
        (False, False),
    ]
    assert how_many(Message) == sum(len(session["messages"]) for session in read("tables_cycle")["sessions"])


def test_the_closed_vote_was_counted_and_leaves_nobody_tied_to_a_ballot() -> None:
    closed, _on_paper, _being_read, *running = db.session.scalars(sa.select(Contest).order_by(Contest.opens_at)).all()
    entry = read("tables_cycle")["contests"][0]
    counted = [{choice: option[choice] for choice in ("yes", "no", "abstain")} for option in closed.result["options"]]
    assert counted == [entry["expected"][key] for key in entry["options"]]
    assert how_many(SealedBallot, SealedBallot.contest_id == closed.id) == len(entry["took_part"])
    assert how_many(OpenBallot) == 0
    assert closed.roll_size == len(entry["roll"])
    assert [one.rule for one in running] == [RuleName.YES_NO, RuleName.IRV, RuleName.EQUAL_SHARES]
    assert {one.roll_size for one in running} == {how_many(Person)}
    assert all(one.frozen_at and not one.sealed_at for one in running)


def test_one_vote_was_counted_with_its_papers_and_tells_figures_by_channel() -> None:
    contest = contest_of("v5")
    assert contest.counted_at and (contest.result["ballots"], contest.result["valid"]) == (41, 31)
    groups = channels.groups_of(contest)
    told = channels.by_channel(groups)
    assert [group.figures(told.kinds) for group in told.groups] == [[20, 5], [11, 5]]
    ((_booth, _batch, change, is_told),) = channels.changes(contest, groups)
    assert (change.old, change.new, is_told) == (["2"], ["2", "3"], True)
    (place,) = scrutiny.progress(contest)
    assert place.act and place.act.in_box == place.marks == 16 and place.act.scans


def test_one_vote_waits_for_those_who_enter_with_one_click_to_read_its_papers() -> None:
    contest = contest_of("v6")
    assert contest.sealed_at and contest.counted_at is None
    done, half = scrutiny.progress(contest)
    assert not done.missing
    assert [(batch.papers, batch.handed_in, batch.size) for batch in half.batches] == [(4, 2, 5), (0, 1, 4)]
    keys = [credential_by_email(f"{key}@demo.example") for key in ("participant", "counterpart", "steward")]
    people = [credential.person for credential in keys if credential]
    assert [bool(policies.can_count(person, half.booth, NOW)) for person in people] == [True] * 3


def contest_of(key: str) -> Contest:
    entry = next(entry for entry in read("tables_cycle")["contests"] if entry["key"] == key)
    return db.session.scalars(sa.select(Contest).filter_by(question=entry["question"])).one()


def test_the_one_click_participant_can_vote_now() -> None:
    opened = db.session.scalars(sa.select(Contest).order_by(Contest.opens_at.desc())).first()
    assert opened is not None
    participant = db.session.scalars(sa.select(Credential).filter_by(email="participant@demo.example")).one()
    entry = db.session.get_one(RollEntry, (opened.id, participant.person_id))
    assert not entry.took_part
    assert opened.cycle.stage_that_opens(Action.VOTE, NOW)


def test_one_draft_can_be_signed_and_the_other_says_what_it_lacks() -> None:
    ready, half = in_cycle(Commitment, "OAX")
    assert not checks.findings(ready, roadmap.of(ready))
    assert len(checks.findings(half, roadmap.of(half))) >= 4
    assert ready.lead.sector is Sector.PUBLIC_BODY


def test_the_history_is_in_order_of_time_and_not_in_the_future() -> None:
    moments = list(db.session.scalars(sa.select(HistoryRecord.at).order_by(HistoryRecord.id)))
    assert moments == sorted(moments)
    assert moments[-1] <= NOW


@pytest.mark.parametrize("hour", [0, 7, 15, 23])
def test_acts_of_today_are_never_in_the_future(app: Flask, hour: int) -> None:
    script, played = Script(NOW.replace(hour=hour)), []
    for number in range(3):
        script.ago(0, lambda number, *, now: played.append((number, now)), number)
    script.play()
    assert [number for number, _moment in played] == [0, 1, 2]
    assert all(moment <= script.now for _number, moment in played)
