"""Files beside a proposal: who adds, reads and removes them, and what stays of those that were removed."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO

import pytest
import sqlalchemy as sa
from PIL import Image

from cocrea.accounts.operations import profile
from cocrea.core.db import add, transaction
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.models import StoredFile
from cocrea.discussion import attachments
from cocrea.discussion.models import Attachment, Coauthor
from cocrea.extensions import db
from cocrea.proposals import operations
from tests.conftest import NOW
from tests.factories import cycles, discussion, proposals
from tests.factories.accounts import person
from tests.factories.history import actions, records

PDF = b"%PDF-1.7 plano"
PLACE = b"GPS-EN-LA-CASA"
SAID = "Plano del recorrido"


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def author(app):
    return person("Autora 01")


@pytest.fixture
def made(cycle, author):
    return proposals.published(cycle, author=author)


def url(proposal, tail=""):
    return f"/propuestas/{proposal.reference}/archivos{tail}"


def sent(data=PDF, name="plano.pdf", description=SAID):
    return {"upload": (BytesIO(data), name), "description": description}


def photo():
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    kept = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def kept(table=StoredFile):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_its_author_adds_one_and_anybody_reads_it_with_safe_headers(client, author, made):
    client.sign_in(author)
    assert client.post(url(made), data=sent(name="../..\\<b>plano\x07.pdf")).status_code == 303
    (one,) = attachments.of(made)
    assert (one.name, one.description, one.size) == ("<b>plano.pdf", SAID, len(PDF))
    with client.application.test_client() as visitor:
        page = visitor.get(f"/propuestas/{made.reference}").text
        assert SAID in page and "PDF, 1 kB" in page and "<b>plano" not in page
        answer = visitor.get(url(made, f"/{one.id}"))
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert actions(made.reference)[-1] == "proposal.file_added"
    assert SAID not in json.dumps(records(subject=made.reference), ensure_ascii=False)


def test_a_picture_is_kept_without_where_and_with_what_it_was_taken(client, author, made):
    assert PLACE in photo()
    client.sign_in(author).post(url(made), data=sent(photo(), "casa.JPEG"))
    (one,) = attachments.of(made)
    data = client.get(url(made, f"/{one.id}")).data
    assert PLACE not in data and data.startswith(b"\xff\xd8\xff")
    assert (one.name, one.media_type) == ("casa.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ((b"MZ\x90\x00\x03", "virus.pdf"), "Solo se admiten"),
        ((b"<html><script>alert(1)</script>", "pagina.txt"), "Solo se admiten"),
        ((b"\xff\xd8\xff roto", "foto.jpg"), "No es una foto"),
        ((b"", "nada.pdf"), "vacío"),
        ((PDF, "plano.pdf", " "), "hace falta"),
    ],
)
def test_what_is_not_accepted_is_said_and_what_was_typed_stays(client, author, made, wrong, words):
    form = sent(*wrong)
    answer = client.sign_in(author).post(url(made), data=form)
    assert (answer.status_code, kept()) == (422, 0)
    assert words in answer.text
    assert (f'value="{SAID}"' in answer.text) is (form["description"] == SAID)


def test_without_a_file_it_is_asked_for(client, author, made):
    answer = client.sign_in(author).post(url(made), data={"description": SAID})
    assert (answer.status_code, kept()) == (422, 0)
    assert "Elige un archivo" in answer.text and f'value="{SAID}"' in answer.text


def test_they_are_few_and_none_twice(app, made):
    proposals.attached(made)
    with pytest.raises(Invalid) as twice:
        proposals.attached(made, description="Otra vez")
    for number in range(1, attachments.MOST):
        proposals.attached(made, b"%PDF-" + bytes([64 + number]))
    with pytest.raises(Invalid) as too_many:
        proposals.attached(made, b"%PDF-otro")
    assert "ya está" in str(twice.value.message) and "Caben" in str(too_many.value.message)
    assert kept() == attachments.MOST


def test_removing_leaves_a_line_with_the_reason_and_no_bytes(client, author, made):
    one = proposals.attached(made)
    path = url(made, f"/{one.id}")
    client.sign_in(author)
    assert client.post(f"{path}/retiro", data={"reason": " "}).status_code == 422
    assert client.post(f"{path}/retiro", data={"reason": "Se ve un teléfono"}).status_code == 303
    page = client.get(f"/propuestas/{made.reference}").text
    assert "Se ve un teléfono" in page and SAID not in page and "plano.pdf" not in page
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/retiro", data={"reason": "Otra vez"}).status_code == 404
    record = records("proposal.file_removed", subject=made.reference)[0]
    assert (record["old"], record["reason"]) == ({"fingerprint": one.digest}, "Se ve un teléfono")
    assert kept() == 0


def test_files_of_a_draft_are_read_by_its_author_alone_and_go_without_a_line(client, cycle, author):
    draft = proposals.draft(cycle, author=author)
    one = proposals.attached(draft)
    path = url(draft, f"/{one.id}")
    for stranger in (None, person(), cycles.facilitator(cycle), cycles.steward(cycle)):
        with client.application.test_client() as other:
            if stranger:
                other.sign_in(stranger)
            assert other.get(path).status_code == 404
    client.sign_in(author)
    assert client.get(path).data == PDF
    assert client.post(f"{path}/retiro", data={}).status_code == 303
    assert (kept(Attachment), kept(), actions(draft.reference)) == (0, 0, [])


def test_publishing_tells_their_fingerprints(app, cycle, author):
    draft = proposals.draft(cycle, author=author)
    one = proposals.attached(draft)
    with transaction():
        operations.publish(actor=author, proposal=draft, now=NOW)
    assert records("proposal.published", subject=draft.reference)[0]["new"]["files"] == [one.digest]


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_files_of_what_is_gone_are_not_read(client, author, made, how):
    one = proposals.attached(made)
    if how == "withdrawn":
        with transaction():
            operations.withdraw(actor=author, proposal=made, reason="Ya no.", now=NOW)
    else:
        discussion.hide(made)
    for reader in (None, author, person()):
        if reader:
            client.sign_in(reader)
        assert client.get(url(made, f"/{one.id}")).status_code == 404
        assert SAID not in client.get(f"/propuestas/{made.reference}").text
        assert f"archivos/{one.id}" not in client.get(f"/ciclos/{made.cycle.slug}/propuestas.csv").text


@pytest.mark.parametrize("how", ["merged", "split"])
def test_files_of_what_was_merged_or_split_stay_on_its_page(client, cycle, author, made, how):
    one, facilitator = proposals.attached(made), cycles.facilitator(cycle)
    ask = {
        "merged": lambda: proposals.merging(facilitator, [made, proposals.published(cycle)]),
        "split": lambda: proposals.splitting(facilitator, made),
    }
    asked = ask[how]()
    proposals.consented(asked)
    page = client.get(f"/propuestas/{made.reference}").text
    assert url(made, f"/{one.id}") in page and SAID in page
    assert client.get(url(made, f"/{one.id}")).status_code == 200
    after = client.get(f"/propuestas/{asked.made[0].reference}").text
    assert f"/propuestas/{made.reference}#archivos" in after and after.count("#archivos") == 1
    discussion.hide(made)
    assert "#archivos" not in client.get(f"/propuestas/{asked.made[0].reference}").text


def test_while_a_merge_waits_for_its_authors_its_files_stay(cycle, author, made):
    one = proposals.attached(made)
    proposals.merging(cycles.facilitator(cycle), [made, proposals.published(cycle)])
    with pytest.raises(Conflict):
        proposals.attached(made, b"%PDF-otro")
    with pytest.raises(Conflict), transaction():
        operations.detach(actor=author, proposal=made, attachment=one, reason="Ya no.", now=NOW)
    assert [each.id for each in attachments.of(made) if not each.is_removed] == [one.id]


def test_nobody_reads_a_file_through_another_proposal(client, cycle, made):
    one, other = proposals.attached(made), proposals.published(cycle)
    assert client.get(url(other, f"/{one.id}")).status_code == 404


def test_only_authors_add_and_only_while_the_text_may_change(client, author, made, cycle):
    one = proposals.attached(made)
    client.sign_in(person())
    assert client.post(url(made), data=sent()).status_code == 404
    assert client.post(url(made, f"/{one.id}/retiro"), data={"reason": "x"}).status_code == 404
    facilitator, findings = cycles.facilitator(cycle), proposals.all_met(cycle)
    with transaction():
        operations.admit(actor=facilitator, proposal=made, findings=findings, reason="Cumple.", now=NOW)
    client.sign_in(author)
    assert client.post(url(made), data=sent(b"%PDF-otro")).status_code == 403
    assert client.post(url(made, f"/{one.id}/retiro"), data={"reason": "x"}).status_code == 403
    assert client.get(url(made, f"/{one.id}")).status_code == 200


def test_lists_to_take_along_and_open_data_say_where_they_are(client, made, cycle):
    one = proposals.attached(made)
    address = url(made, f"/{one.id}")
    row = next(csv.DictReader(StringIO(client.get(f"/ciclos/{cycle.slug}/propuestas.csv").data.decode("utf-8-sig"))))
    assert row["files"].endswith(address) and row["files"].startswith("http")


def test_who_leaves_takes_what_they_added_to_drafts_along(client, cycle, author, made):
    published, draft = proposals.attached(made), proposals.draft(cycle, author=author)
    proposals.attached(draft, b"%PDF-borrador")
    exported = json.loads(client.sign_in(author).get("/cuenta/datos.json").data)
    assert {row["description"] for row in exported["attachments"]} == {SAID}
    with transaction():
        attachments.forget_drafts(author)
    assert [one.id for one in attachments.of(made)] == [published.id]
    assert attachments.of(draft) == []
    assert attachments.forget_drafts in profile._endings


def test_a_draft_that_others_write_keeps_its_files_until_the_last_one_leaves(cycle, author):
    draft, other = proposals.draft(cycle, author=author), person()
    with transaction():
        add(Coauthor(contribution_id=draft.id, person_id=other.id, joined_at=NOW))
    db.session.expire(draft)
    one = proposals.attached(draft)
    with transaction():
        attachments.forget_drafts(author)
        author.withdrawn_at = NOW
    assert [each.id for each in attachments.of(draft)] == [one.id]
    with transaction():
        attachments.forget_drafts(other)
    assert attachments.of(draft) == []
    assert kept() == 0
