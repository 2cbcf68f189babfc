"""The thread of a commitment and the lists to take along."""

from __future__ import annotations

import csv
import html
import json
from io import StringIO
from typing import Any

import pytest

from cocrea.accounts.models import Role
from cocrea.commitments.operations import draft_from_proposal
from cocrea.core import exports
from cocrea.core.db import transaction
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.opendata import datasets, queries
from cocrea.proposals import operations
from cocrea.proposals.models import ResponseKind
from cocrea.proposals.operations import Answer
from cocrea.voting.rules import RuleName
from tests.conftest import NOW
from tests.factories import commitments, cycles, discussion, followup, proposals, voting
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


def test_the_thread_tells_how_a_proposal_was_voted_under_any_rule(client, app):
    cycle = commitments.drafting_cycle()
    facilitator = cycles.facilitator(cycle)
    contest = voting.contest(cycle, options=2, rule=RuleName.MAJORITY)
    voting.choose(contest, voting.electorate(1)[0], ["1"])
    voting.sealed(contest)
    with transaction():
        commitment = draft_from_proposal(actor=facilitator, proposal=contest.options[0].proposal, now=NOW)
    client.sign_in(facilitator)
    page = client.get(f"/compromisos/{commitment.reference}/hilo").text
    assert "Ganó" in page
    assert "1 voto<" in page
    assert "No aprobada" not in page


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
        dataset = queries.DATASETS[name]
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
    for name in queries.DATASETS:
        assert f"/ciclos/{cycle.slug}/datos/{name}.csv" in page
