"""Spreadsheets that would take the server down when read in its own process."""

from __future__ import annotations

import signal
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
import xlsxwriter

from cocrea.core import spreadsheets

ROWS = 100
ODS = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import runpy, sys, threading, time
first_sheet = runpy.run_path(sys.argv[1])["first_sheet"]
others = []
def go_on():
    time.sleep(0.001)
    others.append("others")
threading.Thread(target=go_on).start()
print(first_sheet(sys.stdin.buffer.read(), 10), others)
"""


def xlsx(cells):
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for (row, column), value in cells.items():
            page.write(row, column, value)
    return target.getvalue()


def ods(columns=1, rows=1):
    times = f'table:number-columns-repeated="{columns}"'
    cell = f'<table:table-cell {times} office:value-type="string"><text:p>x</text:p></table:table-cell>'
    line = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    sheet = f'<office:spreadsheet><table:table table:name="a">{line}</table:table></office:spreadsheet>'
    content = f"<office:document-content{NAMES}><office:body>{sheet}</office:body></office:document-content>"
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return target.getvalue()


def test_cells_are_told_as_text():
    assert spreadsheets.first_sheet(xlsx({(0, 0): "ñ", (1, 0): 3, (1, 1): 2.5}), ROWS) == [["ñ", ""], ["3", "2.5"]]
    assert spreadsheets.first_sheet(ods(2, 3), 2) == [["x", "x"]] * 2


@pytest.mark.parametrize(
    "data",
    [xlsx({(0, 0): "a", (1_048_575, 16_383): "b"}), xlsx({(0, 0): "a", (1_048_575, 120): "b"}), ods(300, 200_000)],
    ids=["last-cell", "last-row", "repeated"],
)
def test_a_small_file_that_unpacks_to_gigabytes_is_refused(data):
    assert len(data) < 8000
    with pytest.raises(spreadsheets.TooLarge):
        spreadsheets.first_sheet(data, ROWS)


def test_an_archive_that_is_large_inside_is_refused():
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", bytes(spreadsheets.MOST_UNPACKED + 1))
    with pytest.raises(spreadsheets.TooLarge):
        spreadsheets.first_sheet(target.getvalue(), ROWS)


def test_what_is_no_spreadsheet_is_unreadable():
    for data in (b"PK\x03\x04roto", b"", xlsx({(0, 0): "a"})[:-40]):
        with pytest.raises(spreadsheets.Unreadable):
            spreadsheets.first_sheet(data, ROWS)


def test_a_reader_that_does_not_end_is_ended(monkeypatch):
    readers = []

    class Reader(subprocess.Popen):
        def __init__(self, *arguments, **named):
            readers.append(self)
            super().__init__(*arguments, **named)

    monkeypatch.setattr(subprocess, "Popen", Reader)
    monkeypatch.setattr(spreadsheets, "MOST_SECONDS", 0.01)
    with pytest.raises(spreadsheets.TooLarge):
        spreadsheets.first_sheet(xlsx({(0, 0): "a"}), ROWS)
    assert [reader.returncode for reader in readers] == [-signal.SIGKILL]  # waited for: no zombie


def test_threads_read_at_once():
    data = xlsx({(0, 0): "a"})
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: spreadsheets.first_sheet(data, ROWS), range(8))) == [[["a"]]] * 8


def test_under_gevent_others_go_on_meanwhile():
    command = [sys.executable, "-c", UNDER_GEVENT, spreadsheets.__file__]
    told = subprocess.run(command, check=True, input=xlsx({(0, 0): "a"}), stdout=subprocess.PIPE).stdout
    assert told.decode().strip() == "[['a']] ['others']"
