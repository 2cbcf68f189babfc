"""The national overview: the figures published for November 2020, exactly, and few people never told apart."""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path

import pytest

from cocrea.accounts.models import Gender
from cocrea.core import sdg
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.demo import local_2020
from cocrea.extensions import db
from cocrea.forums.models import Forum
from tests.factories import commitments

FACTS = {
    "estados participan": 30,
    "foros instalados": 21,
    "planes publicados": 21,
    "compromisos": 140,
    "compromisos alineados a los ODS": 60,
    "asientos en los foros": 184,
}
SEATS = {
    "Instituciones públicas y organismos garantes": 105,
    "Sociedad civil y sector privado": 62,
    "Academia": 17,
    "Hombres": 110,
    "Mujeres": 74,
}
BY_GOAL = {16: 24, 5: 8, 4: 7, 11: 5, 1: 5, 6: 3, 8: 3, 3: 2, 12: 1, 2: 1, 15: 1}


@pytest.fixture
def facts():
    shared = os.environ.get("COCREA_SHARED")
    if not shared:
        pytest.skip("COCREA_SHARED is not set")
    return local_2020.read(Path(shared) / "data" / "cocreacion_local_2020.json")


@pytest.fixture
def loaded(app, facts):
    with transaction():
        assert local_2020.load(facts)


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def _figures(page: str) -> dict[str, int]:
    found = re.findall(r'<dt class="figure__label">(.*?)</dt><dd class="figure__number">([\d,]+)</dd>', page)
    return {_plain(label).strip(): int(number.replace(",", "")) for label, number in found}


def test_the_page_shows_exactly_what_was_published(client, loaded):
    page = client.get("/panorama").text
    assert _figures(page) == FACTS
    words = _plain(page)
    for label, number in SEATS.items():
        assert re.search(rf"{label} {number}\b", words), label
    names = {goal.number: goal.name_es for goal in sdg.goals()}
    shown = {goal: int(re.search(rf" {goal}\. {re.escape(names[goal])} (\d+)\b", words)[1]) for goal in BY_GOAL}
    assert shown == BY_GOAL
    assert sum(f" {goal}. {name} " in words for goal, name in names.items()) == len(BY_GOAL)


def test_plans_are_where_the_source_says(client, loaded, facts):
    words = _plain(client.get("/panorama").text)
    assert re.search(r"Oaxaca 10 de noviembre de 2020 2 1\d\b", words)
    assert sum(facts["states_with_plans"].values()) == db.session.query(Cycle).count() == 21
    assert db.session.query(Forum).filter(Forum.installed_on.is_(None)).count() == 9


def test_what_was_generated_says_so_on_every_page(client, loaded):
    cycle = db.session.query(Cycle).filter_by(prefix="LOAX1").one()
    reference = "LOAX1-CMP-0001"
    for path in (
        "/panorama",
        f"/ciclos/{cycle.slug}",
        f"/ciclos/{cycle.slug}/compromisos",
        f"/ciclos/{cycle.slug}/plan",
        f"/ciclos/{cycle.slug}/tablero",
        f"/compromisos/{reference}",
        f"/hilo/{reference}",
        f"/espacios/{cycle.space.slug}",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "informe de actividades noviembre 2019 - noviembre 2020" in answer.text, path
    for path in ("/panorama/foros", "/panorama/planes", "/panorama/compromisos"):
        assert "(fila generada)" in client.get(path).text


def test_each_figure_leads_to_its_list(client, loaded):
    page = client.get("/panorama/compromisos?ods=5")
    assert len(re.findall(r'href="/compromisos/L', page.text)) == BY_GOAL[5]
    assert client.get("/panorama/compromisos?ods=todos").status_code == 200
    assert client.get("/panorama/compromisos?ods=18").status_code == 404


def test_loading_twice_changes_nothing(client, loaded, facts):
    with transaction():
        assert not local_2020.load(facts)
    assert _figures(client.get("/panorama").text) == FACTS


def test_where_few_hold_seats_their_gender_is_withheld(client, loaded):
    with transaction():
        person = db.session.execute(db.text("select id from people where gender = 'woman' limit 1")).scalar_one()
        db.session.execute(
            db.text("update people set gender = :g where id = :p"), {"g": Gender.NONBINARY, "p": person}
        )
    page = client.get("/panorama").text
    assert "hay menos de cinco personas" in page
    assert "Mujeres" not in page


def test_an_empty_platform_has_its_page(client, app):
    assert "Todavía no participa ningún espacio" in client.get("/panorama").text


def test_what_is_not_public_is_not_counted(client, app):
    commitments.signed()
    assert _figures(client.get("/panorama").text)["compromisos"] == 0


def test_the_number_of_statements_is_bounded(client, loaded, count_queries):
    with count_queries() as log:
        client.get("/panorama")
    assert len(log) <= 12
