"""Templates compile, and nothing in them escapes the text pipeline or the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cocrea.config import PROJECT

TEMPLATES = sorted((PROJECT / "templates").rglob("*.html")) + sorted((PROJECT / "templates").rglob("*.txt"))
FORBIDDEN = {
    r"\|\s*safe\b": "unescaped output",
    r"\bautoescape\b": "unescaped output",
    r"\sstyle=": "inline style",
    r"<style": "inline style",
    r"\son[a-z]+=": "inline handler",
    r"javascript:": "script address",
    r"<script(?![^>]*nonce=)": "script without nonce",
    r"(?:src|href|action)=\"(?:https?:)?//": "third-party address",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_template_is_clean(path: Path):
    text = path.read_text()
    assert [reason for pattern, reason in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_templates_compile(session_app):
    for name in session_app.jinja_env.list_templates():
        session_app.jinja_env.get_template(name)
