"""The thread of a commitment and the lists to take along."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from cocrea.core import exports
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.opendata import queries
from tests.factories import commitments, followup, proposals
from tests.factories.accounts import person

FORMULA = '=HYPERLINK("http://malo.example")'


def _csv(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))


def test_the_thread_tells_everything_and_shows_its_gaps(client, app):
    commitment, of = commitments.signed()
    activity = followup.first_activity(commitment)
    page = client.get(f"/compromisos/{commitment.reference}/hilo").text
    for expected in (
        commitment.proposal.problems[0].title,
        commitment.proposal.reference,
        commitment.fingerprint,
        activity.title,
        "Sin votación registrada.",
        "Sin mesa registrada.",
        "Sin respuestas registradas.",
        "Sin evidencia registrada.",
    ):
        assert expected in page, expected
    followup.evidence(activity, of, "https://example.org/acta?a=1&b=2")
    page = client.get(f"/compromisos/{commitment.reference}/hilo").text
    assert 'href="https://example.org/acta?a=1&amp;b=2"' in page


@pytest.mark.parametrize("name", queries.DATASETS)
def test_every_list_downloads_as_csv_and_as_json(client, app, name):
    commitment, _of = commitments.signed()
    cycle = commitment.cycle
    address = f"/ciclos/{cycle.slug}/datos/{name}"
    table = client.get(f"{address}.csv")
    found = client.get(f"{address}.json")
    assert "license" in table.headers["Link"]
    document = json.loads(found.data)
    assert document["licence"] == "CC-BY-4.0"
    (row,) = _csv(table)
    (item,) = document["items"]
    assert list(row) == list(item)
    assert row["reference"] == item["reference"]


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
    monkeypatch.setattr(queries, "BATCH", 2)
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
    for name in queries.DATASETS:
        assert f"/ciclos/{cycle.slug}/datos/{name}.csv" in page
