"""Pages of the scrutiny: what officers type, what others may not see of it, and what everybody reads."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.voting import operations, queries
from cocrea.voting.models import Batch, BoothAct, Paper, PaperCorrection, Reading
from tests.factories import papers, voting
from tests.factories.accounts import person


@pytest.fixture
def scene(scene, clock) -> Any:
    clock.moment = papers.READING
    return scene


def _at(contest: Any, rest: str = "") -> str:
    return f"/votaciones/{contest.reference}{rest}"


def test_whoever_comes_after_the_close_reads_how_far_it_is_and_no_content(client, scene):
    contest, booth, officers, _by = scene
    papers.act(booth, officers[0], 3)
    papers.agreed(booth, officers, "n", "b", "x")
    page = client.get(_at(contest)).text
    assert "Todas las casillas están leídas" in page
    page = client.get(_at(contest, "/escrutinio")).text
    assert "Recibidas 3: 3 en la urna" in page and "Paquetes acordados: 1 de 1" in page
    assert "Cifras por canal" not in page and "Contar la votación" not in page
    for address in ("/boletas", "/boletas.json", "/boletas.csv", "/canales.csv"):
        assert client.get(_at(contest, address)).status_code in (302, 403)
    assert client.get(_at(voting.contest(contest.cycle), "/escrutinio")).status_code == 404


def test_nobody_without_a_shift_comes_near_the_papers(client, scene):
    contest, booth, officers, by = scene
    papers.batch(booth, officers[0], 2)
    for who in (person(), by):
        client.sign_in(who)
        for rest in ("captura", "acta", "paquetes/1/lectura", "paquetes/1/decision", "paquetes/1/recuento"):
            assert client.get(_at(contest, f"/casillas/1/{rest}")).status_code == 403
    client.sign_in(officers[0])
    assert client.get(_at(contest, "/casillas/2/captura")).status_code == 404
    assert client.get(_at(contest, "/casillas/1/paquetes/9/lectura")).status_code == 404


def test_two_officers_read_a_third_decides_and_the_facilitation_counts(client, scene):
    contest, _booth, (first, second, third), by = scene
    base = _at(contest, "/casillas/1")
    client.sign_in(first)
    figures = {"number": "1", "received": "5", "spoiled": "1", "left_over": "1", "in_box": "3"}
    assert client.post(f"{base}/acta", data=figures).status_code == 303
    assert client.post(f"{base}/paquetes", data={"number": "1", "size": "3"}).status_code == 303
    for officer, lines in ((first, "sbn"), (second, "sbx")):
        client.sign_in(officer)
        assert client.post(f"{base}/paquetes/1/toma").status_code == 303
        typed = {f"line_{n}": line for n, line in enumerate(lines, 1)}
        wrong = client.post(f"{base}/paquetes/1/lectura", data={**typed, "line_2": "q", "review": "1"})
        assert wrong.status_code == 422 and 'value="q"' in wrong.text and "solo s, n o a" in wrong.text
        assert client.post(f"{base}/paquetes/1/lectura", data={**typed, "review": "1"}).status_code == 303
        review = client.get(f"{base}/paquetes/1/lectura?revisar=1")
        assert "En blanco" in review.text and "no-store" in review.headers["Cache-Control"]
        assert client.post(f"{base}/paquetes/1/lectura/entrega").status_code == 303
    assert client.get(f"{base}/paquetes/1/decision").status_code == 303
    client.sign_in(third)
    page = client.get(f"{base}/paquetes/1/decision").text
    assert "Nula" in page and "line_3" in page and "line_1" not in page
    assert "Nula" in client.post(f"{base}/paquetes/1/decision", data={"line_3": "x"}).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 2
    assert client.post(f"{base}/paquetes/1/decision", data={"line_3": "x", "confirmed": "1"}).status_code == 303
    client.sign_in(by)
    assert "Contar la votación" in client.get(_at(contest, "/escrutinio")).text
    assert client.post(_at(contest, "/conteo")).status_code == 303
    page = client.get(_at(contest)).text
    assert "Ver el escrutinio" in page and "las de papel no tienen sector" in page
    page = client.get(_at(contest, "/escrutinio")).text
    assert "Cifras por canal" in page and "se podría saber" in page
    rows = client.get(_at(contest, "/canales.csv")).text.splitlines()
    assert rows[1:] == ["online,,,,6,,,,", "paper,1,Escuela primaria Benito Juárez,3,3,,,,"]
    assert client.get(_at(contest, "/boletas")).status_code == 200
    assert len(queries.published(contest)["ballots"]) == 9


def test_a_count_that_is_asked_for_too_early_says_what_is_missing(client, scene):
    contest, _booth, _officers, by = scene
    answer = client.sign_in(by).post(_at(contest, "/conteo"))
    assert answer.status_code == 409
    assert "Falta el acta" in answer.text


def test_what_one_officer_typed_is_on_no_page_of_another(client, scene):
    contest, booth, (first, second, third), by = scene
    batch = papers.batch(booth, first, 2)
    with transaction():
        operations.take(actor=first, batch=batch, now=papers.READING)
    with transaction():
        operations.save_draft(actor=first, batch=batch, lines=["s", "zzmarca"], now=papers.READING)
    base = _at(contest, "/casillas/1")
    pages = [_at(contest), _at(contest, "/escrutinio"), f"{base}/captura", f"{base}/acta"]
    pages += [f"{base}/paquetes/1/{rest}" for rest in ("lectura", "decision", "recuento", "retiro")]
    for who in (second, third, by, person()):
        client.sign_in(who)
        assert [page for page in pages if "zzmarca" in client.get(page, follow_redirects=True).text] == []
    assert "zzmarca" in client.sign_in(first).get(f"{base}/paquetes/1/lectura").text


def test_a_draft_is_there_on_coming_back(client, scene):
    contest, booth, (first, *_others), _by = scene
    papers.batch(booth, first, 2)
    base = _at(contest, "/casillas/1/paquetes/1")
    client.sign_in(first).post(f"{base}/toma")
    client.post(f"{base}/lectura", data={"line_1": "s", "line_2": "??", "save": "1"})
    assert db.session.scalars(sa.select(Reading)).one().lines == ["s", "??"]
    page = client.get(f"{base}/lectura").text
    assert 'value="??"' in page and "Sí" in page and "Tu turno termina el" in page


def test_a_recount_is_confirmed_by_another_on_the_page_of_the_booth(client, scene):
    contest, booth, (first, second, third), by = scene
    papers.act(booth, first, 3)
    papers.agreed(booth, (first, second), "n", "b", "x")
    base = _at(contest, "/casillas/1")
    client.sign_in(third)
    refused = client.post(f"{base}/paquetes/1/recuento", data={"line_1": "s"})
    assert refused.status_code == 422 and "público con el resultado" in refused.text
    client.post(f"{base}/paquetes/1/recuento", data={"line_1": "s", "line_2": "b", "reason": "Pegada"})
    correction = db.session.scalars(sa.select(PaperCorrection)).one()
    assert "la confirma o descarta otra persona" in client.get(f"{base}/captura").text
    address = f"{base}/paquetes/1/correcciones/{correction.id}/confirmacion"
    assert client.post(address).status_code == 403
    assert client.sign_in(first).post(address).status_code == 303
    assert client.sign_in(by).post(_at(contest, "/conteo")).status_code == 303
    page = client.get(_at(contest, "/escrutinio")).text
    assert "Pegada" in page and "hubo muy pocas boletas" in page


def test_an_act_keeps_what_was_typed_and_shows_its_versions(client, scene):
    contest, _booth, (first, *_others), _by = scene
    base = _at(contest, "/casillas/1/acta")
    client.sign_in(first)
    figures = {"number": "1", "received": "5", "spoiled": "0", "left_over": "0", "in_box": "3"}
    refused = client.post(base, data=figures)
    assert refused.status_code == 422 and "la diferencia es de 2" in refused.text and 'value="5"' in refused.text
    client.post(base, data={**figures, "remarks": "Dos se las llevaron."})
    assert "line" not in client.get(base).text or db.session.scalar(sa.select(BoothAct.number)) == 1
    client.post(base, data={**figures, "number": "2", "remarks": "Conforme.", "reason": "Faltó una firma."})
    page = client.get(_at(contest, "/escrutinio")).text
    assert "Faltó una firma." in page and "Versión 1, corregida después" in page and "Dos se las llevaron." in page


def test_a_batch_is_withdrawn_by_its_page(client, scene):
    contest, booth, (first, *_others), _by = scene
    papers.batch(booth, first, 2)
    address = _at(contest, "/casillas/1/paquetes/1/retiro")
    client.sign_in(first)
    assert client.get(address).status_code == 200
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "Eran tres."}).status_code == 303
    assert db.session.scalars(sa.select(Batch)).all() == []


def test_pages_ask_no_more_as_there_is_more(client, scene, count_queries):
    contest, booth, officers, _by = scene
    papers.act(booth, officers[0], 3, remarks="Conforme.")
    addresses = [_at(contest, "/escrutinio"), _at(contest, "/casillas/1/captura")]
    client.sign_in(officers[2])
    asked = []
    for number in (1, 2, 3):
        papers.agreed(booth, officers, "n", "b", number=number)
        other, _ = papers.staffed(contest)
        papers.act(other, _[0], 0, remarks="Vacía.")
        db.session.expire_all()
        sizes = []
        for address in addresses:
            with count_queries() as log:
                client.get(address)
            sizes.append(len(log))
        asked.append(sizes)
    assert asked[0] == asked[2], asked
    assert max(asked[0]) <= 12, asked


@pytest.mark.parametrize("number", ["9" * 5_000, "-1", "1.5", "x", "²", ""])
def test_no_number_breaks_a_form(client, scene, number):
    contest, _booth, (first, *_), _by = scene
    client.sign_in(first)
    base = _at(contest, "/casillas/1")
    figures = {"number": "1", "received": "3", "spoiled": "0", "left_over": "0", "in_box": "3"}
    for name in ("number", "received", "in_box"):
        assert client.post(f"{base}/acta", data={**figures, name: number}).status_code == 422
    for name in ("number", "size"):
        assert client.post(f"{base}/paquetes", data={"number": "1", "size": "3", name: number}).status_code == 422
    assert not db.session.scalars(sa.select(BoothAct)).all() and not db.session.scalars(sa.select(Batch)).all()


def test_a_text_where_a_scan_should_be_is_no_scan(client, scene):
    contest, _booth, (first, *_), _by = scene
    figures = {"number": "1", "received": "3", "spoiled": "0", "left_over": "0", "in_box": "3", "scans": "acta.pdf"}
    assert client.sign_in(first).post(_at(contest, "/casillas/1/acta"), data=figures).status_code == 303
    assert db.session.scalars(sa.select(BoothAct)).one().scans == []


def test_a_line_of_a_megabyte_is_kept_as_far_as_shows_that_it_is_too_long(client, scene):
    contest, booth, (first, *_), _by = scene
    papers.batch(booth, first, 1)
    base = _at(contest, "/casillas/1/paquetes/1")
    client.sign_in(first).post(f"{base}/toma")
    long = {"line_1": "s " * 500_000, "review": "1"}
    assert "demasiado largo" in client.post(f"{base}/lectura", data=long).text
    (reading,) = db.session.scalars(sa.select(Reading))
    assert len(reading.lines[0]) <= 401
    assert client.post(f"{base}/lectura/entrega").status_code == 303
    assert db.session.scalars(sa.select(Reading)).one().handed_in_at is None
