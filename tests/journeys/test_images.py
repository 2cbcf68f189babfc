"""The picture of the README is taken by the tests: `make images` keeps the one that this journey takes."""

from __future__ import annotations

import os
from pathlib import Path

from cocrea.config import PROJECT
from tests.journeys.pages import LOCAL, Visitor, enter_cycle

PICTURE = PROJECT / "docs" / "images" / "cycle.png"
SMALL = 200_000
PNG = b"\x89PNG\r\n\x1a\n"


def test_the_readme_shows_a_picture_of_a_cycle(visitor: Visitor, tmp_path: Path) -> None:
    page, taken = visitor(), tmp_path / "cycle.png"
    page.set_viewport_size({"width": 1000, "height": 1180})
    enter_cycle(page, LOCAL)
    page.screenshot(path=taken, animations="disabled")
    assert _is_small_picture(taken)
    if os.environ.get("COCREA_WRITE_IMAGES"):
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(taken.read_bytes())
    assert _is_small_picture(PICTURE)
    assert f"({PICTURE.relative_to(PROJECT)})" in (PROJECT / "README.md").read_text()


def _is_small_picture(path: Path) -> bool:
    found = path.read_bytes()
    return found.startswith(PNG) and len(found) < SMALL
