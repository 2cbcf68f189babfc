"""Journeys: real Chromium against a real server on a real database, as people would use it.

All of a database's journeys share one server, whose clock only moves forward. A journey moves it by less than the
stages that the others need have left: hours, and once, in `test_voting.py`, ten days.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import PATIENCE
from tests.journeys import pages
from tests.journeys.pages import DESK, PHONE, Visitor, Watch, without_scripts
from tests.journeys.site import Site, served

# The seven ways are walked on both databases. What is beside them is the browser's own affair and is walked on one,
# so that all tests stay within minutes; what it asks of the database is tested on both elsewhere.
WALKED_ON_ONE = {
    "test_administering": "postgresql",
    "test_agreeing": "postgresql",
    "test_assessing": "sqlite",
    "test_breakouts": "sqlite",
    "test_capturing": "sqlite",
    "test_commenting": "sqlite",
    "test_conducting": "postgresql",
    "test_conversing": "sqlite",
    "test_drafting": "postgresql",
    "test_facilitating": "postgresql",
    "test_filling": "sqlite",
    "test_finding": "postgresql",
    "test_importing": "sqlite",
    "test_merging": "postgresql",
    "test_minuting": "sqlite",
    "test_papers": "postgresql",
    "test_plan_review": "sqlite",
    "test_seating": "sqlite",
    "test_similar": "postgresql",
    "test_statements": "postgresql",
    "test_taking_turns": "sqlite",
    "test_weight": "sqlite",
    "test_workshops": "sqlite",
    "test_writing": "sqlite",
}


# Less than the 45 seconds after which a room asks by itself for what it was not told.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is no way of the issue is walked on one database."""
    spared = []
    for item in items:
        if Path(__file__).parent in item.path.parents:
            kind = item.callspec.params["database_kind"] if hasattr(item, "callspec") else "none"
            item.add_marker(pytest.mark.browser)
            if WALKED_ON_ONE.get(item.path.stem, kind) != kind and config.getoption("--database") == "both":
                spared.append(item)
    config.hook.pytest_deselected(items=spared)
    items[:] = [item for item in items if item not in set(spared)]


@pytest.fixture(scope="session", autouse=True)
def sound_pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where all processes of this run note the shapes of pages in which axe found nothing wrong."""
    own = tmp_path_factory.getbasetemp()
    pages.SOUND = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sound-pages"
    pages.SOUND.mkdir(exist_ok=True)


@pytest.fixture(scope="session")
def site(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of all journeys of a database."""
    with served(database_kind, tmp_path_factory.mktemp("journey")) as found:
        yield found


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    """`visitor()` opens a fresh browser profile on the home page.

    `scripts=False` and `phone=True` as named; `may_be_cut=True` when the journey takes the server away, so that the
    browser's complaints about that are no fault of the page.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_profile(*, scripts: bool = True, phone: bool = False, may_be_cut: bool = False) -> Page:
        context = browser.new_context(
            java_script_enabled=scripts,
            viewport=PHONE if phone else DESK,
            locale="es-MX",
            base_url=site.url,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE * 1000)
        page, watch = context.new_page(), Watch(site.url, may_be_cut)
        watch.over(page)
        opened.append((context, watch))
        if not scripts:
            without_scripts.add(page)
        page.goto("/")
        return page

    yield open_profile
    for context, _watch in opened:
        context.close()
    faults = [fault for _context, watch in opened for fault in watch.faults]
    assert not faults, "\n".join(dict.fromkeys(faults))
