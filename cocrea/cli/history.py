"""`cocrea verify-history`: check a download of the public history. Needs no database, no settings and no network."""

from __future__ import annotations

from typing import IO

import click

from cocrea.audit.verification import Fault, Report, verify

FAULTS = {
    "unreadable": "el renglón no se puede leer",
    "unknown_line": "el renglón no es un encabezado, un registro ni una firma",
    "no_header": "falta el encabezado",
    "second_header": "hay un segundo encabezado",
    "unknown_format": "no es un historial de Cocrea de una versión conocida",
    "position": "falta o sobra un registro: se esperaba el número {expected} y está el {found}",
    "text_changed": "el texto del registro {position} no corresponde a su huella: fue cambiado",
    "head_size": "la firma dice cubrir {found} registros y hasta aquí hay {expected}",
    "root": "la raíz firmada de {size} registros no es la de los registros que están en el archivo",
    "unknown_key": "la firma usa una llave que no es la esperada: {found}",
    "signature": "la firma de {size} registros no es válida",
    "truncated": "el archivo está cortado: anuncia {expected} registros firmados y llega a {found}",
}


@click.command("verify-history")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--public-key", "public_keys", multiple=True, help="Llave pública esperada (64 cifras hexadecimales).")
def verify_history(file: IO[str], public_keys: tuple[str, ...]) -> None:
    """Comprueba una descarga del historial público."""
    try:
        report = verify(file, public_keys=public_keys)
    except Fault as fault:
        click.echo(f"FALLA en el renglón {fault.line}: {FAULTS[fault.code].format(**fault.details)}.", err=True)
        raise SystemExit(1) from None
    except UnicodeDecodeError:
        click.echo("FALLA: el archivo no es texto UTF-8.", err=True)
        raise SystemExit(1) from None
    _tell(report, pinned=bool(public_keys))


def _tell(report: Report, *, pinned: bool) -> None:
    click.echo(f"BIEN: {report.records} registros y {report.heads} firmas; nada fue cambiado, quitado ni movido.")
    if report.withheld:
        click.echo(f"De {report.withheld} registros que aún no son públicos solo está la huella.")
    if report.root:
        click.echo(f"Raíz: {report.root}\nFirmada: {report.at}")
    if not pinned:
        for key in report.public_keys:
            click.echo(f"Llave: {key}")
        click.echo("Compara la llave con la que conozcas por otro medio, o pásala con --public-key.")
