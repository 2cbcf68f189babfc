"""A ballot is filled by keyboard, on a phone, without a connection and by dragging; a reload loses nothing of it, and
once it is cast the tab keeps nothing."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page, expect

from tests.journeys.ballots import enter_contest, receipt_on
from tests.journeys.pages import Visitor, check, follow, press, sign_in_as, wait_for_scripts

PLACE, MONEY = "¿Dónde debe reunirse la mesa del agua el año que viene?", "¿En qué se gastan 500 mil pesos"
COURT, HOUSE, SCHOOL = "La cancha del barrio alto", "La casa de la cultura", "La escuela primaria"
KEPT = "() => JSON.stringify([{...sessionStorage}, {...localStorage}])"


def test_a_voter_ranks_by_keyboard_loses_the_connection_and_changes_the_vote(visitor: Visitor) -> None:
    page = visitor(may_be_cut=True)
    sign_in_as(page, "participante")
    enter_contest(page, PLACE)
    for title in (SCHOOL, COURT):
        _press_by_keyboard(page, f"Ordenar: {title}")
    _press_by_keyboard(page, f"Subir: {COURT}", walk="Shift+Tab")
    expect(page.locator("#live-region")).to_have_text(f"{COURT}: lugar 1")
    expect(page.get_by_role("button", name=f"Bajar: {COURT}")).to_be_focused()
    page.context.set_offline(True)
    _press_by_keyboard(page, f"Ordenar: {HOUSE}")
    press(page, "Revisar mi boleta")
    expect(page.locator(".ballot .field__error")).to_contain_text("Sin conexión: no se envió")
    page.context.set_offline(False)
    page.reload()
    wait_for_scripts(page)
    expect(page.locator("[data-restored]")).to_be_visible()
    assert _order(page) == [COURT, SCHOOL, HOUSE]
    check(page)
    first = _cast(page)
    _print(page)
    follow(page, "Volver a la votación")
    expect(page.get_by_text("Ya votaste")).to_be_visible()
    assert _order(page) == []
    _drag(page, HOUSE, onto=COURT)
    assert _order(page) == [HOUSE]
    assert _cast(page) != first


def test_a_budget_is_marked_on_a_phone_and_then_left_blank(visitor: Visitor) -> None:
    page = visitor(phone=True)
    sign_in_as(page, "participante")
    enter_contest(page, MONEY)
    page.get_by_label("Medidores de presión").check()
    page.get_by_label("Letreros con el calendario").check()
    expect(page.locator("#live-region")).to_have_text("Llevas $500,000. Te quedan $0.")
    page.get_by_label("Mensajes de texto").check()
    expect(page.locator("#live-region")).to_have_text("Te pasas por $96,000 de $500,000: quita algo.")
    check(page)
    press(page, "Revisar mi boleta")
    expect(page.get_by_text("cuesta más que el presupuesto").first).to_be_visible()
    expect(page.get_by_label("Mensajes de texto")).to_be_checked()
    check(page)
    press(page, "Votar en blanco")
    expect(page.get_by_text("La boleta está en blanco")).to_be_visible()
    check(page)
    _deposit(page)


def _press_by_keyboard(page: Page, name: str, walk: str = "Tab") -> None:
    """Walk there with the tabulator, as who sees no pointer does, and press it."""
    wait_for_scripts(page)
    button = page.get_by_role("button", name=name, exact=True)
    for _step in range(60):
        if button.evaluate("element => element === document.activeElement"):
            return page.keyboard.press("Enter")
        page.keyboard.press(walk)
    raise AssertionError(f"the keyboard never reached «{name}»")


def _order(page: Page) -> list[str]:
    """The titles of what is ranked, the first first."""
    wait_for_scripts(page)
    return page.locator("[data-item]:not(.ranking__item--out) label").all_inner_texts()


def _drag(page: Page, title: str, *, onto: str) -> None:
    """By the handle, with a pointer."""
    _point(page, title)
    page.mouse.down()
    _point(page, onto)
    page.mouse.up()


def _point(page: Page, title: str) -> None:
    handle: Locator = page.locator("[data-item]").filter(has_text=title).locator("[data-mark]")
    handle.hover()


def _cast(page: Page) -> str:
    press(page, "Revisar mi boleta")
    expect(page.get_by_role("heading", name="Revisa tu boleta")).to_be_visible()
    check(page)
    return _deposit(page)


def _deposit(page: Page) -> str:
    """Into the box; from here on the tab knows nothing of it."""
    press(page, "Depositar mi boleta")
    receipt = receipt_on(page)
    wait_for_scripts(page)
    page.wait_for_function("() => sessionStorage.length === 0")
    assert json.loads(page.evaluate(KEPT)) == [{}, {}]
    return receipt


def _print(page: Page) -> None:
    """The receipt fits on one sheet."""
    expect(page.get_by_role("button", name="Imprimir mi comprobante")).to_be_visible()
    assert page.pdf(format="Letter").count(b"/Type /Page\n") == 1
