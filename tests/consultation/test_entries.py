"""What was said in a workshop, written down on one screen: once each, counted like everything else."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from cocrea.consultation import operations
from cocrea.consultation.models import Problem, Topic, WorkshopEntry
from cocrea.consultation.operations import Content
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, workshops
from tests.factories.accounts import person

SAID = Content("El pozo está seco desde marzo", "El pozo está seco desde marzo", "A la colonia Centro")
KEY = "clave-0001"


@pytest.fixture
def cycle(app):
    return consultation.open_cycle(StageKind.TABLES)


@pytest.fixture
def topic(cycle):
    return consultation.topic(cycle)


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def workshop(cycle, facilitator):
    return workshops.workshop(cycle, by=facilitator, title="Jornada del agua")


def url(workshop):
    return f"/jornadas/{workshop.reference}/captura"


def form_of(topic, /, **changes):
    return {"title": SAID.title, "affected": SAID.affected, "topic": topic.slug, "key": KEY, **changes}


def enter(actor, workshop, topic, key=KEY, content=SAID, now=NOW):
    with transaction():
        return operations.enter(actor=actor, workshop=workshop, topic=topic, content=content, key=key, now=now)


def how_many(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def test_what_was_said_happens_where_the_workshop_was(client, workshop, topic, facilitator):
    workshop.municipality = "Comala"
    db.session.commit()
    client.sign_in(facilitator).post(url(workshop), data=form_of(topic))
    problem = db.session.scalars(sa.select(Problem)).one()
    assert (problem.territory, problem.municipality) == ("MX-COL", "Comala")


def test_what_was_said_becomes_a_problem_in_person(client, workshop, topic, facilitator):
    client.sign_in(facilitator)
    assert url(workshop) in client.get(f"/jornadas/{workshop.reference}").text
    assert client.post(url(workshop), data=form_of(topic)).status_code == 303
    problem = db.session.scalars(sa.select(Problem)).one()
    assert problem.channel is Channel.IN_PERSON and problem.author_id is None
    assert problem.attribution == "Jornada del agua, 05/06/2026"
    assert problem.body_source == SAID.title and problem.territory == "MX-COL"
    assert db.session.get(Topic, topic.id).problem_count == 1
    for page in (f"/jornadas/{workshop.reference}", url(workshop)):
        assert SAID.title in client.get(page).text
    assert f"/jornadas/{workshop.reference}" in client.get(f"/problematicas/{problem.reference}").text


@pytest.mark.parametrize("way", ["", "/envio"])
def test_what_was_said_may_say_why_it_happens(client, workshop, topic, facilitator, way):
    client.sign_in(facilitator).post(f"{url(workshop)}{way}", data=form_of(topic, causes="Nadie cuida el pozo"))
    client.post(f"{url(workshop)}{way}", data=form_of(topic, key="clave-0002"))
    assert list(db.session.scalars(sa.select(Problem.causes).order_by(Problem.id))) == ["Nadie cuida el pozo", ""]
    assert "Nadie cuida el pozo" not in client.get(url(workshop)).text


def test_the_next_one_begins_with_the_same_topic_and_people(client, cycle, workshop, topic, facilitator):
    client.sign_in(facilitator)
    other = consultation.topic(cycle)
    client.post(url(workshop), data=form_of(other))
    page = client.get(url(workshop)).text
    assert f'<option selected value="{other.slug}">' in page and f'value="{SAID.affected}"' in page
    assert page.count(SAID.title) and f'value="{SAID.title}"' not in page
    assert "<strong data-count>1</strong>" in page


def test_the_same_key_twice_is_one_problem(client, workshop, topic, facilitator):
    client.sign_in(facilitator)
    for _ in range(2):
        assert client.post(url(workshop), data=form_of(topic)).status_code == 303
    assert how_many(Problem) == how_many(WorkshopEntry) == 1
    client.post(url(workshop), data=form_of(topic, key="clave-0002"))
    assert how_many(Problem) == 2


def test_the_same_key_from_another_facilitator_is_the_same_entry(cycle, workshop, topic, facilitator):
    first = enter(facilitator, workshop, topic)
    assert enter(cycles.facilitator(cycle), workshop, topic).id == first.id


def test_what_was_kept_is_answered_also_after_the_stage(workshop, topic, facilitator):
    first = enter(facilitator, workshop, topic)
    later = NOW + timedelta(days=30)
    assert enter(facilitator, workshop, topic, now=later).id == first.id
    with pytest.raises(Denied):
        enter(facilitator, workshop, topic, key="clave-0002", now=later)


@pytest.mark.parametrize(
    "changes", [{"title": " "}, {"affected": ""}, {"topic": "no-hay"}, {"key": "x"}, {"key": ""}]
)
def test_what_does_not_fit_is_said_and_stays(client, workshop, topic, facilitator, changes):
    client.sign_in(facilitator)
    answer = client.post(url(workshop), data=form_of(topic, body="Con detalle", **changes))
    assert answer.status_code == 422 and "Con detalle" in answer.text
    assert how_many(Problem) == 0


def test_only_the_facilitation_enters(client, workshop, topic):
    client.sign_in(person())
    assert client.get(url(workshop)).status_code == 403
    with pytest.raises(Denied):
        enter(person(), workshop, topic)


def test_nothing_is_entered_before_it_begins_or_once_it_was_cancelled(cycle, topic, facilitator):
    early = workshops.workshop(cycle, by=facilitator, starts_at=NOW + timedelta(hours=1))
    with pytest.raises(Denied):
        enter(facilitator, early, topic)
    with transaction():
        operations.cancel_workshop(actor=facilitator, workshop=early, reason="Huracán", now=NOW)
    with pytest.raises(Denied):
        enter(facilitator, early, topic, now=NOW + timedelta(hours=2))


def test_a_topic_of_another_cycle_is_refused(workshop, facilitator):
    with pytest.raises(Invalid):
        enter(facilitator, workshop, consultation.topic(consultation.open_cycle()))


def test_it_can_be_corrected_and_withdrawn_from_the_list(client, workshop, topic, facilitator):
    made = enter(facilitator, workshop, topic)
    reference = made.problem.reference
    client.sign_in(facilitator)
    page = client.get(url(workshop)).text
    assert f"/problematicas/{reference}/edicion" in page
    assert client.get(f"/problematicas/{reference}/edicion").status_code == 200
    client.post(f"/aportaciones/{reference}/retiro", data={"reason": "Repetida"})
    page = client.get(url(workshop)).text
    assert SAID.title not in page and "Retirada" in page


def test_thirty_take_as_many_statements_as_three(client, workshop, topic, facilitator, count_queries):
    client.sign_in(facilitator)

    def statements(page):
        db.session.expunge_all()
        with count_queries() as log:
            assert client.get(page).status_code == 200
        return len(log)

    pages = (url(workshop), f"/jornadas/{workshop.reference}")

    def enter_more(letter, most):
        found = [db.session.get(type(row), number) for row, number in rows]
        for number in range(most):
            enter(*found, key=f"clave-{letter}-{number}")

    rows = [(row, row.id) for row in (facilitator, workshop, topic)]
    enter_more("a", 3)
    few = [statements(page) for page in pages]
    enter_more("b", 27)
    assert [statements(page) for page in pages] == few
    assert max(few) <= 10


def test_sent_at_once_from_two_devices_it_is_kept_once(committed_app):
    with committed_app.app_context():
        cycle = consultation.open_cycle()
        topic, facilitators = consultation.topic(cycle), [cycles.facilitator(cycle) for _ in range(4)]
        made = workshops.workshop(cycle, by=facilitators[0])
        ids = [(type(row), row.id) for row in (made, topic)], [(type(row), row.id) for row in facilitators]
    ready, wrong = Barrier(4), []

    def send(who):
        with committed_app.app_context():
            ready.wait()
            try:
                with transaction():
                    found = [db.session.get(*key) for key in (*ids[0], who)]
                    operations.enter(
                        actor=found[2], workshop=found[0], topic=found[1], content=SAID, key=KEY, now=NOW
                    )
            except Exception as error:  # noqa: BLE001 - told at the end
                wrong.append(error)

    threads = [Thread(target=send, args=(who,)) for who in ids[1]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context():
        assert wrong == [] and how_many(WorkshopEntry) == how_many(Problem) == 1


def test_once_the_stage_closed_the_page_stays_readable(client, workshop, topic, facilitator, clock):
    clock.advance(days=8)
    client.sign_in(facilitator)
    page = client.get(url(workshop))
    assert page.status_code == 200 and "cerró" in page.text and "Guardar y seguir" not in page.text
    assert "data-queue-list" in page.text and url(workshop) in client.get(f"/jornadas/{workshop.reference}").text
    refused = client.post(url(workshop), data=form_of(topic, body="Lo escrito sigue aquí"))
    assert refused.status_code == 422 and "cerró" in refused.text and "Lo escrito sigue aquí" in refused.text
    assert how_many(Problem) == 0


def test_once_it_was_cancelled_the_page_says_so_and_stays(client, cycle, topic, facilitator):
    early = workshops.workshop(cycle, by=facilitator, starts_at=NOW + timedelta(hours=1))
    with transaction():
        operations.cancel_workshop(actor=facilitator, workshop=early, reason="Huracán", now=NOW)
    client.sign_in(facilitator)
    page = client.get(url(early))
    assert page.status_code == 200 and "se canceló" in page.text and "data-queue-list" in page.text


def test_the_kept_page_does_not_say_whose_it_is(client, workshop, topic, facilitator):
    client.sign_in(facilitator)
    assert "data-person" not in client.get(url(workshop)).text
    assert client.get(f"{url(workshop)}/sesion").json["name"] == facilitator.label


def test_what_was_sent_is_answered_with_its_topic_and_how_to_change_it(client, workshop, topic, facilitator):
    client.sign_in(facilitator)
    sent = client.post(f"{url(workshop)}/envio", data=form_of(topic)).json
    assert sent["topic"] == topic.title
    assert client.get(sent["edit"]).status_code == client.get(sent["withdraw"]).status_code == 200


def test_a_device_asks_who_would_send_and_sends(client, workshop, topic, facilitator):
    client.sign_in(facilitator)
    session = client.get(f"{url(workshop)}/sesion")
    assert session.json["person"] == facilitator.public_id and session.json["csrf_token"]
    assert "no-store" in session.headers["Cache-Control"]
    answers = [client.post(f"{url(workshop)}/envio", data=form_of(topic)).json for _ in range(2)]
    assert answers[0] == answers[1] and answers[0]["entered"] == 1
    assert client.get(answers[0]["url"]).status_code == 200


def test_what_arrived_before_the_stage_closed_is_answered_after_it(client, workshop, topic, facilitator, clock):
    client.sign_in(facilitator)
    sent = f"{url(workshop)}/envio"
    first = client.post(sent, data=form_of(topic)).json
    clock.advance(days=8)
    client.sign_in(facilitator)
    again = client.post(sent, data=form_of(topic)).json
    assert "edit" not in again and again == {name: first[name] for name in again}
    refused = client.post(sent, data=form_of(topic, key="clave-0002"))
    assert refused.status_code == 403 and "cerró" in refused.json["message"]


def test_a_device_is_told_what_does_not_fit_and_whom_to_sign_in(client, workshop, topic, facilitator):
    sent = f"{url(workshop)}/envio"
    assert client.post(sent, data=form_of(topic)).status_code == 401
    assert client.get(f"{url(workshop)}/sesion").status_code == 302
    client.sign_in(facilitator)
    refused = client.post(sent, data=form_of(topic, title=" "))
    assert refused.status_code == 422 and refused.json["message"]


def test_the_worker_and_the_manifest_are_of_that_page_alone(client, workshop):
    worker = client.get(f"/jornadas/{workshop.reference}/trabajador.js")
    assert worker.status_code == 200 and "javascript" in worker.mimetype
    assert "Service-Worker-Allowed" not in worker.headers
    manifest = client.get(f"/jornadas/{workshop.reference}/captura.webmanifest")
    assert manifest.json["scope"] == manifest.json["start_url"] == url(workshop)
