"""Commitments and roadmaps go out and come in again as they were, in every kind of file."""

from __future__ import annotations

import html
import json
import re
from io import BytesIO

import pytest
import sqlalchemy as sa

from cocrea.commitments.models import Commitment, CommitmentVersion, Party
from cocrea.extensions import db
from cocrea.followup.models import Activity, KeyAction
from tests.factories import commitments, cycles, exchange

KINDS = ("json", "csv", "xlsx")


@pytest.fixture
def cycle(client):
    made = commitments.drafting_cycle()
    client.sign_in(cycles.facilitator(made))
    return made


def url(cycle):
    return f"/ciclos/{cycle.slug}/compromisos/importacion"


def upload(client, cycle, data, name="plan"):
    return client.post(url(cycle), data={"file": (BytesIO(data), name)})


def confirm(client, cycle, page, **more):
    sent = {name: _hidden(page.text, name) for name in ("carried", "base")}
    return client.post(url(cycle), data={**sent, **more})


def _hidden(page, name):
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page).group()
    return html.unescape(re.search(r'value="([^"]*)"', tag).group(1))


def taken(client, cycle, kind="json"):
    return client.get(f"/ciclos/{cycle.slug}/compromisos.{kind}").data


def told(client, cycle):
    """What the JSON of a plan says, but for the references that each plan allots its own."""
    found = json.loads(taken(client, cycle))["commitments"]
    return [{key: value for key, value in one.items() if key != "reference"} for one in found]


def how_many(model=Commitment):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def bring(client, cycle, data, **more):
    page = upload(client, cycle, data)
    assert page.status_code == 200, page.text
    answer = confirm(client, cycle, page, **more)
    assert answer.status_code == 303, answer.text
    return answer


def test_the_thirteen_commitments_of_the_fourth_plan_come_in_show_go_out_and_come_in_without_a_difference(
    client, cycle
):
    plan = exchange.fourth_plan()
    shown = upload(client, cycle, exchange.document(*plan))
    assert shown.status_code == 200 and shown.text.count("Se creará") == 13
    assert "Crear 13 compromisos" in shown.text and how_many() == 0
    assert confirm(client, cycle, shown).status_code == 303

    expected = [{key: value for key, value in one.items() if key != "reference"} for one in plan]
    assert told(client, cycle) == expected
    page = client.get(f"/ciclos/{cycle.slug}/compromisos")
    assert all(
        html.escape(one["title"], quote=False) in html.unescape(page.text) or one["title"] in page.text
        for one in plan
    )
    one = db.session.scalars(sa.select(Commitment).order_by(Commitment.number)).first()
    assert (
        plan[0]["roadmap"][0]["activities"][0]["title"]
        in client.get(f"/compromisos/{one.reference}/hoja-de-ruta").text
    )

    versions = how_many(CommitmentVersion)
    for kind in KINDS:
        again = upload(client, cycle, taken(client, cycle, kind))
        assert again.status_code == 200 and again.text.count("Ya está igual") == 13, kind
        assert "lo que dice el archivo ya está" in again.text
    assert (how_many(), how_many(CommitmentVersion)) == (13, versions)

    for kind in KINDS:
        other = commitments.drafting_cycle()
        client.sign_in(cycles.facilitator(other))
        bring(client, other, taken(client, cycle, kind))
        assert told(client, other) == expected, kind


@pytest.mark.parametrize("kind", KINDS)
def test_what_both_signed_goes_out_and_a_file_that_says_otherwise_does_not_change_it(client, app, kind):
    commitment, _of = commitments.signed()
    client.sign_in(cycles.facilitator(commitment.cycle))
    data = taken(client, commitment.cycle, kind)
    assert "Ya está igual" in upload(client, commitment.cycle, data).text
    if kind == "json":
        said = json.loads(data)
        said["commitments"][0]["goal"] = "todas"
        page = upload(client, commitment.cycle, json.dumps(said).encode())
        assert "ya no es borrador" in page.text and "todas" in page.text
        assert 'name="carried"' not in page.text


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_comes_in_as_it_is(client, cycle, kind):
    commitments.parties(cycle)
    example = client.get(f"{url(cycle)}/ejemplo.{kind}")
    assert example.status_code == 200
    bring(client, cycle, example.data)
    (one,) = told(client, cycle)
    assert one["number"] == 1 and [action["weight"] for action in one["roadmap"]] == [60, 40]


def test_one_commitment_goes_out_by_the_fields_of_the_template(client, app):
    commitment, _of = commitments.complete()
    answer = client.get(f"/compromisos/{commitment.reference}/plantilla.xlsx")
    assert answer.data.startswith(b"PK") and commitment.reference in answer.headers["Content-Disposition"]
    said = json.loads(client.get(f"/compromisos/{commitment.reference}/plantilla.json").data)
    assert [one["title"] for one in said["commitments"]] == [commitment.title]
    assert client.get(f"/compromisos/{commitment.reference}/plantilla.pdf").status_code == 404


def test_the_exact_text_of_a_commitment_comes_in_as_well(client, cycle):
    source, of = commitments.complete()
    text = client.get(f"/compromisos/{source.reference}/texto.json").data
    bring(client, cycle, text)
    assert told(client, cycle)[0]["roadmap"] == json.loads(text)["roadmap"]
    assert of.lead.name in json.dumps(told(client, cycle), ensure_ascii=False)


def test_formulas_are_disarmed_in_csv_and_come_in_as_they_were(client, cycle):
    wild = {
        **exchange.fourth_plan()[0],
        "title": '=HYPERLINK("http://malo.example")',
        "problem": "'=1+1",
        "body": "-uno\n-dos",
        "goal": "+5",
        "baseline": "''@x",
        "unit": "' =x",
    }
    bring(client, cycle, exchange.document(wild))
    data = taken(client, cycle, "csv")
    assert b"'=HYPERLINK" in data and b",=HYPERLINK" not in data
    assert "Ya está igual" in upload(client, cycle, data).text
    assert "Ya está igual" in upload(client, cycle, taken(client, cycle, "xlsx")).text


def test_the_same_file_confirmed_twice_creates_nothing_twice(client, cycle):
    page = upload(client, cycle, exchange.document(*exchange.fourth_plan()[:2]))
    confirm(client, cycle, page)
    again = confirm(client, cycle, page)
    assert again.status_code == 303 and how_many() == 2
    assert "nada se creó dos veces" in client.get(again.location).text


def test_a_draft_that_differs_changes_only_when_asked_and_keeps_what_it_said(client, cycle):
    plan = exchange.fourth_plan()[:2]
    bring(client, cycle, exchange.document(*plan))
    references = [one["reference"] for one in json.loads(taken(client, cycle))["commitments"]]
    first = db.session.scalars(sa.select(Activity.reference).order_by(Activity.id)).first()
    changed = {**plan[0], "goal": "8", "roadmap": plan[0]["roadmap"][:1]}
    changed["roadmap"] = [{**changed["roadmap"][0], "weight": 100}]
    page = upload(client, cycle, exchange.document(changed, plan[1], {**plan[0], "number": 3, "title": "Otro"}))
    assert "Ya está y difiere" in page.text and "Ya está igual" in page.text and "Se creará" in page.text
    assert "Ver en qué difiere (2 datos)" in page.text

    confirm(client, cycle, page)
    assert [one["goal"] for one in told(client, cycle)] == [plan[0]["goal"], plan[1]["goal"], plan[0]["goal"]]
    page = upload(client, cycle, exchange.document(changed))
    versions = how_many(CommitmentVersion)
    confirm(client, cycle, page, is_changing="y")
    said = told(client, cycle)[0]
    assert said["goal"] == "8" and said["roadmap"] == changed["roadmap"]
    assert how_many(CommitmentVersion) == versions + 2
    assert [one["reference"] for one in json.loads(taken(client, cycle))["commitments"]][:2] == references
    assert db.session.scalars(sa.select(Activity.reference).order_by(Activity.id)).first() == first
    orphans = sa.select(Activity.id).where(Activity.key_action_id.not_in(sa.select(KeyAction.id)))
    assert db.session.scalars(orphans).all() == []


def test_what_changed_after_it_was_shown_is_shown_again(client, cycle):
    plan = exchange.fourth_plan()[:1]
    bring(client, cycle, exchange.document(*plan))
    page = upload(client, cycle, exchange.document({**plan[0], "goal": "8"}))
    commitment = db.session.scalars(sa.select(Commitment)).one()
    commitments.write(commitment, "problema", cycles.facilitator(cycle), causes="Otra cosa.")
    answer = confirm(client, cycle, page, is_changing="y")
    assert answer.status_code == 422 and "Algo cambió en el plan" in answer.text and "Otra cosa." in answer.text
    assert told(client, cycle)[0]["goal"] == plan[0]["goal"]
    assert confirm(client, cycle, answer, is_changing="y").status_code == 303
    assert (told(client, cycle)[0]["goal"], told(client, cycle)[0]["causes"]) == ("8", "")


def test_a_file_with_few_columns_changes_nothing_else(client, cycle):
    plan = exchange.fourth_plan()[:1]
    bring(client, cycle, exchange.document(*plan))
    line = {"Número": "1", "Nombre del compromiso": plan[0]["title"], "Meta": "9"}
    bring(client, cycle, exchange.table(line), is_changing="y")
    said = told(client, cycle)[0]
    assert {**plan[0], "goal": "9"} == {**said, "reference": plan[0]["reference"]}


def test_changing_a_signed_half_voids_the_signature_as_any_change_does(client, app):
    commitment, of = commitments.complete()
    commitments.sign(commitment, of, Party.LEAD)
    client.sign_in(of.facilitator)
    said = json.loads(taken(client, commitment.cycle))
    said["commitments"][0]["goal"] = "todas"
    bring(client, commitment.cycle, json.dumps(said).encode(), is_changing="y")
    db.session.refresh(commitment)
    assert commitment.signatures == [] and commitment.goal == "todas"
