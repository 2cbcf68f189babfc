"""`cocrea backup` and `cocrea restore`: everything the platform holds, in one file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click
import flask_migrate
from flask.cli import with_appcontext

from cocrea.cli import archive, dump
from cocrea.core import clock, files


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copia la base de datos y los archivos en FILE (.tar.gz), sin detener el servicio.

    La copia contiene datos personales: guárdala cifrada. No incluye las llaves, que están en la configuración.
    """
    try:
        manifest = archive.write(file, now=clock.now())
    except archive.Unusable as error:
        raise click.ClickException(f"No se pudo copiar: {error}.") from None
    uploads = sum(name.startswith("files/") for name in manifest["sha256"])
    rows = sum(manifest["rows"].values())
    click.echo(f"Copia lista: {rows} filas y {uploads} archivos en {file} ({file.stat().st_size // 1024 + 1} KB).")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Borra antes lo que haya en la base de datos y en los archivos.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Vuelve a poner una copia. Detén antes el servicio; una base de datos con datos no se toca sin --replace."""
    with tempfile.TemporaryDirectory(dir=_near_files()) as folder:
        try:
            manifest = archive.unpack(file, Path(folder))
            _prepare(manifest, replace=replace)
            archive.put_back(Path(folder))
        except archive.Unusable as error:
            raise click.ClickException(f"No se restauró: {error}.") from None
    click.echo(f"Restaurada la copia del {manifest['made_at']}: {sum(manifest['rows'].values())} filas.")


def _prepare(manifest: dict[str, str], *, replace: bool) -> None:
    """Leave an empty database of the copy's version, or say why it cannot be."""
    if not dump.has_tables():
        flask_migrate.upgrade(revision=manifest["revision"] or "head")
    if dump.revision() != manifest["revision"]:
        raise archive.Unusable(
            f"la copia es de la versión {manifest['revision']} de la base de datos y esta es la {dump.revision()}; "
            "restáurala con la versión de Cocrea que la hizo y actualiza después con «cocrea db upgrade»"
        )
    if not dump.is_empty():
        if not replace:
            raise archive.Unusable("la base de datos tiene datos; para borrarlos y restaurar, agrega --replace")
        dump.empty()
        shutil.rmtree(files.root(), ignore_errors=True)


def _near_files() -> Path:
    """On the disk of the uploads, so that restoring them moves and does not copy."""
    folder = files.root().parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder
