"""PDF from our own HTML. The library is the extra `pdf` and needs Pango: without them pages say so, nothing breaks."""

from __future__ import annotations

import base64
from functools import cache
from importlib import import_module
from typing import Any

from cocrea.config import PROJECT
from cocrea.core.cpu import run_apart
from cocrea.core.errors import CocreaError
from cocrea.core.i18n import lazy as _l

SHEETS = PROJECT / "static" / "css" / "pdf"
PAPERS = {"a4": "A4", "carta": "letter"}  # what a person asks for, and what it is called here
FONT = PROJECT / "static" / "vendor" / "public-sans" / "public-sans-latin-wght-normal.woff2"


class Unavailable(CocreaError):
    """This server makes no PDF."""

    status = 503
    title = _l("Este servidor no puede hacer PDF")

    def __init__(self) -> None:
        super().__init__(_l("Falta una biblioteca. Pide a quien lo administra que instale «cocrea[pdf]» y Pango."))


def render(html: str, *, sheet: str, paper: str) -> bytes:
    """A tagged PDF of a whole HTML document, styled by `static/css/pdf/<sheet>.css` alone, on `A4` or `letter`.

    Nothing is fetched: pictures and the font are `data:` addresses.
    """
    return run_apart(_render, html, (SHEETS / f"{sheet}.css").read_text("utf-8"), paper)


def _render(html: str, style: str, paper: str) -> bytes:
    library = _library()
    page = f"@page {{ size: {paper} }}"
    fonts = library.text.fonts.FontConfiguration()
    fetcher = library.urls.URLFetcher(allowed_protocols={"data"})
    styles = [
        library.CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in (page, _font_face(), style)
    ]
    document = library.HTML(string=html, url_fetcher=fetcher)
    written: bytes = document.write_pdf(stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1")
    return written


def _library() -> Any:
    try:
        library = import_module("weasyprint")
        import_module("weasyprint.text.fonts")
    except (ImportError, OSError):
        raise Unavailable from None
    return library


@cache
def _font_face() -> str:
    if not FONT.is_file():
        return ""
    data = base64.b64encode(FONT.read_bytes()).decode()
    return f"@font-face {{ font-family: 'Public Sans'; src: url(data:font/woff2;base64,{data}) }}"
