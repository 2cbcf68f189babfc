"""How the facilitation admits what waits for its review, with the checklist of the cycle."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.pages import check, follow, press, state

WAITING = "Revisa las propuestas que esperan decisión"


def admit(page: Page, title: str, *, of: str = "") -> None:
    """From the home page, in the cycle that is said, to the page of what is admitted."""
    follow(page, WAITING, of=of)
    follow(page, title)
    page.get_by_role("link", name="Revisarla").press("Enter")
    for met in page.get_by_label("Cumple", exact=True).all():
        met.check()
    page.get_by_label("Admitir: cumple los criterios").check()
    page.get_by_label("Razón general").fill("Responde a una problemática del ciclo.")
    press(page, "Registrar la decisión")
    expect(page.get_by_text("Quedó registrada la decisión.")).to_be_visible()
    expect(state(page)).to_have_text("Admitida")
    check(page)
