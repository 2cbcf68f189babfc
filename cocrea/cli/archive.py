"""Copies of everything the platform holds: database and uploads in one file that restores on SQLite and PostgreSQL.

The file is a `.tar.gz`: `tables/<name>.ndjson` (see dump.py), `files/<key>` and, at the end, `manifest.json` with the
SHA-256 of each. The database is read in one transaction that sees a single moment, while others go on writing; uploads
are durable before their row, so every row of that moment has its bytes.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cocrea.cli import dump
from cocrea.core import files
from cocrea.core.models import StoredFile

FORMAT = "cocrea-backup"
VERSION = 1
MANIFEST = "manifest.json"


class Unusable(Exception):
    """Why a copy cannot be made or restored, in words for the operator."""


def write(target: Path, *, now: datetime) -> dict[str, Any]:
    """Copy the database and the uploads into `target`, whole or not at all; returns the manifest."""
    unfinished = target.with_name(target.name + ".part")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz") as archive:
                manifest = _fill(archive, now)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Extract a copy into a folder and check every checksum; nothing else is touched. Returns the manifest."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        promised: dict[str, str] = manifest["sha256"]
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"no es una copia de Cocrea completa ({type(error).__name__})") from None
    if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
        raise Unusable("es una copia de un formato que esta versión no conoce")
    if {table.name for table in dump.tables()} != set(manifest["rows"]):
        raise Unusable("la copia tiene otras tablas que esta versión de Cocrea")
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(found ^ set(promised)):
        raise Unusable(f"la copia no corresponde a su manifiesto: {name}")
    for name, checksum in promised.items():
        if _checksum(folder / name) != checksum:
            raise Unusable(f"está dañada: {name}")
    return manifest


def put_back(folder: Path) -> None:
    """Fill the empty tables and the upload folder from an unpacked copy, in one transaction."""
    for path in (folder / "files").glob("*"):
        target = files.path_of(path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    dump.read_tables(folder / "tables")


def _fill(archive: tarfile.TarFile, now: datetime) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now.isoformat(timespec="seconds"),
        "revision": dump.revision(),
        "rows": {},
        "sha256": {},
    }
    with dump.one_moment() as connection:
        for table in dump.tables():
            with tempfile.TemporaryFile() as buffer:
                manifest["rows"][table.name] = dump.write_table(connection, table, buffer)
                _add(archive, f"tables/{table.name}.ndjson", buffer, manifest)
        keys = list(connection.scalars(sa.select(StoredFile.key)))
    for key in keys:
        _add_upload(archive, key, manifest)
    _add(archive, MANIFEST, BytesIO(json.dumps(manifest, indent=1).encode()), {"sha256": {}})
    return manifest


def _add(archive: tarfile.TarFile, name: str, content: Any, manifest: dict[str, Any]) -> None:
    content.seek(0)
    digest, size = sha256(), 0
    while part := content.read(1 << 20):
        digest.update(part)
        size += len(part)
    content.seek(0)
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, content)
    manifest["sha256"][name] = digest.hexdigest()


def _add_upload(archive: tarfile.TarFile, key: str, manifest: dict[str, Any]) -> None:
    try:
        with files.path_of(key).open("rb") as content:
            _add(archive, f"files/{key}", content, manifest)
    except FileNotFoundError:
        raise Unusable(f"falta en el disco un archivo que la base de datos nombra: {key}") from None


def _checksum(path: Path) -> str:
    with path.open("rb") as content:
        digest = sha256()
        while part := content.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
