"""The problem tree: gathered from problems, edited by the facilitation, drawn and listed alike."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.consultation import queries
from cocrea.consultation.models import Branch, Side
from cocrea.extensions import db
from tests.factories import consultation, cycles, discussion, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records


@pytest.fixture
def topic(app):
    return consultation.topic(consultation.open_cycle())


def problem(topic, causes="", effects="", **kwargs):
    content = dataclasses.replace(consultation.CONTENT, causes=causes, effects=effects)
    return consultation.problem(topic.cycle, within=topic, content=content, **kwargs)


def url(topic, rest=""):
    return f"/ciclos/{topic.cycle.slug}/temas/{topic.slug}/arbol{rest}"


def texts(topic, side):
    return [node.text for node in queries.tree(topic).sides[side]]


def test_each_line_is_a_node_and_lines_of_the_same_words_are_one(topic):
    problem(topic, "- No hay aviso público\n2) Falta dinero", "Enfermedad; gasto")
    problem(topic, "No hay avisos públicos.")
    (first, second) = queries.tree(topic).sides[Side.CAUSE]
    assert (first.text, first.number) == ("No hay aviso público", 2)
    assert (second.text, second.number) == ("Falta dinero", 1)
    assert texts(topic, Side.EFFECT) == ["Enfermedad", "gasto"]


def test_what_is_withdrawn_leaves_the_tree_also_from_under_a_branch(client, topic):
    author = person()
    made = problem(topic, "Lo que expuso a alguien", author=author)
    problem(topic, "Otra causa")
    client.sign_in(cycles.facilitator(topic.cycle))
    key = next(iter(queries.given_lines(topic, Side.CAUSE)))
    client.post(url(topic, "/ramas/nueva?lado=cause"), data={"title": "Rama", "lines": [key]})
    assert "Lo que expuso" in client.get(url(topic)).text
    discussion.withdraw(made, author)
    assert "Lo que expuso" not in client.get(url(topic)).text


def test_the_facilitation_gathers_changes_and_removes_with_history(client, topic):
    for cause in ("No publican el padrón", "Nadie informa", "Falta dinero"):
        problem(topic, cause, "Desconfianza")
    keys = list(queries.given_lines(topic, Side.CAUSE))
    client.sign_in(cycles.facilitator(topic.cycle))
    assert client.get(url(topic, "/ramas/nueva?lado=cause")).status_code == 200
    answer = client.post(
        url(topic, "/ramas/nueva?lado=cause"), data={"title": "Falta información", "lines": keys[:2]}
    )
    assert answer.location == url(topic)
    assert texts(topic, Side.CAUSE) == ["Falta información", "Falta dinero"]
    branch = db.session.scalars(sa.select(Branch)).one()
    page = client.get(url(topic)).text
    for shown in ("Falta información", "No publican el padrón", "Quién cambió el árbol", "<tspan"):
        assert shown in page
    change = url(topic, f"/ramas/{branch.id}")
    assert "checked" in client.get(change).text
    assert client.post(change, data={"title": ""}).status_code == 422
    client.post(change, data={"title": "Opacidad", "lines": [keys[1], "ajena"]})
    assert texts(topic, Side.CAUSE) == ["Opacidad", "No publican el padrón", "Falta dinero"]
    client.post(f"{change}/retiro")
    assert len(texts(topic, Side.CAUSE)) == 3
    kept = [record["action"] for record in records() if record["action"].startswith("branch.")]
    assert kept == [
        "branch.added",
        "branch.edited",
        "branch.removed",
    ]


def test_others_read_it_and_change_nothing(client, topic):
    problem(topic, "Causa")
    client.sign_in(person())
    assert "ramas/nueva" not in client.get(url(topic)).text
    assert client.post(url(topic, "/ramas/nueva"), data={"title": "x"}).status_code == 403
    assert client.get(url(topic, "/ramas/999")).status_code == 404


def test_rapporteurs_edit_the_tree_of_their_table_or_of_their_whole_cycle(client, topic):
    other = consultation.topic(topic.cycle)
    table = tables.table(topic.cycle, topic=topic)
    of_table = grant(person(), Role.RAPPORTEUR, table)
    of_cycle = grant(person(), Role.RAPPORTEUR, topic.cycle)
    elsewhere = grant(person(), Role.RAPPORTEUR, tables.table(topic.cycle, topic=other))
    for one, own, others in ((of_table, 303, 403), (of_cycle, 303, 303), (elsewhere, 403, 303)):
        client.sign_in(one)
        for of, expected in ((topic, own), (other, others)):
            assert client.post(url(of, "/ramas/nueva"), data={"title": "Opacidad"}).status_code == expected
    branch = db.session.scalars(sa.select(Branch).where(Branch.topic_id == topic.id)).first()
    change = url(topic, f"/ramas/{branch.id}")
    assert client.post(f"{change}/retiro").status_code == 403
    client.sign_in(of_table)
    assert url(topic) in client.get(f"/mesas/{table.reference}").text
    page = client.get(url(topic)).text
    assert change in page and "la relatoría de las mesas que trabajan este tema" in page
    assert client.post(change, data={"title": "Falta de datos"}).status_code == 303
    assert client.post(f"{change}/retiro").status_code == 303


def test_a_table_of_no_topic_edits_no_tree(client, topic):
    client.sign_in(grant(person(), Role.RAPPORTEUR, tables.table(topic.cycle)))
    assert client.post(url(topic, "/ramas/nueva"), data={"title": "x"}).status_code == 403


def test_hostile_lines_are_text_and_long_ones_are_cut_in_the_drawing(client, topic):
    problem(topic, "<script>alert(1)</script>\n" + "larguísima causa " * 40, "a" * 3000)
    page = client.get(url(topic)).text
    assert "<script>alert" not in page
    assert "…" in page


def test_statements_do_not_grow_with_problems_or_branches(client, topic, count_queries):
    counts, address = [], url(topic)
    for more in (1, 6):
        for number in range(more):
            problem(topic, f"Causa {number} de {more}")
            db.session.add(Branch(topic_id=topic.id, side=Side.CAUSE, title=f"Rama {number}"))
        db.session.commit()
        with count_queries() as log:
            client.get(address)
        counts.append(len(log))
    assert counts[0] == counts[1] <= 10


def test_an_empty_tree_says_how_it_grows(client, topic):
    assert "todavía no tiene ramas" in client.get(url(topic)).text
