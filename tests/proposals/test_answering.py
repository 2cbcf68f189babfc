"""How institutions answer: prepared among colleagues, for one proposal or fifty, and who learns of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Grant, Role
from cocrea.accounts.privacy import personal_data
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import zone
from cocrea.discussion.operations import support
from cocrea.extensions import db
from cocrea.proposals import feeding, operations, queries
from cocrea.proposals.jobs import publish_due_answers
from cocrea.proposals.models import ANSWER_STEPS, AnswerDraft, AnswerNote, AnswerStep, ResponseKind, answer_step
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import credential, grant, organisation, person
from tests.factories.history import actions
from tests.real import at_once

ANSWER = Answer(ResponseKind.PARTLY, "Hay recursos para la **mitad**.", "En marzo publicamos la primera parte.")
SECRET = "Ojo: el director no quiere."


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def ministry(app):
    return organisation()


@pytest.fixture
def official(ministry):
    return grant(person("Servidora 01"), Role.OFFICIAL, ministry)


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def routed(cycle, ministry, **kwargs):
    return proposals.routed(proposals.admitted(cycle, **kwargs), ministry)


def prepare(actor, routing, answer=ANSWER, base="", **more):
    with transaction():
        return operations.prepare(actor=actor, routing=routing, answer=answer, base=base, now=NOW, **more)


def publish(actor, routing, answer=ANSWER, base=""):
    with transaction():
        return operations.publish_prepared(actor=actor, routing=routing, answer=answer, base=base, now=NOW)


def write_note(actor, routing, body=SECRET):
    with transaction():
        return operations.write_note(actor=actor, routing=routing, body=body, now=NOW)


def test_colleagues_prepare_together_and_nobodys_text_is_lost(cycle, ministry, official):
    routing, colleague = routed(cycle, ministry), grant(person(), Role.OFFICIAL, ministry)
    first = prepare(official, routing, Answer(None, "Primera idea."))
    base = first.fingerprint
    prepare(colleague, routing, ANSWER, base)
    for act in (prepare, publish):
        with pytest.raises(Conflict):
            act(official, routing, Answer(ResponseKind.ACCEPTED, "Otra idea."), base)
    assert queries.draft_of(routing).reasons == ANSWER.reasons
    assert queries.responses(routing.proposal) == []
    publish(official, routing, ANSWER, queries.draft_of(routing).fingerprint)
    assert queries.draft_of(routing) is None
    with pytest.raises(Conflict):
        prepare(official, routing)


def test_only_its_officials_prepare_note_and_publish(cycle, ministry):
    routing = routed(cycle, ministry)
    for stranger in (person(), grant(person(), Role.OFFICIAL, organisation()), cycles.facilitator(cycle)):
        for act in (prepare, publish, write_note):
            with pytest.raises(Denied):
                act(stranger, routing)


def test_what_is_not_complete_is_kept_but_not_published(cycle, ministry, official):
    routing = routed(cycle, ministry)
    for unfinished in (Answer(None, "Sin decidir."), Answer(ResponseKind.ALREADY, " ")):
        base = (queries.draft_of(routing) or AnswerDraft(reasons="", next_steps="", feeds=[])).fingerprint
        kept = prepare(official, routing, unfinished, base)
        with pytest.raises(Invalid):
            publish(official, routing, unfinished, kept.fingerprint)
    assert queries.responses(routing.proposal) == []


def test_every_step_of_an_answer_is_one_of_the_table(cycle, ministry, official):
    routing = routed(cycle, ministry)
    assert answer_step(None, None) is AnswerStep.NONE
    draft = prepare(official, routing)
    assert answer_step(draft, None) is AnswerStep.DRAFT
    response = publish(official, routing, base=draft.fingerprint)
    assert answer_step(None, response) is AnswerStep.PUBLISHED
    assert ANSWER_STEPS[AnswerStep.PUBLISHED] == {AnswerStep.ASKED}
    with pytest.raises(Conflict):
        publish(official, routing)


def test_notes_and_drafts_show_through_no_channel(client, cycle, ministry, official):
    author = person("Autora 01")
    routing = routed(cycle, ministry, author=author)
    proposal = routing.proposal
    write_note(official, routing)
    prepare(official, routing, Answer(ResponseKind.ACCEPTED, SECRET, SECRET))
    everyone = (None, author, cycles.facilitator(cycle), grant(person(), Role.OFFICIAL, organisation()))
    pages = (
        f"/propuestas/{proposal.reference}",
        f"/ciclos/{cycle.slug}/propuestas",
        f"/ciclos/{cycle.slug}/propuestas?q=director",
        f"/ciclos/{cycle.slug}/datos/propuestas.json",
        "/historial",
        "/respuestas-pendientes",
        f"/respuestas-pendientes/{routing.id}",
    )
    for reader in everyone:
        with client.application.test_client() as browser:
            if reader is not None:
                browser.sign_in(reader)
            for page in pages:
                assert "director no" not in browser.get(page).text, (reader, page)
    assert "director" not in str(personal_data(author))
    assert SECRET in str(personal_data(official))
    kept = db.session.scalars(sa.select(HistoryRecord.canonical)).all()
    assert not any("director" in record for record in kept)
    assert actions(proposal.reference)[-1] == "proposal.answer_noted"
    assert SECRET in client.sign_in(official).get(f"/respuestas-pendientes/{routing.id}").text


def test_fifty_at_once_all_or_none_in_as_many_statements(cycle, ministry, official, count_queries):
    def answered(routings):
        """Statements of the transaction, and with those of what it has told afterwards."""
        ids = [routing.id for routing in routings]
        with count_queries() as all_of_it, transaction(), count_queries() as log:
            operations.respond_to_each(actor=official, routings=ids, answer=ANSWER, now=NOW)
        return len(log), len(all_of_it)

    batches = [[routed(cycle, ministry) for _ in range(number)] for number in (5, 50)]
    for batch in batches:
        assert all(queries.responses(routing.proposal) == [] for routing in batch)
    costs = [answered(batch) for batch in batches]
    assert costs[0] == costs[1] and costs[0][0] <= 12, costs
    for routing in batches[1]:
        assert [found.next_source for found in queries.responses(routing.proposal)] == [ANSWER.next_steps]
        assert actions(routing.proposal.reference)[-1] == "proposal.answered"
    fresh = routed(cycle, ministry)
    with pytest.raises(Conflict):
        answered([fresh, batches[0][0]])
    foreign = routed(cycle, organisation())
    with pytest.raises(Denied):
        answered([fresh, foreign])
    assert queries.responses(fresh.proposal) == []


def test_a_common_answer_keeps_what_colleagues_were_preparing(cycle, ministry, official):
    routing = routed(cycle, ministry)
    prepare(official, routing, Answer(None, "Lo que estábamos pensando."))
    with transaction():
        operations.respond_to_each(actor=official, routings=[routing.id], answer=ANSWER, now=NOW)
    assert queries.draft_of(routing).reasons == "Lo que estábamos pensando."


def test_twenty_presses_at_once_publish_one_answer(committed_app):
    cycle, ministry = proposals.working_cycle(), organisation()
    who = grant(person(), Role.OFFICIAL, ministry)
    who_id, ids = who.id, [routed(cycle, ministry).id for _ in range(3)]

    def press() -> bool:
        try:
            with transaction():
                operations.respond_to_each(
                    actor=db.session.get_one(type(who), who_id), routings=ids, answer=ANSWER, now=NOW
                )
        except Conflict:
            return False
        return True

    assert sum(at_once(committed_app, [press] * 20)) == 1


def test_an_official_prepares_and_publishes_on_one_page(client, cycle, ministry, official, outbox):
    author, supporter = person(), person()
    for someone in (author, supporter):
        credential(someone)
    routing = routed(cycle, ministry, author=author)
    with transaction():
        support(actor=supporter, contribution=routing.proposal, now=NOW)
    outbox.clear()
    page, address = f"/propuestas/{routing.proposal.reference}", f"/respuestas-pendientes/{routing.id}"
    client.sign_in(official)
    assert address in client.get("/respuestas-pendientes").text
    assert address in client.get(page).text
    given = {"kind": "partly", "reasons": "Porque **sí**.", "next_steps": "En marzo.", "base": ""}
    assert client.post(address, data={**given, "kind": "", "save": "1"}).status_code == 303
    base = re.search(r'name="base"[^>]*value="([^"]*)"', client.get(address).text).group(1)
    assert "En preparación" in client.get("/respuestas-pendientes?estado=en-preparacion").text
    clash = client.post(address, data={**given, "reasons": "Mi texto.", "publish": "1", "confirmed": "1"})
    assert (clash.status_code, "Mi texto." in clash.text, "Porque **sí**." in clash.text) == (422, True, True)
    missing = client.post(address, data={**given, "kind": "", "base": base, "publish": "1"})
    assert (missing.status_code, "Elige una de las cinco" in missing.text) == (422, True)
    assert client.post(address, data={**given, "base": base, "publish": "1", "confirmed": "1"}).status_code == 303
    with client.application.test_client() as visitor:
        shown = visitor.get(page).text
        assert "<strong>sí</strong>" in shown
        assert "En marzo." in shown
    assert sorted(letter.to[0] for letter in outbox) == sorted(
        f"{p.public_id}@example.org" for p in (author, supporter)
    )
    assert page in outbox[0].body
    assert client.post(f"{address}/notas", data={"body": " "}).status_code == 422
    assert client.post(f"{address}/notas", data={"body": SECRET}).status_code == 303
    assert db.session.scalars(sa.select(AnswerNote.body)).all() == [SECRET]


def test_one_letter_tells_of_all_that_was_answered_in_common(client, cycle, ministry, official, outbox):
    author = person()
    credential(author)
    marked = [routed(cycle, ministry, author=author) for _ in range(3)]
    outbox.clear()
    address = "/respuestas-pendientes/comun?" + "&".join(f"turno={routing.id}" for routing in marked)
    client.sign_in(official)
    assert all(routing.proposal.reference in client.get(address).text for routing in marked)
    data = {"turno": [routing.id for routing in marked], "kind": "already", "reasons": "Ya se publica cada mes."}
    wrong = client.post("/respuestas-pendientes/comun", data={**data, "kind": ""})
    assert (wrong.status_code, "Ya se publica cada mes." in wrong.text) == (422, True)
    assert client.post("/respuestas-pendientes/comun", data={**data, "confirmed": "1"}).status_code == 303
    assert len(outbox) == 1
    assert all(routing.proposal.reference in outbox[0].body for routing in marked)


def test_what_is_not_ones_own_cannot_be_marked(client, cycle, ministry, official):
    mine, foreign = routed(cycle, ministry), routed(cycle, organisation())
    client.sign_in(official)
    both = f"turno={mine.id}&turno={foreign.id}"
    for query, status in ((both, 404), (f"turno={foreign.id}", 404), ("", 303), ("turno=x", 303)):
        assert client.get(f"/respuestas-pendientes/comun?{query}").status_code == status
    assert client.get(f"/respuestas-pendientes/{foreign.id}").status_code == 404
    assert client.get(f"/respuestas-pendientes/{mine.id}").status_code == 200


def test_what_is_withdrawn_meanwhile_is_not_answered(cycle, ministry, official):
    author = person()
    routing = routed(cycle, ministry, author=author)
    with transaction():
        operations.withdraw(actor=author, proposal=routing.proposal, reason="Ya no.", now=NOW)
    with pytest.raises(Denied):
        publish(official, routing)
    with pytest.raises(Denied), transaction():
        operations.respond_to_each(actor=official, routings=[routing.id], answer=ANSWER, now=NOW + timedelta(days=1))


def schedule(actor, routing, publish_at, answer=ANSWER, base=""):
    with transaction():
        return operations.schedule(
            actor=actor, routing=routing, answer=answer, publish_at=publish_at, base=base, now=NOW
        )


def publish_due(now):
    with transaction():
        return [response.proposal_id for response in operations.publish_due(now=now)]


def test_what_is_set_for_the_same_moment_is_published_together_once(client, cycle, ministry, official):
    hour = NOW + timedelta(hours=3)
    together = [routed(cycle, ministry) for _ in range(3)]
    for routing in together:
        schedule(official, routing, hour)
    later = routed(cycle, ministry)
    schedule(official, later, hour + timedelta(hours=1))
    page = f"/propuestas/{together[0].proposal.reference}"
    assert publish_due(hour - timedelta(seconds=1)) == []
    assert "Hay recursos" not in client.get(page).text
    assert sorted(publish_due(hour + timedelta(seconds=40))) == sorted(one.proposal_id for one in together)
    assert publish_due(hour + timedelta(minutes=2)) == []
    assert {found.published_at for one in together for found in queries.responses(one.proposal)} == {hour}
    assert "Hay recursos" in client.get(page).text
    assert queries.draft_of(together[0]) is None
    assert queries.draft_of(later).publish_at is not None


def test_only_a_moment_to_come_and_a_whole_answer_are_set(cycle, ministry, official):
    routing = routed(cycle, ministry)
    for moment in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=91)):
        with pytest.raises(Invalid):
            schedule(official, routing, moment)
    with pytest.raises(Invalid):
        schedule(official, routing, NOW + timedelta(days=1), Answer(None, "Sin decidir."))
    with pytest.raises(Denied):
        schedule(person(), routing, NOW + timedelta(days=1))
    assert queries.draft_of(routing) is None


def test_what_is_set_stays_set_when_it_is_saved_until_it_is_unset_or_says_something_else(cycle, ministry, official):
    stays, unset, changed, unfinished = (routed(cycle, ministry) for _ in range(4))
    hour = NOW + timedelta(hours=1)
    better = Answer(ResponseKind.ACCEPTED, "Lo pensamos mejor.")
    for routing, said, more in (
        (stays, ANSWER, {}),
        (unset, ANSWER, {"unset": True}),
        (changed, better, {}),
        (unfinished, Answer(None, ANSWER.reasons), {}),
    ):
        kept = schedule(official, routing, hour)
        assert answer_step(kept, None) is AnswerStep.SCHEDULED
        prepare(official, routing, said, kept.fingerprint, **more)
    assert publish_due(hour) == [stays.proposal_id]
    assert [found.reasons_source for found in queries.responses(stays.proposal)] == [ANSWER.reasons]
    assert queries.draft_of(changed).reasons == better.reasons
    again = queries.draft_of(unfinished)
    prepare(official, unfinished, ANSWER, again.fingerprint)
    assert queries.draft_of(unfinished).publish_at is None


def test_a_common_answer_takes_the_place_of_what_is_set(cycle, ministry, official):
    routing = routed(cycle, ministry)
    hour = NOW + timedelta(hours=1)
    schedule(official, routing, hour)
    with transaction():
        operations.respond_to_each(actor=official, routings=[routing.id], answer=ANSWER, now=NOW)
    assert publish_due(hour) == []


def test_what_names_a_commitment_that_is_gone_holds_up_nothing_else(cycle, ministry, official, monkeypatch):
    monkeypatch.setattr(feeding, "_loaders", [lambda _cycle: {"COM-1": "Diez plazas"}])
    gone, other = routed(cycle, ministry), routed(cycle, ministry)
    hour = NOW + timedelta(hours=1)
    schedule(official, gone, hour, Answer(ResponseKind.ACCEPTED, "Va.", feeds=("COM-1",)))
    schedule(official, other, hour)
    monkeypatch.setattr(feeding, "_loaders", [lambda _cycle: {}])
    assert publish_due(hour) == [other.proposal_id]
    assert (queries.draft_of(gone).publish_at, queries.responses(gone.proposal)) == (None, [])


def test_what_its_author_may_no_longer_publish_is_a_draft_again(cycle, ministry, official):
    author = person()
    withdrawn, unrouted, left = (
        routed(cycle, ministry, author=author),
        routed(cycle, ministry),
        routed(cycle, ministry),
    )
    gone = grant(person(), Role.OFFICIAL, ministry)
    for actor, routing in ((official, withdrawn), (official, unrouted), (gone, left)):
        schedule(actor, routing, NOW + timedelta(hours=1))
    with transaction():
        operations.withdraw(actor=author, proposal=withdrawn.proposal, reason="Ya no.", now=NOW)
    by = {"actor": cycles.facilitator(cycle), "proposal": unrouted.proposal, "organisation": ministry}
    with transaction():
        operations.unroute(**by, reason="No es de su competencia.", now=NOW)
    with transaction() as session:
        session.execute(sa.delete(Grant).where(Grant.person_id == gone.id))
    db.session.expire_all()
    assert publish_due(NOW + timedelta(hours=1)) == []
    assert db.session.scalars(sa.select(AnswerDraft.publish_at)).all() == [None] * 3


def test_an_official_sets_a_moment_on_the_page(client, cycle, ministry, official, clock):
    routing = routed(cycle, ministry)
    address = f"/respuestas-pendientes/{routing.id}"
    client.sign_in(official)
    given = {"kind": "partly", "reasons": "Porque sí.", "next_steps": "", "base": "", "schedule": "1"}
    missing = client.post(address, data=given)
    assert (missing.status_code, "Escribe el día y la hora" in missing.text) == (422, True)
    local = (NOW + timedelta(days=1)).astimezone(zone(cycle.timezone))
    chosen = client.post(address, data={**given, "publish_on": f"{local:%Y-%m-%dT%H:%M}", "confirmed": "1"})
    assert chosen.status_code == 303
    assert "Está programada" in client.get(address).text
    assert "Programada" in client.get("/respuestas-pendientes").text
    clock.advance(days=1, minutes=1)
    publish_due_answers()
    assert [found.kind for found in queries.responses(routing.proposal)] == [ResponseKind.PARTLY]
