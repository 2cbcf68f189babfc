"""The thread of a commitment and the lists to take along."""

from __future__ import annotations

import csv
import html
import json
from io import StringIO
from typing import Any

import pytest

from cocrea.accounts.models import Role
from cocrea.core import exports
from cocrea.core.db import transaction
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.opendata import datasets
from cocrea.opendata.lists import DATASETS, EVERY, EVERYWHERE
from cocrea.proposals import operations
from cocrea.proposals.models import ResponseKind
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import commitments, discussion, proposals
from tests.factories.accounts import grant, organisation, person

FORMULA = '=HYPERLINK("http://malo.example")'


def _csv(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))


def _downloaded(client, cycle, name) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """The rows of both forms of a list, whose columns are the same."""
    address = f"/ciclos/{cycle.slug}/datos/{name}"
    table, document = client.get(f"{address}.csv"), json.loads(client.get(f"{address}.json").data)
    assert "license" in table.headers["Link"]
    assert document["licence"] == "CC-BY-4.0"
    rows, items = _csv(table), document["items"]
    assert [list(row) for row in rows] == [list(item) for item in items]
    return rows, items


@pytest.mark.parametrize("name", ["problematicas", "propuestas", "compromisos", "actividades"])
def test_every_list_downloads_as_csv_and_as_json(client, app, name):
    commitment, _of = commitments.signed()
    discussion.comment(commitment)
    cycle = commitment.cycle
    (row,), (item,) = _downloaded(client, cycle, name)
    assert row["reference"] == item["reference"]


def test_answers_with_each_text_routings_and_amendments_download(client, app):
    cycle, ministry = proposals.working_cycle(), organisation()
    official = grant(person("Servidora 01"), Role.OFFICIAL, ministry)
    open_one = proposals.published(cycle)
    amendment = proposals.amended(open_one, author=person("Nombre Apellido"))
    answered, waiting = proposals.admitted(cycle), proposals.admitted(cycle)
    routing = proposals.routed(answered, ministry)
    proposals.routed(waiting, ministry)
    said = {"actor": official, "now": NOW}
    with transaction():
        (made,) = operations.respond_to_each(
            routings=[routing.id], answer=Answer(ResponseKind.PARTLY, "Antes."), **said
        )
    with transaction():
        better = Answer(ResponseKind.ACCEPTED, "Ahora.", "En marzo.")
        operations.correct(response=made, answer=better, reason="Se revisó.", base=made.fingerprint, **said)
    (row,), (item,) = _downloaded(client, cycle, "enmiendas")
    assert (row["reference"], item["proposal"]) == (amendment.reference, open_one.reference)
    assert "Nombre Apellido" not in str(row)
    rows, _items = _downloaded(client, cycle, "turnos")
    assert [(one["reference"], bool(one["answered_at"])) for one in rows] == [
        (answered.reference, True),
        (waiting.reference, False),
    ]
    (row,), (item,) = _downloaded(client, cycle, "respuestas")
    assert (row["kind"], row["reasons"], item["version"], item["feeds"]) == ("accepted", "Ahora.", 2, [])
    rows, items = _downloaded(client, cycle, "respuestas-versiones")
    assert [(one["kind"], one["reasons"], one["why"]) for one in items] == [
        ("partly", "Antes.", ""),
        ("accepted", "Ahora.", "Se revisó."),
    ]
    assert all("Servidora 01" not in str(one) for one in rows)


def test_what_is_hidden_takes_its_amendments_and_answers_with_it(client, app):
    cycle, ministry = proposals.working_cycle(), organisation()
    official = grant(person(), Role.OFFICIAL, ministry)
    amended, answered = proposals.published(cycle), proposals.admitted(cycle)
    proposals.amended(amended)
    routing = proposals.routed(answered, ministry)
    with transaction():
        said = Answer(ResponseKind.PARTLY, "Antes.")
        operations.respond_to_each(actor=official, routings=[routing.id], answer=said, now=NOW)
    with transaction():
        for one in (amended, answered):
            set_visibility(db.session.merge(one), Visibility.HIDDEN, reason="x", now=NOW)
    for name in ("enmiendas", "turnos", "respuestas", "respuestas-versiones"):
        assert _downloaded(client, cycle, name) == ([], [])


def test_every_column_of_what_was_answered_is_explained(client, app):
    cycle = proposals.working_cycle()
    page = client.get(f"/ciclos/{cycle.slug}/datos").text
    for name in ("enmiendas", "turnos", "respuestas", "respuestas-versiones"):
        dataset = DATASETS[name]
        assert set(dataset.columns) == set(dataset.meanings)
        assert all(str(meaning) in html.unescape(page) for meaning in dataset.meanings.values())


def test_lists_hold_what_is_public_in_this_cycle_and_nobodys_name(client, app):
    cycle = proposals.working_cycle()
    author = person("Nombre Apellido")
    shown, hidden = proposals.published(cycle, author=author), proposals.published(cycle)
    proposals.draft(cycle), proposals.published(proposals.working_cycle())
    hidden.visibility = Visibility.HIDDEN
    db.session.commit()
    answer = client.get(f"/ciclos/{cycle.slug}/datos/propuestas.csv")
    assert [row["reference"] for row in _csv(answer)] == [shown.reference]
    assert author.name not in answer.text


def test_formulas_are_disarmed_in_csv_and_kept_in_json(client, app):
    cycle = proposals.working_cycle()
    proposal = proposals.published(cycle)
    proposal.title = FORMULA
    db.session.commit()
    (row,) = _csv(client.get(f"/ciclos/{cycle.slug}/datos/propuestas.csv"))
    assert row["title"] == f"'{FORMULA}"
    (item,) = json.loads(client.get(f"/ciclos/{cycle.slug}/datos/propuestas.json").data)["items"]
    assert item["title"] == FORMULA


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "＝1"])
def test_whatever_begins_like_a_formula_is_disarmed(text):
    assert exports.cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "expected"), [(-3, -3), (None, ""), ("3 - 2", "3 - 2"), (0, 0)])
def test_the_rest_stays_as_it_is(value, expected):
    assert exports.cell(value) == expected


def test_long_lists_are_read_in_batches_and_lose_nothing(client, app, monkeypatch):
    monkeypatch.setattr(datasets, "BATCH", 2)
    cycle = proposals.working_cycle()
    made = [proposals.published(cycle).reference for _ in range(5)]
    for extension in ("csv", "json"):
        answer = client.get(f"/ciclos/{cycle.slug}/datos/propuestas.{extension}")
        found = _csv(answer) if extension == "csv" else json.loads(answer.data)["items"]
        assert [row["reference"] for row in found] == made


def test_an_empty_list_is_a_list(client, app):
    cycle = proposals.working_cycle()
    assert json.loads(client.get(f"/ciclos/{cycle.slug}/datos/compromisos.json").data)["items"] == []
    assert _csv(client.get(f"/ciclos/{cycle.slug}/datos/compromisos.csv")) == []


@pytest.mark.parametrize("path", ["personas.csv", "propuestas.xml", "propuestas", "../historial.csv"])
def test_other_lists_do_not_exist(client, app, path):
    assert client.get(f"/ciclos/{proposals.working_cycle().slug}/datos/{path}").status_code == 404


def test_the_page_names_the_licence_and_every_list(client, app):
    cycle = proposals.working_cycle()
    page = client.get(f"/ciclos/{cycle.slug}/datos").text
    assert "CC-BY-4.0" in page
    for name in DATASETS:
        assert f"/ciclos/{cycle.slug}/datos/{name}.csv" in page


def test_the_pages_of_the_whole_platform_tell_of_every_list(client, app):
    guide, dictionary = client.get("/datos/api").text, client.get("/datos/diccionario").text
    for dataset in EVERY:
        assert str(dataset.title) in html.unescape(guide)
        assert all(str(meaning) in html.unescape(dictionary) for meaning in dataset.meanings.values())
    assert "/api/v1/openapi.json" in guide
    assert "120 per minute" in guide
    page = client.get("/datos").text
    for name in EVERYWHERE:
        assert f"/datos/{name}.csv" in page


def test_the_guide_is_complete_in_english(client, app):
    client.set_cookie("idioma", "en")
    assert "No account or key is needed" in client.get("/datos/api").text


@pytest.mark.parametrize("name", sorted(EVERYWHERE))
def test_what_belongs_to_no_cycle_downloads_too(client, app, name):
    cycle = proposals.working_cycle()
    organisation()
    rows = _csv(client.get(f"/datos/{name}.csv"))
    assert rows == [
        {key: "" if value is None else str(value) for key, value in item.items()}
        for item in json.loads(client.get(f"/datos/{name}.json").data)["items"]
    ]
    assert (cycle.slug in str(rows)) is (name == "ciclos")


def test_the_dictionary_downloads(client, app):
    rows = _csv(client.get("/datos/diccionario.csv"))
    assert {row["list"] for row in rows} == {dataset.name for dataset in EVERY}
    assert all(row["meaning"] and row["type"] for row in rows)
    assert client.get("/datos/diccionario.xml").status_code == 404


def test_pages_of_other_sites_may_read_a_download(client, app):
    answer = client.get(f"/ciclos/{proposals.working_cycle().slug}/datos/etapas.csv")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
