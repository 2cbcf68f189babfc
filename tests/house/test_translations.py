"""The interface is whole in both languages: every string of the code has its English translation, and it fits."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from cocrea.config import PROJECT

CATALOGUE = PROJECT / "cocrea" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """All strings marked in the code now."""
    target = Path(tmp_path_factory.mktemp("i18n")) / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    keywords = ["-k", "_l", "-k", "lazy", "-o", str(target), "."]
    subprocess.run([*command, *keywords], cwd=PROJECT, check=True)
    return polib.pofile(str(target))


@pytest.fixture(scope="module")
def english() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_nothing_is_untranslated(template: polib.POFile, english: polib.POFile):
    translated = {entry.msgid for entry in english if entry.translated() and not entry.fuzzy}
    assert sorted({entry.msgid for entry in template} - translated) == []


def test_spanish_quotes_are_spanish(template: polib.POFile):
    assert [entry.msgid for entry in template if re.search("[“”]", entry.msgid)] == []


def test_nothing_is_left_over(template: polib.POFile, english: polib.POFile):
    assert sorted({entry.msgid for entry in english if not entry.obsolete} - {e.msgid for e in template}) == []


def test_placeholders_are_the_same(english: polib.POFile):
    wrong = []
    for entry in english:
        for said in (entry.msgstr, *entry.msgstr_plural.values()):
            allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
            if said and not set(PLACEHOLDER.findall(said)) <= allowed:
                wrong.append(entry.msgid)
    assert wrong == []
