"""The first page is light: 150 KB with everything it needs, as the server itself sends it, without a proxy's help."""

from __future__ import annotations

from playwright.sync_api import Response

from tests.journeys.pages import Visitor

LIGHT = 150 * 1024
NEEDED = {"text/html", "text/css", "text/javascript", "font/woff2", "image/svg+xml"}


def test_the_first_page_with_all_it_needs_is_light(visitor: Visitor) -> None:
    page, answers = visitor(), list[Response]()
    page.wait_for_load_state("networkidle")  # nothing of the first time comes in between
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it is given
    page.reload(wait_until="networkidle")
    with page.expect_response("**/*.svg"):  # a browser without a window asks for no icon
        page.evaluate("fetch(document.querySelector('link[rel=icon]').href)")
    assert {answer.status for answer in answers} == {200}
    assert {answer.headers["content-type"].partition(";")[0] for answer in answers} == NEEDED
    weights = {answer.url: _weight(answer) for answer in answers}
    assert sum(weights.values()) < LIGHT, sorted(weights.items(), key=lambda item: -item[1])


def _weight(answer: Response) -> int:
    """Headers and body as they cross the wire."""
    sizes = answer.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]
