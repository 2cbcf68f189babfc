"""The draft of a plan is commented on a telephone, answered as a group without scripts, and read by anyone."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.pages import CONSULTATION, Visitor, check, enter_cycle, follow, press, sign_in_as
from tests.journeys.site import Site

ZONE = ZoneInfo("America/Mexico_City")
FIRST, SECOND = "Falta un mapa de los municipios.", "No dice quién la escribió."
REASONS, CHANGED = "Es cierto, faltaba.", "El segundo párrafo de la introducción."


def test_what_is_commented_on_the_plan_is_answered(visitor: Visitor, site: Site) -> None:
    steward, reader, facilitator = visitor(), visitor(phone=True), visitor(scripts=False)
    sign_in_as(steward, "responsable")
    _open_the_review(steward, site)
    sign_in_as(reader, "participante")
    _open_the_plan(reader)
    follow(reader, "Comentar el plan")
    _comment(reader, "El plan completo", FIRST)
    follow(reader, "Ver todos los comentarios")
    follow(reader, "Comentar el plan")
    _comment(reader, "Introducción", SECOND)
    sign_in_as(facilitator, "facilitadora")
    follow(facilitator, "Responde los comentarios al plan: no se publica mientras uno espere")
    for box in facilitator.get_by_role("checkbox").all():
        box.check()
    press(facilitator, "Responder los marcados")
    facilitator.get_by_label("Aceptado en parte").check()
    facilitator.get_by_label("Razones").fill(REASONS)
    facilitator.get_by_label("Qué cambió en el plan").fill(CHANGED)
    press(facilitator, "Revisar antes de publicar")
    expect(facilitator.get_by_text("Todavía no se publica.")).to_be_visible()
    press(facilitator, "Publicar la respuesta a 2 comentarios")
    expect(facilitator.get_by_text("Ninguno espera respuesta.")).to_be_visible()
    anyone = visitor()
    _open_the_plan(anyone)
    follow(anyone, "Qué se comentó y qué se respondió")
    expect(anyone.get_by_text("2 comentarios recibidos. Todos tienen respuesta.")).to_be_visible()
    expect(anyone.get_by_text(CHANGED).first).to_be_visible()


def _open_the_review(page: Page, site: Site) -> None:
    """Earlier than announced, with the reason: in some minutes, which pass."""
    soon = site.now().astimezone(ZONE) + timedelta(minutes=10)
    enter_cycle(page, CONSULTATION)
    follow(page, "Cambiar «Plan en revisión pública»")
    page.get_by_label("Día en que abre").fill(f"{soon:%Y-%m-%d}")
    page.get_by_label("Hora en que abre").fill(f"{soon:%H:%M}")
    page.get_by_label("Por qué cambian las fechas").fill("El plan está listo antes.")
    page.get_by_label("Por qué hay menos días de aviso").fill("El plan está listo antes.")
    press(page, "Guardar la etapa")
    expect(page.get_by_text("Guardamos la etapa.")).to_be_visible()
    site.advance(minutes=11)


def _open_the_plan(page: Page) -> None:
    enter_cycle(page, CONSULTATION, "Compromisos")
    follow(page, "Cómo va el plan")


def _comment(page: Page, part: str, words: str) -> None:
    page.get_by_label("Sobre qué parte").select_option(label=part)
    page.get_by_label("Tu comentario").fill(words)
    press(page, "Publicar comentario")
    expect(page.get_by_text("Tu comentario ya está publicado.")).to_be_visible()
    expect(page.get_by_text(words)).to_be_visible()
    check(page)
