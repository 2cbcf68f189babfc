"""The facilitation reviews a proposal by the checklist and proposes a merge; both authors consent, and the synthesis
stands with both credited."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.pages import (
    LOCAL,
    Visitor,
    check,
    enter_cycle,
    first_row,
    follow,
    go_home,
    press,
    sign_in_as,
    state,
)

FIRST, SECOND, ALONE = "Radio del agua en cada barrio", "Mensajes de voz con los días de agua", "Un reloj más grande"
SYNTHESIS = "Avisar los días de agua por radio y por mensaje de voz"


def test_two_authors_agree_to_a_synthesis(visitor: Visitor) -> None:
    one, other, facilitator = visitor(), visitor(), visitor(phone=True)
    sign_in_as(one, "participante")
    sign_in_as(other, "contraparte")
    _publish(one, ALONE)
    _publish(one, FIRST)
    _publish(other, SECOND)
    sign_in_as(facilitator, "facilitadora")
    _refuse(facilitator)
    _propose(facilitator)
    for author in (one, other):
        _consent(author)
    expect(state(other)).to_have_text("Hecha")
    follow(other, SYNTHESIS)
    for source in (FIRST, SECOND):
        expect(other.get_by_role("link", name=source)).to_be_visible()
    expect(other.get_by_text("Por los mismos caminos.").first).to_be_visible()
    check(other)
    follow(other, FIRST)
    expect(state(other)).to_have_text("Fusionada con otra")
    expect(other.get_by_role("link", name=SYNTHESIS)).to_be_visible()
    check(other)


def _publish(page: Page, title: str) -> None:
    enter_cycle(page, LOCAL, "Problemáticas")
    first_row(page)
    follow(page, "Proponer qué hacer")
    page.get_by_label("Título").fill(title)
    page.get_by_label("¿Qué hay que hacer?").fill("Un aviso cada semana.")
    press(page, "Guardar borrador")
    press(page, "Publicar propuesta")
    expect(page.get_by_text("Tu propuesta ya es pública.")).to_be_visible()


def _refuse(page: Page) -> None:
    """By the checklist: what is not met says why, and decides."""
    _find(page, ALONE)
    for met in page.get_by_label("Cumple", exact=True).all()[1:]:
        met.check()
    page.get_by_label("No cumple", exact=True).first.check()
    page.get_by_label("Admitir: cumple los criterios").check()
    press(page, "Registrar la decisión")
    expect(page.get_by_role("alert")).to_contain_text("Di por qué no cumple")
    page.get_by_label(re.compile("Por qué \\(«Atiende")).fill("No responde a ninguna.")
    page.get_by_label("No admitir").check()
    press(page, "Registrar la decisión")
    expect(state(page)).to_have_text("No admitida")
    expect(page.get_by_text("No responde a ninguna.").first).to_be_visible()
    check(page)


def _propose(page: Page) -> None:
    _find(page, FIRST)
    follow(page, "Fusionarla con otras")
    page.get_by_label(SECOND).check()
    press(page, "Leerlas juntas")
    check(page)
    page.get_by_label("Título").fill(SYNTHESIS)
    page.get_by_label("¿Por qué?").fill("Por los mismos caminos.")
    press(page, "Proponer la fusión")
    expect(page.get_by_text("Pedimos su consentimiento por correo.")).to_be_visible()
    check(page)


def _consent(page: Page) -> None:
    go_home(page)
    follow(page, "Di si estás de acuerdo con fusionar o dividir tu propuesta")
    expect(page.get_by_role("heading", name=SYNTHESIS)).to_be_visible()
    page.get_by_label("Sí, estoy de acuerdo").check()
    check(page)
    press(page, "Guardar mi respuesta")
    expect(page.get_by_text("Quedó tu respuesta.")).to_be_visible()


def _find(page: Page, title: str) -> None:
    enter_cycle(page, LOCAL, "Propuestas")
    follow(page, title)
