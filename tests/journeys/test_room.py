"""Way 3: the live room of a table is the same for everyone, whatever happens to connections and to the server."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import LOCAL, PHONE, Visitor, check, enter_cycle, go, open_row, press, sign_in_as
from tests.journeys.site import Site

TABLE = "Mesa de servicios en lenguas originarias"
CONNECTED = "Conectado: lo nuevo aparece solo."
SLOW_FRAMES = """() => {
    const soon = requestAnimationFrame;
    requestAnimationFrame = (draw) => setTimeout(soon, 500, draw);
}"""
ABOVE = ".room-way, .page-header, .breadcrumbs, .room__tools"


def test_a_room_is_the_same_for_everyone(visitor: Visitor) -> None:
    """Two in scripts and one without: in order, once each, also after the connection was cut."""
    first, second, plain = visitor(), visitor(phone=True, may_be_cut=True), visitor(scripts=False)
    for page, role in ((first, "participante"), (second, "facilitadora"), (plain, "participante")):
        sign_in_as(page, role)
        enter_live_room(page)
    check(first)
    check(second)
    for page in (first, second):
        expect(state(page)).to_have_text(CONNECTED)
    _say(first, "Uno: faltan datos del río")
    expect(said(second, "Uno: faltan datos del río")).to_have_count(1)
    second.get_by_label("Tu mensaje").fill("a medio escribir")
    second.context.set_offline(True)
    expect(state(second)).not_to_have_text(CONNECTED)
    _say(first, "Dos: los pide el comité")
    second.context.set_offline(False)
    expect(said(second, "Dos: los pide el comité")).to_have_count(1, timeout=20_000)
    expect(second.get_by_label("Tu mensaje")).to_have_value("a medio escribir")
    _say(second, "Tres: yo los traigo")
    expect(said(first, "Tres: yo los traigo")).to_have_count(1)
    _say(plain, "Cuatro: sin programas")
    for page in (first, second, plain):
        expect(said(page, "Cuatro: sin programas")).to_have_count(1)
        assert spoken(page, "Uno|Dos|Tres|Cuatro") == ["Uno", "Dos", "Tres", "Cuatro"]


def test_a_room_survives_the_death_of_its_server(visitor: Visitor, site: Site) -> None:
    """What was acknowledged keeps its number; what was not is sent by itself; everyone sees it all once."""
    first, second = visitor(may_be_cut=True), visitor(may_be_cut=True)
    for page, role in ((first, "participante"), (second, "facilitadora")):
        sign_in_as(page, role)
        enter_live_room(page)
        expect(state(page)).to_have_text(CONNECTED)
    _say(first, "Abril: llueve y no hay aviso")
    expect(said(second, "Abril: llueve y no hay aviso")).to_have_count(1)
    acknowledged = _numbered(second)
    _write(first, "Mayo: se secó el pozo")
    site.kill()
    _write(second, "Junio: lo anoto sin conexión")
    _write(first, "Julio: sigo escribiendo")
    for page, month in ((second, "Junio"), (first, "Julio")):
        expect(state(page)).not_to_have_text(CONNECTED)
        expect(page.locator(".chat li").filter(has_text=f"{month}:")).to_contain_text("Por enviar")
    site.start()
    for page in (first, second):
        expect(state(page)).to_have_text(CONNECTED, timeout=30_000)
        for month in ("Abril", "Mayo", "Junio", "Julio"):
            expect(said(page, f"{month}:")).to_have_count(1, timeout=30_000)
        expect(page.get_by_text("Por enviar")).to_have_count(0)
    reader = visitor()
    enter_live_room(reader)
    kept = _numbered(reader)
    assert kept == _numbered(first) == _numbered(second)
    assert kept[: len(acknowledged)] == acknowledged
    assert sorted(spoken(reader, "Abril|Mayo|Junio|Julio")) == ["Abril", "Julio", "Junio", "Mayo"]


def test_a_message_leaves_although_the_browser_keeps_nothing(visitor: Visitor) -> None:
    """Private windows and full disks: what cannot be kept on the device is sent all the same."""
    page, reader = visitor(), visitor()
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    sign_in_as(page, "participante")
    for each in (page, reader):
        enter_live_room(each)
        expect(state(each)).to_have_text(CONNECTED)
    _say(page, "Ocho: desde una ventana privada")
    expect(said(reader, "Ocho: desde una ventana privada")).to_have_count(1)
    expect(page.get_by_text("Por enviar")).to_have_count(0)


def test_a_press_is_taken_whatever_moves_meanwhile(visitor: Visitor) -> None:
    """What was above went away just before a finger came down, on a slow phone: the room waits until it is let go."""
    page = visitor(phone=True)
    sign_in_as(page, "participante")
    enter_live_room(page)
    expect(state(page)).to_have_text(CONNECTED)
    page.get_by_label("Tu mensaje").fill("Nueve: mientras algo se mueve")
    page.evaluate(SLOW_FRAMES)
    page.locator(ABOVE).evaluate_all("all => all.forEach((above) => above.remove())")
    button = page.get_by_role("button", name="Publicar mensaje", exact=True)
    at = button.bounding_box()
    assert at and at["y"] + at["height"] < PHONE["height"]
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(1000)
    page.mouse.up()
    expect(said(page, "Nueve: mientras algo se mueve")).to_have_count(1)
    assert button.bounding_box() != at


def said(page: Page, words: str) -> Locator:
    """Where the transcript shows these words (they are announced elsewhere, too)."""
    return page.locator(".chat").get_by_text(words)


def spoken(page: Page, openings: str) -> list[str]:
    """The openings of what was said that this page shows, in its order."""
    return re.findall(rf"({openings}):", page.locator(".chat").inner_text())


def state(page: Page) -> Locator:
    """What the room says of its connection."""
    return page.locator("[data-room-state]")


def _numbered(page: Page) -> list[tuple[str, str]]:
    """Number and text of everything the page shows as stored, in its order."""
    items = page.locator(".chat [data-seq]")
    return [(str(item.get_attribute("data-seq")), item.locator(".prose").inner_text()) for item in items.all()]


def enter_live_room(page: Page) -> None:
    enter_cycle(page, LOCAL, "Mesas")
    open_row(page, TABLE)
    go(page, page.get_by_role("listitem").filter(has_text="En vivo").get_by_role("link"))


def _write(page: Page, words: str) -> None:
    page.get_by_label("Tu mensaje").fill(words)
    press(page, "Publicar mensaje")


def _say(page: Page, words: str) -> None:
    _write(page, words)
    expect(said(page, words)).to_have_count(1)
