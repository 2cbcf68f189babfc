"""A conversation on its page: orders, filters, permanent links, what is folded, mended, reacted to and taken along."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.discussion import operations
from cocrea.discussion.models import Comment, Reaction, Stance
from cocrea.discussion.queries import comments as reading
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion, proposals
from tests.factories.accounts import grant, organisation, person


@pytest.fixture
def proposal(app):
    return proposals.published(cycles.cycle(StageKind.PROPOSALS))


def page_url(subject):
    return f"/propuestas/{subject.reference}"


def shown(page):
    """The references of the comments on a page, in order."""
    return re.findall(r'<li class="comment[^"]*" id="([^"]+)"', page)


def read_after(client, answer):
    """The page to which an answer leads, through all the places it names."""
    while answer.location:
        answer = client.get(answer.location.split("#")[0])
    return answer.text


def agree(comment, times):
    for _ in range(times):
        with transaction():
            operations.react(actor=person(), comment=comment, reaction=Reaction.AGREE, on=True, now=NOW)


def walk(client, address):
    """Every comment at the top, read page by page by the links."""
    found = []
    while address:
        page = client.get(address).text
        found += shown(page)
        link = re.search(r'rel="next" href="([^"#]+)', page)
        address = link and link[1].replace("&amp;", "&")
    return found


@pytest.fixture
def twelve(proposal, monkeypatch):
    """Comments whose agreement, replies and age order them differently; pages of five."""
    monkeypatch.setattr(reading, "SHOWN", 5)
    made = [discussion.comment(proposal, f"Opinión {number}") for number in range(12)]
    for number, comment in enumerate(made):
        agree(comment, number * 5 % 4)
        for answer in range(number * 7 % 3):
            discussion.comment(proposal, f"Respuesta {answer}", parent=comment)
    return made


@pytest.mark.parametrize("order", ["", "antiguos", "apoyados", "debatidos"])
def test_each_order_is_read_whole_and_once_and_every_link_leads_into_it(client, proposal, twelve, order):
    keys = {
        "": lambda each: -each.id,
        "antiguos": lambda each: each.id,
        "apoyados": lambda each: (-each.agree_count, -each.id),
        "debatidos": lambda each: (-each.reply_count, -each.id),
    }
    expected = [each.reference for each in sorted(twelve, key=keys[order])]
    tops = {each.reference for each in twelve}
    assert [each for each in walk(client, f"{page_url(proposal)}?orden={order}") if each in tops] == expected
    for place, reference in enumerate(expected):
        answer = client.get(f"/comentarios/{reference}/lugar?orden={order}")
        address, anchor = answer.location.split("#")
        assert anchor == reference
        page = client.get(address).text
        start = 0 if place < 5 else place  # whatever the first page holds is read from its beginning
        assert [each for each in shown(page) if each in tops] == expected[start : start + 5]
        assert page.count("El comentario que buscabas") == 1
        assert f'comment--marked" id="{reference}"' in page
        assert ('rel="prev"' in page) is (start > 0)


def test_the_permanent_link_of_a_reply_opens_the_page_that_holds_it(client, proposal, monkeypatch):
    monkeypatch.setattr(reading, "SHOWN", 3)
    first = discussion.comment(proposal)
    replies = [discussion.comment(proposal, f"Respuesta {number}", parent=first) for number in range(9)]
    deep = [discussion.comment(proposal, f"Más {number}", parent=replies[4]) for number in range(7)]
    for sought, under in ((replies[7], first), (deep[5], replies[4])):
        answer = client.get(f"/comentarios/{sought.reference}/lugar")
        assert answer.location.startswith(f"/comentarios/{under.reference}?")
        page = client.get(answer.location.split("#")[0]).text
        assert f'comment--marked" id="{sought.reference}" aria-current="true"' in page


def test_a_conversation_is_narrowed_by_stance_and_by_who_speaks(client, proposal):
    speaker = grant(person(), Role.OFFICIAL, organisation())
    said = {stance: discussion.comment(proposal, f"Así: {stance}", stance=stance) for stance in Stance}
    discussion.comment(proposal, "Lo vemos", parent=said[Stance.AGAINST], author=speaker)
    own = discussion.comment(proposal, "Ya lo hacemos", author=speaker)
    people = [each.reference for each in said.values()]
    for asked, expected in (
        ("postura=contra", [said[Stance.AGAINST].reference]),
        ("postura=neutra", [said[Stance.NEUTRAL].reference, own.reference]),
        ("voz=personas", people),
        ("voz=instituciones", [said[Stance.AGAINST].reference, own.reference]),
        ("voz=instituciones&postura=favor", []),
    ):
        page = client.get(f"{page_url(proposal)}?{asked}").text
        assert set(shown(page)) & {*people, own.reference} == set(expected), asked
    assert "Ningún comentario es así" in page
    assert client.get(f"{page_url(proposal)}?postura=rara").status_code == 404
    assert client.get(f"{page_url(proposal)}?orden=rara").status_code == 404


def test_a_tombstone_tells_neither_its_stance_nor_who_spoke(client, proposal):
    speaker = grant(person(), Role.OFFICIAL, organisation())
    against = discussion.comment(proposal, "Cuesta demasiado", stance=Stance.AGAINST)
    office = discussion.comment(proposal, "Ya lo hacemos", author=speaker)
    answered = discussion.comment(proposal, "¿Quién paga?")
    for gone in (against, office, discussion.comment(proposal, "Nosotros", parent=answered, author=speaker)):
        discussion.hide(gone)
    for asked, expected in (
        ("", {against, office, answered}),
        ("postura=contra", set()),
        ("voz=personas", {answered}),
        ("voz=instituciones", set()),
    ):
        page = client.get(f"{page_url(proposal)}?{asked}").text
        assert {each for each in (against, office, answered) if f'id="{each.reference}"' in page} == expected, asked


def test_the_place_of_a_tombstone_does_not_tell_how_much_agreed(client, proposal, twelve):
    discussion.hide(twelve[3])
    reference = twelve[3].reference
    asked, plain = (client.get(f"/comentarios/{reference}/lugar{query}") for query in ("?orden=apoyados", ""))
    assert asked.location == plain.location


def test_stance_and_institution_are_said_in_words(client, proposal):
    served = organisation()
    client.sign_in(grant(person(), Role.OFFICIAL, served))
    page = client.get(page_url(proposal)).text
    assert "Hablas por tu institución" in page
    first = discussion.comment(proposal, "¿Cuándo?")
    assert f"<strong>{served.name}</strong>" in client.get(f"/comentarios/{first.reference}/respuesta").text
    client.post(f"/aportaciones/{proposal.reference}/comentarios", data={"body": "No alcanza", "stance": "against"})
    page = client.get(page_url(proposal)).text
    head = re.search(r'<p class="comment__head">.*?</p>', page, re.S)[0]
    assert all(words in head for words in ("En contra", "Habla por:", served.name))
    assert (
        client.post(
            f"/aportaciones/{proposal.reference}/comentarios", data={"body": "Otra", "stance": "quizá"}
        ).status_code
        == 422
    )


def test_an_official_of_several_is_asked_for_which(client, proposal):
    served = [organisation() for _ in range(2)]
    client.sign_in(grant(grant(person(), Role.OFFICIAL, served[0]), Role.OFFICIAL, served[1]))
    address = f"/aportaciones/{proposal.reference}/comentarios"
    asked = client.post(address, data={"body": "Lo vemos"})
    assert (asked.status_code, "Lo vemos</textarea>" in asked.text, served[1].name in asked.text) == (422, True, True)
    assert client.post(address, data={"body": "Lo vemos", "institution": str(served[1].id)}).status_code == 303
    assert db.session.scalar(sa.select(Comment.institution)) == served[1].name


def test_problems_ask_for_no_stance_and_take_none(client):
    problem = consultation.problem()
    client.sign_in(person())
    assert "Tu postura" not in client.get(f"/problematicas/{problem.reference}").text
    client.post(f"/aportaciones/{problem.reference}/comentarios", data={"body": "Sí", "stance": "for"})
    assert db.session.scalar(sa.select(Comment.stance)) is Stance.NEUTRAL
    assert client.get(f"/problematicas/{problem.reference}?postura=favor").status_code == 200


def test_a_reply_is_written_on_its_own_page_and_found_where_it_stands(client, proposal):
    first = discussion.comment(proposal, "¿Quién paga?")
    client.sign_in(person())
    asked = client.get(f"/comentarios/{first.reference}/respuesta").text
    assert "¿Quién paga?" in asked and "Tu postura" not in asked
    assert f"Responde a {first.byline}" in asked
    data = {"body": "Nosotros", "parent": first.reference}
    page = read_after(client, client.post(f"/aportaciones/{proposal.reference}/comentarios", data=data))
    assert shown(page)[0] == first.reference and "Nosotros" in page
    refused = client.post(f"/aportaciones/{proposal.reference}/comentarios", data={**data, "body": ""})
    assert (refused.status_code, "¿Quién paga?" in refused.text) == (422, True)


def test_whoever_commented_reads_it_in_its_conversation_and_is_told_there(client, proposal):
    address = f"/aportaciones/{proposal.reference}/comentarios"
    first = discussion.comment(proposal, "¿Quién paga?")
    reply = discussion.comment(proposal, "Nosotros", parent=first)
    client.sign_in(person())
    for parent, words in ((None, "comentario ya está publicado"), (reply, "respuesta ya está publicada")):
        sent = client.post(address, data={"body": f"Así: {words}", "parent": parent.reference if parent else ""})
        page = read_after(client, sent)
        assert f"Tu {words}" in page[page.index("comment--marked") :] and "El comentario que buscabas" not in page
        assert f'href="{page_url(proposal)}#comentarios">Ver toda la conversación' in page
        assert {first.reference, reply.reference} < set(shown(page))
        assert "El comentario que buscabas" in read_after(client, sent)


def test_whoever_answers_two_deep_stands_beside_and_says_whom(client, proposal):
    first = discussion.comment(proposal, "¿Quién paga?")
    reply = discussion.comment(proposal, "Nosotros", parent=first)
    deep = discussion.comment(proposal, "¿Con qué?", parent=reply, author=person("Berta Ríos"))
    client.sign_in(person())
    assert f"/comentarios/{deep.reference}/respuesta" in client.get(page_url(proposal)).text
    assert "¿Con qué?" in client.get(f"/comentarios/{deep.reference}/respuesta").text
    data = {"body": "Con trabajo", "parent": deep.reference}
    page = read_after(client, client.post(f"/aportaciones/{proposal.reference}/comentarios", data=data))
    made = db.session.scalar(sa.select(Comment).where(Comment.answered_id == deep.id))
    assert shown(page) == [first.reference, reply.reference, deep.reference, made.reference]
    assert page.count("Responde a") == 1
    name = f"{deep.reference}</a> <bdi>{deep.byline}</bdi>"
    for address in (page_url(proposal), f"/comentarios/{reply.reference}", f"/comentarios/{made.reference}"):
        assert name in client.get(address).text
    for each in (deep, made):
        assert client.get(f"/comentarios/{each.reference}").text.count("Responde a") == 1
    discussion.hide(deep)
    for address in (page_url(proposal), f"/comentarios/{made.reference}"):
        assert deep.byline not in client.get(address).text
    assert client.get(f"/comentarios/{deep.reference}/respuesta").status_code == 403
    rows = json.loads(client.get(f"/aportaciones/{proposal.reference}/comentarios.json").data)["items"]
    assert [row["in_reply_to"] for row in rows] == [None, first.reference, deep.reference]


def test_mending_within_the_minutes_and_what_it_said_before(client, proposal, clock):
    author = person()
    said = discussion.comment(proposal, "Cuesta diez pesos", author=author, stance=Stance.FOR)
    edition = f"/comentarios/{said.reference}/correccion"
    client.sign_in(author)
    assert "hasta las 12:15" in client.get(page_url(proposal)).text
    assert "Cuesta diez pesos" in client.get(edition).text
    assert client.get(f"/comentarios/{said.reference}/versiones").status_code == 404
    clock.advance(minutes=3)
    sent = {"body": "Cuesta veinte pesos", "stance": "against", "base": "1"}
    assert client.post(edition, data=sent).status_code == 303
    assert client.post(edition, data={**sent, "body": "Cuesta mil"}).status_code == 422
    assert client.post(edition, data={**sent, "body": "", "base": "2"}).status_code == 422
    assert "editado" in client.get(page_url(proposal)).text
    past = client.get(f"/comentarios/{said.reference}/versiones").text
    assert "</span> diez<span" in past and "</span> veinte<span" in past
    assert past.index("En contra") < past.index("A favor")
    clock.advance(minutes=12)
    late = client.post(edition, data={**sent, "base": "2"})
    assert (late.status_code, "hasta el viernes 5 de junio de 2026, 12:15" in late.text) == (403, True)
    assert "Cuesta veinte pesos" in late.text
    assert edition not in client.get(page_url(proposal)).text
    client.sign_in(person())
    assert client.get(edition).status_code == 403


def test_what_became_a_tombstone_keeps_its_past_unreadable(client, proposal):
    author = person()
    said = discussion.comment(proposal, "Vivo en la calle tal", author=author)
    with transaction():
        operations.edit(actor=author, comment=said, body="Vivo cerca", stance=said.stance, base=1, now=NOW)
    past = f"/comentarios/{said.reference}/versiones"
    assert client.get(past).status_code == 200
    discussion.withdraw(said, author)
    client.sign_in(author)
    assert client.get(past).status_code == 404
    assert client.get(f"/comentarios/{said.reference}/correccion").status_code == 403
    for extension in ("csv", "json"):
        taken = client.get(f"/aportaciones/{proposal.reference}/comentarios.{extension}").text
        assert "calle" not in taken and "cerca" not in taken


def test_reactions_are_given_and_taken_back_by_plain_forms(client, proposal):
    said, reader = discussion.comment(proposal), person()
    address = f"/comentarios/{said.reference}/reacciones"
    client.sign_in(reader)
    answer = client.post(address, data={"reaction": "agree", "next": f"{page_url(proposal)}?orden=apoyados"})
    assert answer.location == f"{page_url(proposal)}?orden=apoyados#{said.reference}"
    page = client.get(page_url(proposal)).text
    assert f'aria-pressed="true" formaction="{address}/retiro"' in page
    assert client.post(f"{address}/retiro", data={"reaction": "agree", "next": "//otra.parte"}).location.startswith(
        f"/comentarios/{said.reference}#"
    )
    assert 'aria-pressed="true"' not in client.get(page_url(proposal)).text
    assert client.post(address, data={"reaction": "odio"}).status_code == 404
    assert client.post(address).status_code == 404
    scripted = client.post(address, data={"reaction": "agree"}, headers={"Accept": "application/json"})
    assert (scripted.status_code, scripted.text) == (204, "")
    assert client.post(f"{address}/retiro", data={"reaction": "agree"}).status_code == 303
    client.sign_in(said.author)
    assert client.post(address, data={"reaction": "agree"}).status_code == 403
    assert "De acuerdo" not in client.get(page_url(proposal)).text


def test_long_comments_and_long_lists_of_replies_are_folded(client, proposal):
    first = discussion.comment(proposal, "palabra " * 120)
    few = discussion.comment(proposal, "Corto")
    discussion.comment(proposal, "Sí", parent=few)
    replies = [discussion.comment(proposal, f"Respuesta {number}", parent=first) for number in range(4)]
    page = client.get(page_url(proposal)).text
    assert page.count('<details class="comment__long">') == 1
    assert page.count("Ver 4 respuestas") == 1 and "Ver 1 respuesta" not in page
    for reply in replies:
        discussion.hide(reply)
    hidden = client.get(page_url(proposal)).text
    assert "<summary>Respuestas</summary>" in hidden and "Ver 0" not in hidden
    marked = client.get(f"{page_url(proposal)}?marca={replies[1].reference}").text
    assert "Ver 4 respuestas" not in marked


def test_who_speaks_is_told_on_the_page(client, proposal):
    for stance, times in ((Stance.FOR, 5), (Stance.AGAINST, 6), (Stance.NEUTRAL, 1)):
        for _ in range(times):
            discussion.comment(proposal, stance=stance)
    page = client.get(page_url(proposal)).text
    figures = page[page.index("Quiénes hablan") :]
    assert ">6<" in figures and ">5<" not in figures and "Otros grupos, juntos" in figures


def test_comments_are_taken_along(client, proposal):
    first = discussion.comment(proposal, "=1+1", stance=Stance.AGAINST, author=person("Ana Secreta"))
    reply = discussion.comment(proposal, "Sí", parent=first)
    discussion.hide(discussion.comment(proposal, "Insulto"))
    agree(first, 2)
    address = f"/aportaciones/{proposal.reference}/comentarios"
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").data.decode("utf-8-sig"))))
    assert [row["reference"] for row in rows] == [first.reference, reply.reference]
    assert (rows[0]["stance"], rows[0]["text"], rows[0]["agree_count"]) == ("against", "'=1+1", "2")
    assert (rows[1]["in_reply_to"], rows[1]["subject"]) == (first.reference, proposal.reference)
    items = json.loads(client.get(f"{address}.json").data)["items"]
    assert [item["text"] for item in items] == ["=1+1", "Sí"]
    assert "Ana" not in json.dumps(items)
    assert client.get(f"{address}.xml").status_code == 404
    assert client.get(f"/aportaciones/{first.reference}/comentarios.csv").status_code == 404


def test_a_page_makes_as_many_statements_however_many_comments(client, proposal, count_queries):
    reader, counts = person(), []
    client.sign_in(reader)
    for more in (2, 20):
        for _ in range(more):
            first = discussion.comment(proposal)
            answer = discussion.comment(proposal, "Sí", parent=first)
            deep = discussion.comment(proposal, "No", parent=answer)
            discussion.comment(proposal, "¿Por qué no?", parent=deep)
        agree(first, 1)
        db.session.expire_all()
        with count_queries() as log:
            assert client.get(page_url(proposal)).status_code == 200
        counts.append(len(log))
    assert counts[0] == counts[1] <= 12


def test_the_page_of_a_reply_names_whom_its_answers_answer_in_as_many_statements(client, proposal, count_queries):
    reply, counts = discussion.comment(proposal, "Sí", parent=discussion.comment(proposal)), []
    deep = [discussion.comment(proposal, f"No {number}", parent=reply) for number in range(reading.SHOWN)]
    for answered in (deep[:1], deep[1:]):
        for each in answered:
            discussion.comment(proposal, f"¿Por qué {each.reference}?", parent=each)
        db.session.expire_all()
        with count_queries() as log:  # the second page, on which no answered one stands
            page = client.get(f"/comentarios/{reply.reference}?antes={deep[-1].id}").text
        counts.append(len(log))
    assert all(f"{each.reference}</a> <bdi>{each.byline}</bdi>" in page for each in deep)
    assert counts[0] == counts[1] <= 10


def test_old_names_stay_when_a_window_has_passed(client, proposal, clock):
    said = discussion.comment(proposal, "Uno")
    assert said.editable_until == NOW + timedelta(minutes=15)
    clock.moment = said.editable_until
    client.sign_in(said.author)
    assert "Corregir" not in client.get(page_url(proposal)).text
