"""Who answers for the platform, its spaces and its organisations: invited by an administrator, accepted, taken back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import PLATFORM, Grant, Organisation, Role, Sector
from cocrea.extensions import db
from tests.factories import accounts as make
from tests.factories import cycles
from tests.factories.history import records

OFFICES, ORGANISATIONS = "/administracion/funciones", "/administracion/organizaciones"


@pytest.fixture
def admin(app):
    someone = make.person("Administración 01")
    make.credential(someone, "admin@example.org")
    return make.grant(someone, Role.ADMINISTRATOR, PLATFORM)


@pytest.fixture
def client(client, admin):
    client.sign_in(admin)
    return client


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def held(someone):
    rows = db.session.execute(sa.select(Grant.role, Grant.scope).where(Grant.person_id == someone.id))
    return {tuple(row) for row in rows}


def test_a_space_gets_someone_who_answers_for_it(app, client, outbox):
    space = cycles.cycle().space
    ana = make.person("Ana Inés Robles")
    make.credential(ana, "ana@example.org")
    office = f"steward@{space.scope}"
    assert office in client.get(OFFICES).text
    sent = client.post(OFFICES, data={"office": office, "email": "ana@example.org"})
    assert sent.status_code == 303
    assert "ana@example.org" in client.get(OFFICES).text
    assert space.name in outbox[0].body
    hers = app.test_client()
    hers.sign_in(ana)
    (offered,) = {found for found in range(1, 9) if hers.get(f"/invitaciones/{found}").status_code == 200}
    hers.post(f"/invitaciones/{offered}/aceptacion")
    assert held(ana) == {(Role.STEWARD, space.scope)}
    page = client.get(OFFICES).text
    assert ana.name in page
    assert "ana@example.org" not in page


def test_an_institution_has_officials_and_an_organisation_counterparts(client):
    public, civil = make.organisation(Sector.OVERSIGHT_BODY), make.organisation(Sector.ACADEMIA)
    page = client.get(OFFICES).text
    assert f"official@{public.scope}" in page
    assert f"counterpart@{civil.scope}" in page
    assert f"counterpart@{public.scope}" not in page
    wrong = client.post(OFFICES, data={"office": f"official@{civil.scope}", "email": "ana@example.org"})
    assert wrong.status_code == 422
    assert "ana@example.org" in wrong.text


def test_a_function_is_taken_back_with_its_reason(client):
    organisation = make.organisation()
    ana = make.grant(make.person("Ana Inés Robles"), Role.OFFICIAL, organisation)
    grant_id = db.session.scalar(sa.select(Grant.id).where(Grant.person_id == ana.id))
    page = f"{OFFICES}/{grant_id}/retiro"
    assert page in client.get(OFFICES).text
    assert organisation.name in client.get(page).text
    assert client.post(page, data={"reason": " "}).status_code == 422
    assert client.post(page, data={"reason": "Cambió de institución."}).status_code == 303
    assert held(ana) == set()
    (record,) = records("role.revoked")
    assert (record["subject"], record["reason"]) == (ana.public_id, "Cambió de institución.")
    told = client.get(f"/historial?folio={ana.public_id}").text
    assert organisation.name in told
    assert f"Dónde: {organisation.scope}" not in told
    assert client.post(page, data={"reason": "Otra vez."}).status_code == 404


def test_the_last_administrator_stays(client, admin):
    grant_id = db.session.scalar(sa.select(Grant.id).where(Grant.person_id == admin.id))
    refused = client.post(f"{OFFICES}/{grant_id}/retiro", data={"reason": "Me voy."})
    assert refused.status_code == 422
    assert "nombra antes a otra" in refused.text
    assert held(admin) == {(Role.ADMINISTRATOR, PLATFORM)}


def test_an_offer_is_withdrawn(client, outbox):
    space = cycles.cycle().space
    client.post(OFFICES, data={"office": f"steward@{space.scope}", "email": "ana@example.org"})
    offered = client.get(OFFICES).text.partition("/administracion/invitaciones/")[2].partition("/")[0]
    assert client.post(f"/administracion/invitaciones/{offered}/retiro").status_code == 303
    assert "ana@example.org" not in client.get(OFFICES).text


def test_functions_inside_a_cycle_are_not_given_here(client):
    cycle = cycles.cycle()
    inside = make.grant(make.person("Facilitación 09"), Role.FACILITATOR, cycle)
    grant_id = db.session.scalar(sa.select(Grant.id).where(Grant.person_id == inside.id))
    assert inside.name not in client.get(OFFICES).text
    assert client.get(f"{OFFICES}/{grant_id}/retiro").status_code == 404


def test_organisations_are_listed_added_and_renamed(client):
    assert "Todavía no hay organizaciones" in client.get(ORGANISATIONS).text
    data = {"name": "Instituto de Transparencia de Colima", "short_name": "INFOCOL", "sector": "oversight_body"}
    assert client.post(f"{ORGANISATIONS}/nueva", data=data).status_code == 303
    made = db.session.scalars(sa.select(Organisation)).one()
    assert (made.slug, made.sector) == ("instituto-de-transparencia-de-colima", Sector.OVERSIGHT_BODY)
    again = client.post(f"{ORGANISATIONS}/nueva", data={**data, "name": "INSTITUTO de transparencia de colíma"})
    assert again.status_code == 422
    assert "Ya hay una organización con ese nombre" in again.text
    known = {"name": "Otro instituto", "short_name": "infocol", "sector": "oversight_body"}
    assert client.post(f"{ORGANISATIONS}/nueva", data=known).status_code == 422
    assert client.post(f"{ORGANISATIONS}/nueva", data={**known, "name": "Nueva", "short_name": ""}).status_code == 303
    assert "Corregir el nombre" in client.get(f"{ORGANISATIONS}/nueva-1").text
    page = f"{ORGANISATIONS}/{made.slug}"
    assert page in client.get(ORGANISATIONS).text
    assert client.post(page, data={"name": "Infocol", "short_name": "", "sector": "academia"}).status_code == 303
    db.session.refresh(made)
    assert (made.name, made.short_name, made.sector) == ("Infocol", "", Sector.OVERSIGHT_BODY)
    (record,) = records("organisation.renamed")
    assert record["old"]["name"] == data["name"]
    assert client.post(page, data={"name": "Infocol", "short_name": ""}).status_code == 303
    assert len(records("organisation.renamed")) == 1


@pytest.mark.parametrize("data", [{"name": " ", "sector": "academia"}, {"name": "x" * 300, "sector": "academia"}])
def test_what_cannot_be_an_organisation(client, data):
    assert client.post(f"{ORGANISATIONS}/nueva", data=data).status_code == 422
    assert client.post(f"{ORGANISATIONS}/nueva", data={"name": "Una", "sector": "otra"}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 0


def test_all_spaces_and_organisations_cost_the_same(client, count_queries):
    def statements():
        with count_queries() as counted:
            client.get(OFFICES)
            client.get(ORGANISATIONS)
        return len(counted)

    before = statements()
    for number in range(20):
        organisation = make.organisation()
        make.grant(make.person(f"Alguien {number}"), Role.OFFICIAL, organisation)
    assert statements() == before
