"""Merging proposals and splitting one: only with consent or a recorded decision, whole or not at all, and each person's
support counts once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import Sector
from cocrea.core.db import add, transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel, Coauthor, Visibility
from cocrea.extensions import db
from cocrea.moderation import operations as moderation
from cocrea.proposals import jobs, operations, policies
from cocrea.proposals.models import (
    ProposalStatus,
    RearrangementState,
)
from tests.conftest import NOW
from tests.factories import agreements, cycles, discussion, proposals
from tests.factories.accounts import credential, person
from tests.factories.history import actions, records

LATER = NOW + timedelta(days=11)


@pytest.fixture
def cycle(app):
    return proposals.working_cycle(StageKind.TABLES)


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def pair(cycle):
    return [proposals.published(cycle, author=person(name)) for name in ("Autora 01", "Autor 02")]


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def refuse(someone, rearrangement, reason="Dicen cosas distintas."):
    with transaction():
        operations.answer(actor=someone, rearrangement=rearrangement, consents=False, reason=reason, now=NOW)


def act(verb, actor, rearrangement, **more):
    with transaction():
        verb(actor=actor, rearrangement=rearrangement, now=NOW, **more)


def test_a_merge_takes_effect_when_the_last_author_consents(cycle, facilitator, pair):
    both, one = discussion.support(pair[0]), discussion.support(pair[1])
    discussion.support(pair[1], both)
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked, pair[0].author)
    assert (asked.state, asked.made) == (RearrangementState.PROPOSED, [])
    proposals.consented(asked, pair[1].author)
    (made,) = asked.made
    assert (asked.state, made.status, made.is_public) == (RearrangementState.DONE, ProposalStatus.PUBLISHED, True)
    assert made.title == proposals.SYNTHESIS.title
    assert {author.id for author in made.authors} == {one.author_id for one in pair}
    assert {problem.id for problem in made.problems} == {problem.id for one in pair for problem in one.problems}
    assert (discussion.supporters(made), made.support_count) == ({both.id, one.id}, 2)
    for source in pair:
        assert (source.visibility, source.merged_into_id) == (Visibility.MERGED, made.id)
        assert actions(source.reference)[-1] == "proposal.merged"
        assert records("proposal.merged", subject=source.reference)[0]["new"]["into"] == [made.reference]


def test_a_split_credits_the_author_in_each_part_and_counts_supports_in_each(cycle, facilitator, pair):
    whole = pair[0]
    discussion.comment(whole)
    supporter = discussion.support(whole)
    asked = proposals.splitting(facilitator, whole, 3)
    proposals.consented(asked)
    assert len(asked.made) == 3
    assert all(
        (part.author_id, discussion.supporters(part)) == (whole.author_id, {supporter.id}) for part in asked.made
    )
    assert (whole.visibility, whole.merged_into_id, whole.comment_count) == (Visibility.SPLIT, None, 1)
    assert discussion.supporters(whole) == {supporter.id}


def test_refusing_needs_a_reason_and_ends_it(cycle, facilitator, pair):
    asked = proposals.merging(facilitator, pair)
    with pytest.raises(Invalid):
        refuse(pair[0].author, asked, " ")
    refuse(pair[0].author, asked)
    assert asked.state is RearrangementState.REFUSED
    with pytest.raises(Denied):
        proposals.consented(asked, pair[1].author)
    assert all(one.is_public for one in pair)
    assert proposals.merging(facilitator, pair, form_key="otra").id != asked.id


def test_only_its_authors_answer_and_only_the_facilitation_drafts(cycle, facilitator, pair):
    with pytest.raises(Denied):
        proposals.merging(pair[0].author, pair)
    asked = proposals.merging(facilitator, pair)
    for stranger in (person(), facilitator):
        with pytest.raises(Denied):
            proposals.consented(asked, stranger)
    for verb, more in (
        (operations.cancel, {"reason": "x"}),
        (operations.conclude, {}),
        (operations.undo, {"reason": "x"}),
    ):
        with pytest.raises(Denied):
            act(verb, pair[0].author, asked, **more)


def test_while_it_waits_nothing_of_it_is_public(client, cycle, facilitator, pair):
    asked = proposals.merging(facilitator, pair)
    page = f"/reacomodos/{asked.id}"
    for visitor in (None, person()):
        if visitor:
            client.sign_in(visitor)
        assert client.get(page).status_code == 404
        assert "Se propuso fusionarla" not in client.get(f"/propuestas/{pair[0].reference}").text
    for known in (pair[0].author, facilitator):
        client.sign_in(known)
        assert proposals.SYNTHESIS.title in client.get(page).text
        assert "Se propuso fusionarla" in client.get(f"/propuestas/{pair[0].reference}").text
    assert not any("merge" in action for action in actions(pair[0].reference))


def test_while_it_waits_texts_stay_until_one_refuses(cycle, facilitator, pair):
    amendment = proposals.amended(pair[0])
    asked = proposals.merging(facilitator, pair)
    with pytest.raises(Conflict):
        proposals.revised(pair[0], body="Otro texto.")
    with pytest.raises(Conflict), transaction():
        operations.accept(actor=pair[0].author, amendment=amendment, read=1, now=NOW)
    refuse(pair[0].author, asked)
    assert proposals.revised(pair[0], body="Otro texto.").version == 2


def test_a_text_that_changed_since_it_was_read_is_shown(cycle, facilitator, pair):
    read = operations.reading(pair)
    proposals.revised(pair[0], body="Otro texto.")
    with pytest.raises(Conflict):
        proposals.merging(facilitator, pair, read=read)


def test_one_at_a_time(cycle, facilitator, pair):
    first = proposals.merging(facilitator, pair, days=1)
    with pytest.raises(Conflict):
        proposals.splitting(facilitator, pair[0])
    tomorrow = NOW + timedelta(days=1)
    assert proposals.splitting(facilitator, pair[0], now=tomorrow).state is RearrangementState.PROPOSED
    assert first.state is RearrangementState.LAPSED


def test_the_same_form_sent_twice_makes_one(cycle, facilitator, pair):
    one, other = (proposals.merging(facilitator, pair, form_key="k") for _ in range(2))
    assert one.id == other.id


@pytest.mark.parametrize("number", [0, 1, 6])
def test_a_split_has_two_to_five_whole_parts(cycle, facilitator, pair, number):
    with pytest.raises(Invalid):
        proposals.splitting(facilitator, pair[0], number)


def test_what_cannot_be_merged(cycle, facilitator, pair):
    other = proposals.published(proposals.working_cycle())
    for chosen in ([pair[0]], [pair[0], pair[0]], [pair[0], other]):
        with pytest.raises(Invalid):
            proposals.merging(facilitator, chosen)
    with transaction():
        for status in (ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT):
            operations.move(actor=None, proposal=pair[1], status=status, now=NOW)
    with pytest.raises(Denied):
        proposals.merging(facilitator, pair)


def test_a_recorded_decision_stands_in_for_consent(cycle, facilitator, pair):
    agreed = agreements.decision(cycle)
    asked = proposals.merging(facilitator, pair, agreement=agreed)
    assert asked.state is RearrangementState.DONE
    assert records("proposal.merged")[0]["new"]["agreement"] == agreed.reference


def test_a_decision_of_another_cycle_does_not(cycle, facilitator, pair):
    with pytest.raises(Invalid):
        proposals.merging(facilitator, pair, agreement=agreements.decision(proposals.working_cycle(StageKind.TABLES)))
    assert all(one.is_public for one in pair)


def test_a_decision_may_come_while_it_waits(cycle, facilitator, pair):
    asked = proposals.merging(facilitator, pair)
    with pytest.raises(Invalid):
        act(operations.conclude, facilitator, asked)
    act(operations.conclude, facilitator, asked, agreement=agreements.decision(cycle))
    assert asked.state is RearrangementState.DONE


def test_who_closed_their_account_is_not_asked(cycle, facilitator, pair):
    with transaction():
        pair[1].author.withdrawn_at = NOW
    with pytest.raises(Invalid) as refused:
        proposals.merging(facilitator, pair)
    assert refused.value.field == "agreement"
    assert proposals.merging(facilitator, pair, agreement=agreements.decision(cycle)).state is RearrangementState.DONE


def test_what_hinders_it_at_the_last_moment_is_said_and_it_can_be_concluded_later(cycle, facilitator, pair):
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked, pair[0].author)
    discussion.hide(pair[0])
    proposals.consented(asked, pair[1].author)
    assert asked.state is RearrangementState.CONSENTED
    with pytest.raises(Conflict) as refused:
        act(operations.conclude, facilitator, asked)
    assert pair[0].reference in str(refused.value.message)
    with transaction():
        moderation.restore(actor=facilitator, contribution=pair[0], reason="Fue un error", now=NOW)
    act(operations.conclude, facilitator, asked)
    assert asked.state is RearrangementState.DONE


def test_the_history_names_who_concluded_it_and_never_who_answered(cycle, facilitator, pair):
    asked = proposals.merging(facilitator, pair)
    other = cycles.facilitator(cycle)
    act(operations.conclude, other, asked, agreement=agreements.decision(cycle))
    assert {record["actor"] for record in records("proposal.merged")} == {other.public_id}
    assert records("proposal.published", subject=asked.made[0].reference)[0]["actor"] == other.public_id
    split = proposals.splitting(facilitator, asked.made[0])
    proposals.consented(split)
    assert [record["actor"] for record in records("proposal.split")] == [facilitator.public_id]


def joined(proposal, someone):
    with transaction():
        add(Coauthor(contribution_id=proposal.id, person_id=someone.id, sector=someone.sector, joined_at=NOW))
        db.session.expire(proposal, ["coauthors"])
    return someone


@pytest.mark.parametrize("consents", [True, False])
def test_who_joins_once_all_agreed_answers_too(cycle, facilitator, pair, consents):
    asked = proposals.merging(facilitator, pair)
    discussion.hide(pair[0])
    proposals.consented(asked)
    late = joined(pair[1], person("Coautora 03"))
    with pytest.raises(Denied):
        proposals.consented(asked, pair[0].author)
    if not consents:
        refuse(late, asked)
        assert asked.state is RearrangementState.REFUSED
        return
    proposals.consented(asked, late)
    assert (asked.state, asked.awaited) == (RearrangementState.CONSENTED, [])
    with transaction():
        moderation.restore(actor=facilitator, contribution=pair[0], reason="Fue un error", now=NOW)
    act(operations.conclude, facilitator, asked)
    assert asked.state is RearrangementState.DONE


def test_who_leaves_without_having_answered_is_not_waited_for(cycle, facilitator, pair, outbox):
    credential(facilitator)
    late = joined(pair[1], person("Coautora 03"))
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked, pair[0].author, late)
    jobs.lapse_rearrangements()
    assert (asked.state, outbox) == (RearrangementState.PROPOSED, [])
    with transaction():
        operations.leave(actor=pair[1].author, proposal=pair[1], now=NOW)
    for _ in range(2):
        jobs.lapse_rearrangements()
    assert asked.state is RearrangementState.CONSENTED
    assert [letter.to[0] for letter in outbox] == [f"{facilitator.public_id}@example.org"]
    act(operations.conclude, facilitator, asked)
    assert {author.id for author in asked.made[0].authors} == {pair[0].author_id, late.id}


def recorded(proposal, facilitator, channel):
    with transaction():
        proposal.recorded_by_id, proposal.channel, proposal.attribution = facilitator.id, channel, "Plaza, 3 de mayo"
    return proposal


def test_who_has_no_e_mail_is_not_asked_and_keeps_whoever_speaks_for_them(cycle, facilitator):
    lupe = person("Doña Lupe 01", registered_by_id=facilitator.id)
    papers = [
        recorded(proposals.published(cycle, author=lupe), facilitator, channel)
        for channel in (Channel.PAPER, Channel.IN_PERSON)
    ]
    with pytest.raises(Invalid) as refused:
        proposals.merging(facilitator, papers)
    assert refused.value.field == "agreement"
    (made,) = proposals.merging(facilitator, papers, agreement=agreements.decision(cycle)).made
    assert (made.author_id, made.recorded_by_id) == (lupe.id, facilitator.id)
    assert (made.channel, made.attribution) == (Channel.PAPER, "Plaza, 3 de mayo")
    assert policies.speaks_for(facilitator, made)


def test_of_several_authors_only_those_with_an_e_mail_are_waited_for(cycle, facilitator, pair):
    joined(pair[0], person("Doña Lupe 01", registered_by_id=facilitator.id))
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked, pair[0].author, pair[1].author)
    assert asked.state is RearrangementState.DONE


def test_its_sector_is_that_of_whom_it_names(cycle, facilitator, pair):
    late = joined(pair[0], person("Coautora 03", sector=Sector.ACADEMIA))
    with transaction():
        pair[0].author.withdrawn_at = NOW
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked)
    assert (asked.made[0].author_id, asked.made[0].author_sector) == (late.id, Sector.ACADEMIA)


def test_it_lapses_by_its_date(cycle, facilitator, pair, outbox):
    for one in pair:
        credential(one.author)
    asked = proposals.merging(facilitator, pair)
    assert len(outbox) == 2
    assert asked.state_at(LATER) is RearrangementState.LAPSED
    outbox.clear()
    with transaction():
        assert operations.lapse_due(now=LATER) == 1
    assert asked.state is RearrangementState.LAPSED
    assert len(outbox) == 2


def test_undoing_brings_back_each_with_its_own_supports(cycle, facilitator, pair):
    own = [discussion.support(one) for one in pair]
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked)
    (made,) = asked.made
    later = discussion.support(made)
    act(operations.undo, facilitator, asked, reason="Eran distintas.")
    assert [discussion.supporters(one) for one in pair] == [{someone.id} for someone in own]
    assert all(one.is_public and one.merged_into_id is None for one in pair)
    assert (made.visibility, discussion.supporters(made), made.support_count) == (Visibility.WITHDRAWN, {later.id}, 1)
    assert [actions(one.reference)[-1] for one in (*pair, made)] == [*["proposal.returned"] * 2, "proposal.undone"]


def test_what_reached_a_ballot_is_not_undone(cycle, facilitator, pair):
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked)
    with transaction():
        for status in (ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT):
            operations.move(actor=None, proposal=asked.made[0], status=status, now=NOW)
    with pytest.raises(Denied):
        act(operations.undo, facilitator, asked, reason="Eran distintas.")


def test_what_was_split_and_hidden_is_restored_as_split(cycle, facilitator, pair):
    proposals.consented(proposals.splitting(facilitator, pair[0]))
    discussion.hide(pair[0])
    with transaction():
        moderation.restore(actor=facilitator, contribution=pair[0], reason="Fue un error", now=NOW)
    assert pair[0].visibility is Visibility.SPLIT


def test_everyone_behind_learns_where_it_went(cycle, facilitator, pair, outbox):
    amender = person("Enmendadora")
    supporter = discussion.support(pair[0])
    for someone in (supporter, amender, *(one.author for one in pair)):
        credential(someone)
    proposals.amended(pair[0], author=amender)
    asked = proposals.merging(facilitator, pair)
    outbox.clear()
    proposals.consented(asked)
    letters = {letter.to[0]: letter for letter in outbox}
    told = letters[f"{supporter.public_id}@example.org"].body
    assert all(words in told for words in ("Se fusionó con otras", "Proponen lo mismo.", pair[0].reference))
    assert "ya no se decide" in letters[f"{amender.public_id}@example.org"].body
    jobs.tell_of_steps([(pair[0].id, "merged")])
