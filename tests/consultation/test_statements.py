"""Statements: one sentence each, before the facilitation first and public only when admitted."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.audit.models import HistoryRecord
from cocrea.consultation import operations
from cocrea.consultation.models import Statement, StatementStatus
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion
from tests.factories.accounts import credential, person
from tests.real import at_once

SECRET = "Las sesiones del cabildo deben transmitirse en vivo"


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


def propose(cycle, sentence, actor=None, **kwargs):
    with transaction():
        return operations.propose_statement(
            actor=actor or person(), cycle=cycle, sentence=sentence, now=kwargs.pop("now", NOW), **kwargs
        )


def list_url(cycle):
    return f"/ciclos/{cycle.slug}/afirmaciones"


def page_url(statement):
    return f"/afirmaciones/{statement.reference}"


@pytest.mark.parametrize(
    "sentence",
    [
        "Hace falta más luz. También más agua",
        "¿Quién decide? Nadie lo sabe",
        "Basta ya… ¡Queremos respuestas!",
        "a" * 141,
        " \u200b ",
    ],
)
def test_two_sentences_or_too_long_ones_are_refused_at_the_field(cycle, sentence):
    with pytest.raises(Invalid) as refused:
        propose(cycle, sentence)
    assert refused.value.field == "sentence"


@pytest.mark.parametrize(
    "sentence",
    [
        "El Dr. López y la Lic. Ruiz no deben firmar solos.",
        "El presupuesto de 1.5 millones alcanza",
        "La calle 5 de Mayo, p. ej. Colima, necesita luz",
        "a" * 140,
    ],
)
def test_one_sentence_with_dots_inside_is_one_sentence(cycle, sentence):
    assert propose(cycle, sentence).title == sentence


def test_a_form_sent_twice_makes_one_statement(cycle):
    author = person()
    made = {propose(cycle, SECRET, author, form_key="k").id for _ in range(2)}
    assert len(made) == 1


def test_the_same_sentence_is_proposed_once_in_a_cycle(cycle):
    author = person()
    made = propose(cycle, SECRET, author)
    for actor, said in ((author, "Ya la propusiste"), (person(), "en revisión")):
        with pytest.raises(Invalid) as refused:
            propose(cycle, SECRET.upper(), actor, form_key="otra")
        assert (refused.value.field, said in str(refused.value.message)) == ("sentence", True)
    with transaction():
        operations.admit_statement(actor=cycles.facilitator(cycle), statement=made, read=made.fingerprint, now=NOW)
    with pytest.raises(Invalid) as refused:
        propose(cycle, SECRET)
    assert made.reference in str(refused.value.message)
    discussion.withdraw(made, author, "Me equivoqué")
    assert propose(cycle, SECRET)
    assert propose(consultation.open_cycle(), SECRET)


def test_a_sentence_is_not_corrected_into_another_one_that_stands(cycle):
    author = person()
    propose(cycle, SECRET)
    own = propose(cycle, "Otra cosa", author)
    with pytest.raises(Invalid), transaction():
        operations.edit_statement(actor=author, statement=own, sentence=SECRET.upper(), now=NOW)
    with transaction():
        operations.edit_statement(actor=author, statement=own, sentence="OTRA COSA", now=NOW)
    assert own.title == "OTRA COSA"


@pytest.mark.slow
def test_of_two_who_propose_the_same_at_once_one_is_told(committed_app):
    cycle = consultation.open_cycle()
    cycle_id, people = cycle.id, [person().id for _ in range(6)]

    def proposing(person_id):
        def call():
            with transaction():
                actor, found = db.session.get_one(Person, person_id), db.session.get_one(Cycle, cycle_id)
                return operations.propose_statement(actor=actor, cycle=found, sentence=SECRET, now=NOW).id

        return call

    answers = at_once(committed_app, [proposing(person_id) for person_id in people])
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert sum(isinstance(answer, Invalid) for answer in answers) == 5


def test_a_repeated_sentence_leads_to_the_one_that_stands(client, cycle):
    stands = consultation.statement(cycle, sentence=SECRET)
    client.sign_in(person())
    answer = client.post(f"{list_url(cycle)}/nueva", data={"sentence": SECRET, "key": "k9"})
    assert answer.status_code == 422
    assert f'href="/afirmaciones/{stands.reference}"' in answer.text and SECRET in answer.text


def test_nobody_fills_the_queue(cycle):
    author = person()
    for number in range(10):
        propose(cycle, f"Afirmación {number}", author)
    with pytest.raises(Conflict):
        propose(cycle, "Una más", author)
    assert propose(cycle, "De otra persona")


def test_the_stage_decides_when_statements_come_in(cycle):
    end = cycle.stages[0].ends_at
    with pytest.raises(Denied):
        propose(cycle, SECRET, now=end)
    waiting = consultation.proposed(cycle)
    facilitator, read = cycles.facilitator(cycle), waiting.fingerprint
    with pytest.raises(Denied), transaction():
        operations.admit_statement(actor=facilitator, statement=waiting, read=read, now=end)
    with transaction():
        operations.decline_statement(
            actor=facilitator, statement=waiting, read=read, reason="Llegó al final", now=end
        )
    assert waiting.status is StatementStatus.DECLINED


def test_before_admission_only_its_author_and_the_facilitation_read_it(client, cycle):
    author = person("Autora que espera")
    waiting = consultation.proposed(cycle, author=author, sentence=SECRET)
    pages = (page_url(waiting), list_url(cycle), "/historial", f"/ciclos/{cycle.slug}", f"/ciclos/{cycle.slug}/temas")
    for reader in (None, person(), cycles.facilitator(consultation.open_cycle())):
        if reader:
            client.sign_in(reader)
        assert client.get(page_url(waiting)).status_code == 404
        for address in pages:
            assert SECRET not in client.get(address).text
            assert waiting.reference not in client.get(address).text.replace(address, "")
    client.sign_in(author)
    assert SECRET in client.get(page_url(waiting)).text
    assert SECRET in client.get(list_url(cycle)).text
    client.sign_in(cycles.facilitator(cycle))
    assert SECRET in client.get(page_url(waiting)).text
    assert SECRET in client.get(f"{list_url(cycle)}/revision").text


def test_nothing_of_other_contributions_is_possible_on_it(client, cycle):
    waiting = consultation.proposed(cycle)
    client.sign_in(cycles.facilitator(cycle))
    for act in ("comentarios", "apoyo", "ocultamiento"):
        assert client.post(f"/aportaciones/{waiting.reference}/{act}").status_code == 404


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def test_admitting_tells_the_history_and_the_author(client, cycle, outbox):
    author = person()
    credential(author)
    waiting = consultation.proposed(cycle, author=author, sentence=SECRET)
    client.sign_in(cycles.facilitator(cycle))
    assert client.post(f"{page_url(waiting)}/admision", data={"read": waiting.fingerprint}).status_code == 303
    assert (waiting.visibility, waiting.status) == (Visibility.PUBLIC, StatementStatus.ADMITTED)
    record = db.session.scalar(sa.select(HistoryRecord).filter_by(subject=waiting.reference))
    assert waiting.fingerprint in record.canonical
    assert SECRET not in record.canonical
    assert SECRET in client.get(list_url(cycle)).text
    assert SECRET in outbox[-1].body
    assert client.post(f"{page_url(waiting)}/admision").location == page_url(waiting)
    assert len(outbox) == 1


def test_declining_gives_a_public_reason_and_no_text(client, cycle, outbox):
    author = person()
    credential(author)
    waiting = consultation.proposed(cycle, author=author, sentence=SECRET)
    url = f"{page_url(waiting)}/rechazo"
    assert client.sign_in(person()).get(url).status_code == 404
    client.sign_in(cycles.facilitator(cycle))
    assert SECRET in client.get(url).text
    assert client.post(url, data={"reason": " ", "read": waiting.fingerprint}).status_code == 422
    assert client.post(url, data={"reason": "Son dos ideas", "read": waiting.fingerprint}).status_code == 303
    assert "Son dos ideas" in outbox[-1].body
    record = db.session.scalar(sa.select(HistoryRecord).filter_by(subject=waiting.reference))
    assert "Son dos ideas" in record.canonical
    client.sign_in(person())
    page = client.get(page_url(waiting))
    assert page.status_code == 200
    assert "Son dos ideas" in page.text
    assert SECRET not in page.text
    assert author.name not in page.text
    assert SECRET in client.sign_in(author).get(page_url(waiting)).text


def test_nobody_decides_on_a_sentence_they_have_not_read(client, cycle):
    author = person()
    waiting = consultation.proposed(cycle, author=author, sentence=SECRET)
    read = {"read": waiting.fingerprint, "reason": "Son dos ideas"}
    client.sign_in(cycles.facilitator(cycle))
    queue, declining = f"{list_url(cycle)}/revision", f"{page_url(waiting)}/rechazo"
    assert f'name="read" value="{waiting.fingerprint}"' in client.get(queue).text
    assert waiting.fingerprint in client.get(declining).text
    with transaction():
        operations.edit_statement(actor=author, statement=waiting, sentence="Otra cosa muy distinta", now=NOW)
    client.post(f"{page_url(waiting)}/admision", data=read)
    assert waiting.status is StatementStatus.PROPOSED
    page = client.get(queue).text
    assert "la corrigió mientras la leías" in page
    assert "Otra cosa muy distinta" in page
    refused = client.post(declining, data=read)
    assert refused.status_code == 422
    assert waiting.status is StatementStatus.PROPOSED
    for shown in ("la corrigió mientras la leías", "Otra cosa muy distinta", "Son dos ideas", waiting.fingerprint):
        assert shown in refused.text
    assert client.post(declining, data={**read, "read": waiting.fingerprint}).status_code == 303
    assert waiting.status is StatementStatus.DECLINED


@pytest.mark.parametrize("late", ["admision", "rechazo"])
def test_who_decides_second_is_told_what_the_first_decided(client, cycle, late):
    admitted, declined = (consultation.proposed(cycle, sentence=said) for said in ("Falta agua", "Falta luz"))
    deciding = {"actor": cycles.facilitator(cycle), "now": NOW}
    reads = {statement.id: {"read": statement.fingerprint, "reason": "Otra"} for statement in (admitted, declined)}
    with transaction():
        operations.admit_statement(statement=admitted, read=admitted.fingerprint, **deciding)
        operations.decline_statement(
            statement=declined, read=declined.fingerprint, reason="Son dos ideas", **deciding
        )
    client.sign_in(cycles.facilitator(cycle))
    for statement, words in ((admitted, "ya la admitió"), (declined, "ya decidió no admitirla")):
        answer = client.post(f"{page_url(statement)}/{late}", data=reads[statement.id])
        assert (answer.status_code, answer.location) == (303, page_url(statement))
        page = client.get(answer.location).text
        assert words in page
        assert f"/historial?folio={statement.reference}" in page
    assert (admitted.status, declined.status) == (StatementStatus.ADMITTED, StatementStatus.DECLINED)


def test_its_author_corrects_it_until_it_is_decided(client, cycle):
    author = person()
    waiting = consultation.proposed(cycle, author=author)
    url = f"{page_url(waiting)}/edicion"
    client.sign_in(author)
    assert waiting.title in client.get(url).text
    refused = client.post(url, data={"sentence": "Uno. Dos"})
    assert refused.status_code == 422
    assert "Uno. Dos" in refused.text
    assert client.post(url, data={"sentence": SECRET}).status_code == 303
    assert waiting.title == SECRET
    client.sign_in(cycles.facilitator(cycle))
    client.post(f"{page_url(waiting)}/admision", data={"read": waiting.fingerprint})
    assert client.sign_in(author).get(url).status_code == 403


def test_taking_back_leaves_the_queue_and_no_trace_in_public(client, cycle):
    author = person()
    waiting = consultation.proposed(cycle, author=author, sentence=SECRET)
    assert client.sign_in(person()).post(f"{page_url(waiting)}/devolucion").status_code == 404
    assert client.sign_in(author).post(f"{page_url(waiting)}/devolucion").status_code == 303
    client.sign_in(cycles.facilitator(cycle))
    assert SECRET not in client.get(f"{list_url(cycle)}/revision").text
    assert client.post(f"{page_url(waiting)}/admision").status_code == 404
    assert client.get(page_url(waiting)).status_code == 404, "the facilitation no longer reads it"
    assert SECRET in client.sign_in(author).get(page_url(waiting)).text
    assert client.sign_in(person()).get(page_url(waiting)).status_code == 404
    assert db.session.scalar(sa.select(HistoryRecord).filter_by(subject=waiting.reference)) is None


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_what_was_public_leaves_a_tombstone(client, cycle, how):
    author = person()
    statement = consultation.statement(cycle, author=author, sentence=SECRET)
    if how == "withdrawn":
        discussion.withdraw(statement, author, "Me equivoqué")
    else:
        discussion.hide(statement, "Señala a una persona")
    page = client.get(page_url(statement)).text
    assert ("Me equivoqué" if how == "withdrawn" else "Señala a una persona") in page
    for address in (page_url(statement), list_url(cycle), "/historial"):
        assert SECRET not in client.get(address).text


def test_the_list_costs_the_same_with_three_rows_and_with_thirty(client, cycle, count_queries):
    client.sign_in(cycles.facilitator(cycle))
    counts = []
    for more in (3, 18):
        for _ in range(more):
            consultation.statement(cycle)
            consultation.proposed(cycle)
        for address in (list_url(cycle), f"{list_url(cycle)}/revision"):
            db.session.expire_all()
            with count_queries() as log:
                assert client.get(address).status_code == 200
            counts.append(len(log))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 10


def test_a_form_from_the_list_to_the_page(client, cycle):
    client.sign_in(person())
    url = f"{list_url(cycle)}/nueva"
    assert url in client.get(list_url(cycle)).text
    page = client.get(url).text
    assert 'data-limit="140"' in page and "maxlength" not in page
    answer = client.post(url, data={"sentence": SECRET, "key": "k1"})
    assert SECRET in client.get(answer.location).text
    assert client.post(url, data={"sentence": SECRET, "key": "k1"}).location == answer.location
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Statement)) == 1
