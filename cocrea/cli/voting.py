"""`cocrea verify-contest` (no database, no settings, no network) and `cocrea voting settle`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

import click
from flask import Flask
from flask.cli import AppGroup

from cocrea.core import clock, text
from cocrea.voting import counting, jobs, queries

CHECKED = {
    "receipts": "Ningún comprobante se repite.",
    "roll": "No hay más boletas que personas en el padrón.",
    "took_part": "Hay tantas boletas como personas que participaron.",
    "answers": "Cada boleta dice lo que la regla permite, y nada más.",
    "root": "La raíz publicada es la de estas boletas.",
    "seed": "La semilla que ordena los empates es la que se prometió antes de abrir.",
    "result": "El conteo de estas boletas, con la regla publicada, da el resultado publicado.",
}
FAULTS = {
    "format": "no es una votación de Cocrea de una versión conocida",
    "malformed": "el archivo está incompleto o mal formado",
    "receipts": "un comprobante aparece dos veces",
    "roll": "hay más boletas que personas en el padrón",
    "took_part": "no hay tantas boletas como personas que participaron",
    "answers": "una boleta dice algo que la regla no permite",
    "root": "la raíz publicada no es la de estas boletas: alguna fue cambiada, quitada o añadida",
    "seed": "la semilla que ordena los empates no es la que se prometió antes de abrir",
    "result": "el conteo de estas boletas da otro resultado que el publicado",
    "other_root": "la raíz no es la que esperabas: no son las boletas que se sellaron",
}

commands = AppGroup("voting", help="Votaciones: lo que los trabajos hacen a su hora.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@click.command("verify-contest")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--root", default="", help="Raíz esperada: la del registro «contest.counted» del historial público.")
def verify_contest(file: IO[str], root: str) -> None:
    """Recalcula el resultado de una votación a partir de sus boletas publicadas."""
    published = _read(file)
    faults = counting.faults(published)
    if root and not faults and published["ballots_root"] != root:
        faults.append("other_root")
    if faults:
        for code in faults:
            click.echo(f"FALLA: {FAULTS[code]}.", err=True)
        raise SystemExit(1)
    _tell(published, compared=bool(root))


@commands.command("settle")
def settle() -> None:
    """Forma los padrones, sella las urnas y borra sus restos, donde ya es hora."""
    due = queries.due(clock.now())
    for contest_id in due:
        jobs.settle.call_local(contest_id)
    click.echo(f"Listo: {len(due)} votaciones al día." if due else "No había nada pendiente.")


def _read(file: IO[str]) -> Any:
    try:
        return json.load(file)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None


def _outcome(outcome: Mapping[str, Any]) -> str:
    if "passes" in outcome:
        verdict = "se aprueba" if outcome["passes"] else "no se aprueba"
        return f"{outcome['yes']} síes, {outcome['no']} noes, {outcome['abstain']} abstenciones; {verdict}"
    return f"{outcome['votes']}; {'gana' if outcome['won'] else 'no gana'}"


def _printable(words: Any) -> str:
    """Without what could move the cursor of a terminal: the file may come from anyone."""
    return text.plain(str(words))


def _tell(published: dict[str, Any], *, compared: bool) -> None:
    for sentence in CHECKED.values():
        click.echo(f"BIEN: {sentence}")
    result = published["result"]
    click.echo(f"\n{_printable(published.get('question'))}")
    click.echo(f"{result['ballots']} boletas de {published['roll']['size']} personas en el padrón.")
    for option, outcome in zip(published["options"], result["options"], strict=True):
        click.echo(f"  {option['position']}. {_printable(option['title'])}: {_outcome(outcome)}.")
    click.echo(f"\nRaíz: {published['ballots_root']}")
    if not compared:
        click.echo("Compárala con la del historial público («contest.counted»), o pásala con --root.")
