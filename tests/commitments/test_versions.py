"""Every text that was saved: listed with who wrote it, read, compared, and brought back by whoever writes."""

from __future__ import annotations

import pytest

from cocrea.commitments import queries, sections
from cocrea.extensions import db
from tests.factories import commitments


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


def _address(commitment, more=""):
    return f"/compromisos/{commitment.reference}/versiones{more}"


def test_the_list_says_who_wrote_how_much_in_each_section(client, cycle):
    commitment, of = commitments.complete(cycle)
    for body in ("Uno", "Dos"):
        commitments.write(commitment, "solucion", of.official, body=body)
    found = queries.contributors(commitment)["solucion"]
    assert [(person, made) for person, made in found] == [(of.official, 2), (of.facilitator, 1)]
    page = client.get(_address(commitment)).text
    assert of.official.label in page and "(2 cambios)" in page


def test_two_versions_are_compared_word_by_word_by_section(client, cycle):
    commitment, of = commitments.complete(cycle)
    before = commitment.version
    commitments.write(commitment, "solucion", of.official, body="- Publicar el padrón cada semana.")
    commitments.write(commitment, "recursos", of.official, budget_amount=5_000)
    page = client.get(_address(commitment, f"/comparacion?de={before}&a={commitment.version}")).text
    assert ">semana.</ins>" not in page and "semana." in page and "<del>" in page
    assert 'id="solucion"' in page and 'id="recursos"' in page and 'id="problema"' not in page
    assert "Sin cambios:" in page
    beside = client.get(_address(commitment, f"/comparacion?de={commitment.version}&a={before}&lado=1")).text
    assert 'class="beside"' in beside and "5,000" in beside


@pytest.mark.parametrize("path", ["/0", "/9999", "/99999999999", "/comparacion?de=9999", "/comparacion?a=9999"])
def test_a_version_that_was_not_is_not_found(client, cycle, path):
    commitment, _of = commitments.complete(cycle)
    assert client.get(_address(commitment, path)).status_code == 404


def test_a_text_from_before_a_field_existed_is_read(client, cycle):
    commitment, _of = commitments.complete(cycle)
    old = queries.numbered(commitment, 1)[1]
    old.text = {key: value for key, value in old.text.items() if key not in {"causes", "budget_amount", "roadmap"}}
    db.session.commit()
    for path in ("/1", "/comparacion?de=1&a=2"):
        assert client.get(_address(commitment, path)).status_code == 200


def test_bringing_a_version_back_changes_nothing_before_it_is_saved(client, cycle):
    commitment, of = commitments.complete(cycle)
    first = commitment.version
    commitments.write(commitment, "solucion", of.watcher, body="Otra cosa distinta.", solution="")
    count = commitment.version
    client.sign_in(of.official)
    assert f"secciones/solucion?version={first}" in client.get(_address(commitment, f"/{first}")).text
    url = f"/compromisos/{commitment.reference}/secciones/solucion"
    page = client.get(f"{url}?version={first}").text
    assert "Publicar el padrón cada mes." in page and "Otra cosa distinta." in page
    assert commitment.version == count
    base = sections.fingerprint(commitment, sections.BY_SLUG["solucion"])
    answer = client.post(url, data={"base": base, **commitments.TEXTS["solucion"]})
    assert answer.status_code == 303
    db.session.expire_all()
    assert commitment.body_source == commitments.TEXTS["solucion"]["body"]
    assert commitment.version == count + 1


@pytest.mark.parametrize("slug", sections.BY_SLUG)
def test_any_section_of_a_version_is_brought_back(client, cycle, slug):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.facilitator)
    page = client.get(f"/compromisos/{commitment.reference}/secciones/{slug}?version={commitment.version}")
    assert "dice aquí lo mismo" in page.text


def test_who_does_not_write_is_offered_nothing_to_bring_back(client, cycle):
    commitment, _of = commitments.complete(cycle)
    assert "/secciones/" not in client.get(_address(commitment, "/1")).text


def test_pages_of_versions_cost_the_same_however_many(client, cycle, count_queries):
    commitment, of = commitments.complete(cycle)
    paths = ["", "/1", "/comparacion?de=1&a=2"]
    costs = {path: [] for path in paths}
    for number in (1, 4):
        for turn in range(number):
            commitments.write(commitment, "solucion", of.official, body=f"Texto {number} {turn}")
        for path in paths:
            db.session.expire_all()
            with count_queries() as log:
                client.get(_address(commitment, path))
            costs[path].append(len(log))
    for few, many in costs.values():
        assert few == many <= 12, log
