"""No text of people runs: known attacks, hostile strings and made-up ones, read back as a browser would."""

from __future__ import annotations

import json
import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from cocrea.core import text
from cocrea.core.i18n import lazy
from tests.conftest import shared

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
ALLOWED = {"a": {"href", "title", "rel"}}
PAGE = Environment(autoescape=True).from_string('<p title="{{ words }}">{{ words }}</p>')
OWN = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](javascript:alert(1))",
    "![x](https://tracker.example/pixel.png)",
    "<https://example.org/\"onmouseover='alert(1)'>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://e.org "t\\" onmouseover=alert(1)")',
    "`<img src=x onerror=alert(1)>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "# <img src=x onerror=alert(1)>",
]


def _attacks() -> list[str]:
    sanitizer = json.loads(shared("xss", "html5lib_sanitizer_tests1.dat").read_text("utf-8"))
    naughty = shared("xss", "blns.txt").read_text("utf-8").splitlines()
    return [case["input"] for case in sanitizer] + [line for line in naughty if line and not line.startswith("#")]


def _elements(html: str):
    for element in html5lib.parseFragment(html).iter():
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            yield element.tag.removeprefix(NAMESPACE), element.attrib


def _scheme(address: str) -> str:
    """The scheme as a browser finds it: blanks and control characters inside do not count."""
    found = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", address), re.IGNORECASE)
    return found[1].lower() if found else ""


def assert_harmless(html: str) -> None:
    for tag, attributes in _elements(html):
        assert tag in text.TAGS, html
        assert set(attributes) <= ALLOWED.get(tag, set()), html
        assert _scheme(attributes.get("href", "")) in {*text.SCHEMES, ""}, html
    assert "<!--" not in html


def assert_inert(words: str) -> None:
    """Printed by a template, plain text stays text: one element, one attribute, the same words."""
    elements = list(_elements(PAGE.render(words=words)))
    assert [(tag, set(attributes)) for tag, attributes in elements] == [("p", {"title"})]


@pytest.mark.parametrize("source", OWN)
def test_attacks_by_markdown(source):
    assert_harmless(text.to_html(source))
    assert_inert(text.plain(source))


def test_known_attacks_and_hostile_strings():
    attacks = _attacks()
    assert len(attacks) > 500
    for source in attacks:
        assert_harmless(text.to_html(source))
        assert_harmless(text.to_html(f"[x]({source})"))
        assert_harmless(text.to_html(f"`{source}` <{source}> **{source}**"))
        assert_inert(text.plain(source))
        assert_inert(text.block(source))
        text.slugify(source)


@given(st.text(alphabet=st.sampled_from("<>\"'&;:/=`[]()!*_#- \n\tascriptonjv:x0\x00\u202e\u00a0é")))
def test_made_up_strings(source):
    assert_harmless(text.to_html(source))
    assert_inert(text.plain(source))


@given(st.text())
def test_plain_text_is_one_clean_line_and_stays_so(source):
    once = text.plain(source)
    assert text.plain(once) == once
    assert "\n" not in once
    assert "\x00" not in once


def test_formatting_survives():
    html = text.to_html("# Título\n\n**fuerte** y [sitio](https://example.org)\n\n- uno\n- dos")
    assert html.startswith("<h4>Título</h4>")
    assert "<strong>fuerte</strong>" in html
    assert 'href="https://example.org"' in html
    assert 'rel="nofollow ugc noopener noreferrer"' in html
    assert html.count("<li>") == 2


def test_direction_tricks_are_removed():
    assert text.plain("a\u202eb\u2066c\u200bd\ufeff") == "abcd"
    assert text.block("uno\r\ndos") == "uno\ndos"
    assert text.plain("e\u0301") == "é"


def test_fingerprints_tell_texts_apart():
    assert text.fingerprint("ab", "c") != text.fingerprint("a", "bc")
    assert len(text.fingerprint("")) == 64


def test_slugs():
    assert text.slugify("Paz y seguridad pública") == "paz-y-seguridad-publica"
    assert text.slugify("¿?") == "sin-titulo"


@pytest.mark.parametrize("words", OWN)
def test_a_message_with_peoples_text_in_it_is_text(app, words):
    """A lazy string of Flask-Babel says of itself that it is HTML; ours does not."""
    message = lazy("La acción clave «%(title)s» no tiene actividades.", title=words)
    shown = html5lib.parseFragment(PAGE.render(words=message)).find(NAMESPACE + "p")
    assert len(shown) == 0
    assert shown.attrib == {"title": str(message)}
    assert shown.text == str(message)
