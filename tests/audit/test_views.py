"""The public pages: what is said in words, what is withheld, and that the download holds."""

from __future__ import annotations

import json
import re

import pytest

from cocrea.audit import jobs, operations, words
from cocrea.audit.verification import verify
from cocrea.core.db import transaction
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories.accounts import person
from tests.factories.cycles import cycle


@pytest.fixture(autouse=True)
def spoken(monkeypatch):
    for table in ("ACTIONS", "FIELDS", "VALUES"):
        monkeypatch.setattr(words, table, dict(getattr(words, table)))
    words.extend({"test.admitted": _l("Se admitió la propuesta")})


def write(scope, subject="C1-PRO-0001", **values):
    values = {"actor": None, "action": "test.admitted", "now": NOW, **values}
    with transaction():
        return operations.record(subject=subject, scope=getattr(scope, "scope", scope), **values).id


def page(client, address="/historial"):
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def download(client):
    return page(client, "/historial/descarga.ndjson").splitlines(keepends=True)


def test_an_empty_history_says_so(client):
    assert "No hay registros aquí" in page(client)
    assert "Todavía no hay nada firmado" in page(client, "/historial/comprobar")
    assert verify(download(client)).records == 0


def test_a_record_is_told_in_words(client):
    write(cycle(title="Cuarto Plan"), actor=person("Ana"), old={"state": "x"}, new={"state": "y"}, reason="Cumple")
    html = page(client)
    for words_of_it in ("Se admitió la propuesta", "Ana", "Cuarto Plan", "Estado: de x a y", "Razón: Cumple", "2026"):
        assert words_of_it in html


def test_names_are_those_of_today(client):
    someone = person("Nombre anterior")
    write(cycle(), actor=someone)
    write(cycle())
    someone.name = "Nombre nuevo"
    db.session.commit()
    html = page(client)
    assert "Nombre nuevo" in html
    assert "Nombre anterior" not in html
    assert "Sistema" in html
    someone.withdrawn_at = NOW
    db.session.commit()
    html = page(client)
    assert "Nombre nuevo" not in html
    assert "Persona que se retiró" in html


def test_people_are_named_wherever_a_record_has_their_id(client):
    someone = person("Beatriz")
    write("platform", someone.public_id, new={"person": someone.public_id})
    html = page(client)
    assert html.count("Beatriz") == 2
    assert f'"reference"><bdi>{someone.public_id}' not in html


def test_what_people_typed_is_escaped(client):
    hostile = "<script>alert(1)</script>"
    record_id = write(cycle(title=hostile), hostile, actor=person(hostile), reason=hostile, new={hostile: hostile})
    for address in ("/historial", f"/historial/registros/{record_id}", f"/historial?folio={hostile}"):
        assert hostile not in page(client, address)


def test_a_draft_cycle_shows_its_hash_and_nothing_else(client):
    draft, seen = cycle(published=False, title="Ciclo secreto"), cycle()
    hidden_id = write(draft, "SECRETO-1", new={"title": "Ciclo secreto"})
    write(seen, "PUBLICO-1")
    jobs.seal_now()
    for address in ("/historial", f"/historial?ambito={draft.scope}", "/historial?folio=SECRETO-1"):
        html = page(client, address)
        assert "Ciclo secreto" not in html
        assert f"registros/{hidden_id}" not in html
    assert client.get(f"/historial/registros/{hidden_id}").status_code == 404
    lines = download(client)
    assert "secreto" not in "".join(lines).lower()
    report = verify(lines)
    assert (report.records, report.withheld) == (2, 1)
    draft.published_at = NOW
    db.session.commit()
    assert verify(download(client)).withheld == 0
    assert "Ciclo secreto" in page(client)


def test_an_unknown_scope_is_withheld(client):
    write("table:999999")
    write("platform")
    jobs.seal_now()
    assert verify(download(client)).withheld == 1


def test_the_download_is_verified_and_names_its_terms(client, monkeypatch):
    where = cycle()
    for number in range(7):
        write(where, f"C1-PRO-{number:04d}")
        jobs.seal_now()
    lines = download(client)
    report = verify(lines)
    assert (report.records, report.heads) == (7, 7)
    header = json.loads(lines[0])
    assert header["licence"] == "CC-BY-4.0"
    assert header["site"].endswith("/historial")
    write(where)
    assert download(client) == lines


def test_the_proof_of_a_record_is_shown_once_sealed(client):
    where = cycle()
    ids = [write(where) for _ in range(300)]
    assert "próximo minuto" in page(client, f"/historial/registros/{ids[0]}")
    jobs.seal_now()
    html = page(client, f"/historial/registros/{ids[270]}")
    assert "un árbol de 300 registros" in html
    assert re.search(r"contando desde cero</dt>\s*<dd[^>]*>270</dd>", html)


def test_filters_narrow(client):
    one, other = cycle(title="Uno"), cycle(title="Otro")
    write(one, "UNO-PRO-0001")
    write(other, "OTRO-PRO-0001")
    assert "OTRO-PRO-0001" not in page(client, f"/historial?ambito={one.scope}")
    assert "UNO-PRO-0001" not in page(client, "/historial?folio=OTRO-PRO-0001").replace("OTRO-PRO-0001", "")


def test_pages_cost_the_same_whatever_the_rows(client, count_queries):
    where = cycle()
    for number in range(3):
        write(where, actor=person(f"P{number}"))
    page(client)
    with count_queries() as few:
        page(client)
    for number in range(30):
        write(where, actor=person(f"Q{number}"))
    with count_queries() as many:
        page(client)
    assert len(few) == len(many) <= 10
    assert "despues=" in page(client, "/historial?antes=100000000") or "antes=" in page(client)
