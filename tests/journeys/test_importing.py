"""Commitments from a spreadsheet: the example, what is wrong told cell by cell, the review, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, press, sign_in_as
from tests.journeys.site import Site, served

EXAMPLE = "Avisar cada día, barrio por barrio, cuándo llega el agua en Tlaxiaco."


@pytest.fixture(scope="module")
def site(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One of its own: in the site of the others the plan may be published already, and takes no more."""
    with served(database_kind, tmp_path_factory.mktemp("importing")) as found:
        yield found


def test_the_facilitation_brings_commitments_in_from_a_file(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor()
    sign_in_as(page, "facilitadora")
    enter_cycle(page, LOCAL, "Compromisos")
    follow(page, "Traer compromisos de un archivo")
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar el ejemplo (JSON)").click()
    example = json.loads(download.value.path().read_text("utf-8"))

    example["commitments"][0]["roadmap"][0]["weight"] = 10
    wrong = tmp_path / "mal.json"
    wrong.write_text(json.dumps(example), "utf-8")
    page.get_by_label("Archivo").set_input_files(wrong)
    press(page, "Revisar el archivo")
    expect(page.get_by_text("Hay 1 dato que corregir")).to_be_visible()
    expect(page.get_by_role("row", name="compromiso 1, acción clave 1")).to_contain_text("suman 50")
    check(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar el ejemplo (XLSX)").click()
    right = tmp_path / "bien.xlsx"
    download.value.save_as(right)
    page.get_by_label("Archivo").set_input_files(right)
    press(page, "Revisar el archivo")
    expect(page.get_by_text("1 compromiso se creará.")).to_be_visible()
    check(page)
    press(page, "Crear 1 compromiso")
    expect(page.get_by_text("Se creó 1 compromiso.")).to_be_visible()
    follow(page, EXAMPLE)
    expect(page.get_by_role("heading", name=EXAMPLE)).to_be_visible()
    check(page)

    enter_cycle(page, LOCAL, "Compromisos")
    follow(page, "Traer compromisos de un archivo")
    page.get_by_label("Archivo").set_input_files(right)
    press(page, "Revisar el archivo")
    expect(page.get_by_text("1 ya está igual.")).to_be_visible()
    expect(page.get_by_text("lo que dice el archivo ya está")).to_be_visible()
