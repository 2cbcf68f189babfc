"""Following something, and being told what became of it and of what came of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts import privacy
from cocrea.accounts.models import Sector
from cocrea.commitments import operations as committing
from cocrea.core.db import transaction
from cocrea.core.errors import Denied
from cocrea.core.packs import PackContent
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup.models import ActivityStatus
from cocrea.notifications import jobs, operations, reach, things
from cocrea.notifications.models import Follow, Letters, News, Notice, Preference, Untold
from cocrea.proposals import operations as proposing
from cocrea.proposals.models import (
    ProposalStatus,
    Rearrangement,
    RearrangementKind,
    RearrangementSource,
    RearrangementText,
    Response,
    ResponseKind,
)
from cocrea.proposals.operations import Answer
from cocrea.voting.models import ElectorateRule
from cocrea.voting.operations import publish_pack
from tests.conftest import NOW
from tests.factories import (
    accounts as people,
)
from tests.factories import (
    agreements,
    commitments,
    cycles,
    discussion,
    followup,
    proposals,
    tables,
)
from tests.factories import notifications as make


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


def moved(proposal, *statuses, now=NOW):
    for status in statuses:
        with transaction():
            proposing.move(actor=None, proposal=proposal, status=status, now=now)


def told_in_vain(monkeypatch):
    """What is told from now on, and not taken."""
    tried = []
    monkeypatch.setattr(jobs, "tell", lambda keys, is_late: tried.append((keys, is_late)))
    return tried


def kept(event, now=NOW):
    with transaction():
        return operations.keep(happened=event, now=now)


def rows(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_following_twice_is_following_once_and_stopping_leaves_what_was_told(cycle):
    proposal = proposals.published(cycle)
    someone = make.follower(proposal)
    make.follow(someone, proposal)
    assert rows(Follow) == 1
    moved(proposal, ProposalStatus.ADMITTED)
    with transaction():
        assert operations.unfollow(person=someone, scope=things.scope_of(proposal))
    moved(proposal, ProposalStatus.ON_BALLOT)
    assert make.actions(someone) == ["proposal.admitted"]


def test_the_follower_of_a_problem_learns_what_becomes_of_it_up_to_its_verification(app):
    cycle = commitments.drafting_cycle()
    facilitator = cycles.facilitator(cycle)
    author = people.person()
    draft = proposals.draft(cycle, author=author)
    someone = make.follower(draft.problems[0])
    with transaction():
        proposing.publish(actor=author, proposal=draft, now=NOW)
    moved(draft, ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT, ProposalStatus.SELECTED)
    with transaction():
        committing.draft_from_proposal(actor=facilitator, proposal=draft, now=NOW)
    assert make.actions(someone) == [
        "proposal.published",
        "proposal.admitted",
        "proposal.on_ballot",
        "proposal.selected",
        "proposal.committed",
    ]


def test_the_follower_of_a_problem_learns_of_activities_evidence_and_verification(app):
    commitment, of = commitments.signed()
    problem = commitment.proposal.problems[0]
    someone, watcher = make.follower(problem), make.follower(of.lead)
    activity = followup.completed(followup.first_activity(commitment), of)
    learnt = make.actions(someone)
    assert learnt == make.actions(watcher)
    assert {"activity.started", "activity.complete", "activity.evidence_added"} <= set(learnt)
    assert {about for _action, about in make.told(someone)} == {f"activity:{activity.id}"}
    assert ActivityStatus(activity.status) is ActivityStatus.COMPLETE


def test_the_follower_of_a_merged_problem_goes_on_with_the_one_it_lives_in(cycle):
    survivor, source = proposals.problem(cycle), proposals.problem(cycle, "Lo mismo con otras palabras")
    someone = make.follower(source)
    source.merged_into_id, source.visibility = survivor.id, Visibility.MERGED
    db.session.commit()
    author = people.person()
    with transaction():
        draft = proposing.draft(actor=author, cycle=cycle, content=proposals.CONTENT, problems=[survivor], now=NOW)
    with transaction():
        proposing.publish(actor=author, proposal=draft, now=NOW)
    assert make.told(someone) == [("proposal.published", f"contribution:{draft.id}")]


def test_the_follower_of_a_split_proposal_goes_on_with_its_parts(cycle):
    source, part = proposals.published(cycle), proposals.published(cycle)
    someone = make.follower(source)
    split = {"kind": RearrangementKind.SPLIT, "reason": "Son dos cosas.", "form_key": "k1"}
    by = {"drafted_by_id": cycles.facilitator(cycle).id, "proposed_at": NOW, "due_at": NOW}
    made = people.save(Rearrangement(cycle_id=cycle.id, **split, **by))
    people.save(RearrangementSource(rearrangement_id=made.id, proposal_id=source.id, is_open=False))
    people.save(
        RearrangementText(rearrangement_id=made.id, position=1, title="x", body_source="x", proposal_id=part.id)
    )
    moved(part, ProposalStatus.ADMITTED)
    assert make.told(someone) == [("proposal.admitted", f"contribution:{part.id}")]


def test_the_follower_of_a_table_learns_of_sessions_and_agreements(app):
    session, facilitator = tables.live_session()
    someone = make.follower(session.table)
    member = tables.member(session.table)
    agreement = agreements.drafted(session, facilitator)
    agreements.put(agreement, facilitator)
    agreements.answered(agreement, member, "agree")
    agreements.closed(agreement, facilitator)
    tables.session(session.table, facilitator, live=False)
    assert make.told(someone)[0] == ("agreement.adopted", f"agreement:{agreement.id}")
    assert make.actions(someone)[1:] == ["session.scheduled"]


def test_the_follower_of_an_institution_learns_what_it_answers(cycle):
    institution, other = people.organisation(), people.organisation()
    official = people.grant(people.person(), people.Role.OFFICIAL, institution)
    proposal = proposals.admitted(cycle)
    proposals.routed(proposal, institution)
    someone, of_another = make.follower(institution), make.follower(other)
    with transaction():
        proposing.respond(
            actor=official,
            proposal=proposal,
            organisation=institution,
            answer=Answer(ResponseKind.ACCEPTED, "Se puede.", "El año que entra."),
            now=NOW,
        )
    assert make.actions(someone) == ["proposal.answered"]
    assert make.actions(of_another) == []
    answer = db.session.scalars(sa.select(Response)).one()
    with transaction():
        proposing.correct(
            actor=official,
            response=answer,
            answer=Answer(ResponseKind.PARTLY, "Se puede en parte.", "El año que entra."),
            reason="Faltaba presupuesto.",
            base=answer.fingerprint,
            now=NOW + timedelta(days=1),
        )
    assert make.actions(someone) == ["proposal.answered", "proposal.answer_corrected"]


def test_one_notice_of_one_event_whatever_the_ways_it_reaches_someone(cycle):
    draft = proposals.draft(cycle)
    someone = make.follower(draft.problems[0])
    with transaction():
        proposing.publish(actor=draft.author, proposal=draft, now=NOW)
    make.follow(someone, draft)
    moved(draft, ProposalStatus.ADMITTED)
    assert make.actions(someone) == ["proposal.published", "proposal.admitted"]
    because = db.session.scalars(sa.select(Notice.because).order_by(Notice.news_id.desc()).limit(1)).one()
    assert because == things.scope_of(draft)  # the nearest


def test_telling_again_tells_nobody_twice(cycle, outbox):
    proposal = proposals.published(cycle)
    make.follower(proposal)
    event = reach.Happened("proposal.revised", proposal.id, None, NOW)
    for _ in range(3):
        jobs.tell([kept(event)])
    assert (rows(News), rows(Notice), len(outbox)) == (1, 1, 1)


def test_what_a_crash_kept_from_being_told_is_told_later_and_once(cycle, outbox, clock, monkeypatch):
    proposal, other = proposals.published(cycle), proposals.published(cycle)
    people = [make.follower(one) for one in (proposal, other)]
    monkeypatch.setattr("cocrea.core.db._carry_out", lambda *_effect: None)  # died after the commit
    moved(proposal, ProposalStatus.ADMITTED, now=clock())
    moved(other, ProposalStatus.ADMITTED, now=clock())
    monkeypatch.undo()
    assert (rows(News), rows(Untold)) == (0, 2)
    jobs.tell_what_is_left()  # whose job may still come
    assert rows(News) == 0
    clock.advance(minutes=10)
    for _ in range(2):
        jobs.tell_what_is_left()
    assert [make.actions(someone) for someone in people] == [["proposal.admitted"]] * 2
    assert (rows(Untold), len(outbox)) == (0, 2)


def test_whoever_gets_the_letter_of_another_domain_gets_one_after_a_crash_too(cycle, outbox, clock, monkeypatch):
    proposal = proposals.published(cycle)
    make.follow(proposal.author, proposal)
    make.choose(proposal.author, Letters.AT_ONCE)
    address = people.credential(proposal.author).email
    monkeypatch.setattr("cocrea.core.db._carry_out", lambda *_effect: None)  # both letters died after the commit
    moved(proposal, ProposalStatus.ADMITTED, now=clock())
    monkeypatch.undo()
    clock.advance(minutes=10)
    jobs.tell_what_is_left()
    assert [letter.to for letter in outbox] == [[address]]


def test_what_is_left_is_told_each_by_itself_and_given_up_once_tried_for_long(cycle, clock, monkeypatch, caplog):
    proposal = proposals.published(cycle)
    late = told_in_vain(monkeypatch)
    event = reach.Happened(
        "proposal.revised", proposal.id, None, clock() - timedelta(days=9)
    )  # long before it is kept
    keys = [kept(event, clock()) for _ in range(3)]
    clock.advance(days=3)  # in which nothing ran
    jobs.tell_what_is_left()
    assert sorted(late) == sorted(([key], True) for key in keys)
    assert rows(Untold) == 3
    clock.advance(minutes=11)
    jobs.tell_what_is_left()
    assert (rows(Untold), len(late)) == (0, 3)
    assert "news given up" in caplog.text


def test_what_is_tried_in_vain_keeps_nothing_else_back(cycle, clock, monkeypatch):
    monkeypatch.setattr(operations, "AT_ONCE", 1)
    proposal, keys = proposals.published(cycle), []
    late = told_in_vain(monkeypatch)
    for _ in range(2):
        keys.append(kept(reach.Happened("proposal.revised", proposal.id, None, clock()), clock()))
        clock.advance(seconds=1)
    for _ in range(3):
        clock.advance(minutes=10)
        jobs.tell_what_is_left()
    assert [tried[0] for tried, _is_late in late] == [keys[0], keys[1], keys[0]]


def test_a_record_that_is_not_written_leaves_nothing_to_tell(cycle):
    proposal = proposals.published(cycle)
    with suppress(RuntimeError), transaction():
        proposing.move(actor=None, proposal=proposal, status=ProposalStatus.ADMITTED, now=NOW)
        raise RuntimeError
    assert rows(Untold) == 0


def test_whoever_does_it_is_not_told(cycle):
    proposal = proposals.published(cycle)
    facilitator = cycles.facilitator(cycle)
    make.follow(facilitator, proposal)
    with transaction():
        proposing.admit(
            actor=facilitator, proposal=proposal, findings=proposals.all_met(cycle), reason="Cumple.", now=NOW
        )
    assert make.actions(facilitator) == []


def test_what_happened_before_is_not_told(cycle):
    proposal = proposals.published(cycle)
    someone = make.follower(proposal)
    jobs.tell([kept(reach.Happened("proposal.revised", proposal.id, None, NOW - timedelta(seconds=1)))])
    assert make.actions(someone) == []


def test_nothing_is_kept_of_what_nobody_follows(cycle):
    moved(proposals.published(cycle), ProposalStatus.ADMITTED)
    assert rows(News) == 0


@pytest.mark.parametrize("fate", ["suspended_at", "withdrawn_at"])
def test_accounts_that_are_not_in_use_are_not_told(cycle, outbox, fate):
    proposal = proposals.published(cycle)
    someone = make.follower(proposal)
    setattr(someone, fate, NOW)
    db.session.commit()
    moved(proposal, ProposalStatus.ADMITTED)
    assert rows(Notice) == 0
    assert outbox == []


def test_drafts_and_what_is_in_a_draft_cycle_cannot_be_followed(cycle):
    assert things.thing(things.scope_of(proposals.draft(cycle))) is None
    hidden = proposals.published(cycle)
    cycle.published_at = None
    db.session.commit()
    for subject in (hidden, cycle):
        assert things.thing(things.scope_of(subject)) is None


@pytest.mark.parametrize(
    "written", ["", "contribution", "contribution:", "contribution:x", "person:1", "table:99999999999", "table:²"]
)
def test_what_names_nothing_is_nothing(app, written):
    assert things.thing(written) is None


def test_an_organisation_without_a_page_is_not_followed(app):
    assert things.thing(people.organisation().scope) is not None
    assert things.thing(people.organisation(Sector.ACADEMIA).scope) is None


def test_what_only_happens_is_not_followed(app):
    session, facilitator = tables.live_session()
    found = things.thing(f"session:{session.id}")
    with pytest.raises(Denied), transaction():
        operations.follow(actor=facilitator, thing=found, now=NOW)


def test_a_small_group_is_told_to_nobody(app):
    session, facilitator = tables.live_session()
    session.parent_id = tables.session(session.table, facilitator, live=False).id
    db.session.commit()
    assert things.thing(f"session:{session.id}") is None


def test_of_what_was_hidden_or_withdrawn_no_word_is_left(cycle):
    hidden, withdrawn = proposals.published(cycle), proposals.published(cycle)
    discussion.hide(hidden)
    with transaction():
        proposing.withdraw(actor=withdrawn.author, proposal=withdrawn, reason="Ya no.", now=NOW)
    for proposal in (hidden, withdrawn):
        found = things.thing(things.scope_of(proposal))
        assert str(found.title) == str(proposal.visibility.label)


def test_activities_of_a_hidden_commitment_are_not_to_be_seen(app):
    commitment, _of = commitments.signed()
    scope = f"activity:{followup.first_activity(commitment).id}"
    assert things.thing(scope) is not None
    commitment.visibility = Visibility.HIDDEN
    db.session.commit()
    assert things.thing(scope) is None


def test_news_are_forgotten_after_their_time_and_their_notices_with_them(cycle):
    proposal = proposals.published(cycle)
    make.follower(proposal)
    moved(proposal, ProposalStatus.ADMITTED)
    moved(proposal, ProposalStatus.ON_BALLOT, now=NOW + timedelta(days=300))
    with transaction():
        operations.purge(now=NOW + timedelta(days=361))
    assert db.session.scalars(sa.select(News.action)).all() == ["proposal.on_ballot"]
    assert rows(Notice) == 1


def test_the_account_takes_it_along_and_leaves_nothing(cycle):
    proposal = proposals.published(cycle)
    someone = make.follower(proposal)
    moved(proposal, ProposalStatus.ADMITTED)
    data = privacy.personal_data(someone)
    assert data["follows"][0]["scope"] == things.scope_of(proposal)
    assert data["letter_preferences"][0]["letters"] == Letters.AT_ONCE
    assert data["notices"][0]["because"] == things.scope_of(proposal)
    with transaction():
        privacy.forget(someone)
    assert (rows(Follow), rows(Preference), rows(Notice)) == (0, 0, 0)


def test_a_cycle_tells_of_its_votes_and_a_topic_of_nothing(app):
    from tests.factories import voting

    contest = voting.contest()
    someone = make.follower(contest.cycle)
    voting.sealed(contest)
    assert make.told(someone)[-1] == ("contest.counted", f"contest:{contest.id}")


def test_the_pack_of_a_vote_is_told_to_who_follows_its_cycle_or_its_table(app):
    from tests.factories import voting

    table = tables.table(proposals.working_cycle())
    contest = voting.contest(table.cycle, electorate=ElectorateRule.TABLE, table=table)
    who = [make.follower(table.cycle), make.follower(table), make.follower(table.cycle, table)]
    with transaction():
        publish_pack(
            actor=cycles.facilitator(contest.cycle),
            contest=contest,
            content=PackContent(body="Lo que se sabe", changes="Al principio"),
            now=NOW,
        )
    assert [make.told(one) for one in who] == [[("contest.pack_changed", f"contest:{contest.id}")]] * 3
