"""Uploads: type sniffed from the bytes, size limited, random names, served only as downloads (or safe images).

The bytes are on disk before their row is committed, so that no committed row lacks them; those whose row was rolled
back are swept away a day later.
"""

from __future__ import annotations

import os
import re
import secrets
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from flask import Response, send_file
from werkzeug.datastructures import FileStorage

from cocrea.core import clock, text
from cocrea.core.db import add
from cocrea.core.errors import Invalid, NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.jobs import every_minutes
from cocrea.core.models import StoredFile
from cocrea.core.settings import current_settings
from cocrea.extensions import db

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
INLINE = frozenset({"image/png", "image/jpeg"})
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MACROS = "vbaProject.bin"
_OPEN_DOCUMENT = frozenset(
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation", "graphics")
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
NAME_LIMIT = 120
ORPHAN_AGE = timedelta(days=1)
SWEEP_BATCH = 500


def store(upload: FileStorage, *, now: datetime) -> StoredFile:
    """Keep an upload and return its row. Raises `Invalid` for a type not allowed, an empty or a too large file."""
    data, media_type = check(upload)
    return keep(data, media_type, upload.filename, now=now)


def keep(data: bytes, media_type: str, name: str | None, *, now: datetime) -> StoredFile:
    """Keep bytes whose type is known, and return their row."""
    key = secrets.token_urlsafe(32)
    _write(path_of(key), data)
    return add(
        StoredFile(
            key=key,
            name=_safe_name(name),
            media_type=media_type,
            size=len(data),
            sha256=sha256(data).hexdigest(),
            created_at=now,
        )
    )


def read(upload: FileStorage) -> bytes:
    """What an upload holds; leaves it to be read again. Raises `Invalid` for an empty or a too large file."""
    data = upload.stream.read(_limit() + 1)
    upload.stream.seek(0)
    if not data:
        raise Invalid(_l("El archivo está vacío."))
    if len(data) > _limit():
        raise Invalid(_l("El archivo pesa más de %(mb)s MB. Comprímelo o divídelo.", mb=_limit() // 1024 // 1024))
    return data


def check(upload: FileStorage) -> tuple[bytes, str]:
    """What an upload holds and its type, as `store` accepts it; leaves it to be read again."""
    data = read(upload)
    media_type = sniff(data)
    if media_type is None:
        raise Invalid(_l("Solo se admiten PDF, PNG, JPEG, CSV o texto, Word, Excel y OpenDocument."))
    return data, media_type


def sniff(data: bytes) -> str | None:
    """The media type that the bytes themselves show, or None if it is not one we accept."""
    for signature, media_type in SIGNATURES:
        if data.startswith(signature):
            return media_type
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(data)
    return "text/plain" if _is_plain_text(data) else None


def send(stored: StoredFile | None) -> Response:
    """Answer with a stored file, if there is one. Call only after the domain has checked who may read it."""
    path = path_of(stored.key) if stored else None
    if stored is None or path is None or not path.is_file():
        raise NotFound
    response = send_file(
        path,
        mimetype=stored.media_type,
        as_attachment=stored.media_type not in INLINE,
        download_name=stored.name,
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def path_of(key: str) -> Path:
    return root() / key[:2] / key


def root() -> Path:
    """The folder under which uploads lie."""
    return current_settings().instance / "files"


def sweep(now: datetime) -> int:
    """Remove uploads older than a day that no row names: their transaction was rolled back. Returns how many."""
    removed = 0
    old = _older_than(now - ORPHAN_AGE)
    while batch := list(islice(old, SWEEP_BATCH)):
        keys = {path.name for path in batch}
        known = set(db.session.scalars(sa.select(StoredFile.key).where(StoredFile.key.in_(keys))))
        for path in batch:
            if path.name not in known:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


@every_minutes(60)
def _sweep_hourly() -> None:
    sweep(clock.now())


def _older_than(moment: datetime) -> Iterator[Path]:
    for path in root().glob("??/*"):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            yield path


def _write(path: Path, data: bytes) -> None:
    """Write and make durable: after the commit the bytes must survive a power cut as the row does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def _safe_name(filename: str | None) -> str:
    """The name a person gave the file, without any folder, control character or leading dot; never used as a path."""
    name = text.plain((filename or "").replace("\\", "/").rpartition("/")[2]).replace('"', "").strip(". ")
    return name[-NAME_LIMIT:] or "archivo"


def _limit() -> int:
    return current_settings().max_upload_bytes


def _sniff_zip(data: bytes) -> str | None:
    """Office and OpenDocument files by the names inside; only the few bytes of `mimetype` are ever unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {item.filename: item for item in archive.infolist()}
            declared = _declared_type(archive, names.get("mimetype"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        return None
    if any(name.endswith(_MACROS) for name in names):
        return None
    if declared in _OPEN_DOCUMENT:
        return declared
    return next((media_type for part, media_type in _OFFICE.items() if part in names), None)


def _declared_type(archive: zipfile.ZipFile, item: zipfile.ZipInfo | None) -> str:
    """What an OpenDocument file says it is: stored first and uncompressed, so nothing can swell."""
    if item is None or item.compress_type != zipfile.ZIP_STORED or item.file_size > 80:
        return ""
    return archive.read(item).decode("ascii", "ignore").strip()


def _is_plain_text(data: bytes) -> bool:
    """Text that no browser would take for markup: UTF-8, no control characters, not starting with a tag."""
    try:
        sample = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(sample) and not sample.lstrip("\ufeff \t\r\n").startswith("<")
