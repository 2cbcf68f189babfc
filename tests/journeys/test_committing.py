"""Way 5: a selected proposal becomes a commitment, written by sections, signed by both parties, part of the plan."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, go, go_home, press, sign_in_as

PROPOSAL = "Intérpretes con plaza en diez centros de salud"
LEAD, COUNTERPART = "Instituto ficticio del Agua de Oaxaca", "Organización ficticia Río Claro"
PLAN = "Plan de acción local de Oaxaca"
BEGINS, ENDS = "2027-02-01", "2027-12-10"
SECTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("El problema público", {"El problema público": "Nadie interpreta en la consulta."}),
    ("Qué se hará", {"Qué se hará": "- Diez plazas.", "Cómo resuelve el problema": "Quien llega se entiende."}),
    (
        "Objetivo, alcance e indicador",
        {
            "Objetivo": "Que cada quien se atienda en su lengua.",
            "Alcance": "Diez centros de salud.",
            "Indicador": "Centros con intérprete.",
            "Línea base": "0 de 10",
            "Meta": "10 de 10",
        },
    ),
    ("A qué contribuye", {"Aporte a la transparencia (opcional)": "Se publica dónde hay intérprete y a qué hora."}),
    ("Periodo y recursos", {"Inicia": BEGINS, "Termina": ENDS}),
)


def test_a_selected_proposal_becomes_a_signed_commitment_of_the_plan(visitor: Visitor) -> None:
    facilitator, official, counterpart = visitor(), visitor(), visitor()
    sign_in_as(facilitator, "facilitadora")
    _begin(facilitator)
    for title, fields in SECTIONS:
        _write(facilitator, title, fields)
    _name_the_parties(facilitator)
    _plan_the_road(facilitator)
    sign_in_as(official, "institución")
    _sign(official, "Completa, revisa y firma el compromiso")
    sign_in_as(counterpart, "contraparte")
    _sign(counterpart, "Revisa y firma el compromiso: la otra parte ya firmó")
    steward = visitor()
    sign_in_as(steward, "responsable")
    _publish_the_plan(steward)
    reader = visitor(phone=True)
    enter_cycle(reader, LOCAL, "Compromisos")
    follow(reader, "Leer el plan")
    expect(reader.get_by_role("heading", level=1)).to_have_text(re.compile(PLAN))
    expect(reader.get_by_role("heading", name=re.compile(PROPOSAL))).to_be_visible()
    enter_cycle(reader, LOCAL, "Tablero")
    expect(reader.get_by_role("link", name=PROPOSAL)).to_be_visible()


def _begin(page: Page) -> None:
    enter_cycle(page, LOCAL, "Propuestas")
    page.get_by_text("Filtros", exact=True).click()
    page.get_by_label("Situación").select_option(label="Seleccionada")
    go(page, page.get_by_role("button", name="Aplicar los filtros"))
    follow(page, PROPOSAL)
    follow(page, "Convertir en compromiso")
    page.get_by_label("Institución responsable").select_option(label=LEAD)
    press(page, "Empezar la redacción")
    expect(page.get_by_text("Empezó la redacción.")).to_be_visible()
    check(page)
    follow(page, "El problema público")


def _write(page: Page, title: str, fields: dict[str, str]) -> None:
    """One section, and on to the next."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for label, words in fields.items():
        page.get_by_label(label, exact=True).fill(words)
    _save_section(page)


def _name_the_parties(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Quién responde y quién verifica")
    expect(page.get_by_label("Institución responsable").locator("option:checked")).to_have_text(LEAD)
    page.get_by_label("Contraparte de sociedad civil").select_option(label=COUNTERPART)
    _save_section(page)


def _save_section(page: Page) -> None:
    press(page, "Guardar y seguir")
    expect(page.get_by_text("Guardamos esta sección.")).to_be_visible()
    check(page)


def _plan_the_road(page: Page) -> None:
    """One key action with one activity; after that nothing is missing."""
    expect(page.get_by_text("La hoja de ruta está vacía").first).to_be_visible()
    follow(page, "Agregar acción clave")
    page.get_by_label("Acción clave").fill("Diez centros con intérprete")
    page.get_by_label("Peso").fill("100")
    press(page, "Guardar")
    expect(page.get_by_role("heading", name="Diez centros con intérprete")).to_be_visible()
    check(page)
    follow(page, "Agregar actividad a «Diez centros con intérprete»")
    page.get_by_label("Actividad").fill("Publicar las diez plazas")
    page.get_by_label("Quién responde").select_option(label=LEAD)
    page.get_by_label("Inicia").fill(BEGINS)
    page.get_by_label("Termina").fill(ENDS)
    page.get_by_label("Medio de verificación").fill("Convocatoria publicada")
    press(page, "Guardar")
    expect(page.get_by_text("Publicar las diez plazas").first).to_be_visible()
    expect(page.get_by_text("Falta para poder firmar")).to_have_count(0)
    check(page)
    follow(page, "Volver al compromiso")
    expect(page.get_by_text("Está completo.")).to_be_visible()


def _sign(page: Page, task: str) -> None:
    """From «Por hacer» to a signature under the whole text."""
    follow(page, task, of=PROPOSAL)
    follow(page, "Leer y firmar")
    page.get_by_label("Leí el texto completo y lo firmo en nombre de mi organización.").check()
    press(page, "Firmar este texto")
    expect(page.get_by_text("Tu firma quedó registrada en el historial público.")).to_be_visible()
    check(page)
    go_home(page)
    expect(page.get_by_role("listitem").filter(has_text=PROPOSAL)).to_have_count(0)


def _publish_the_plan(page: Page) -> None:
    enter_cycle(page, LOCAL, "Compromisos")
    follow(page, "Cómo va el plan")
    follow(page, "Publicar el plan")
    page.get_by_label("Título del plan").fill(PLAN)
    for reason in page.get_by_label("¿Por qué queda fuera?").all():
        reason.fill("No se firmó a tiempo.")
    press(page, "Publicar el plan")
    expect(page.get_by_text("El plan ya es público.")).to_be_visible()
    check(page)
