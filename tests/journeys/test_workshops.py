"""A facilitator writes down what was said in a workshop: by keyboard, without a connection, and never twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.pages import CONSULTATION, Visitor, check, enter_cycle, follow, open_row, sign_in_as

WORKSHOP = "Jornada: Casa ejidal"
FORGET_CAUSES = """async (title) => {
  const { keep, waiting } = await import("/static/js/entries.js");
  const { causes, ...older } = (await waiting(document.querySelector("[data-workshop]").dataset.workshop)).find(
    (entry) => entry.title === title,
  );
  await keep(older);
}"""  # as entries were kept before they had causes
READY = "Esta página ya abre en este equipo sin conexión."


def begin(page: Page, *, ready: bool = True) -> int:
    """To the page of entry, by links; how many are entered already."""
    sign_in_as(page, "facilitadora")
    enter_cycle(page, CONSULTATION, "Jornadas")
    open_row(page, WORKSHOP)
    follow(page, "Escribir lo que se dijo")
    if ready:
        expect(page.get_by_text(READY)).to_be_visible()
    return count(page)


def count(page: Page) -> int:
    return int(page.locator("[data-count]").inner_text())


def say(page: Page, title: str) -> None:
    """By keyboard: the sentence and Enter, as the focus lies."""
    expect(page.get_by_label("Qué pasa", exact=True)).to_be_focused()
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Qué pasa", exact=True)).to_have_value("")


def expect_once(page: Page, before: int, titles: list[str]) -> None:
    """On the page as the server has it, each is there once."""
    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(page.locator("[data-count]")).to_have_text(str(before + len(titles)))
    page.reload()
    assert count(page) == before + len(titles)
    for title in titles:
        expect(page.get_by_role("link", name=title, exact=True)).to_have_count(1)


def test_thirty_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor()
    before = begin(page)
    page.get_by_label("A quién afecta").fill("A la colonia")
    page.get_by_label("Qué pasa", exact=True).focus()
    titles = [f"Dicho con el teclado {number}" for number in range(1, 31)]
    for title in titles:
        say(page, title)
    expect(page.locator("[data-count]")).to_have_text(str(before + 30))
    check(page)
    page.reload()
    assert count(page) == before + 30


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_what_is_typed_without_a_connection_is_sent_later(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone, may_be_cut=True)
    before, address = begin(page), page.url
    page.context.set_offline(True)
    titles = [f"Dicho sin conexión {number} ({'teléfono' if phone else 'mesa'})" for number in range(1, 4)]
    page.get_by_label("Por qué pasa").fill("Porque nadie cuida el pozo")
    page.get_by_label("Qué pasa", exact=True).focus()
    for title in titles[:2]:
        say(page, title)
        expect(page.get_by_label("Por qué pasa")).to_have_value("")
    page.evaluate(FORGET_CAUSES, titles[1])
    expect(page.get_by_text("No hay conexión.")).to_be_visible()
    check(page)
    page.close()
    again = page.context.new_page()
    again.goto(address)
    expect(again.locator("[data-queue-count]")).to_have_text("2")
    say(again, titles[2])
    expect(again.locator("[data-queue-count]")).to_have_text("3")
    again.context.set_offline(False)
    again.get_by_role("button", name="Son mías: enviarlas").click()  # the kept page does not know whose the third is
    expect_once(again, before, titles)
    follow(again, titles[0])
    expect(again.get_by_text("Porque nadie cuida el pozo")).to_be_visible()


def test_when_the_answer_is_lost_it_is_kept_once(visitor: Visitor) -> None:
    page = visitor(may_be_cut=True)
    before = begin(page)
    lost = []

    def lose(route: Route) -> None:
        """It arrives and is kept; the answer does not come back."""
        route.fetch()
        lost.append(route.request.url)
        route.abort("connectionreset")

    page.route(re.compile(r"/captura/envio$"), lose, times=1)
    with page.expect_event("requestfailed"):
        say(page, "Dicho cuya respuesta se perdió")
    assert len(lost) == 1
    expect(page.locator("[data-queue-count]")).to_have_text("1")
    page.reload()
    expect_once(page, before, ["Dicho cuya respuesta se perdió"])


def test_an_expired_session_keeps_what_was_typed(visitor: Visitor) -> None:
    page = visitor(may_be_cut=True)
    before = begin(page)
    page.context.clear_cookies()
    say(page, "Dicho con la sesión caducada")
    way_back = page.get_by_role("link", name="Entra otra vez para enviarlas")
    expect(way_back).to_be_visible()
    check(page)
    address = page.url
    page.goto("/")
    sign_in_as(page, "facilitadora")
    page.goto(address)
    expect_once(page, before, ["Dicho con la sesión caducada"])


def test_without_scripts_the_same_page_keeps_what_is_sent(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    before = begin(page, ready=False)
    page.get_by_label("Qué pasa", exact=True).fill("Dicho sin scripts")
    page.get_by_label("A quién afecta").fill("A la colonia")
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.get_by_text("Guardada. Sigue con la próxima.")).to_be_visible()
    assert count(page) == before + 1


def refuse(page: Page, status: int, message: str) -> None:
    """From now on the server answers so to what is sent."""
    page.unroute_all()
    page.route(
        re.compile(r"/captura/envio$"),
        lambda route: route.fulfill(
            status=status, content_type="application/json", body=f'{{"message": "{message}"}}'
        ),
    )


def test_sent_twice_in_a_moment_it_is_kept_once_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    page = visitor()
    before = begin(page)
    page.get_by_label("A quién afecta").fill("A la colonia")
    page.get_by_label("Qué pasa", exact=True).fill("Dicho con dos toques")
    left = page.locator("#captura").evaluate(
        """form => {
          form.requestSubmit(); form.requestSubmit();
          form.elements.title.value = "Y ya empecé otra";
          return new Promise(done => setTimeout(() => done(form.elements.title.value), 500));
        }"""
    )
    assert left == "Y ya empecé otra"
    page.get_by_label("Qué pasa", exact=True).fill("")
    expect_once(page, before, ["Dicho con dos toques"])


def test_a_refused_one_is_corrected_without_losing_what_is_being_typed(visitor: Visitor) -> None:
    page = visitor(may_be_cut=True)
    before = begin(page)
    refuse(page, 422, "Elige el tema que más se acerca.")
    page.get_by_label("A quién afecta").fill("A la colonia")
    page.get_by_label("Qué pasa", exact=True).focus()
    say(page, "Dicho con error")
    expect(page.get_by_text("No se enviaron: cada una dice por qué.")).to_be_visible()
    check(page)
    page.get_by_label("Qué pasa", exact=True).fill("A medias")
    page.get_by_role("button", name="Corregirla").click()
    expect(page.get_by_text("Guarda o borra primero lo que estás escribiendo")).to_be_visible()
    expect(page.get_by_label("Qué pasa", exact=True)).to_have_value("A medias")
    page.get_by_label("Qué pasa", exact=True).fill("")
    page.get_by_role("button", name="Corregirla").click()
    expect(page.get_by_label("Qué pasa", exact=True)).to_have_value("Dicho con error")
    expect(page.locator("[data-queue-count]")).to_have_text("1")
    page.unroute_all()
    page.get_by_label("Qué pasa", exact=True).fill("Dicho y corregido")
    page.keyboard.press("Enter")
    expect(page.locator("[data-queue]")).to_be_hidden()
    fresh = page.locator("[data-sent] .row").first
    expect(fresh.get_by_role("link", name="Retirar «Dicho y corregido»")).to_be_visible()
    expect_once(page, before, ["Dicho y corregido"])


def test_who_may_no_longer_write_reads_and_copies_what_is_left(visitor: Visitor) -> None:
    page = visitor(may_be_cut=True)
    begin(page)
    page.route(re.compile(r"/captura/sesion$"), lambda route: route.fulfill(status=403, body="no"))
    page.get_by_label("A quién afecta").fill("A la colonia")
    page.get_by_label("Qué pasa", exact=True).focus()
    say(page, "Dicho sin permiso")
    expect(page.get_by_text("Tu cuenta ya no puede registrar")).to_be_visible()
    page.locator("[data-queue-list] summary").click()
    expect(page.locator("[data-queue-list] [data-copy]")).to_contain_text("A la colonia")
    check(page)


def test_signing_out_takes_the_kept_page_away(visitor: Visitor) -> None:
    page = visitor(may_be_cut=True)
    begin(page)
    kept = "async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]"
    assert page.evaluate(kept) != [[], 0]
    page.locator(".site-tools summary").click()
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.get_by_role("link", name="Entrar", exact=True).first).to_be_visible()
    assert page.evaluate(kept) == [[], 0]
