"""The pages on which proposals are merged and split, as the facilitation, authors and visitors see them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals import operations
from cocrea.proposals.models import (
    Proposal,
)
from tests.factories import agreements, cycles, discussion, proposals
from tests.factories.accounts import person

TEXT = "Un padrón de obras con mapa."


@pytest.fixture
def cycle(app):
    return proposals.working_cycle(StageKind.TABLES)


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def pair(cycle):
    return [proposals.published(cycle, author=person(name)) for name in ("Autora 01", "Autor 02")]


def test_the_pages_lead_from_one_to_the_other(client, cycle, facilitator, pair):
    discussion.comment(pair[0], "Lo de mi barrio")
    asked = proposals.merging(facilitator, pair)
    proposals.consented(asked)
    (made,) = asked.made
    source = client.get(f"/propuestas/{pair[0].reference}").text
    for words in (
        "Sigue en la síntesis",
        made.reference,
        "Proponen lo mismo.",
        "Cada mes, en formato abierto.",
        "Lo de mi barrio",
    ):
        assert words in source
    page = client.get(f"/propuestas/{made.reference}").text
    assert all(one.reference in page for one in pair)
    assert all(one.author.name in page for one in pair)
    how = client.get(f"/reacomodos/{asked.id}").text
    assert "Con el consentimiento de quienes las escribieron" in how
    assert ": de acuerdo" not in how


def test_from_the_page_of_a_proposal_to_the_synthesis(client, cycle, facilitator, pair):
    client.sign_in(facilitator)
    url = f"/propuestas/{pair[0].reference}/fusion"
    assert pair[1].reference in client.get(url).text
    assert client.get(f"{url}?folios=XXX").status_code == 422
    draft = client.get(f"{url}?con={pair[1].reference}").text
    assert pair[1].title in draft
    sent = {
        "con": pair[1].reference,
        "title_1": "Un padrón",
        "body_1": TEXT,
        "days": "5",
        "agreement": "",
        "key": "k",
    }
    stale = client.post(url, data={**sent, "reason": "Lo mismo.", "read": "x"})
    assert stale.status_code == 422
    assert TEXT in stale.text
    sent["read"] = operations.reading(pair)
    assert TEXT in client.post(url, data={**sent, "reason": ""}).text
    page = client.post(url, data={**sent, "reason": "Lo mismo."}).location
    for one in pair:
        client.sign_in(one.author)
        assert "Di si estás de acuerdo" in client.get("/").text
        assert client.post(f"{page}/respuesta", data={"consents": "no", "reason": ""}).status_code == 422
        assert client.post(f"{page}/respuesta", data={"consents": "si", "reason": ""}).status_code == 303
    assert "Hecha" in client.get(page).text
    client.sign_in(facilitator)
    assert "Un padrón" in client.get(f"/ciclos/{cycle.slug}/propuestas/reacomodos").text
    assert client.post(f"{page}/reversion", data={"reason": "Eran distintas."}).status_code == 303
    assert "Deshecha" in client.get(page).text
    assert "Un padrón" not in client.get(f"/ciclos/{cycle.slug}/propuestas/reacomodos").text
    made = db.session.scalars(sa.select(Proposal).filter_by(visibility=Visibility.WITHDRAWN)).one()
    left = client.get(f"/propuestas/{made.reference}").text
    assert "Se deshizo" in left
    assert "Retirada por quien" not in left
    assert all(one.reference in left for one in pair)


def test_where_nobody_can_consent_the_page_says_so_first_and_takes_a_decision_alone(client, cycle, facilitator, pair):
    alone = proposals.published(cycle, author=person("Doña Lupe 01", registered_by_id=facilitator.id))
    client.sign_in(facilitator)
    url = f"/propuestas/{alone.reference}/division"
    page = client.get(url).text
    assert f"Por {alone.reference} no hay a quién" in page and "llévalo primero a una sesión" in page
    assert "Proponer la división" not in page and 'name="title_1"' not in page
    merge = client.get(f"/propuestas/{pair[0].reference}/fusion?con={alone.reference}").text
    assert f"Por {alone.reference} no hay a quién" in merge
    agreed = agreements.decision(cycle)
    page = client.get(url).text
    for gone in ("No: se pide el consentimiento", 'name="days"', "Cuando quienes la escribieron"):
        assert gone not in page
    assert page.index("Solo se puede por un acuerdo") < page.index('name="title_1"') < page.index(agreed.reference)
    two = {"title_1": "Uno", "body_1": "a", "title_2": "Dos", "body_2": "b", "key": "k", "reason": "Son dos cosas."}
    two["read"] = operations.reading([alone])
    refused = client.post(url, data={**two, "agreement": ""})
    assert (refused.status_code, "nombra la decisión registrada" in refused.text) == (422, True)
    assert "Hecha" in client.get(client.post(url, data={**two, "agreement": agreed.reference}).location).text


def test_a_split_from_its_page(client, cycle, facilitator, pair):
    client.sign_in(facilitator)
    url = f"/propuestas/{pair[0].reference}/division"
    assert pair[0].body_source in client.get(url).text
    sent = {"title_1": "Uno", "body_1": "a", "days": "5", "agreement": "", "key": "k", "reason": "Son dos cosas."}
    sent["read"] = operations.reading(pair[:1])
    assert "Divídela en 2 partes" in client.post(url, data=sent).text
    more = client.post(url, data={**sent, "title_2": "Dos", "another": "1"})
    assert (more.status_code, 'value="Dos"' in more.text) == (200, True)
    assert ('name="title_3"' in more.text, 'name="title_4"' in more.text) == (True, False)
    most = client.post(url, data={**sent, "title_5": "", "another": "1"}).text
    assert ('name="title_5"' in most, "title_6" in most, "Agregar otra parte" in most) == (True, False, False)
    page = client.post(url, data={**sent, "title_2": "Dos", "body_2": "b"}).location
    assert client.post(f"{page}/cancelacion", data={"reason": "Siempre no."}).status_code == 303
    assert "Siempre no." in client.get(page).text
