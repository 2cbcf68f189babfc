"""Way 4, second half: a secret ballot is cast, changed, survives the death of the server, is counted and is found."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.ballots import enter_contest, find_receipt, receipt_on, review, vote, wait_for_result
from tests.journeys.pages import Visitor, follow, sign_in_as
from tests.journeys.site import Site

QUESTION = "¿Cuáles de estas tres propuestas deben sumarse al plan local?"


def test_every_ballot_that_got_a_receipt_is_counted_once(visitor: Visitor, site: Site) -> None:
    changed = _vote_and_change(visitor())
    late, unlucky = visitor(may_be_cut=True), visitor(may_be_cut=True)
    for page, role in ((late, "facilitadora"), (unlucky, "contraparte")):
        sign_in_as(page, role)
        enter_contest(page, QUESTION)
        review(page, "Sí")
    _deposit_without_waiting(unlucky)
    site.kill()
    _deposit_without_waiting(late)
    expect(late.get_by_role("heading", name="Revisa tu boleta")).to_have_count(0)
    site.start()
    receipts = [changed, _vote_after_the_kill(late), _vote_after_the_kill(unlucky)]
    site.advance(days=10)
    reader = visitor()
    enter_contest(reader, QUESTION)
    wait_for_result(reader)
    expect(reader.get_by_text("3 boletas contadas")).to_be_visible()
    for receipt in receipts:
        find_receipt(reader, receipt)
        follow(reader, "Volver al resultado")


def _vote_and_change(page: Page) -> str:
    """Yes, then no: only the second receipt holds."""
    sign_in_as(page, "participante")
    enter_contest(page, QUESTION)
    first = vote(page, "Sí")
    follow(page, "Volver a la votación")
    expect(page.get_by_text("Ya votaste")).to_be_visible()
    changed = vote(page, "No")
    assert changed != first
    return changed


def _deposit_without_waiting(page: Page) -> None:
    """Press the button and let the page go where it goes."""
    page.evaluate("""
        const button = [...document.querySelectorAll("button")].find((one) => one.textContent.includes("Depositar"));
        button.click();
    """)


def _vote_after_the_kill(page: Page) -> str:
    """Whoever saw a receipt keeps it; whoever did not opens the site again and votes."""
    if page.get_by_text("Este es tu comprobante").count():
        return receipt_on(page)
    page.goto("/")
    enter_contest(page, QUESTION)
    return vote(page, "Sí")
