"""The information pack of a table: versions that stay, what each changed, and what is new since one last looked."""

from __future__ import annotations

from io import BytesIO

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.accounts.operations import withdraw
from cocrea.accounts.queries import prove_password
from cocrea.consultation.models import PackVisit
from cocrea.consultation.queries import pack
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.packs import PackContent
from cocrea.extensions import db
from cocrea.tables import operations
from tests.conftest import NOW
from tests.factories import consultation, cycles, forums, tables
from tests.factories.accounts import PASSWORD, credential, grant, person
from tests.factories.history import records

PDF = b"%PDF-1.4\n"
SINCE = "Qué cambió desde tu última visita"


@pytest.fixture
def table(app):
    return tables.table()


def publish(table, actor=None, based_on=0, **said):
    said = {"body": "Lo que **se sabe**.", "changes": "Al principio", **said}
    with transaction():
        actor = actor or cycles.facilitator(table.cycle)
        return operations.publish_pack(
            actor=actor, table=table, content=PackContent(based_on=based_on, **said), now=NOW
        )


def page_of(table, rest=""):
    return f"/mesas/{table.reference}{rest}"


def test_the_facilitation_of_the_table_publishes_versions_and_the_history_says_what_changed(table):
    cofacilitator = grant(person(), Role.COFACILITATOR, table)
    publish(table, cofacilitator)
    made = publish(table, based_on=1, body="Otra", changes="Se agregó el padrón")
    assert (made.number, pack(person(), table.scope).current.body_source) == (2, "Otra")
    told = records("table.pack_published")[-1]
    assert (told["subject"], told["reason"], told["new"]["version"]) == (table.reference, "Se agregó el padrón", 2)
    assert "Otra" not in str(told)


def test_nobody_else_and_nobody_over_what_they_have_not_read(table):
    elsewhere = grant(person(), Role.FACILITATOR, tables.table())
    for actor in (person(), tables.member(tables.table(tables.meeting_cycle())), elsewhere):
        with pytest.raises(Denied):
            publish(table, actor)
    publish(table)
    with pytest.raises(Conflict):
        publish(table, body="De otra pestaña")
    with pytest.raises(Invalid):
        publish(table, based_on=1, changes=" ")


def test_a_forum_has_none_and_the_packs_of_a_topic_and_a_table_are_their_own(table):
    chamber = forums.chamber()
    with pytest.raises(Denied):
        publish(chamber.table, chamber.facilitator)
    topic = consultation.topic(table.cycle)
    publish(table)
    assert pack(person(), topic.scope) is None
    assert pack(person(), tables.table(table.cycle).scope) is None


def test_from_the_form_to_the_page_with_its_versions_and_documents(client, table):
    client.sign_in(cycles.facilitator(table.cycle))
    assert "Escribir la carpeta informativa" in client.get(page_of(table)).text
    said = {"body": "Hay dos pozos.", "changes": "Primera", "links": "Ley https://example.org/ley", "based_on": "0"}
    said |= {"upload": (BytesIO(PDF), "estudio.pdf"), "upload_title": "Estudio"}
    sent = client.post(page_of(table, "/carpeta"), data=said, content_type="multipart/form-data")
    assert sent.location == page_of(table)
    form = client.get(page_of(table, "/carpeta")).text
    assert "Hay dos pozos." in form
    assert "Ley https://example.org/ley" in form
    again = {"body": "Hay tres pozos.", "changes": "Se encontró otro", "keep": ["2"], "based_on": "1"}
    assert client.post(page_of(table, "/carpeta"), data=again).status_code == 303
    refused = client.post(page_of(table, "/carpeta"), data={**again, "body": "Lo mío"})
    assert refused.status_code == 422
    assert "Lo mío" in refused.text
    client.post("/salir")
    page = client.get(page_of(table)).text
    assert "Hay tres pozos." in page
    assert "Se encontró otro" in page
    assert "Actualizar la carpeta" not in page
    document = client.get(page_of(table, "/carpeta/2/documentos/1"))
    assert (document.data, document.mimetype) == (PDF, "application/pdf")
    assert client.get(page_of(table, "/carpeta/2/documentos/2")).status_code == 404
    version = client.get(page_of(table, "/carpeta/2")).text
    assert "</span>dos<" in version.replace(" dos", "dos")
    assert "Leer la versión anterior" in version
    first = client.get(page_of(table, "/carpeta/1")).text
    assert "Hay dos pozos." in first
    assert "Leer la versión anterior" not in first
    assert client.get(page_of(table, "/carpeta/3")).status_code == 404
    assert client.get(page_of(table, "/carpeta")).status_code == 302


def test_who_comes_back_reads_what_changed_once_and_it_leaves_with_the_account(client, table):
    reader, visits = person(), sa.select(sa.func.count()).select_from(PackVisit)
    credential(reader, "eva@example.org")
    publish(table)
    client.get(page_of(table))
    assert db.session.scalar(visits) == 0
    client.sign_in(reader)
    assert SINCE not in client.get(page_of(table)).text
    publish(table, based_on=1, changes="Se agregó el padrón")
    page = client.get(page_of(table)).text
    assert "Se agregó el padrón" in page.split(SINCE)[1]
    assert SINCE not in client.get(page_of(table)).text
    assert db.session.scalar(visits) == 1
    with transaction():
        withdraw(actor=reader, proof=prove_password("eva@example.org", PASSWORD), now=NOW)
    assert db.session.scalar(visits) == 0


def test_of_a_draft_cycle_nobody_else_reads_it(client, table):
    publish(table)
    table.cycle.published_at = None
    db.session.commit()
    assert client.get(page_of(table, "/carpeta/1")).status_code == 404


def test_the_page_costs_the_same_with_many_versions(client, table, count_queries):
    client.sign_in(person())
    address = page_of(table)

    def cost():
        for _visit in range(2):  # the first is remembered
            db.session.expire_all()
            with count_queries() as log:
                assert client.get(address).status_code == 200
        return len(log)

    publish(table)
    few = cost()
    for number in range(1, 5):
        publish(table, based_on=number)
    assert cost() == few <= 10


def test_no_script_of_theirs_reaches_the_page(client, table):
    publish(table, body="<script>alert(1)</script>", changes="<b onclick=x>", links=[("<i>", "https://x/<script>")])
    for page in (client.get(page_of(table)).text, client.get(page_of(table, "/carpeta/1")).text):
        assert "<script>alert" not in page
        assert "<b onclick" not in page
