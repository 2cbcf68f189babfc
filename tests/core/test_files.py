"""Uploads: only what the bytes themselves show to be harmless, under names of our own."""

from __future__ import annotations

import os
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.core import files
from cocrea.core.db import transaction
from cocrea.core.errors import Invalid, NotFound
from cocrea.core.models import StoredFile
from cocrea.extensions import db
from tests.conftest import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PDF = b"%PDF-1.7\n..."
ODT = "application/vnd.oasis.opendocument.text"


@pytest.fixture(autouse=True)
def own_folder(app, monkeypatch, tmp_path):
    monkeypatch.setattr(app.config["COCREA"], "instance", tmp_path)


def archive(members, compression=zipfile.ZIP_STORED):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def store(data, name="archivo.pdf"):
    with transaction():
        return files.store(FileStorage(BytesIO(data), name), now=NOW).id


def stored(data=PDF, name="archivo.pdf"):
    return db.session.get(StoredFile, store(data, name))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("folio,título\n1,Agua".encode(), "text/plain"),
        (archive({"word/document.xml": "<w/>"}), files._OFFICE["word/document.xml"]),
        (archive({"xl/workbook.xml": "<w/>"}, zipfile.ZIP_DEFLATED), files._OFFICE["xl/workbook.xml"]),
        (archive({"mimetype": ODT, "content.xml": "<x/>"}), ODT),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_accepted_kinds_are_known_by_their_bytes(app, data, media_type):
    assert stored(data, "nombre.exe").media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"\xef\xbb\xbf  \n<!doctype html><script>alert(1)</script>",
        "<html>".encode("utf-16"),
        b"GIF89a\x01\x00\x01\x00",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"\x00\x01\x02",
        b"\xff\xfe\xfa",
        b"junk " + archive({"a.html": "<script>"}) + b"\xff",
        archive({"index.html": "<script>"}),
        archive({"mimetype": "text/html", "index.html": "<script>"}),
        archive({"mimetype": ODT + "-template<script>", "x": "y"}),
        archive({"word/document.xml": "<w/>", "word/vbaProject.bin": "macro"}),
        b"PK\x03\x04 not a zip at all",
        archive({"word/document.xml": "<w/>"})[:40],
    ],
    ids=lambda _data: "bytes",  # archives carry the time of day, and the names of tests must not
)
def test_everything_else_is_refused_and_leaves_nothing(app, data):
    before = set(files.root().rglob("*"))
    with pytest.raises(Invalid):
        store(data, "inocente.pdf")
    assert set(files.root().rglob("*")) == before


def test_a_polyglot_is_what_it_begins_with_and_is_served_inert(app):
    """A PNG followed by a page stays a picture: no browser may look for anything else in it."""
    row = stored(PNG + b"<html><script>alert(1)</script></html>" + archive({"x.html": "<script>"}), "x.html")
    with app.test_request_context():
        response = files.send(row)
    assert response.mimetype == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    response.close()


def test_a_page_disguised_as_text_is_only_ever_a_download(app):
    row = stored(b"hola <script>alert(1)</script>", "x.html")
    with app.test_request_context():
        response = files.send(row)
    assert response.mimetype == "text/plain"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    response.close()


def test_documents_are_downloads_under_their_own_name(app):
    row = stored(PDF, "Acta número 1.pdf")
    with app.test_request_context():
        response = files.send(row)
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "Acta%20n%C3%BAmero%201.pdf" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "private, no-store"
    response.close()


def test_a_zip_bomb_is_never_unpacked(app, monkeypatch):
    bomb = archive({"word/document.xml": b"\x00" * 30_000_000, "mimetype": b"a" * 30_000_000}, zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_args: pytest.fail("unpacked"))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_args: pytest.fail("unpacked"))
    assert files.sniff(bomb) == files._OFFICE["word/document.xml"]


def test_a_swollen_mimetype_is_not_read(app):
    assert files.sniff(archive({"mimetype": ODT + " " * 10_000_000}, zipfile.ZIP_DEFLATED)) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/shadow", "shadow"),
        ("..", "archivo"),
        (".htaccess", "htaccess"),
        ("", "archivo"),
        (None, "archivo"),
        ("nul\x00.pdf\r\nX-Evil: 1", "nul.pdf X-Evil: 1"),
        ("txt.exe\u202efdp.x", "txt.exefdp.x"),
        ('a".pdf', "a.pdf"),
        ("ñ" * 300 + ".pdf", "ñ" * 116 + ".pdf"),
    ],
)
def test_names_are_labels_and_never_paths(app, given, kept):
    row = stored(PDF, given)
    assert row.name == kept
    path = files.path_of(row.key)
    assert path.read_bytes() == PDF
    assert path.resolve().is_relative_to(files.root().resolve())


def test_size_limits_say_so(app, monkeypatch):
    monkeypatch.setattr(app.config["COCREA"], "max_upload_bytes", 2 * 1024 * 1024)
    with pytest.raises(Invalid) as caught:
        store(PDF + b"." * 2 * 1024 * 1024)
    assert "2 MB" in str(caught.value.message)
    with pytest.raises(Invalid):
        store(b"")


def test_a_missing_file_is_not_found(app):
    row = stored()
    files.path_of(row.key).unlink()
    with app.test_request_context(), pytest.raises(NotFound):
        files.send(row)


def test_bytes_of_a_rolled_back_upload_are_swept_after_a_day(app):
    kept = stored()
    with pytest.raises(KeyError), transaction():
        lost_key = files.store(FileStorage(BytesIO(PDF), "x.pdf"), now=NOW).key
        raise KeyError
    kept_path, lost = files.path_of(kept.key), files.path_of(lost_key)
    assert lost.exists()
    for path in (kept_path, lost):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert files.sweep(NOW + timedelta(hours=23)) == 0
    assert files.sweep(NOW + timedelta(hours=25)) == 1
    assert (kept_path.exists(), lost.exists()) == (True, False)
    assert db.session.scalar(sa.select(StoredFile.key).where(StoredFile.id == kept.id)) == kept.key


def test_sweeping_many_goes_in_batches(app, monkeypatch):
    monkeypatch.setattr(files, "SWEEP_BATCH", 2)
    folder = files.root() / "zz"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(5):
        path = folder / f"zz{number}"
        path.write_bytes(b"x")
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert files.sweep(NOW + timedelta(days=2)) == 5
