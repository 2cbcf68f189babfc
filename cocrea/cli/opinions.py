"""`cocrea opinions`: the opinion groups of a conversation exported by Polis. Needs no database and no settings."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cocrea.consultation import opinions
from cocrea.consultation.opinions import polis


@click.command("opinions")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--given-groups", is_flag=True, help="Usa los grupos de la columna group-id del archivo.")
def opinions_of(path: Path, given_groups: bool) -> None:
    """Grupos de opinión de una conversación exportada de Polis, como JSON.

    PATH es la carpeta exportada, su participants-votes.csv o su votes.csv.
    """
    try:
        answers, groups = polis.read(path)
    except polis.Unreadable as fault:
        where = f", columna {fault.column}" if fault.column else ""
        raise click.ClickException(
            f"{fault.file.name} no es una exportación de Polis que se pueda leer (renglón {fault.line}{where})."
        ) from None
    except FileNotFoundError as missing:
        raise click.ClickException(f"Falta {Path(missing.filename).name}.") from None
    if given_groups and not groups:
        raise click.ClickException("El archivo no dice grupos: le falta la columna group-id.")
    analysis = opinions.given(answers, groups) if given_groups else opinions.analyse(answers)
    click.echo(json.dumps(polis.told(answers, analysis), ensure_ascii=False, indent=1))
