"""Writing a proposal together: invited by e-mail, read before accepting, with all of an author's rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts import operations as accounts
from cocrea.accounts.models import Draft, Invitation
from cocrea.accounts.privacy import personal_data
from cocrea.accounts.queries import own_invitations, prove_password
from cocrea.core.db import add, transaction
from cocrea.core.errors import Conflict, Denied, Invalid, NotFound
from cocrea.core.todo import gather
from cocrea.discussion import operations as discussion
from cocrea.discussion import policies as discussion_policies
from cocrea.discussion.models import Coauthor, Support, Visibility
from cocrea.extensions import db
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.drafts import of_text
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.operations import notices
from cocrea.proposals.operations.coauthors import MOST
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import PASSWORD, credential, person
from tests.factories.history import actions


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


@pytest.fixture
def ana(app):
    made = person("Ana 01")
    credential(made, "ana@example.org")
    return made


@pytest.fixture
def beto(app):
    made = person("Beto 02")
    credential(made, "beto@example.org")
    return made


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def shared(cycle, ana, beto):
    """Published by Ana; Beto accepted to write it too."""
    proposal = proposals.published(cycle, author=ana)
    invite(ana, proposal)
    return accept(beto)


def invite(actor, proposal, email="beto@example.org", now=NOW):
    with transaction():
        operations.invite_coauthor(actor=actor, proposal=proposal, email=email, now=now)


def accept(actor, now=NOW):
    offered = own_invitations(actor, now)[-1]
    with transaction():
        return accounts.accept(actor=actor, invitation=offered, now=now)


def leave(actor, proposal):
    with transaction():
        operations.leave(actor=actor, proposal=proposal, now=NOW)


def admit(proposal):
    facilitator, findings = cycles.facilitator(proposal.cycle), proposals.all_met(proposal.cycle)
    with transaction():
        operations.admit(actor=facilitator, proposal=proposal, findings=findings, now=NOW)


def withdraw(actor, proposal):
    with transaction():
        operations.withdraw(actor=actor, proposal=proposal, reason="Ya no hace falta.", now=NOW)


def names(proposal):
    return [one.name for one in proposal.authors]


def test_whoever_is_invited_reads_the_draft_and_then_writes_it(app, cycle, ana, beto):
    proposal = proposals.draft(cycle, author=ana)
    assert not policies.can_read(beto, proposal, NOW)
    invite(ana, proposal)
    with app.test_request_context():
        assert str(gather(beto, NOW)[0].text) == f"Coautoría en «{proposal.reference} · {cycle.title}»"
    assert policies.can_read(beto, proposal, NOW)
    assert not policies.can_edit(beto, proposal, NOW)
    assert queries.visible_proposal(beto, proposal.reference) == proposal
    accept(beto)
    assert policies.can_edit(beto, proposal, NOW)
    assert names(proposal) == ["Ana 01", "Beto 02"]
    assert db.session.scalars(sa.select(Invitation)).all() == []


def test_an_invitation_ends_with_its_term_or_its_answer(cycle, ana, beto, clock):
    proposal = proposals.draft(cycle, author=ana)
    invite(ana, proposal)
    end = NOW + timedelta(days=14)
    assert policies.can_read(beto, proposal, end - timedelta(seconds=1))
    assert not policies.can_read(beto, proposal, end)
    with transaction():
        accounts.decline(invitation=own_invitations(beto, NOW)[0])
    with pytest.raises(NotFound):
        queries.visible_proposal(beto, proposal.reference)


def test_the_address_counts_once_it_is_confirmed_and_for_its_owner_alone(cycle, ana, beto):
    proposal, other = proposals.draft(cycle, author=ana), person()
    credential(other)
    invite(ana, proposal, "BETO@example.org ")
    assert not policies.can_read(other, proposal, NOW)
    beto.verified_at = None
    db.session.commit()
    with pytest.raises(NotFound):
        queries.visible_proposal(beto, proposal.reference)


def test_an_address_is_treated_alike_whether_or_not_it_has_an_account(cycle, ana, beto, outbox, count_queries):
    proposal = proposals.draft(cycle, author=ana)
    logs = []
    for email in ("beto@example.org", "nadie@example.org"):
        with count_queries() as log:
            invite(ana, proposal, email)
        logs.append([statement.split(" WHERE ")[0] for statement in log])
    assert logs[0] == logs[1]
    known, unknown = ("\n".join(letter.body.splitlines()[:4]) for letter in outbox)
    assert known == unknown
    assert proposal.title not in known  # a letter may go to a stranger: what is a draft stays one
    assert "Ana 01" in known


def test_the_history_says_that_someone_was_invited_and_not_whom(shared, ana, outbox):
    invite(ana, shared, "nadie@example.org")
    offered = queries.standing_offers(shared, NOW)[0]
    with transaction():
        operations.withdraw_offer(actor=ana, proposal=shared, invitation=offered, now=NOW)
    told = ["coauthor.invited", "coauthor.joined", "coauthor.invited", "coauthor.uninvited"]
    assert actions(shared.reference) == ["proposal.published", *told]


def test_the_history_knows_nothing_of_a_draft_until_it_is_published(cycle, ana, beto):
    proposal = proposals.draft(cycle, author=ana)
    invite(ana, proposal)
    accept(beto)
    assert actions(proposal.reference) == []
    with transaction():
        operations.publish(actor=beto, proposal=proposal, now=NOW)
    assert actions(proposal.reference) == ["proposal.published", "coauthor.joined"]


def test_at_most_some_and_only_while_the_text_may_change(cycle, ana, beto):
    proposal = proposals.published(cycle, author=ana)
    with pytest.raises(Denied):
        invite(beto, proposal)
    with pytest.raises(Invalid):
        invite(ana, proposal, " Ana@example.org")
    invite(ana, proposal)
    accept(beto)
    for number in range(MOST - 1):
        invite(ana, proposal, f"p{number}@example.org")
    with pytest.raises(Conflict):
        invite(beto, proposal, "uno-mas@example.org")
    later = NOW + timedelta(days=14)  # what nobody answered leaves its place
    assert queries.standing_offers(proposal, later) == []
    admit(proposal)
    with pytest.raises(Denied):
        invite(ana, proposal, "p0@example.org")


def test_nobody_joins_a_text_that_changes_no_more_nor_by_the_word_of_who_left(cycle, ana, beto, shared):
    late = person()
    credential(late, "tarde@example.org")
    invite(beto, shared, "tarde@example.org")
    admit(shared)
    with pytest.raises(Denied):
        accept(late)
    leave(beto, shared)
    assert own_invitations(late, NOW) == []
    assert not policies.is_author(late, shared)


def test_a_coauthor_may_all_that_the_author_may(app, cycle, shared, ana, beto):
    for may in (policies.can_edit, policies.can_invite, policies.can_leave, policies.can_see_coauthors):
        assert may(beto, shared, NOW), may
    assert policies.answers_amendments(beto, shared)
    assert policies.can_amend(beto, shared, NOW).reason == "Es tuya: cambia el texto directamente."
    amendment = proposals.amended(shared)
    assert policies.can_accept(beto, amendment, NOW)
    with app.test_request_context():
        assert f"/propuestas/{shared.reference}/enmiendas" in queries.todo(beto, NOW)[0].href
    with transaction():
        operations.accept(actor=beto, amendment=amendment, read=1, now=NOW)
    content = replace(proposals.CONTENT, title="Otro título")
    with transaction():
        operations.revise(actor=beto, proposal=shared, content=content, base=shared.edition, now=NOW)
    assert [version.author.name for version in queries.versions(shared)] == ["Beto 02", "Beto 02", "Ana 01"]


def test_two_who_write_at_once_lose_nothing(shared, ana, beto):
    began = shared.edition
    with transaction():
        operations.revise(
            actor=ana, proposal=shared, content=replace(proposals.CONTENT, needs="De Ana."), base=began, now=NOW
        )
    with pytest.raises(Conflict), transaction():
        operations.revise(
            actor=beto, proposal=shared, content=replace(proposals.CONTENT, needs="De Beto."), base=began, now=NOW
        )
    assert shared.needs == "De Ana."


def test_one_s_support_is_taken_back_on_joining_and_not_given_again(cycle, ana, beto):
    proposal = proposals.published(cycle, author=ana)
    for someone in (beto, person()):
        with transaction():
            discussion.support(actor=someone, contribution=proposal, now=NOW)
    invite(ana, proposal)
    accept(beto)
    assert proposal.support_count == db.session.query(Support).filter_by(contribution_id=proposal.id).count() == 1
    assert not discussion_policies.can_support(beto, proposal, NOW)
    with pytest.raises(Denied), transaction():
        discussion.support(actor=beto, contribution=proposal, now=NOW)


def test_of_several_nobody_withdraws_and_any_may_leave(shared, ana, beto, outbox):
    for one in (ana, beto):
        with pytest.raises(Denied):
            withdraw(one, shared)
    leave(beto, shared)
    assert (outbox[-1].to, names(shared)) == (["ana@example.org"], ["Ana 01"])
    assert actions(shared.reference)[-1] == "coauthor.left"
    with pytest.raises(Denied):
        leave(ana, shared)
    withdraw(ana, shared)
    assert shared.visibility is Visibility.WITHDRAWN


def test_who_accepted_first_takes_the_place_of_the_first_author(shared, ana, beto):
    leave(ana, shared)
    assert (shared.author_id, names(shared), shared.coauthors) == (beto.id, ["Beto 02"], [])
    assert shared.author_sector is beto.sector
    assert not policies.is_author(ana, shared)
    withdraw(beto, shared)


def test_on_a_ballot_nobody_leaves(shared, ana, beto):
    for status in (ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT):
        with transaction():
            operations.move(actor=None, proposal=shared, status=status, now=NOW)
    with pytest.raises(Denied):
        leave(beto, shared)


def test_a_coauthor_goes_on_alone_when_the_first_author_closes_the_account(cycle, shared, ana, beto):
    with transaction():
        accounts.withdraw(actor=ana, proof=prove_password("ana@example.org", PASSWORD), now=NOW)
    db.session.expire_all()
    assert names(shared) == ["Beto 02"]
    assert str(shared.byline) == "Persona que se retiró y Beto 02"
    assert policies.can_edit(beto, shared, NOW)
    assert policies.can_amend(person(), shared, NOW)
    withdraw(beto, shared)


def test_what_happens_is_told_to_all_who_write_it(shared, ana, beto, outbox):
    proposals.amended(shared)
    with transaction():
        notices.tell_of_steps(steps=[(shared.id, "published")])
    assert sorted(letter.to[0] for letter in outbox) == ["ana@example.org"] * 2 + ["beto@example.org"] * 2


def test_lists_downloads_and_one_s_own_data_know_the_coauthors(client, cycle, shared, beto):
    assert queries.count(cycle, queries.Filter(author_id=beto.id)) == 1
    assert queries.count(cycle, queries.Filter(author_id=person().id)) == 0
    page = client.sign_in(beto).get(f"/ciclos/{cycle.slug}/propuestas?autoria=propias").text
    assert shared.reference in page
    assert "Ana 01 y 1 persona más" in page
    taken = client.get(f"/ciclos/{cycle.slug}/propuestas.json").json
    assert [row["coauthor_count"] for row in taken["items"]] == [1]
    assert personal_data(beto)["coauthors"][0]["contribution_id"] == shared.id
    shown = client.get(f"/propuestas/{shared.reference}").text
    assert "Ana 01" in shown
    assert "Beto 02" in shown


def test_the_whole_way_on_the_pages(client, cycle, ana, beto, outbox):
    proposal = proposals.draft(cycle, author=ana)
    page, people = f"/propuestas/{proposal.reference}", f"/propuestas/{proposal.reference}/coautoria"
    assert client.get(people).status_code == 404
    client.sign_in(ana)
    assert client.post(people, data={"email": "no es"}).status_code == 422
    assert client.post(people, data={"email": "beto@example.org"}).status_code == 303
    assert "beto@example.org" in client.get(people).text
    client.sign_in(beto)
    assert client.get(people).status_code == 404
    assert "Ana 01 te invita a escribirla" in client.get(page).text
    offered = own_invitations(beto, NOW)[0].id
    offer = client.get(f"/invitaciones/{offered}").text
    assert page in offer and offer.index("<h1") < offer.index(proposal.title) < offer.index("</h1>")
    answer = client.post(f"/invitaciones/{offered}/aceptacion")
    assert (answer.status_code, answer.location) == (303, page)
    shown = client.get(page).text
    assert "Ya escribes esta propuesta" in shown
    assert "Solo ustedes ven este borrador" in shown
    assert "Publicar propuesta" in shown
    assert "aceptó escribir contigo" in outbox[-1].body
    assert client.post(f"{people}/salida").status_code == 303
    assert client.get(page).status_code == 404


def test_an_invitation_is_taken_back_by_the_authors_alone(client, cycle, ana, beto):
    proposal = proposals.draft(cycle, author=ana)
    invite(ana, proposal)
    offered = own_invitations(beto, NOW)[0].id
    address = f"/propuestas/{proposal.reference}/coautoria/invitaciones/{offered}/retiro"
    assert client.sign_in(beto).post(address).status_code == 404
    assert client.sign_in(ana).post(address).status_code == 303
    assert client.post(address).status_code == 404
    assert own_invitations(beto, NOW) == []


def test_the_pages_cost_the_same_however_many_write_it(client, cycle, ana, beto, shared, count_queries):
    address = f"/propuestas/{shared.reference}"
    counts = []
    client.sign_in(person())
    for _more in range(3):
        with count_queries() as log:
            assert client.get(address).status_code == 200
        counts.append(len(log))
        db.session.add(Coauthor(contribution_id=shared.id, person_id=person().id, joined_at=NOW))
        db.session.commit()
    assert counts[0] == counts[-1] <= 12
    assert db.session.get_one(Proposal, shared.id).coauthors


def test_who_writes_it_no_more_is_not_asked_to_finish_a_change(client, shared, ana, beto):
    def keep(someone):
        with transaction():
            operations.keep_text(actor=someone, proposal=shared, fields={"title": "A medias"}, now=NOW)

    waits = "Termina de cambiar tu propuesta"
    for someone in (ana, beto):
        keep(someone)
        assert waits in client.sign_in(someone).get("/").text
    leave(beto, shared)
    assert {draft.person_id for draft in Draft.query} == {ana.id}
    with transaction():
        add(Draft(person_id=beto.id, form=of_text(shared.id), fields={"title": "Tarde"}, saved_at=NOW))
    assert waits not in client.sign_in(beto).get("/").text
    withdraw(ana, shared)
    assert waits not in client.sign_in(ana).get("/").text


def test_whoever_writes_it_too_is_not_offered_to_support_it(client, cycle, shared, ana, beto):
    address = f"/ciclos/{cycle.slug}/propuestas/parecidas"
    for reader, offered in ((ana, False), (beto, False), (person(), True)):
        piece = client.sign_in(reader).get(address, query_string={"titulo": shared.title}).text
        assert shared.reference in piece
        assert ("data-support" in piece, "Es tuya." in piece) == (offered, not offered)
