"""The list of proposals as people use it: filters, search, order, side by side, and the same list to take along."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from io import StringIO

import pytest

from cocrea.consultation.models import ProblemTarget
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.proposals import operations, queries
from cocrea.proposals.models import Response, ResponseKind, Routing
from cocrea.proposals.operations import Content
from cocrea.proposals.queries import Filter
from tests.conftest import NOW, shared
from tests.factories import discussion, proposals, tables
from tests.factories.accounts import organisation, person, save

EMPTY = "Ninguna propuesta con esos filtros"


@pytest.fixture
def cycle(app):
    return proposals.working_cycle(StageKind.TABLES)


def titled(cycle, title, **kwargs):
    return proposals.published(cycle, content=dataclasses.replace(proposals.CONTENT, title=title), **kwargs)


def answered(proposal, kind=ResponseKind.PARTLY, *, published=True):
    """A row of an institution's answer to it; the institution."""
    institution = organisation()
    text = {"reasons_source": "Sí.", "reasons_html": "<p>Sí.</p>", "author_id": person().id, "created_at": NOW}
    row = Response(proposal_id=proposal.id, organisation_id=institution.id, kind=kind, **text)
    row.published_at = NOW if published else None
    save(row)
    due = {"routed_at": NOW, "due_at": NOW, "due_day": 20260605}
    save(Routing(proposal_id=proposal.id, organisation_id=institution.id, is_lead=False, **due))
    return institution


def url(cycle, query=""):
    return f"/ciclos/{cycle.slug}/propuestas{query}"


def listed(cycle, **chosen):
    return {row.title for row in queries.listing(cycle, Filter(**chosen)).items}


@pytest.fixture
def one(app, cycle):
    """A proposal of a table about a problem of its own, told on paper."""
    problem, author, table = proposals.problem(cycle), person("Autora 07"), tables.table(cycle)
    with transaction():
        problem.territory = "MX-COL"
        db.session.add(ProblemTarget(problem_id=problem.id, code="3.8"))
        made = operations.draft(
            actor=author,
            cycle=cycle,
            content=Content("Pozos", "x", targets=("16.6",)),
            problems=[problem],
            table=table,
            channel=Channel.PAPER,
            now=NOW,
        )
        operations.publish(actor=author, proposal=made, now=NOW)
    return made


def test_each_filter_leaves_just_what_it_names(app, cycle, one):
    titled(cycle, "Otra")
    institution = answered(one)
    with app.test_request_context():
        assert listed(cycle) == {"Pozos", "Otra"}
        for chosen in (
            {"topic": one.problems[0].topic},
            {"territory": "MX-COL"},
            {"goal": "16"},
            {"table": one.table},
            {"channel": Channel.PAPER},
            {"author_id": one.author_id},
            {"institution": institution},
            {"answer": ResponseKind.PARTLY},
            {"words": one.reference.lower()},
            {"words": "pozo"},
        ):
            assert listed(cycle, **chosen) == {"Pozos"}, chosen
            assert queries.count(cycle, Filter(**chosen)) == 1
        assert listed(cycle, territory="MX") == listed(cycle, is_unanswered=True) == {"Otra"}
        assert listed(cycle, answer=ResponseKind.ACCEPTED) == listed(cycle, goal="3") == set()


def test_an_answer_that_is_not_published_yet_shows_nowhere(client, cycle):
    institution = answered(titled(cycle, "Pozos abiertos"), published=False)
    assert "Pozos abiertos" in client.get(url(cycle, "?respuesta=sin")).text
    assert "Pozos abiertos" not in client.get(url(cycle, "?respuesta=partly")).text
    asked = f"?institucion={institution.slug}"
    assert "Pozos abiertos" in client.get(url(cycle, f"{asked}&respuesta=sin")).text
    assert "Pozos abiertos" not in client.get(url(cycle, f"{asked}&respuesta=partly")).text
    assert "Pozos abiertos" not in client.get(url(cycle, f".csv{asked}&respuesta=partly")).text


def test_chips_say_what_narrows_and_take_it_away(client, cycle, one):
    answered(one)
    page = client.get(
        url(cycle, f"?q=pozo&mesa={one.table.reference}&entidad=MX-COL&respuesta=partly&orden=apoyadas")
    )
    assert one.reference in page.text
    for words in ("Dicen «pozo»", "Colima", "Aceptada en parte", "Quitar todos los filtros", "1 propuesta"):
        assert words in page.text
    without = f"?q=pozo&amp;mesa={one.table.reference}&amp;entidad=MX-COL&amp;orden=apoyadas"
    assert f'href="{url(cycle)}{without}"' in page.text
    assert EMPTY in client.get(url(cycle, "?q=zapoteco")).text


@pytest.mark.parametrize(
    "query",
    ["estado=draft", "estado=x", "tema=x", "mesa=x", "entidad=MX-X", "ods=99", "canal=x", "sector=x", "respuesta=x",
     "institucion=x", "autoria=x", "orden=x"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(client, cycle, query):
    assert client.get(url(cycle, f"?{query}")).status_code == 404
    assert client.get(url(cycle, f".csv?{query}")).status_code == 404


def test_naughty_searches_are_searches(client, cycle, one):
    for text in shared("xss", "blns.txt").read_text("utf-8").splitlines()[::9]:
        assert client.get(url(cycle), query_string={"q": text.replace("\0", "")}).status_code == 200, text


def test_people_find_their_own_and_visitors_all(client, cycle, one):
    titled(cycle, "De otra persona")
    assert "De otra persona" in client.get(url(cycle, "?autoria=propias")).text
    client.sign_in(one.author)
    page = client.get(url(cycle, "?autoria=propias")).text
    assert one.reference in page
    assert "De otra persona" not in page


def test_the_page_and_its_files_say_the_same(client, cycle):
    plain, formula = titled(cycle, "Bache"), titled(cycle, "=1+1")
    discussion.support(plain)
    answer = client.get(url(cycle, ".csv?orden=apoyadas"))
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["reference"], row["status"]) for row in rows] == [
        (plain.reference, "published"),
        (formula.reference, "published"),
    ]
    assert (rows[1]["title"], rows[0]["what_to_do"]) == ("'=1+1", proposals.CONTENT.body)
    about = json.loads(client.get(url(cycle, ".json?orden=apoyadas")).data)
    assert [item["title"] for item in about["items"]] == ["Bache", "=1+1"]
    assert about["source"].endswith(url(cycle, "?orden=apoyadas"))
    assert client.get(url(cycle, ".xml")).status_code == 404


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_what_is_gone_is_listed_without_its_words(client, cycle, how):
    author = person("Autora que se expuso")
    gone = titled(cycle, "Lo que no debió decir", author=author)
    if how == "withdrawn":
        with transaction():
            operations.withdraw(actor=author, proposal=gone, reason="Ya no.", now=NOW)
    else:
        discussion.hide(gone)
    for path in (f"?estado={how}", f".csv?estado={how}", f".json?estado={how}"):
        page = client.get(url(cycle, path)).text
        assert gone.reference in page
        assert not any(words in page for words in ("Lo que no debió", "Autora que", proposals.CONTENT.body))
    for path in ("", ".csv", f"/comparacion?p={gone.reference}"):
        assert "Lo que no debió" not in client.get(url(cycle, path)).text


def test_up_to_four_stand_side_by_side(client, cycle, one):
    others = [titled(cycle, f"Número {n}") for n in range(4)]
    hidden = proposals.draft(cycle, content=Content("Borrador ajeno", "x"))
    page = client.get(url(cycle, f"/comparacion?p={one.reference}&p={others[0].reference}&p={one.reference}")).text
    assert re.findall(r'<h3 class="compare__of"><a href="[^"]+">([^<]+)', page)[:2] == ["Pozos", "Número 0"]
    assert 'name="p" required' in page
    many = client.get(url(cycle, "/comparacion?" + "&".join(f"p={other.reference}" for other in [*others, one]))).text
    assert "las primeras que marcaste" in many and ">Pozos<" not in many
    private = client.get(url(cycle, f"/comparacion?p={hidden.reference}")).text
    assert "no está entre las propuestas públicas" in private and "Borrador ajeno" not in private
    assert client.get(url(cycle, "/comparacion?p=<script>&p=")).status_code == 200


def test_the_number_of_statements_does_not_grow(client, cycle, count_queries, one):
    query = f"?q=obras&tema={one.problems[0].topic.slug}&entidad=MX&ods=16&respuesta=sin&orden=azar&sorteo=0"
    counts = []
    for more in (1, 12):
        made = [titled(cycle, "Obras a la vista") for _ in range(more)]
        answered(made[0])
        for path in (query, f"/comparacion?p={one.reference}" + "".join(f"&p={p.reference}" for p in made[:3])):
            db.session.expire_all()
            with count_queries() as log:
                assert client.get(url(cycle, path)).status_code == 200
            counts.append(len(log))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 10


def test_searches_read_what_is_public_and_no_more(app, cycle, one):
    proposals.problem(cycle, "Pozos tapados")
    proposals.draft(cycle, content=Content("Pozos que nadie leyó", "x"))
    with app.test_request_context():
        assert listed(cycle, words="pozos") == {"Pozos"}


def test_boxes_to_compare_are_there_where_two_can_be_compared(client, cycle):
    titled(cycle, "Avisar por radio")
    assert "Comparar" not in client.get(url(cycle)).text
    titled(cycle, "Avisar por carteles")
    page = client.get(url(cycle)).text
    assert (page.count('class="row__pick"'), "Comparar las marcadas" in page) == (2, True)
