"""Way 4: a proposal is published from a problem, admitted, put to the vote, voted, counted and selected."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.ballots import find_receipt, vote, wait_for_result
from tests.journeys.pages import (
    LOCAL,
    Visitor,
    check,
    enter_cycle,
    first_row,
    follow,
    go_home,
    press,
    reload_until,
    sign_in_as,
    state,
)
from tests.journeys.site import Site

PROPOSAL = "Avisar por radio qué día llega la pipa"
QUESTION = "¿Llevamos al plan el aviso por radio?"
ZONE = ZoneInfo("America/Mexico_City")


def test_a_proposal_goes_from_a_problem_to_a_vote(visitor: Visitor, site: Site) -> None:
    author, facilitator = visitor(), visitor()
    sign_in_as(author, "participante")
    _publish_from_a_problem(author)
    sign_in_as(facilitator, "facilitadora")
    _admit(facilitator)
    _call_the_vote(facilitator, site.now())
    site.advance(minutes=3)
    go_home(author)
    reload_until(author, author.get_by_text(QUESTION))
    follow(author, "Vota antes del cierre", of=QUESTION)
    receipt = vote(author, "Sí")
    site.advance(minutes=90)
    follow(author, "Volver a la votación")
    wait_for_result(author)
    expect(author.get_by_text("Aprobada", exact=True)).to_be_visible()
    find_receipt(author, receipt)
    follow(author, "Volver al resultado")
    follow(author, PROPOSAL)
    expect(state(author)).to_have_text("Seleccionada")
    expect(author.get_by_role("heading", name="Su compromiso")).to_be_visible()


def _publish_from_a_problem(page: Page) -> None:
    enter_cycle(page, LOCAL, "Problemáticas")
    first_row(page)
    problem = page.get_by_role("heading", level=1).inner_text()
    follow(page, "Proponer qué hacer")
    page.get_by_label("Título").fill(PROPOSAL)
    page.get_by_label("¿Qué hay que hacer?").fill("Un aviso diario, en **las lenguas del lugar**.")
    page.get_by_label("¿A quién beneficia?").fill("A quien espera sin saber.")
    press(page, "Guardar borrador")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(PROPOSAL))
    check(page)
    press(page, "Publicar propuesta")
    expect(page.get_by_text("Tu propuesta ya es pública.")).to_be_visible()
    expect(page.get_by_role("link", name=problem)).to_be_visible()
    check(page)


def _admit(page: Page) -> None:
    follow(page, "Revisa las propuestas que esperan decisión")
    follow(page, PROPOSAL)
    for met in page.get_by_label("Cumple", exact=True).all():
        met.check()
    page.get_by_label("Admitir: cumple los criterios").check()
    page.get_by_label("Razón general").fill("Responde a una problemática del ciclo.")
    press(page, "Registrar la decisión")
    expect(page.get_by_text("Quedó registrada la decisión.")).to_be_visible()
    expect(state(page)).to_have_text("Admitida")
    check(page)


def _call_the_vote(page: Page, now: datetime) -> None:
    """From the proposal just admitted: it opens in two minutes, for an hour."""
    follow(page, "Ponerla a votación")
    opens = (now + timedelta(minutes=2)).astimezone(ZONE)
    page.get_by_label("Pregunta").fill(QUESTION)
    page.get_by_label("Toda persona con cuenta confirmada").check()
    page.get_by_label("Abre").fill(f"{opens:%Y-%m-%dT%H:%M}")
    page.get_by_label("Cierra").fill(f"{opens + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    press(page, "Convocar la votación")
    expect(page.get_by_role("heading", level=1)).to_contain_text(QUESTION)
    expect(state(page)).to_have_text("Por abrir")
    check(page)
