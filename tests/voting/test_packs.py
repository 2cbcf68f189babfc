"""The information pack of a contest: versions that stay, what each changed, what is new, and none after the close."""

from __future__ import annotations

from io import BytesIO

import pytest
import sqlalchemy as sa

from cocrea.consultation.models import PackVisit
from cocrea.consultation.queries import pack
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.packs import PackContent
from cocrea.extensions import db
from cocrea.voting import operations, policies
from tests.conftest import NOW
from tests.factories import cycles, tables, voting
from tests.factories.accounts import person
from tests.factories.history import records
from tests.voting.pages import ballot, url_of

PDF = b"%PDF-1.4\n"
SINCE = "Qué cambió desde tu última visita"
WHILE_OPEN = "se publicó con la votación ya abierta"


def publish(contest, actor=None, based_on=0, now=NOW, **said):
    said = {"body": "Lo que **se sabe**.", "changes": "Al principio", **said}
    actor = actor or cycles.facilitator(contest.cycle)
    content = PackContent(based_on=based_on, **said)
    with transaction():
        return operations.publish_pack(actor=actor, contest=contest, content=content, now=now)


def visits():
    return db.session.scalar(sa.select(sa.func.count()).select_from(PackVisit))


def test_the_facilitation_publishes_versions_and_the_history_says_which_and_what_changed(contest):
    publish(contest)
    made = publish(contest, based_on=1, body="Otra", changes="Se agregó el padrón")
    assert (made.number, pack(person(), contest.scope).current.body_source) == (2, "Otra")
    told = records("contest.pack_changed")[-1]
    assert (told["subject"], told["reason"], told["new"]["version"]) == (contest.reference, "Se agregó el padrón", 2)
    assert "Otra" not in str(told)


def test_nobody_over_what_they_have_not_read_and_nothing_without_saying_what_changes(contest):
    publish(contest)
    with pytest.raises(Conflict):
        publish(contest, body="De otra pestaña")
    for said in ({"changes": " "}, {"body": " "}, {"links": [("Ley", "javascript:alert(1)")]}):
        with pytest.raises(Invalid):
            publish(contest, based_on=1, **said)
    assert pack(person(), contest.scope).current.number == 1


def test_the_facilitation_alone_and_only_until_the_close(contest):
    facilitator, elsewhere = cycles.facilitator(contest.cycle), cycles.facilitator(cycles.cycle())
    moments = (NOW, voting.OPENS, voting.CLOSES)
    may = [bool(policies.can_edit_pack(facilitator, contest, now)) for now in moments]
    assert may == [True, True, False]
    assert "ya no cambia" in policies.can_edit_pack(facilitator, contest, voting.CLOSES).reason
    for actor in (person(), elsewhere):
        assert not policies.can_edit_pack(actor, contest, NOW)
        with pytest.raises(Denied):
            publish(contest, actor)
    with pytest.raises(Denied):
        publish(contest, now=voting.CLOSES)
    with transaction():
        operations.cancel(actor=facilitator, contest=contest, reason="Falta información", now=NOW)
    with pytest.raises(Denied):
        publish(contest)


def test_the_packs_of_a_contest_and_of_its_table_are_their_own(contest):
    publish(contest)
    assert pack(person(), tables.table(contest.cycle).scope) is None
    assert pack(person(), voting.contest().scope) is None


def test_from_the_form_to_the_page_with_its_versions_and_documents(client, contest):
    client.sign_in(cycles.facilitator(contest.cycle))
    assert "Escribir la carpeta informativa" in client.get(url_of(contest)).text
    assert client.get(url_of(contest, "/carpeta")).status_code == 404
    form = url_of(contest, "/carpeta/edicion")
    said = {"body": "Hay dos pozos.", "changes": "Primera", "links": "Ley https://example.org/ley", "based_on": "0"}
    said |= {"upload": (BytesIO(PDF), "estudio.pdf"), "upload_title": "Estudio"}
    assert client.post(form, data=said, content_type="multipart/form-data").location == url_of(contest, "/carpeta")
    assert "Hay dos pozos." in client.get(form).text
    again = {"body": "Hay tres pozos.", "changes": "Se encontró otro", "keep": ["2"], "based_on": "1"}
    assert client.post(form, data=again).status_code == 303
    refused = client.post(form, data={**again, "body": "Lo mío"})
    assert (refused.status_code, "Lo mío" in refused.text) == (422, True)
    client.post("/salir")
    block = client.get(url_of(contest)).text
    assert "Se encontró otro" in block
    assert "Hay tres pozos." not in block
    assert "Actualizar la carpeta" not in block
    assert "Hay tres pozos." in client.get(url_of(contest, "/carpeta")).text
    document = client.get(url_of(contest, "/carpeta/2/documentos/1"))
    assert (document.data, document.mimetype) == (PDF, "application/pdf")
    assert client.get(url_of(contest, "/carpeta/2/documentos/2")).status_code == 404
    version = client.get(url_of(contest, "/carpeta/2")).text
    assert "</span>dos<" in version.replace(" dos", "dos")
    assert "Leer la versión anterior" in version
    assert "Hay dos pozos." in client.get(url_of(contest, "/carpeta/1")).text
    assert client.get(url_of(contest, "/carpeta/3")).status_code == 404
    assert client.get(form).status_code == 302


def test_what_is_new_stays_on_the_page_of_the_contest_until_the_pack_is_read(client, opened, voter):
    client.sign_in(voter)
    publish(opened)
    client.get(url_of(opened))
    assert visits() == 0
    client.get(url_of(opened, "/carpeta"))
    assert visits() == 1
    publish(opened, based_on=1, changes="Se agregó el padrón", now=voting.OPENS)
    for _visit in range(2):
        page = client.get(url_of(opened)).text
        assert "Se agregó el padrón" in page.split(SINCE)[1]
        assert WHILE_OPEN in page
    assert SINCE in client.post(url_of(opened, "/boleta"), data=ballot("yes")).text
    assert "Se agregó el padrón" in client.get(url_of(opened, "/carpeta")).text.split(SINCE)[1]
    for address in ("/carpeta", ""):
        assert SINCE not in client.get(url_of(opened, address)).text
    assert WHILE_OPEN not in client.get(url_of(opened, "/carpeta/1")).text


def test_casting_leaves_no_trace_of_when_among_the_visits(client, opened, voter):
    publish(opened)
    client.sign_in(voter)
    client.post(url_of(opened, "/boleta"), data=ballot("yes", "no", confirmed="1"))
    assert voting.box_size(opened) == 1
    assert visits() == 0


def test_it_can_be_read_after_the_count_and_no_longer_changes(client, contest, voter, clock):
    publish(contest)
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    voting.vote(contest, voter, "yes", "no")
    clock.moment = voting.CLOSES
    client.sign_in(cycles.facilitator(contest.cycle))
    for moment in ("closing", "counted"):
        page = client.get(url_of(contest)).text
        assert "Leer la carpeta informativa" in page, moment
        assert "Actualizar la carpeta" not in page
        assert client.get(url_of(contest, "/carpeta/edicion")).status_code == 403
        voting.sealed(contest)
    assert contest.counted_at


def test_of_one_that_was_called_off_too(client, contest):
    publish(contest)
    with transaction():
        operations.cancel(actor=cycles.facilitator(contest.cycle), contest=contest, reason="Otra fecha", now=NOW)
    assert "Leer la carpeta informativa" in client.get(url_of(contest)).text
    assert client.get(url_of(contest, "/carpeta")).status_code == 200


def test_of_a_draft_cycle_nobody_else_reads_it(client, contest):
    publish(contest)
    contest.cycle.published_at = None
    db.session.commit()
    for address in ("/carpeta", "/carpeta/1"):
        assert client.get(url_of(contest, address)).status_code == 404


def test_the_pages_cost_the_same_with_many_versions(client, opened, voter, count_queries):
    client.sign_in(voter)

    def cost(address):
        client.get(address)  # the first reading is remembered
        db.session.expire_all()
        with count_queries() as log:
            assert client.get(address).status_code == 200
        return len(log)

    addresses = [url_of(opened), url_of(opened, "/carpeta"), url_of(opened, "/carpeta/1")]
    publish(opened)
    few = [cost(address) for address in addresses]
    for number in range(1, 5):
        publish(opened, based_on=number)
    assert [cost(address) for address in addresses] == few
    assert max(few) <= 10


def test_no_script_of_theirs_reaches_the_page(client, contest):
    publish(contest, body="<script>alert(1)</script>", changes="<b onclick=x>", links=[("<i>", "https://x/<script>")])
    for address in ("", "/carpeta", "/carpeta/1"):
        page = client.get(url_of(contest, address)).text
        assert "<script>alert" not in page
        assert "<b onclick" not in page
