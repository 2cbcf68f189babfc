"""What every journey does on a page: look for what is wrong with it, find its way by the words that people see."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakSet

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, expect

from tests.conftest import PATIENCE

CONSULTATION, LOCAL, FOURTH = "Quinto Plan de Acción", "Plan local de Oaxaca", "Cuarto Plan de Acción"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Axe().axe_script
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
# What axe judges by: elements, their attributes and whether they hold text. Addresses, figures and words make no other
# page of it, unless two elements share an id.
SHAPE = """
() => {
  const left = /^(href|src|value|datetime|content|action|d|x|y|cx|cy|width|height|data-.*)$/;
  const told = ({ name, value }) => (left.test(name) ? name : `${name}=${value.replace(/[0-9]+/g, "0")}`);
  const holdsText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const shape = (element) =>
    [element.tagName, ...[...element.attributes].map(told), element.checkVisibility(), holdsText(element)].join(" ");
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const elements = [...document.querySelectorAll("*")];
  return [innerWidth, ids.length - new Set(ids).size, ...elements.map(shape)].join("\\n");
}
"""
# Every script that the page asks for is at work: what people do at leisure journeys do at once.
STARTED = """
async () => {
  if (document.readyState !== "complete") await new Promise((whole) => addEventListener("load", whole));
  const elements = [...document.querySelectorAll("[data-controller]")];
  const asked = elements.flatMap((element) => element.dataset.controller.split(/\\s+/));
  await Promise.all(asked.map((name) => import(`/static/js/controllers/${name}.js`)));
}
"""
# Where the shapes are kept in which axe found nothing wrong, for all processes of a run: conftest.py says.
SOUND = Path()
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
EXPECTED = "Failed to load resource: the server responded with a status of 4"
CUT = re.compile(
    r"net::ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET|INTERNET_DISCONNECTED)|WebSocket connection to \S+ failed"
)

Visitor = Callable[..., Page]
without_scripts: WeakSet[Page] = WeakSet()  # axe is a script: their pages are checked where another visitor sees them


@dataclass
class Watch:
    """What went wrong on the pages of one visitor."""

    origin: str
    may_be_cut: bool = False
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("request", self._on_request)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._is_expected(message.text):
            self.faults.append(f"console: {message.text} at {message.location.get('url')}")

    def _is_expected(self, text: str) -> bool:
        """Chromium logs every 4xx answer as an error; journeys that provoke one assert its page instead."""
        return text.startswith(EXPECTED) or bool(self.may_be_cut and CUT.search(text))

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:", self.origin.replace("http", "ws", 1))):
            self.faults.append(f"off origin: {request.url}")


def check(page: Page) -> None:
    """See that nothing sticks out sideways, and run axe on the page as it stands now; once in a run where several
    journeys meet the same page in the same shape, because axe takes as long as everything else they do."""
    if page in without_scripts:
        return
    wait_for_scripts(page)
    overflow = _steadily(page, lambda: page.evaluate(OVERFLOW))
    assert overflow <= 0, f"{page.url} is {overflow}px wider than the screen"
    shape = _steadily(page, lambda: page.evaluate(SHAPE))
    mark = SOUND / hashlib.sha256(shape.encode()).hexdigest()
    if mark.exists():
        return
    violations = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in _steadily(page, lambda: _axe(page))]
    assert not violations, f"{page.url}\n" + "\n".join(violations)
    mark.touch()


def wait_for_scripts(page: Page) -> None:
    """Until what the page does by itself is at work."""
    if page not in without_scripts:
        _steadily(page, lambda: page.evaluate(STARTED))


def _steadily(page: Page, read: Callable[[], Any]) -> Any:
    """What was read of the page; once more where it went on to another meanwhile."""
    try:
        return read()
    except Error:
        page.wait_for_load_state()
        return read()


# From its beginning: what a bar that stays in sight happens to cover after scrolling is no smaller for that.
FROM_THE_TOP = """async options => {
    const at = scrollY;
    scrollTo({ top: 0, behavior: "instant" });
    const told = await axe.run(document, options);
    scrollTo({ top: at, behavior: "instant" });
    return told.violations;
}"""


def _axe(page: Page) -> list[Any]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[Any] = page.evaluate(FROM_THE_TOP, AXE_OPTIONS)
    return found


def sign_in_as(page: Page, role: str) -> None:
    """Use one of the demonstration's one-click sign-ins, on the home page where visitors begin."""
    page.get_by_role("button", name=f"Entrar como {role}").click()
    expect(page.get_by_role("heading", name="Por hacer")).to_be_visible()


def go(page: Page, link: Locator) -> None:
    """Follow a link, and wait until the page behind it is there and works."""
    with page.expect_navigation():
        link.first.click()
    wait_for_scripts(page)


def go_home(page: Page) -> None:
    go(page, page.get_by_role("link", name="Cocrea", exact=True))


def enter_cycle(page: Page, title: str, section: str | None = None) -> None:
    """From anywhere to a cycle, and to one of its sections, by links."""
    go(page, page.get_by_role("navigation", name="Principal").get_by_role("link", name="Ciclos"))
    go(page, page.get_by_role("main").get_by_role("link", name=re.compile(title)))
    if section:
        go(page, page.get_by_role("navigation", name="Este ciclo").get_by_role("link", name=section, exact=True))
    check(page)


def first_row(page: Page) -> None:
    """Open the first thing of a list."""
    go(page, page.get_by_role("main").locator(".rows a"))
    check(page)


def open_row(page: Page, words: str) -> None:
    """Open the thing of a list that says these words, its title or its state."""
    go(page, page.get_by_role("main").get_by_role("listitem").filter(has_text=words).get_by_role("link"))
    check(page)


def follow(page: Page, link: str, *, of: str = "") -> None:
    """A link of the page's own, by its words (in the row that says `of`), and the page behind it."""
    place = page.get_by_role("main")
    if of:
        place = place.get_by_role("listitem").filter(has_text=of)
    expect(place.get_by_role("link", name=link).first, f"«{link}» on {page.url}").to_be_visible()
    go(page, place.get_by_role("link", name=link))
    check(page)


def state(page: Page) -> Locator:
    """In which state the page's header says that its subject is."""
    return page.get_by_role("main").locator(".page-header .state")


def reload_until(page: Page, awaited: Locator) -> None:
    """Load the page again until it shows what a job of the server will have done in a moment."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if awaited.count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{page.url} never showed {awaited}")


def press(page: Page, button: str) -> None:
    """A button of the page's own, by its words. What it does is for the journey to expect."""
    wait_for_scripts(page)
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
