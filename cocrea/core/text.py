"""People's text: cleaned once on the way in (markdown → bleach → nh3), source kept beside the HTML.

Two sanitizers in a row, because bleach is no longer maintained: what one lets through the other must also allow.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

import bleach
import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code", "h3", "h4", "hr"})
ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = frozenset({"http", "https", "mailto"})
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable(["image"])
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")
_HEADING = re.compile(r"<(/?)h[1256]>")


def plain(text: str | None) -> str:
    """One line of plain text: normalised (NFC), without control or direction-override characters."""
    return _SPACES.sub(" ", block(text)).strip()


def block(text: str | None) -> str:
    """Several lines of plain text, normalised like `plain`, line breaks kept. Cleaned again it stays as it is."""
    kept = unicodedata.normalize("NFC", _CONTROL.sub("", text or ""))
    return kept.replace("\r\n", "\n").replace("\r", "\n").strip()


def to_html(source: str) -> str:
    """Safe HTML for a markdown source. Headings become h3/h4, images and raw HTML are dropped or escaped."""
    rendered = _HEADING.sub(r"<\1h4>", _markdown.render(source))
    cleaned = bleach.clean(rendered, tags=TAGS, attributes={"a": ["href", "title"]}, protocols=SCHEMES, strip=True)
    return nh3.clean(
        cleaned,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="nofollow ugc noopener noreferrer",
    )


def trusted(html: str | None) -> Markup:
    """Mark stored HTML that came out of `to_html` as safe to print: the only place that does so."""
    return Markup(html or "")  # noqa: S704 - sanitised on write


def fingerprint(*texts: str) -> str:
    """SHA-256 of texts, in hex: what the public history keeps instead of the text itself."""
    return sha256("\x1f".join(texts).encode()).hexdigest()


def fold(text: str) -> str:
    """Lower case without accents, for comparing and searching."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def folded(text: str | None) -> str:
    """A text as one line without capitals, accents or spaces that count: who types the same again says the same."""
    return fold(plain(text))


def slugify(text: str, limit: int = 60, *, taken: str = "") -> str:
    """A URL part from a title: `Paz y seguridad pública` → `paz-y-seguridad-publica`. `taken` is another page's."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:limit].strip("-") or "sin-titulo"
    return f"{slug}-1" if slug == taken else slug
