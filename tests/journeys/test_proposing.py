"""Way 4: a proposal is published from a problem, admitted, put to the vote, voted, counted and selected; who follows
the problem is told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.ballots import find_receipt, vote, wait_for_result
from tests.journeys.entering import register, sign_in
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
from tests.journeys.reviewing import admit
from tests.journeys.site import Site

PROPOSAL = "Avisar por radio qué día llega la pipa"
FOLLOWER = "quien.sigue@example.org"
QUESTION = "¿Llevamos al plan el aviso por radio?"
ZONE = ZoneInfo("America/Mexico_City")


def test_a_proposal_goes_from_a_problem_to_a_vote(visitor: Visitor, site: Site) -> None:
    author, facilitator, follower = visitor(), visitor(), visitor()
    _follow_the_problem(follower, site)
    sign_in_as(author, "participante")
    _publish_from_a_problem(author)
    sign_in_as(facilitator, "facilitadora")
    admit(facilitator, PROPOSAL)
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
    _find_the_notices(follower)
    _stop_by_the_letter(visitor(), site)
    follower.reload()
    expect(follower.get_by_text("Todavía no sigues nada")).to_be_visible()


def _follow_the_problem(page: Page, site: Site) -> None:
    """Somebody new wants to know at once what becomes of a problem."""
    page.goto("/")
    register(page, site, FOLLOWER, "Quien sigue 01")
    sign_in(page, FOLLOWER)
    enter_cycle(page, LOCAL, "Problemáticas")
    first_row(page)
    press(page, "Seguir")
    expect(page.get_by_role("button", name="Dejar de seguir")).to_be_visible()
    check(page)
    page.get_by_role("main").get_by_role("link", name="Lo que sigo").click()
    page.get_by_label("En cuanto pasa").check()
    press(page, "Guardar cuándo escribirme")
    expect(page.get_by_text("Guardamos cuándo escribirte.")).to_be_visible()
    check(page)


def _find_the_notices(page: Page) -> None:
    """From the proposal to the result, with why they are told."""
    page.goto("/avisos")
    reload_until(page, page.get_by_text("La votación la eligió"))
    for step in ("Se publicó la propuesta", "La revisión la admitió", "Entró a una votación"):
        expect(page.get_by_text(step)).to_be_visible()
    expect(page.get_by_text("Porque sigues:").first).to_be_visible()  # others may propose from the same problem
    check(page)
    follow(page, PROPOSAL)
    expect(page.get_by_role("heading", level=1)).to_contain_text(PROPOSAL)
    page.goto("/lo-que-sigo")


def _stop_by_the_letter(page: Page, site: Site) -> None:
    """Whoever has the letter stops it: nobody is signed in here."""
    letter = next(one for one in reversed(site.letters(FOLLOWER)) if PROPOSAL in one)
    address = re.findall(r"https?://\S*/correos/avisos/\S+", letter)[0]
    page.goto(re.sub(r"^https?://[^/]+", site.url, address))
    check(page)
    press(page, "Dejar de seguir")
    expect(page.get_by_role("heading", name="Ya no lo sigues")).to_be_visible()


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


def _call_the_vote(page: Page, now: datetime) -> None:
    """From the proposal just admitted: it opens in two minutes, for an hour."""
    follow(page, "Ponerla a votación")
    opens = (now + timedelta(minutes=2)).astimezone(ZONE)
    page.get_by_label("Pregunta").fill(QUESTION)
    page.get_by_label("Toda persona con cuenta confirmada").check()
    page.get_by_label("Abre", exact=True).fill(f"{opens:%Y-%m-%dT%H:%M}")
    page.get_by_label("Cierra", exact=True).fill(f"{opens + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    press(page, "Convocar la votación")
    expect(page.get_by_role("heading", level=1)).to_contain_text(QUESTION)
    expect(state(page)).to_have_text("Por abrir")
    check(page)
