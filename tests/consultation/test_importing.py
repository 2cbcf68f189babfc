"""Contributions from a spreadsheet: shown row by row first, kept all or none, and never twice."""

from __future__ import annotations

import html
import json
import re
from io import BytesIO

import pytest
import sqlalchemy as sa
import xlsxwriter

from cocrea.consultation import importing
from cocrea.consultation.models import Problem
from cocrea.core.errors import Invalid
from cocrea.extensions import db
from tests.factories import consultation, cycles, workshops

HEAD = "Tema;Qué pasa;A quién afecta;Por qué pasa"
GOOD = f"{HEAD}\nAgua;El pozo está seco;A la colonia;Nadie lo limpia\nagua;Llega sucia;A la escuela;\n;;;\n"


@pytest.fixture
def workshop(app, client):
    cycle = consultation.open_cycle()
    consultation.topic(cycle, title="Agua")
    facilitator = cycles.facilitator(cycle)
    client.sign_in(facilitator)
    return workshops.workshop(cycle, by=facilitator)


def url(workshop, page="importacion"):
    return f"/jornadas/{workshop.reference}/{page}"


def upload(client, workshop, content, name="dicho.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(url(workshop), data={"file": (BytesIO(data), name)})


def confirm(client, workshop, page):
    rows = re.search(r'name="rows" value="([^"]*)"', page).group(1)
    return client.post(url(workshop), data={"rows": html.unescape(rows)})


def how_many():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Problem))


def sheet(*lines, far_away=None):
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
        if far_away:
            page.write(*far_away, "x")
    return target.getvalue()


def test_nothing_is_kept_before_it_was_shown_and_confirmed(client, workshop):
    shown = upload(client, workshop, GOOD)
    assert shown.status_code == 200 and how_many() == 0
    assert shown.text.count("Se publicará") == 2 and "Publicar 2 aportaciones" in shown.text
    assert confirm(client, workshop, shown.text).status_code == 303
    problem = db.session.scalars(sa.select(Problem).order_by(Problem.id)).first()
    assert how_many() == 2 and problem.causes == "Nadie lo limpia" and problem.channel == "in_person"


def test_topics_are_counted_up_in_one_order_so_that_two_imports_never_wait_for_each_other(client, workshop):
    consultation.topic(workshop.cycle, title="Luz")
    shown = upload(
        client, workshop, f"{HEAD}\nLuz;No hay;A la colonia;\nAgua;Tampoco;A la colonia;\nLuz;Se va;A todas;\n"
    )
    confirm(client, workshop, shown.text)
    kept = db.session.scalars(sa.select(Problem).order_by(Problem.id)).all()
    assert [problem.title for problem in kept] == ["Tampoco", "No hay", "Se va"]


def test_the_same_file_again_doubles_nothing(client, workshop):
    shown = upload(client, workshop, GOOD).text
    confirm(client, workshop, shown)
    assert "Ya estaban ahí" in client.get(confirm(client, workshop, shown).location).text
    again = upload(client, workshop, GOOD)
    assert again.text.count("Ya está: no se repite") == 2 and 'name="rows"' not in again.text
    assert how_many() == 2


def test_one_wrong_cell_keeps_everything_back_and_is_named(client, workshop):
    shown = upload(client, workshop, f"{GOOD}Trenes;No llega;A todas;\nAgua;;A todas;\n")
    several = upload(client, workshop, f"{GOOD}Trenes;;;\n").text
    assert re.findall(r"<strong>(\w5)</strong>", several) == ["A5", "B5", "C5"]
    assert "<strong>A5</strong>" in shown.text and "<strong>B6</strong>" in shown.text
    assert 'name="rows"' not in shown.text and how_many() == 0


def test_the_preview_says_whom_it_affects_and_shortens_what_is_long(client, workshop):
    shown = upload(client, workshop, f"{GOOD}Agua;Otra;{'A toda la cuenca ' * 30};\n").text
    assert "A la colonia</bdi>" in shown and re.search(r"A toda la cuenca .{,110}\.\.\.</bdi>", shown)


def test_who_chooses_no_file_is_asked_for_one(client, workshop):
    asked = client.post(url(workshop), data={"file": (BytesIO(b""), "")})
    assert asked.status_code == 422 and "Elige un archivo." in asked.text
    assert "Lo que escribiste sigue aquí. Revisa" not in asked.text and "(opcional)" not in asked.text
    assert "hasta 300 filas" in asked.text


def test_rows_changed_on_the_way_are_judged_again(client, workshop):
    assert client.post(url(workshop), data={"rows": '[[2, {"topic": "Agua", "title": ""}]]'}).status_code == 422
    good = dict.fromkeys(importing.COLUMNS, "Agua")
    half_a_pair = json.dumps([[2, good | {"title": "\ud800"}]])
    for broken in ("{", "[1]", '[["x", {}]]', "[]", "[" * 100_000, "[[Infinity, {}]]", half_a_pair):
        assert client.post(url(workshop), data={"rows": broken}).status_code == 422
    assert how_many() == 0


def test_spreadsheets_and_other_encodings_are_read(client, workshop):
    lines = [line.split(";") for line in GOOD.strip().splitlines()]
    for data, name in (
        (sheet(*lines), "dicho.xlsx"),
        (GOOD.encode("cp1252"), "dicho.csv"),
        (GOOD.replace(";", ","), "d"),
    ):
        assert upload(client, workshop, data, name).text.count("Se publicará") == 2


def test_the_template_is_read_back(client, workshop):
    answer = client.get(url(workshop, "plantilla.xlsx"))
    assert answer.status_code == 200
    with pytest.raises(Invalid):
        importing.read(answer.data)
    filled = sheet([title for title, *_ in importing.COLUMNS.values()], ["Agua", "Una", "A mí", "", "", "", ""])
    assert len(importing.read(filled)) == 1


def test_one_cell_far_away_is_told_and_takes_nothing_down(client, workshop):
    lines = [line.split(";") for line in GOOD.strip().splitlines()]
    shown = upload(client, workshop, sheet(*lines, far_away=(1_048_575, 16_383)), "dicho.xlsx")
    assert shown.status_code == 422
    assert "celdas escritas muy lejos de la tabla" in shown.text


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04roto", b"\x00\x01", b"Tema;Otra\n1;2", HEAD.encode(), b"x" * 3_000_000]
)
def test_what_cannot_be_read_is_said(client, workshop, data):
    assert upload(client, workshop, data).status_code == 422
    assert how_many() == 0


def test_hostile_text_stays_text(client, workshop):
    hostile = "<script>alert(1)</script>"
    shown = upload(client, workshop, f"{HEAD}\nAgua;{hostile};=CMD();\n")
    assert hostile not in shown.text
    page = client.get(confirm(client, workshop, shown.text).location)
    assert hostile not in page.text
