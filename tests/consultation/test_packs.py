"""The information pack of a topic: versions that stay, documents, and what changed since one last looked."""

from __future__ import annotations

from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.accounts.models import Person
from cocrea.consultation import operations, queries
from cocrea.consultation.models import PackItem, PackVersion, PackVisit, Topic
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.packs import PackContent
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles
from tests.factories.accounts import PASSWORD, credential, person
from tests.factories.history import records
from tests.real import at_once

PDF = b"%PDF-1.4\n"


@pytest.fixture
def topic(app):
    return consultation.topic(consultation.open_cycle())


def publish(topic, actor=None, based_on=0, **said):
    said = {"body": "Lo que **se sabe**.", "changes": "Primera versión", **said}
    with transaction():
        actor = actor or cycles.facilitator(topic.cycle)
        return operations.publish_pack(
            actor=actor, topic=topic, content=PackContent(based_on=based_on, **said), now=NOW
        )


def upload(name="estudio.pdf", data=PDF):
    return FileStorage(BytesIO(data), name)


def page_of(topic):
    return f"/ciclos/{topic.cycle.slug}/temas/{topic.slug}"


def test_versions_stay_and_documents_go_on(topic):
    publish(topic, upload=upload(), upload_title="Estudio", links=[("Ley", "https://example.org/ley")])
    second = publish(topic, based_on=1, body="Otra", changes="Se agregó un dato", keep=[2])
    assert (second.number, [item.title for item in second.documents], second.links) == (2, ["Estudio"], [])
    first = db.session.scalar(sa.select(PackVersion).filter_by(number=1))
    assert (first.body_source, len(first.items)) == ("Lo que **se sabe**.", 2)
    assert "Se agregó un dato" in str(records("topic.pack_published")[-1])


def test_only_the_facilitation_writes_it(topic):
    with pytest.raises(Denied):
        publish(topic, person())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"body": " "}, "body"),
        ({"changes": ""}, "changes"),
        ({"links": [("x", "javascript:alert(1)")]}, "links"),
        ({"links": [("x", "https://x")] * 41}, "links"),
        ({"upload": upload(data=b"<html>")}, "upload"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(topic, said, field):
    with pytest.raises(Invalid) as refused:
        publish(topic, **said)
    assert refused.value.field == field


def test_nobody_overwrites_what_they_have_not_read(topic):
    publish(topic)
    with pytest.raises(Conflict):
        publish(topic, based_on=0)


def test_who_comes_back_reads_what_changed_and_only_once(client, topic):
    reader = person()
    publish(topic, changes="Al principio")
    client.sign_in(reader)
    assert "Qué cambió desde tu última visita" not in client.get(page_of(topic)).text
    publish(topic, based_on=1, changes="Se agregó el padrón")
    publish(topic, based_on=2, changes="Se corrigió una cifra")
    page = client.get(page_of(topic)).text
    news = page.split("Qué cambió desde tu última visita")[1].split("De qué trata")[0].split("Carpeta informativa")[0]
    assert "Se agregó el padrón" in news
    assert "Se corrigió una cifra" in news
    assert "Al principio" not in news
    assert "Qué cambió desde tu última visita" not in client.get(page_of(topic)).text
    assert db.session.get(PackVisit, (topic.scope, reader.id)).number == 3


def test_visitors_read_every_version_with_its_date_and_leave_no_trace(client, topic):
    publish(topic)
    publish(topic, based_on=1, body="Nuevo texto", changes="Cambió todo")
    page = client.get(page_of(topic)).text
    assert "Nuevo texto" in page
    assert "Cambió todo" in page
    assert "se sabe" in client.get(f"{page_of(topic)}/carpeta/1").text
    assert "Leer la versión anterior" not in client.get(f"{page_of(topic)}/carpeta/1").text
    assert "</span>Nuevo texto<" in client.get(f"{page_of(topic)}/carpeta/2").text
    assert client.get(f"{page_of(topic)}/carpeta/3").status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PackVisit)) == 0


def test_from_the_form_to_the_document(client, topic):
    client.sign_in(cycles.facilitator(topic.cycle))
    said = {
        "body": "Texto",
        "changes": "Primera",
        "links": "Ley de aguas https://example.org/ley\n\nhttps://x.example",
    }
    said |= {"upload": (BytesIO(PDF), "estudio.pdf"), "upload_title": "Estudio", "based_on": "0"}
    answer = client.post(f"{page_of(topic)}/carpeta", data=said, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert 'href="https://example.org/ley"' in page
    assert "Ley de aguas" in page
    document = client.get(f"{page_of(topic)}/carpeta/1/documentos/3")
    assert (document.data, document.mimetype) == (PDF, "application/pdf")
    again = client.get(f"{page_of(topic)}/carpeta").text
    assert "Ley de aguas https://example.org/ley" in again
    assert 'name="based_on" type="hidden" value="1"' in again or 'value="1"' in again


def test_what_was_refused_keeps_what_was_typed(client, topic):
    client.sign_in(cycles.facilitator(topic.cycle))
    said = {"body": "Texto largo", "changes": "Primera", "links": "Ley ftp://x", "based_on": "0"}
    answer = client.post(f"{page_of(topic)}/carpeta", data=said)
    assert answer.status_code == 422
    assert "Texto largo" in answer.text
    assert "Ley ftp://x" in answer.text


def test_all_that_is_wrong_is_said_at_once_and_the_file_is_asked_for_again(client, topic):
    client.sign_in(cycles.facilitator(topic.cycle))
    url, said = f"{page_of(topic)}/carpeta", {"body": "Texto", "links": "Ley ftp://x", "based_on": "0"}
    answer = client.post(url, data={**said, "upload": (BytesIO(PDF), "a.pdf")}, content_type="multipart/form-data")
    assert answer.status_code == 422
    for shown in ("Este dato hace falta", "no empieza con https", "Vuelve a elegir el archivo"):
        assert shown in answer.text
    wrong = {**said, "upload": (BytesIO(b"<html>"), "a.pdf")}
    answer = client.post(url, data=wrong, content_type="multipart/form-data")
    assert "no empieza con https" in answer.text
    assert "Solo se admiten" in answer.text
    assert "Vuelve a elegir el archivo" not in answer.text


def test_titles_and_numbers_of_any_length_do_no_harm(client, topic):
    client.sign_in(cycles.facilitator(topic.cycle))
    address = "https://example.org/" + "a" * 400
    said = {"body": "Texto", "changes": "x", "links": f"{address}\n{'t' * 300} {address}", "based_on": "0"}
    assert client.post(f"{page_of(topic)}/carpeta", data=said).status_code == 303
    assert {len(item.title) for item in db.session.scalars(sa.select(PackItem))} == {200}
    assert client.post(f"{page_of(topic)}/carpeta", data={**said, "based_on": "9" * 5000}).status_code == 422


def test_deleting_an_account_forgets_what_it_had_read(client, topic):
    publish(topic)
    reader = person()
    credential(reader)
    client.sign_in(reader).get(page_of(topic))
    assert db.session.get(PackVisit, (topic.scope, reader.id))
    client.post("/cuenta/retiro", data={"password": PASSWORD})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PackVisit)) == 0


def test_no_script_of_theirs_reaches_the_page(client, topic):
    publish(topic, body="<script>alert(1)</script>", changes="<b onclick=x>", links=[("<i>", "https://x/<script>")])
    page = client.get(page_of(topic)).text
    assert "<script>alert" not in page
    assert "<b onclick" not in page


def test_a_topic_page_takes_few_statements(client, topic, count_queries):
    publish(topic, upload=upload(), links=[("Ley", "https://x")])
    for _ in range(4):
        consultation.problem(topic.cycle, within=topic)
    client.sign_in(person())
    address = page_of(topic)
    for _ in range(2):  # the first also remembers the visit
        db.session.expunge_all()
        with count_queries() as log:
            assert client.get(address).status_code == 200
        assert len(log) <= 10, "\n".join(log)


def test_a_topic_called_like_the_page_that_adds_them_has_its_own_address(client):
    cycle = consultation.open_cycle()
    with transaction():
        made = operations.add_topic(
            actor=cycles.facilitator(cycle), cycle=cycle, axis="Eje", title="Nuevo", summary="x", now=NOW
        )
    assert client.get(page_of(made)).status_code == 200


@pytest.mark.slow
def test_two_facilitators_at_once_make_one_version(committed_app):
    topic = consultation.topic(consultation.open_cycle())
    topic_id, writers = topic.id, [cycles.facilitator(topic.cycle).id for _ in range(2)]

    def writing(writer):
        def call():
            found = db.session.get_one(Topic, topic_id)
            with transaction():
                return operations.publish_pack(
                    actor=db.session.get_one(Person, writer), topic=found, content=PackContent("x", "y"), now=NOW
                ).number

        return call

    answers = at_once(committed_app, [writing(writer) for writer in writers])
    db.session.rollback()
    assert sorted(str(type(answer).__name__) for answer in answers) == ["Conflict", "int"]
    assert queries.pack(person(), f"topic:{topic_id}").current.number == 1
    assert db.session.get(Cycle, topic.cycle_id)
