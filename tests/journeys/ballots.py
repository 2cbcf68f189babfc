"""Voting in the browser, as the journeys of voting and of proposing do it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.pages import LOCAL, check, enter_cycle, open_row, press, reload_until

RECEIPT = re.compile(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b")


def vote(page: Page, choice: str) -> str:
    """On the page of an open contest: the same answer to every proposal, read back and cast; returns the receipt."""
    review(page, choice)
    press(page, "Depositar mi boleta")
    return receipt_on(page)


def review(page: Page, choice: str) -> None:
    """Answer and read the ballot back; nothing is cast yet."""
    for group in page.locator("#boleta fieldset").all():
        group.get_by_label(choice, exact=True).check()
    press(page, "Revisar mi boleta")
    expect(page.get_by_role("heading", name="Revisa tu boleta")).to_be_visible()
    check(page)


def receipt_on(page: Page) -> str:
    """The receipt that the page shows, once."""
    expect(page.get_by_text("Este es tu comprobante")).to_be_visible()
    check(page)
    found = RECEIPT.search(page.get_by_role("main").inner_text())
    assert found
    return found[0]


def enter_contest(page: Page, words: str) -> None:
    """From anywhere to the contest of the local plan whose row says these words."""
    enter_cycle(page, LOCAL, "Votaciones")
    open_row(page, words)


def wait_for_result(page: Page) -> None:
    """On the page of a contest that has just closed."""
    reload_until(page, page.get_by_role("heading", name="Resultado", exact=True))
    check(page)


def find_receipt(page: Page, receipt: str) -> None:
    """From the result to the published list, where the receipt is."""
    page.get_by_label("Tu comprobante").fill(receipt)
    press(page, "Buscar mi comprobante")
    expect(page.get_by_text("Tu boleta está en la urna y fue contada")).to_be_visible()
    check(page)
