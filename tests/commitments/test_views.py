"""The pages of commitments, as people use them."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from cocrea.accounts.models import Role
from cocrea.audit.canonical import canonical_json
from cocrea.commitments import sections
from cocrea.commitments.models import Commitment, Party
from cocrea.core.db import transaction
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals.models import ProposalStatus
from tests.factories import commitments, cycles
from tests.factories.accounts import fresh_code, grant, organisation, person

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


def _form(client, url, **fields):
    return client.post(url, data=fields)


def _base(commitment: Commitment, slug: str) -> str:
    return sections.fingerprint(commitment, sections.BY_SLUG[slug])


def test_from_the_selected_proposal_to_the_published_plan(client, cycle):
    """The whole way 5, through its pages."""
    of, proposal = commitments.parties(cycle), commitments.selected(cycle)
    client.sign_in(of.facilitator)
    listing = client.get(f"/ciclos/{cycle.slug}/compromisos")
    assert f"/propuestas/{proposal.reference}/compromiso" in listing.text
    answer = _form(client, f"/propuestas/{proposal.reference}/compromiso", lead=of.lead.id)
    assert answer.status_code == 303
    commitment = db.session.query(Commitment).one()
    assert proposal.status is ProposalStatus.COMMITTED
    for slug, content in commitments.TEXTS.items():
        answer = _form(
            client, f"/compromisos/{commitment.reference}/secciones/{slug}", base=_base(commitment, slug), **content
        )
        assert answer.status_code == 303, answer.text
    url = f"/compromisos/{commitment.reference}/secciones/partes"
    lead = {"lead": of.lead.id, "counterpart": of.counterpart.id}
    assert _form(client, url, base=_base(commitment, "partes"), **lead).status_code == 303
    roadmap = f"/compromisos/{commitment.reference}/hoja-de-ruta/acciones"
    assert _form(client, f"{roadmap}/nueva", title="Padrón publicado", weight=100).status_code == 303
    step = {"title": "Publicar", "responsible_id": of.lead.id, "starts_on": "2026-06-10", "ends_on": "2026-07-01"}
    answer = _form(client, f"{roadmap}/1/actividades/nueva", **step, means_of_verification="El padrón")
    assert answer.status_code == 303, answer.text
    for person_, slug in ((of.official, "responsable"), (of.watcher, "contraparte")):
        client.sign_in(person_)
        url = f"/compromisos/{commitment.reference}/firmas/{slug}"
        assert commitments.TEXTS["solucion"]["solution"] in client.get(url).text
        read = commitments.present_fingerprint(commitment)
        answer = _form(client, url, base=read, confirm="y", code=fresh_code(person_))
        assert answer.status_code == 303, answer.text
    client.sign_in(cycles.steward(cycle))
    answer = _form(client, f"/ciclos/{cycle.slug}/plan/publicacion", title="Plan 2026", introduction="Así se hizo.")
    assert answer.status_code == 303, answer.text
    plan = client.get(f"/ciclos/{cycle.slug}/plan")
    assert "Plan 2026" in plan.text
    assert commitments.TEXTS["problema"]["title"] in plan.text


def test_everyone_reads_drafts_and_only_the_parties_get_the_forms(client, cycle):
    commitment, of = commitments.complete(cycle)
    page = client.get(f"/compromisos/{commitment.reference}")
    assert commitment.title in page.text
    assert commitment.proposal.problems[0].title in page.text
    assert "/secciones/" not in page.text
    client.sign_in(of.watcher)
    assert "/secciones/" in client.get(f"/compromisos/{commitment.reference}").text


def test_the_second_editor_sees_both_texts_and_keeps_their_own(client, cycle):
    commitment, of = commitments.complete(cycle)
    base = _base(commitment, "solucion")
    commitments.write(commitment, "solucion", of.official, body="Lo de la institución", solution="Así")
    client.sign_in(of.watcher)
    url = f"/compromisos/{commitment.reference}/secciones/solucion"
    page = _form(client, url, base=base, body="Lo de la contraparte", solution="Así")
    assert page.status_code == 422
    assert "Lo de la institución" in page.text
    assert page.text.count("Lo de la contraparte") == 2
    assert _base(commitment, "solucion") in page.text
    page = _form(client, url, base=_base(commitment, "solucion"), body="De las dos", solution="Así")
    assert page.status_code == 303
    kept = commitment.version - 1
    assert "Lo de la institución" in client.get(f"/compromisos/{commitment.reference}/versiones/{kept}").text


def test_a_conflict_over_the_parties_names_both(client, cycle):
    commitment, of = commitments.complete(cycle)
    base, other = _base(commitment, "partes"), organisation()
    commitments.write(
        commitment, "partes", of.facilitator, lead=0, counterpart=of.counterpart.id, partners=[], other_actors=""
    )
    client.sign_in(of.facilitator)
    url = f"/compromisos/{commitment.reference}/secciones/partes"
    page = _form(client, url, base=base, lead=other.id, counterpart=of.counterpart.id)
    assert page.status_code == 422
    assert f'<p class="preserve" dir="auto">{other.name}</p>' in page.text


def test_a_wrong_date_keeps_the_text(client, cycle):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official)
    url = f"/compromisos/{commitment.reference}/secciones/recursos"
    fields = {"starts_on": "2027-01-01", "ends_on": "2026-01-01", "budget": "Dos millones"}
    page = _form(client, url, base=_base(commitment, "recursos"), **fields)
    assert page.status_code == 422
    assert "Dos millones" in page.text
    assert "posterior al inicio" in page.text


@pytest.mark.parametrize("slug", sections.BY_SLUG)
def test_every_section_opens_with_what_was_written(client, cycle, slug):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.facilitator)
    page = client.get(f"/compromisos/{commitment.reference}/secciones/{slug}")
    assert page.status_code == 200
    for value in commitments.TEXTS.get(slug, {}).values():
        assert str(value if not isinstance(value, list) else value[0]) in page.text


def test_the_fingerprint_of_the_download_is_the_one_that_was_signed(client, cycle):
    commitment, _of = commitments.signed(cycle)
    answer = client.get(f"/compromisos/{commitment.reference}/texto.json")
    assert sha256(answer.data).hexdigest() == commitment.fingerprint
    assert canonical_json(json.loads(answer.data)).encode() == answer.data


def test_signing_asks_to_confirm_and_says_what_changed(client, cycle):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official)
    url = f"/compromisos/{commitment.reference}/firmas/responsable"
    read = commitments.present_fingerprint(commitment)
    assert _form(client, url, base=read).status_code == 422
    commitments.write(commitment, "solucion", of.watcher, body="Otra", solution="Así")
    page = _form(client, url, base=read, confirm="y")
    assert page.status_code == 422
    assert "El texto cambió" in page.text
    assert commitments.present_fingerprint(commitment) in page.text


def test_strangers_neither_write_nor_sign(client, cycle):
    commitment, _of = commitments.complete(cycle)
    client.sign_in(grant(person(), Role.OFFICIAL, organisation()))
    for path in ("secciones/solucion", "firmas/responsable", "firmas/contraparte"):
        assert client.get(f"/compromisos/{commitment.reference}/{path}").status_code == 403
        assert _form(client, f"/compromisos/{commitment.reference}/{path}").status_code == 403


@pytest.mark.parametrize(
    "path", ["", "/secciones/nada", "/firmas/nadie", "/texto.json", "/versiones", "/hoja-de-ruta", "/hilo"]
)
def test_what_does_not_exist_is_not_found(client, cycle, path):
    client.sign_in(cycles.facilitator(cycle))
    assert client.get(f"/compromisos/NO-CMP-0001{path}").status_code == 404


def test_a_draft_cycle_hides_its_commitments(client, cycle):
    commitment, _of = commitments.signed(cycle)
    cycle.published_at = None
    db.session.commit()
    for path in ("", "/texto.json", "/versiones", "/hoja-de-ruta", "/hilo"):
        assert client.get(f"/compromisos/{commitment.reference}{path}").status_code == 404
    for path in ("compromisos", "plan", "tablero", "datos", "datos/compromisos.csv"):
        assert client.get(f"/ciclos/{cycle.slug}/{path}").status_code == 404


def test_a_hidden_commitment_keeps_a_tombstone_without_its_text(client, cycle):
    commitment, _of = commitments.signed(cycle)
    commitment.visibility, commitment.visibility_reason = Visibility.HIDDEN, "Contiene datos personales."
    db.session.commit()
    page = client.get(f"/compromisos/{commitment.reference}")
    assert "Contiene datos personales." in page.text
    assert commitments.TEXTS["solucion"]["solution"] not in page.text
    for path in ("/texto.json", "/versiones", "/hoja-de-ruta"):
        assert client.get(f"/compromisos/{commitment.reference}{path}").status_code == 404
    assert commitments.TEXTS["problema"]["title"] not in client.get(f"/hilo/{commitment.reference}").text
    assert commitments.TEXTS["problema"]["title"] not in client.get(f"/ciclos/{cycle.slug}/compromisos").text


def test_no_script_of_anyone_runs(client, cycle):
    commitment, of = commitments.complete(cycle)
    commitments.write(commitment, "problema", of.official, title=SCRIPT, problem=SCRIPT)
    commitments.write(commitment, "solucion", of.official, body=f"{SCRIPT} [x](javascript:alert(1))", solution=SCRIPT)
    commitments.sign(commitment, of)
    own = f"/compromisos/{commitment.reference}"
    for path in (own, f"{own}/versiones", f"{own}/hoja-de-ruta", f"/hilo/{commitment.reference}"):
        page = client.get(path)
        assert SCRIPT not in page.text
        assert 'href="javascript:' not in page.text
    assert SCRIPT not in client.get(f"/ciclos/{cycle.slug}/plan").text
    assert SCRIPT not in client.get(f"/ciclos/{cycle.slug}/compromisos").text


def test_outside_the_stage_the_forms_say_when(client, cycle, clock):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official)
    clock.advance(days=8)
    page = client.get(f"/compromisos/{commitment.reference}/secciones/solucion")
    assert page.status_code == 403
    assert "cerró el" in page.text
    assert "/secciones/" not in client.get(f"/compromisos/{commitment.reference}").text


def test_an_institution_offers_a_commitment_once(client, cycle):
    ministry = organisation()
    client.sign_in(grant(person(), Role.OFFICIAL, ministry))
    url = f"/ciclos/{cycle.slug}/compromisos/nuevo"
    offer = {"lead": ministry.id, "title": "Abrir el archivo", "problem": "", "key": "k"}
    addresses = {_form(client, url, **offer).location for _ in range(2)}
    assert len(addresses) == 1
    assert _form(client, url, **{**offer, "title": " "}).status_code == 422
    client.sign_in(person())
    assert client.get(url).status_code == 403


def test_a_plan_asks_why_for_what_is_left_out(client, cycle):
    commitments.signed(cycle)
    left = commitments.draft(cycle)
    client.sign_in(cycles.steward(cycle))
    url = f"/ciclos/{cycle.slug}/plan/publicacion"
    page = _form(client, url, title="Plan", introduction="Un texto largo")
    assert page.status_code == 422
    assert "Un texto largo" in page.text
    assert _form(client, url, title="Plan", **{left.reference: "Sin acuerdo."}).status_code == 303
    assert "Sin acuerdo." in client.get(f"/ciclos/{cycle.slug}/plan").text


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_of_a_commitment_costs_the_same_whatever_its_size(client, app, count_queries, signed_in):
    costs = []
    for actions, activities in (((100,), 1), ((50, 30, 20), 5)):
        commitment, of = commitments.signed(None, *actions, activities=activities)
        if signed_in:
            client.sign_in(of.official)
        address = f"/compromisos/{commitment.reference}"
        db.session.remove()
        with count_queries() as log:
            assert client.get(address).status_code == 200
        costs.append(len(log))
    assert costs[0] == costs[1]
    assert costs[0] <= 14, log


def test_lists_cost_the_same_however_long(client, cycle, count_queries):
    costs = {f"/ciclos/{cycle.slug}/{name}": [] for name in ("compromisos", "plan")}
    for number in (2, 4):
        for _ in range(number):
            commitments.signed(cycle)
        for address, found in costs.items():
            db.session.expire_all()
            with count_queries() as log:
                client.get(address)
            found.append(len(log))
    for few, many in costs.values():
        assert few == many <= 10, log


def test_what_waits_for_a_signature_is_on_the_list_of_each_party(client, app, cycle, clock):
    commitment, of = commitments.complete(cycle)
    for party in Party:
        page = client.sign_in(of.signer(party)).get("/").text
        assert "Completa, revisa y firma" in page and commitment.title in page
    commitments.sign(commitment, of, Party.LEAD)
    assert "firma el compromiso" not in client.sign_in(of.official).get("/").text
    assert "la otra parte ya firmó" in client.sign_in(of.watcher).get("/").text
    clock.moment += timedelta(days=8)
    assert "firma el compromiso" not in client.sign_in(of.watcher).get("/").text


def test_a_pending_second_factor_signs_nothing(client, cycle):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official, second_factor=False)
    base = commitments.present_fingerprint(commitment)
    _form(client, f"/compromisos/{commitment.reference}/firmas/responsable", base=base, confirm="y")
    with transaction():
        assert commitment.signatures == []


def test_a_draft_says_what_it_lacks_and_leads_its_writers_to_the_field(client, cycle):
    of = commitments.parties(cycle)
    commitment = commitments.draft(cycle, of.facilitator)
    field = f"/compromisos/{commitment.reference}/secciones/objetivo#indicator"
    page = client.get(f"/compromisos/{commitment.reference}").text
    assert "Falta: Indicador." in page and field not in page
    assert field in client.sign_in(of.facilitator).get(f"/compromisos/{commitment.reference}").text


def test_whoever_signs_reads_first_what_weakens_the_text(client, cycle):
    commitment, of = commitments.complete(cycle)
    commitments.write(commitment, "objetivo", of.official, **{**commitments.TEXTS["objetivo"], "goal": "más"})
    fresh_code(of.watcher)
    page = client.sign_in(of.watcher).get(f"/compromisos/{commitment.reference}/firmas/contraparte").text
    assert "«Meta» no tiene un número." in page
    assert "Firmar este texto" in page
