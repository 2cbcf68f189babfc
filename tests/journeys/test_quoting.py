"""A passage of a draft is commented on a phone by copying its words, and at a desk by marking them; who reads it later
is told that they changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, go, press, sign_in_as
from tests.journeys.site import Site, served

COMMITMENT = "Saber cuándo llega el agua: tablero público por sector"
SECTION, FIELD, KEY = "El problema público", "El problema público", "problem"
ASKED, MARKED = "¿De dónde sale este dato?", "Esto pasa en toda la ciudad."
STANDS, CHANGED = "Sobre este pasaje", "El pasaje cambió desde este comentario"


@pytest.fixture(scope="module")
def site(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One of its own: in the site of the others this commitment may be in the plan already."""
    with served(database_kind, tmp_path_factory.mktemp("quoting")) as found:
        yield found


def test_a_passage_is_commented_and_changes(visitor: Visitor, site: Site) -> None:
    one, other = visitor(phone=True), visitor()
    sign_in_as(one, "participante")
    sign_in_as(other, "institución")
    _open(one)
    words = _words(one)
    _copy(one, " ".join(words[:4]))
    _open(other)
    _mark(other)
    expect(other.get_by_label("El pasaje")).to_have_value(" ".join(words))
    _publish(other, MARKED)
    expect(_said(other, MARKED)).to_contain_text(STANDS)
    _open(other)
    _rewrite(other, " ".join(words[:4]))
    one.reload()
    _open(one)
    expect(_said(one, ASKED)).to_contain_text(STANDS)
    expect(_said(one, MARKED)).to_contain_text(CHANGED)
    check(one)
    go(one, _said(one, ASKED).get_by_role("link", name=STANDS))
    expect(one.locator(f"#texto-{KEY}")).to_be_in_viewport()


def _open(page: Page) -> None:
    enter_cycle(page, LOCAL, "Compromisos")
    follow(page, COMMITMENT)


def _words(page: Page) -> list[str]:
    return page.locator(f"#texto-{KEY} [data-passage-text]").inner_text().split()


def _copy(page: Page, words: str) -> None:
    """What is not in the text is refused, and nothing typed is lost."""
    check(page)
    go(page, _link(page))
    page.get_by_label("El pasaje").fill("Palabras que nadie escribió")
    page.get_by_label("Tu comentario").fill(ASKED)
    check(page)
    press(page, "Publicar comentario")
    expect(page.get_by_text("no están así en el texto de ahora").first).to_be_visible()
    expect(page.get_by_label("Tu comentario")).to_have_value(ASKED)
    check(page)
    page.get_by_label("El pasaje").fill(words)
    _publish(page, ASKED)
    expect(_said(page, ASKED)).to_contain_text(words)


def _mark(page: Page) -> None:
    """The whole field: its words go along with the link."""
    page.locator(f"#texto-{KEY} [data-passage-text] p").click(click_count=3)
    expect(_link(page)).to_have_attribute("href", re.compile(r"\?pasaje="))
    go(page, _link(page))


def _publish(page: Page, words: str) -> None:
    page.get_by_label("Tu comentario").fill(words)
    press(page, "Publicar comentario")
    expect(page.get_by_text("Tu comentario ya está publicado.")).to_be_in_viewport()
    check(page)


def _rewrite(page: Page, kept: str) -> None:
    """All but the words that the first comment is on."""
    go(page, page.get_by_role("link", name=SECTION).first)
    page.get_by_label(FIELD, exact=True).fill(f"Hoy, {kept} en la colonia.")
    press(page, "Guardar y seguir")


def _link(page: Page) -> Locator:
    return page.locator(f"#texto-{KEY}").get_by_role("link", name="Comentar un pasaje")


def _said(page: Page, words: str) -> Locator:
    return page.locator("li.comment").filter(has_text=words)
