"""The review of the plan: commented part by part, answered, and no plan published while a comment waits."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.commitments import notices, operations, plans, queries
from cocrea.commitments.models import Outcome, PlanAnswer, PlanAnswerText, PlanComment, PlanPart
from cocrea.commitments.operations.review import AT_ONCE
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid, NotFound
from cocrea.discussion import operations as discussion
from cocrea.discussion.operations import Repeated
from cocrea.extensions import db
from cocrea.moderation import operations as moderation
from tests.conftest import NOW
from tests.factories import commitments, cycles, review
from tests.factories.accounts import credential, grant, organisation, person
from tests.factories.history import actions


@pytest.fixture
def cycle(app):
    return review.reviewed_cycle()


@pytest.fixture
def signed(cycle):
    return commitments.signed(cycle)


@contextmanager
def refused(kind, words):
    with pytest.raises(kind) as caught:
        yield
    assert words in str(caught.value.message)


def _publish(cycle):
    with transaction():
        return operations.publish_plan(
            actor=cycles.steward(cycle), cycle=cycle, title="Plan", introduction="", left_out={}, now=NOW
        )


def _hide(comment, actor):
    with transaction():
        moderation.hide(actor=actor, contribution=comment, reason="Insulta.", now=NOW)


def _count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_comment_is_public_at_once_under_its_part(client, cycle, signed):
    commitment, _of = signed
    made = review.comment(cycle, PlanPart.COMMITMENT, commitment=commitment, body="Falta el **presupuesto**.")
    review.comment(cycle, PlanPart.INTRODUCTION, body="La introducción no dice quién la escribe.")
    assert made.reference.split("-")[1] == "CPL" and made.waits
    assert actions(made.reference) == ["plan_comment.published"]
    address = f"/ciclos/{cycle.slug}/plan/comentarios"
    page = client.get(address).text
    assert "<strong>presupuesto</strong>" in page and "no dice quién" in page and "2 comentarios recibidos." in page
    narrowed = client.get(f"{address}?parte={commitment.reference}").text
    assert "presupuesto" in narrowed and "no dice quién" not in narrowed
    assert "no dice quién" in client.get(f"{address}?parte=introduccion").text
    assert "presupuesto" in client.get(f"/comentarios-al-plan/{made.reference}").text


def test_it_is_commented_to_the_last_second_of_the_stage(cycle):
    end = cycle.stages[-1].window.end
    assert review.comment(cycle, now=end - timedelta(microseconds=1)).waits
    with refused(Denied, "Ya no se puede comentar el plan"):
        review.comment(cycle, now=end)
    with refused(Denied, "Ya no se puede"):
        review.comment(commentless := review.reviewed_cycle(), now=commentless.stages[-1].window.end)


def test_who_finds_the_stage_closed_keeps_the_text(client, cycle, clock):
    client.sign_in(person())
    clock.moment = cycle.stages[-1].window.end
    address = f"/ciclos/{cycle.slug}/plan/comentarios/nuevo"
    answer = client.post(address, data={"part": "plan", "body": "Lo que pensé toda la tarde."})
    assert answer.status_code == 422
    assert "Lo que pensé toda la tarde." in answer.text and "Ya no se puede comentar el plan" in answer.text
    assert "<textarea" not in client.get(address).text


def test_the_same_is_kept_once(cycle):
    author = person()
    first = review.comment(cycle, author=author, body="Falta el mapa.", form_key="una")
    assert review.comment(cycle, author=author, body="Falta el mapa.", form_key="una").id == first.id
    with refused(Repeated, first.reference):
        review.comment(cycle, author=author, body=" falta  el MAPA. ", form_key="otra")
    review.comment(cycle, PlanPart.ANNEXES, author=author, body="Falta el mapa.")
    review.comment(cycle, body="Falta el mapa.")
    with transaction():
        discussion.withdraw(actor=author, contribution=first, now=NOW)
    review.comment(cycle, author=author, body="Falta el mapa.", form_key="de nuevo")
    assert _count(PlanComment) == 4


def test_only_what_is_in_the_plan_is_commented(cycle, signed):
    elsewhere, _of = commitments.signed(review.reviewed_cycle())
    with refused(Invalid, "no está en el plan"):
        review.comment(cycle, PlanPart.COMMITMENT, commitment=elsewhere)
    with refused(Invalid, "sobre qué parte"):
        review.comment(cycle, PlanPart.COMMITMENT)
    with refused(Invalid, "sobre qué parte"):
        review.comment(cycle, PlanPart.COVER, commitment=signed[0])
    with refused(Invalid, "Escribe"):
        review.comment(cycle, body="  ")
    with pytest.raises(Denied):
        review.comment(cycle, author=person(verified=False))


def test_a_group_is_answered_with_one_answer_for_each_to_read(client, cycle):
    first, second = review.comment(cycle), review.comment(cycle, PlanPart.COVER)
    made = review.answer(second, first)
    assert (first.answer_id, second.answer_id) == (made.id, made.id)
    assert actions(first.reference) == ["plan_comment.published", "plan_comment.answered"]
    page = client.get(f"/comentarios-al-plan/{second.reference}").text
    assert "Tiene razón." in page and "La página 3." in page and "La facilitación" in page
    assert queries.number_waiting(cycle) == 0


def test_the_same_answer_sent_twice_is_one_and_another_is_refused(cycle):
    comment, facilitator = review.comment(cycle), cycles.facilitator(cycle)
    made = review.answer(comment, by=facilitator)
    assert review.answer(comment, by=facilitator).id == made.id
    with refused(Conflict, comment.reference):
        review.answer(comment, by=facilitator, said=review.reply(Outcome.NOT_ACCEPTED))
    with refused(Conflict, comment.reference):
        review.answer(comment, review.comment(cycle), by=facilitator)
    assert _count(PlanAnswer) == 1


def test_an_answer_gives_reasons_and_says_what_changed(cycle):
    for said in ((Outcome.ACCEPTED, " ", "Algo"), (Outcome.ACCEPTED, "Sí", " "), (Outcome.PARTLY, "Sí", "")):
        with pytest.raises(Invalid):
            review.reply(*said)
    assert review.answer(review.comment(cycle), said=review.reply(Outcome.NOT_ACCEPTED, "No toca.", ""))


def test_who_answers(cycle, signed):
    commitment, of = signed
    on_it, on_plan = (
        review.comment(cycle, PlanPart.COMMITMENT, commitment=commitment),
        review.comment(cycle),
    )
    _other, other_of = commitments.signed(cycle)
    for actor in (of.watcher, other_of.official, person(), on_it.author):
        with pytest.raises(Denied):
            review.answer(on_it, by=actor)
    with pytest.raises(Denied):
        review.answer(on_plan, by=of.official)
    made = review.answer(on_it, by=of.official)
    assert made.organisation_id == of.lead.id
    own = review.comment(cycle, author=of.facilitator)
    with refused(Denied, "Lo escribiste tú"):
        review.answer(own, by=of.facilitator)
    assert review.answer(own, by=cycles.steward(cycle)).organisation_id is None


def test_nobody_answers_what_is_not_of_that_plan(client, cycle):
    elsewhere, here = review.comment(review.reviewed_cycle()), review.comment(cycle)
    facilitator = cycles.facilitator(cycle)
    with pytest.raises(NotFound), transaction():
        operations.answer_comments(
            actor=facilitator, cycle=cycle, comments=[here, elsewhere], reply=review.reply(), now=NOW
        )
    client.sign_in(facilitator)
    address = f"/ciclos/{cycle.slug}/plan/respuestas/nueva"
    assert client.get(f"{address}?comentario={elsewhere.reference}").status_code == 404
    assert client.get(f"{address}?comentario=nada").status_code == 404
    many = "&".join(f"comentario=x{number}" for number in range(AT_ONCE + 1))
    assert client.get(f"{address}?{many}").status_code == 404
    assert client.get(address).status_code == 303
    for actor in (person(), grant(person(), Role.OFFICIAL, organisation())):
        client.sign_in(actor)
        assert client.get(f"{address}?comentario={here.reference}").status_code == 403


def test_no_plan_is_published_while_a_comment_waits(client, cycle, signed):
    facilitator = cycles.facilitator(cycle)
    answered, hidden, withdrawn = (review.comment(cycle) for _ in range(3))
    with refused(Conflict, "3"):
        _publish(cycle)
    client.sign_in(cycles.steward(cycle))
    page = client.get(f"/ciclos/{cycle.slug}/plan/publicacion").text
    assert "3 comentarios esperan respuesta" in page and "comentarios?estado=por-responder" in page
    _hide(hidden, facilitator)
    with transaction():
        discussion.withdraw(actor=withdrawn.author, contribution=withdrawn, now=NOW)
    with refused(Conflict, "1"):
        _publish(cycle)
    review.answer(answered, by=facilitator)
    _publish(cycle)
    review.comment(cycle)
    with refused(Conflict, "sin respuesta"), transaction():
        operations.publish_version(actor=cycles.steward(cycle), cycle=cycle, reason="Otra", now=NOW)


def test_the_plan_says_what_was_commented_and_answered(client, cycle, signed):
    commitment, of = signed
    review.answer(review.comment(cycle, PlanPart.COMMITMENT, commitment=commitment), by=of.official)
    review.answer(review.comment(cycle), review.comment(cycle), said=review.reply(Outcome.NOT_ACCEPTED))
    review.answer(review.comment(cycle), said=review.reply(Outcome.PARTLY))
    _hide(review.comment(cycle), of.facilitator)
    _publish(cycle)
    whole, one = plans.standing(cycle).version.content["review"]
    assert whole == {
        "part": "plan", "commitment": "", "received": 3, "accepted": 0, "partly": 1, "not_accepted": 2
    }  # fmt: skip
    assert (one["commitment"], one["received"], one["accepted"]) == (commitment.reference, 1, 1)
    page = client.get(f"/ciclos/{cycle.slug}/plan/versiones/1").text
    assert 'id="revision"' in page and f"plan/comentarios?parte={commitment.reference}" in page


def test_what_is_hidden_or_withdrawn_leaves_a_tombstone_and_its_answer(client, cycle):
    comment, other = review.comment(cycle, body="Texto que ofende."), review.comment(cycle)
    review.answer(comment, other)
    _hide(comment, cycles.facilitator(cycle))
    for page in (f"/comentarios-al-plan/{comment.reference}", f"/ciclos/{cycle.slug}/plan/comentarios"):
        text = client.get(page).text
        assert "Texto que ofende." not in text and "Insulta." in text and "Tiene razón." in text
    unanswered = review.comment(cycle)
    _hide(unanswered, cycles.facilitator(cycle))
    with refused(Conflict, "Ya no están a la vista"):
        review.answer(unanswered)


def test_what_is_shown_again_waits_again(cycle, signed):
    comment, facilitator = review.comment(cycle), cycles.facilitator(cycle)
    _hide(comment, facilitator)
    assert queries.number_waiting(cycle) == 0
    with transaction():
        moderation.restore(actor=facilitator, contribution=comment, reason="No insulta.", now=NOW)
    with refused(Conflict, "1"):
        _publish(cycle)


def test_it_is_taken_along_as_open_data(client, cycle, signed):
    commitment, of = signed
    comment = review.comment(cycle, PlanPart.COMMITMENT, commitment=commitment)
    made, facilitator = review.answer(comment, by=of.official), cycles.facilitator(cycle)
    _hide(review.comment(cycle, body="Texto que ofende."), facilitator)
    with transaction():
        operations.correct_plan_answer(
            actor=facilitator,
            answer=made,
            reply=review.reply(Outcome.PARTLY),
            reason="Solo en parte.",
            base=1,
            now=NOW,
        )
    lists = f"/ciclos/{cycle.slug}/datos"
    assert "comentarios-al-plan" in client.get(lists).text
    told = client.get(f"{lists}/comentarios-al-plan.csv").text
    assert comment.reference in told and commitment.reference in told and "partly" in told
    assert "Texto que ofende." not in told
    texts = client.get(f"{lists}/respuestas-al-plan.csv").text
    assert "accepted" in texts and "partly" in texts and "Solo en parte." in texts and of.lead.name in texts


def test_a_correction_is_public_beside_what_was_said_before(client, cycle):
    comment = review.comment(cycle)
    made, facilitator = review.answer(comment), cycles.facilitator(cycle)

    def correct(said, base=1, why="Nos equivocamos de página.", actor=facilitator):
        with transaction():
            return operations.correct_plan_answer(
                actor=actor, answer=made, reply=said, reason=why, base=base, now=NOW
            )

    with pytest.raises(Denied):
        correct(review.reply(changed="La página 4."), actor=comment.author)
    with pytest.raises(Invalid):
        correct(review.reply())
    with pytest.raises(Invalid):
        correct(review.reply(changed="La página 4."), why=" ")
    correct(review.reply(changed="La página 4."))
    with refused(Conflict, "otra persona corrigió"):
        correct(review.reply(changed="La página 5."))
    page = client.get(f"/comentarios-al-plan/{comment.reference}").text
    assert "La página 3." in page and "La página 4." in page and "Nos equivocamos de página." in page
    with pytest.raises(RuntimeError):
        db.session.get(PlanAnswerText, (made.id, 1)).reasons = "otra cosa"
        db.session.flush()
    db.session.rollback()


def test_whoever_commented_is_written_to(app, cycle):
    author = person()
    credential(author)
    comments = [review.comment(cycle, author=author), review.comment(cycle, author=author)]
    made = review.answer(*comments)
    app.extensions["mailman"].outbox = outbox = []
    with transaction():
        assert notices.tell_of_answer(answer_id=made.id, number=1) is None
        assert notices.tell_of_answer(answer_id=made.id, number=2) is None
    [letter] = [mail for mail in outbox if "plan" in mail.subject]
    assert all(f"/comentarios-al-plan/{one.reference}" in letter.body for one in comments)
    assert "La facilitación respondió" in letter.body and "Aceptado" in letter.body


def test_what_waits_is_on_the_home_of_who_answers(app, cycle, signed):
    commitment, of = signed
    review.comment(cycle, PlanPart.COMMITMENT, commitment=commitment)
    review.comment(cycle)
    review.comment(cycle, author=of.facilitator)

    def asked(actor):
        with app.test_request_context():
            items = queries.todo(actor, NOW)
            return [str(item.text) for item in items if "Responde los comentarios" in str(item.title)]

    assert asked(of.facilitator)[0].startswith("2 por responder")
    assert asked(of.official)[0].startswith("1 por responder")
    assert asked(of.watcher) == asked(person()) == []
    review.answer(*db.session.scalars(sa.select(PlanComment)), by=cycles.steward(cycle))
    assert asked(of.facilitator) == asked(of.official) == []


def test_it_is_commented_and_answered_on_its_pages(client, cycle, signed):
    commitment, of = signed
    client.sign_in(author := person())
    assert "Comentar esta parte" in client.get(f"/ciclos/{cycle.slug}/plan").text
    address = f"/ciclos/{cycle.slug}/plan/comentarios/nuevo"
    assert f'selected value="{commitment.reference}"' in client.get(f"{address}?parte={commitment.reference}").text
    sent = client.post(address, data={"part": commitment.reference, "body": "Falta el padrón.", "key": "k"})
    assert sent.status_code == 303 and "Falta el padrón." in client.get(sent.location).text
    assert client.post(address, data={"part": "otra", "body": "x"}).status_code == 422
    assert client.post(address, data={"part": "plan", "body": "x" * 5001}).status_code == 422
    [comment] = db.session.scalars(sa.select(PlanComment).where(PlanComment.author_id == author.id))
    client.sign_in(of.official)
    address = f"/ciclos/{cycle.slug}/plan/respuestas/nueva"
    assert client.get(f"{address}?comentario={comment.reference}").status_code == 200
    said = {"comentario": comment.reference, "outcome": "accepted", "reasons": "Es cierto.", "changed": ""}
    wrong = client.post(address, data=said)
    assert wrong.status_code == 422 and "Es cierto." in wrong.text
    read_back = client.post(address, data=said | {"changed": "Se agregó."})
    assert read_back.status_code == 200 and "Todavía no se publica" in read_back.text and not _count(PlanAnswer)
    changing = client.post(address, data=said | {"changed": "Se agregó.", "change": "1"})
    assert changing.status_code == 200 and "Se agregó." in changing.text
    assert client.post(address, data=said | {"changed": "Se agregó.", "confirmed": "1"}).status_code == 303
    assert "Se agregó." in client.get(f"/comentarios-al-plan/{comment.reference}").text
    answer = db.session.scalar(sa.select(PlanAnswer))
    address = f"/respuestas-al-plan/{answer.id}/correccion"
    assert client.get(address).status_code == 200
    data = {"outcome": "partly", "reasons": "Es cierto.", "changed": "Se agregó.", "reason": "Solo una parte."}
    stale = client.post(address, data=data | {"base": "7"})
    assert stale.status_code == 422 and "Solo una parte." in stale.text
    assert client.post(address, data=data | {"base": "1"}).status_code == 303
    assert client.get("/respuestas-al-plan/999999/correccion").status_code == 404


def test_the_pages_cost_the_same_however_many_comments(client, cycle, signed, count_queries):
    costs = []
    for _ in range(2):
        for _number in range(4):
            review.answer(review.comment(cycle, PlanPart.COMMITMENT, commitment=signed[0]), by=signed[1].official)
            review.comment(cycle)
        client.sign_in(cycles.facilitator(cycle))
        db.session.expire_all()
        with count_queries() as log:
            client.get(f"/ciclos/{cycle.slug}/plan/comentarios")
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10, log
