"""The board, the roadmap and the page of an activity, as people use them."""

from __future__ import annotations

from io import BytesIO

import pytest

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup import queries
from cocrea.followup.models import Activity, ActivityStatus, KeyAction
from cocrea.followup.operations import activity_text, dispute
from tests.conftest import NOW
from tests.factories import commitments, cycles, followup
from tests.factories.accounts import grant, organisation, person

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


@pytest.fixture
def signed(cycle):
    return commitments.signed(cycle, 60, 40, activities=2)


@pytest.fixture
def activity(signed):
    return followup.first_activity(signed[0])


def test_evidence_and_verification_change_the_board(client, cycle, signed, activity):
    """The whole way 6, through its pages."""
    _commitment, of = signed
    page = f"/actividades/{activity.reference}"
    client.sign_in(of.official)
    assert client.post(f"{page}/avance", data={"status": "started"}).status_code == 303
    assert client.post(f"{page}/avance", data={"status": "complete"}).status_code == 303
    fields = {"title": "Acta", "url": "https://example.org/acta"}
    assert client.post(f"{page}/avance", data=fields).status_code == 303
    fields = {"title": "Acta firmada", "upload": (BytesIO(b"%PDF-1.4 acta"), "acta.pdf")}
    assert client.post(f"{page}/avance", data=fields).status_code == 303
    assert client.post(f"{page}/veredicto", data={"verdict": "verify"}).status_code == 403
    client.sign_in(of.watcher)
    assert client.post(f"{page}/veredicto", data={"verdict": "dispute", "reason": ""}).status_code == 422
    assert client.post(f"{page}/veredicto", data={"verdict": "verify"}).status_code == 303
    board = client.get(f"/ciclos/{cycle.slug}/tablero").text
    assert "30 % verificada" in board
    assert "70 % por iniciar" in board
    (_link, item) = activity.evidence
    answer = client.get(f"{page}/evidencia/{item.id}")
    assert answer.data == b"%PDF-1.4 acta"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_is_served_only_under_its_own_activity(client, signed, activity):
    of = signed[1]
    client.sign_in(of.official)
    fields = {"title": "Acta", "upload": (BytesIO(b"%PDF-1.4 acta"), "acta.pdf")}
    client.post(f"/actividades/{activity.reference}/avance", data=fields)
    followup.evidence(activity, of)
    file, link = activity.evidence
    other = activity.key_action.activities[1]
    assert client.get(f"/actividades/{other.reference}/evidencia/{file.id}").status_code == 404
    assert client.get(f"/actividades/{activity.reference}/evidencia/{link.id}").status_code == 404
    signed[0].visibility = Visibility.HIDDEN
    db.session.commit()
    assert client.get(f"/actividades/{activity.reference}/evidencia/{file.id}").status_code == 404
    assert client.get(f"/actividades/{activity.reference}").status_code == 404


def test_whoever_may_not_act_reads_why(client, activity):
    page = client.get(f"/actividades/{activity.reference}")
    assert "Reporta avances la institución responsable" in page.text
    assert "Solo la contraparte" in page.text
    client.sign_in(grant(person(), Role.OFFICIAL, organisation()))
    for path in ("avance", "veredicto"):
        assert client.post(f"/actividades/{activity.reference}/{path}").status_code == 403
    assert client.get("/actividades/NO-ACT-0001").status_code == 404


def test_errors_keep_what_was_typed(client, signed, activity):
    client.sign_in(signed[1].official)
    fields = {"title": "Mi evidencia larga", "url": "javascript:alert(1)"}
    page = client.post(f"/actividades/{activity.reference}/avance", data=fields)
    assert page.status_code == 422
    assert "Mi evidencia larga" in page.text
    page = client.post(f"/actividades/{activity.reference}/avance", data={"status": "verified"})
    assert page.status_code == 422


def test_the_roadmap_is_written_through_its_pages(client, cycle):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.watcher)
    page = f"/compromisos/{commitment.reference}/hoja-de-ruta"
    assert "Agregar acción clave" in client.get(page).text
    action = queries.key_actions(commitment)[0]
    activity = action.activities[0]
    form = client.get(f"/actividades/{activity.reference}/edicion")
    assert activity_text(activity).fingerprint in form.text
    fields = {
        "title": "Otra",
        "responsible_id": of.lead.id,
        "starts_on": "2026-06-10",
        "ends_on": "2026-07-01",
        "means_of_verification": "Acta",
    }
    page_of_it = f"/actividades/{activity.reference}/edicion"
    answer = client.post(page_of_it, data={**fields, "base": "viejo"})
    assert answer.status_code == 422
    assert "Lo que está guardado ahora" in answer.text
    base = activity_text(activity).fingerprint
    assert client.post(page_of_it, data={**fields, "base": base}).status_code == 303
    assert activity.title == "Otra"
    assert client.post(f"{page}/acciones/1", data={"title": "Nueva", "weight": 500}).status_code == 422
    assert client.post(f"/actividades/{activity.reference}/retiro").status_code == 303
    assert client.post(f"{page}/acciones/1/retiro").status_code == 303
    assert client.get(f"{page}/acciones/1").status_code == 404
    assert "La hoja de ruta está vacía" in client.get(page).text


def test_a_signed_roadmap_offers_no_form(client, signed, activity):
    commitment, of = signed
    client.sign_in(of.official)
    page = f"/compromisos/{commitment.reference}/hoja-de-ruta"
    assert "Agregar" not in client.get(page).text
    for path in ("acciones/nueva", "acciones/1", "acciones/1/actividades/nueva"):
        assert client.get(f"{page}/{path}").status_code == 403
    assert client.post(f"{page}/acciones/1/retiro").status_code == 403
    assert client.post(f"/actividades/{activity.reference}/retiro").status_code == 403


def test_the_board_filters_by_institution_and_state(client, cycle, signed, activity):
    commitment, of = signed
    other, _of = commitments.signed(cycle)
    followup.completed(activity, of)
    board = f"/ciclos/{cycle.slug}/tablero"
    links = {row.reference: f"/compromisos/{row.reference}" for row in (commitment, other)}
    page = client.get(f"{board}?institucion={of.lead.slug}").text
    assert links[commitment.reference] in page
    assert links[other.reference] not in page
    page = client.get(f"{board}?estado=por-verificar").text
    assert links[commitment.reference] in page
    assert links[other.reference] not in page
    assert "Ningún compromiso cumple ese filtro" in client.get(f"{board}?estado=cumplidos").text
    for strange in ("institucion=abc", "estado=%3Cscript%3E", "ods=99", "origen=x", "tema=x"):
        assert client.get(f"{board}?{strange}").status_code == 404


def test_the_board_goes_along_as_it_is_narrowed(client, cycle, signed, activity):
    commitment, of = signed
    commitments.signed(cycle)
    followup.completed(activity, of)
    board = f"/ciclos/{cycle.slug}/tablero"
    (item,) = client.get(f"{board}.json?institucion={of.lead.slug}").get_json()["items"]
    assert (item["reference"], item["complete"], item["not_started"]) == (commitment.reference, 30.0, 70.0)
    assert (item["goals"], item["activities"], item["origin"]) == ("16, 16.6", 4, "cocreated")
    assert len(client.get(f"{board}.csv").text.splitlines()) == 3
    assert client.get(f"{board}.xml").status_code == 404


@pytest.mark.parametrize("by", ["instituciones", "temas", "ods"])
def test_the_same_figures_by_group(client, signed, cycle, by):
    page = client.get(f"/ciclos/{cycle.slug}/tablero/{by}")
    assert page.status_code == 200
    assert "100 % por iniciar" in page.text
    assert client.get(f"/ciclos/{cycle.slug}/tablero/otras").status_code == 404


def test_a_dispute_is_public_with_its_answer(client, cycle, signed, activity, now):
    of = signed[1]
    followup.completed(activity, of)
    with transaction():
        dispute(actor=of.watcher, activity=activity, reason="El enlace no abre.", now=now)
    followup.move(activity, of, ActivityStatus.COMPLETE)
    for path in (f"/ciclos/{cycle.slug}/tablero", f"/actividades/{activity.reference}"):
        page = client.get(path).text
        assert "El enlace no abre." in page
        assert "Se acordó." in page


def test_what_is_late_is_said(client, cycle, signed, clock):
    clock.advance(days=45)
    page = client.get(f"/ciclos/{cycle.slug}/tablero").text
    assert "2 con retraso" in page
    assert "con retraso" in client.get(f"/compromisos/{signed[0].reference}/hoja-de-ruta").text


def test_the_board_never_says_all_before_all(client, app):
    cycle = cycles.cycle(StageKind.FOLLOW_UP)
    followup.many(cycle, 1, 600)
    db.session.execute(db.text("UPDATE activities SET status = 'verified'"))
    db.session.execute(db.text("UPDATE activities SET status = 'complete' WHERE position = 0"))
    db.session.commit()
    page = client.get(f"/ciclos/{cycle.slug}/tablero").text
    assert "99 % verificada" in page
    assert "&lt;1 % completa" in page
    assert "100 % verificada" not in page


def test_no_script_of_anyone_runs(client, cycle):
    commitment, of = commitments.complete(cycle)
    commitments.add_roadmap(commitment, of, 1)
    activity = followup.first_activity(commitment)
    activity.title, activity.key_action.title, activity.means_of_verification = SCRIPT, SCRIPT, SCRIPT
    activity.dispute_reason, activity.status_note = SCRIPT, SCRIPT
    db.session.commit()
    client.sign_in(of.official)
    for path in (
        f"/actividades/{activity.reference}",
        f"/actividades/{activity.reference}/edicion",
        f"/compromisos/{commitment.reference}/hoja-de-ruta",
        f"/compromisos/{commitment.reference}",
    ):
        assert SCRIPT not in client.get(path).text


@pytest.mark.parametrize("page", ["tablero", "datos"])
def test_an_empty_cycle_has_its_pages(client, page):
    assert client.get(f"/ciclos/{cycles.cycle().slug}/{page}").status_code == 200


@pytest.mark.parametrize("name", ["board", "roadmap", "activity"])
def test_pages_cost_the_same_however_much_there_is(client, app, count_queries, name):
    costs = []
    for commitments_, activities in ((13, 9), (27, 36)):
        cycle = cycles.cycle(StageKind.FOLLOW_UP)
        followup.many(cycle, commitments_, activities)
        with app.test_request_context():
            (row, *_rest) = queries.listing(cycle, queries.Filter(), NOW.date())
        reference = db.session.query(Activity.reference).join(KeyAction)
        one = reference.filter(KeyAction.commitment_id == row.id).first()[0]
        address = {
            "board": f"/ciclos/{cycle.slug}/tablero",
            "roadmap": f"/compromisos/{row.reference}/hoja-de-ruta",
            "activity": f"/actividades/{one}",
        }[name]
        client.sign_in(person())
        with count_queries() as log:
            assert client.get(address).status_code == 200
        costs.append(len(log))
    assert costs[0] == costs[1] <= 11, log


def test_statuses_go_back_only_with_a_reason(client, signed, activity):
    of = signed[1]
    followup.move(activity, of, ActivityStatus.STARTED)
    client.sign_in(of.official)
    page = client.post(f"/actividades/{activity.reference}/avance", data={"status": "not_started"})
    assert page.status_code == 422
    assert "Di por qué retrocede" in page.text
