"""Walking the demonstration as a visitor and as each of the one-click people: every link leads somewhere."""

from __future__ import annotations

import re
from collections import Counter, deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from cocrea.accounts.queries import DEMO_KEYS, credential_by_email
from cocrea.extensions import db
from tests.conftest import Client

EVERY_PAGE = 2000  # for the visitor: more than there are
SOME_PAGES = 400
ALIKE = 8  # of pages that differ in a number only, for those who walk some
MOST_VARIANTS = 3  # of one page with different filters
NUMBER = re.compile(r"(?<=[-/])\d+\b")  # of a reference or a record
GOOD = {200, 302, 303}
MOST_STATEMENTS = 10
OF_A_PROPOSAL = 12  # all that belongs to one meets on its page
OF_A_BOARD = 12  # and all of a plan on its board
OF_PAPERS = 12  # and all of a booth, its papers or its contest where they are read
BOARD = re.compile(r"/ciclos/[a-z0-9-]+/tablero(\?.*)?")
PAPERS = re.compile(r"/votaciones/[A-Z0-9-]+/(escrutinio|casillas.*|boletas.json|canales.csv)(\?.*)?")
PROPOSAL = re.compile(r"/propuestas/[A-Z0-9-]+(\?.*)?")
DOWNLOADS = ("datos.json",)  # of everything one has said: a statement per table
SECTIONS = (
    "temas",
    "problematicas",
    "afirmaciones",
    "mesas",
    "propuestas",
    "votaciones",
    "compromisos",
    "tablero",
    "plan",
)


class Links(HTMLParser):
    """The targets of a page's links, pictures, styles and scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        target = named.get("href") if tag in {"a", "link"} else named.get("src")
        if target:
            self.found.append(target)


class Walk:
    """Breadth-first through the site from the home page."""

    def __init__(self, client: Client, count_queries: Any, pages: int, alike: int) -> None:
        self.client = client
        self.count_queries = count_queries
        self.pages = pages
        self.alike = alike
        self.queue = deque(["/"])
        self.known = {"/"}
        self.seen: Counter[str] = Counter()
        self.visited: list[str] = []
        self.broken: list[str] = []

    def go(self) -> Walk:
        while self.queue and len(self.visited) < self.pages:
            self.visit(*self.queue.popleft().partition(" from ")[::2])
        return self

    def visit(self, path: str, origin: str) -> None:
        self.visited.append(path)
        db.session.expunge_all()  # as every request of a server finds it
        try:
            with self.count_queries() as log:
                answer = self.client.get(path)
        except Exception as error:  # noqa: BLE001 - under test crashes come through: the walk goes on, to name them all
            self.broken.append(f"{type(error).__name__}: {error} {path} (from {origin})")
            return
        if answer.status_code not in GOOD:
            self.broken.append(f"{answer.status_code} {path} (from {origin})")
        limits = {PROPOSAL: OF_A_PROPOSAL, BOARD: OF_A_BOARD, PAPERS: OF_PAPERS}
        most = next((limit for page, limit in limits.items() if page.fullmatch(path)), MOST_STATEMENTS)
        if f"{path}/escrutinio".encode() in answer.data:  # the page of a vote that had booths
            most = OF_PAPERS
        if len(log) > most and not path.endswith(DOWNLOADS):
            self.broken.append(f"{len(log)} statements: {path} (from {origin})")
        if answer.status_code != 200:
            self.meet(answer.headers.get("Location", ""), path)
        elif answer.mimetype == "text/html":
            links = Links()
            links.feed(answer.text)
            for target in links.found:
                self.meet(target, path)

    def meet(self, target: str, page: str) -> None:
        address = urldefrag(urljoin(f"http://localhost{page}", target)).url
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc != "localhost" or parts.scheme != "http" or path in self.known:
            return
        self.known.add(path)
        self.seen[parts.path] += 1
        shape = f"like {NUMBER.sub('#', parts.path)}"
        self.seen[shape] += 1
        if self.seen[parts.path] <= MOST_VARIANTS and self.seen[shape] <= self.alike:
            self.queue.append(f"{path} from {page}")


def test_a_visitor_reaches_every_page(visitor: Client, count_queries: Any) -> None:
    walk = Walk(visitor, count_queries, EVERY_PAGE, EVERY_PAGE).go()
    assert not walk.broken
    assert not walk.queue
    reached = {path.partition("?")[0].split("/")[-1] for path in walk.visited}
    assert reached >= set(SECTIONS)


@pytest.mark.parametrize("who", DEMO_KEYS)
def test_every_link_leads_somewhere(visitor: Client, count_queries: Any, who: str) -> None:
    credential = credential_by_email(f"{who}@demo.example")
    assert credential is not None
    walk = Walk(visitor.sign_in(credential.person), count_queries, SOME_PAGES, ALIKE).go()
    assert not walk.broken
    assert len(walk.visited) > 100
