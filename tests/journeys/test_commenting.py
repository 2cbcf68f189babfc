"""A proposal is talked over on a phone and at a desk: for and against, replies two deep and beside, reactions, what is
mended within its minutes, orders and permanent links."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, go, press, sign_in_as
from tests.journeys.site import Site

PROPOSAL = "Descuento por cada día sin agua"
FOR, AGAINST = "Así se arregla más rápido la fuga.", "El organismo no tiene con qué."
MENDED = "Así se arregla más rápido la fuga, y se sabe cuánto costó."


def test_a_proposal_is_talked_over(visitor: Visitor, site: Site) -> None:
    one, other = visitor(phone=True), visitor()
    for page, role in ((one, "participante"), (other, "contraparte")):
        sign_in_as(page, role)
        enter_cycle(page, LOCAL, "Propuestas")
        follow(page, PROPOSAL)
    _take_a_stance(one, "A favor", FOR)
    _take_a_stance(other, "En contra", AGAINST)
    _reply(other, "¿Y quién la paga?", FOR)
    one.reload()
    _reply(one, "El mismo recibo.", FOR, "¿Y quién la paga?")
    other.reload()
    _reply(other, "Entonces no alcanza.", FOR, "¿Y quién la paga?", "El mismo recibo.")
    expect(_said(other, "Entonces no alcanza.")).to_contain_text(re.compile(r"Responde a \S+ Participante 001"))
    _react(other)
    _mend(one, site)
    _read_in_other_orders(one)


def _take_a_stance(page: Page, stance: str, words: str) -> None:
    page.get_by_role("radio", name=stance).check()
    page.get_by_label("Tu comentario").fill(words)
    press(page, "Publicar comentario")
    expect(page.get_by_text("Tu comentario ya está publicado.")).to_be_in_viewport()
    expect(_said(page, words)).to_contain_text(stance)
    check(page)


def _reply(page: Page, words: str, *before: str) -> None:
    """To the last of what was said before, which stays in sight; the whole conversation is a link away."""
    go(page, _said(page, before[-1]).get_by_role("link", name="Responder").first)
    expect(page.get_by_role("blockquote")).to_contain_text(before[-1])
    page.get_by_label("Tu respuesta").fill(words)
    check(page)
    press(page, "Publicar respuesta")
    expect(page.get_by_text("Tu respuesta ya está publicada.")).to_be_in_viewport()
    for said in before:
        expect(_said(page, said)).to_be_visible()
    check(page)
    follow(page, "Ver toda la conversación")
    expect(_said(page, AGAINST)).to_be_visible()


def _react(page: Page) -> None:
    agree = _said(page, FOR).get_by_role("button", name="De acuerdo").first
    agree.click()
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(agree).to_contain_text("1")
    page.reload()
    expect(agree).to_have_attribute("aria-pressed", "true")


def _mend(page: Page, site: Site) -> None:
    """Within its minutes, and not after them; what it said before is read by anyone."""
    go(page, _said(page, FOR).get_by_role("link", name="Corregir").first)
    page.get_by_label("Tu comentario").fill(MENDED)
    press(page, "Publicar la corrección")
    expect(page.get_by_text("Corregiste tu comentario.")).to_be_in_viewport()
    go(page, _said(page, MENDED).get_by_role("link", name="editado").first)
    expect(page.locator("ins")).to_contain_text("y se sabe cuánto costó")
    check(page)
    site.advance(minutes=16)
    page.go_back()
    page.reload()
    expect(_said(page, MENDED).get_by_role("link", name="Corregir")).to_have_count(0)


def _read_in_other_orders(page: Page) -> None:
    """By agreement, and those against alone; a permanent link leads to its place among all."""
    assert _both_in_order(page) == [AGAINST, MENDED]
    page.get_by_label("Orden", exact=True).select_option("Con más acuerdo")
    press(page, "Ver así")
    expect(page).to_have_url(re.compile("orden=apoyados"))
    assert _both_in_order(page) == [MENDED, AGAINST]
    page.get_by_label("Postura", exact=True).select_option("En contra")
    press(page, "Ver así")
    expect(_said(page, AGAINST)).to_be_visible()
    expect(_said(page, MENDED)).to_have_count(0)
    go(page, _said(page, AGAINST).get_by_role("link", name="Enlace permanente"))
    expect(page.locator(".comment--marked")).to_contain_text(AGAINST)
    expect(_said(page, MENDED)).to_be_visible()
    check(page)


def _both_in_order(page: Page) -> list[str]:
    texts = page.locator("#comentarios > .comments > .comment").all_inner_texts()
    return [words for text in texts for words in (MENDED, AGAINST) if words in text]


def _said(page: Page, words: str) -> Locator:
    """The comment that says these words, the innermost that holds them."""
    return page.locator(".comment").filter(has=page.locator("> .prose", has_text=words))
