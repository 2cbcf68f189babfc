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

    PATH es la carpeta exportada, su participants-votes.csv o su votes.csv. Si las respuestas no muestran grupos,
    «groups», «representative» y «consensus» salen vacías: el consenso es el de los grupos entre sí.
    """
    try:
        answers, groups = polis.read(path)
    except polis.Unreadable as fault:
        raise click.ClickException(_told(fault)) from None
    except FileNotFoundError as missing:
        raise click.ClickException(f"Falta {Path(missing.filename).name}.") from None
    except OSError as closed:
        raise click.ClickException(
            f"No se puede leer {Path(closed.filename or path).name}: {closed.strerror}."
        ) from None
    if given_groups and not groups:
        raise click.ClickException("El archivo no dice grupos: le falta la columna group-id.")
    analysis = opinions.given(answers, groups) if given_groups else opinions.analyse(answers)
    click.echo(json.dumps(polis.told(answers, analysis), ensure_ascii=False, indent=1))


def _told(unreadable: polis.Unreadable) -> str:
    name, line, column = unreadable.file.name, unreadable.line, unreadable.column
    match unreadable.fault:
        case polis.Fault.EMPTY:
            return f"{name} no tiene respuestas: solo los nombres de las columnas."
        case polis.Fault.MISSING:
            return f"A {name} le falta la columna {column}."
        case polis.Fault.REPEATED:
            return f"{name} repite lo que debe estar una sola vez (renglón {line}, columna {column})."
        case polis.Fault.ALIEN:
            where = f", columna {column}" if column else ""
            return f"{name} no es una exportación de Polis que se pueda leer (renglón {line}{where})."
