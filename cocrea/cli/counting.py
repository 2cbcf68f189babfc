"""`cocrea count`: the winners of any election in a file. Needs no database, no settings and no network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from cocrea.core import text
from cocrea.voting import counting, files
from cocrea.voting.files import Fault, Unreadable

MOST_BYTES = 200 * 1024 * 1024
FAULTS = {
    Fault.UNKNOWN_FORMAT: f"no sabemos leer «%s»; sí {', '.join((*files.READERS, files.TABLE))}",
    Fault.NOT_TEXT: "no es un texto en UTF-8",
    Fault.MISSING: "falta «%s»",
    Fault.NO_SECTION: "«%s» está antes de la primera sección",
    Fault.NOT_A_NUMBER: "«%s» no es un número que se espere aquí",
    Fault.REPEATED: "«%s» está repetido",
    Fault.UNKNOWN_CANDIDATE: "«%s» no está entre lo que se puede elegir",
    Fault.UNEVEN: "las columnas no cuadran",
    Fault.OTHER_COUNT: "el archivo dice otra cantidad que la que tiene (%s)",
    Fault.UNFINISHED: "el archivo o la boleta termina antes de tiempo",
    Fault.NOT_COMPLETE: "la boleta no ordena todo, y el archivo dice que sí",
    Fault.NOT_STRICT: "la boleta empata dos, y el archivo dice que ninguna lo hace",
    Fault.NOT_A_BALLOT: "«%s» no se entiende",
    Fault.UNKNOWN_KIND: "no sabemos contar boletas del tipo «%s»",
}
WHO = {
    "out": "sale",
    "elected": "gana",
    "surplus_of": "se reparte lo que le sobra a",
    "candidate": "se revisa",
    "bought": "se compra",
    "added": "ocupa un lugar vacío",
}
FIGURES = {
    "votes": "votos",
    "points": "puntos",
    "weights": "peso de las boletas",
    "voters": "boletas que le dan puntos",
    "mean": "promedio",
    "none": "boletas sin una primera preferencia",
    "exhausted": "boletas que ya no cuentan",
    "more_than_half": "tiene más de la mitad",
    "quota": "cuota",
    "surplus": "le sobran",
    "untransferable": "votos que no pasan a nadie",
    "remainder": "se pierde en decimales",
    "rate": "precio de cada unidad de valor",
    "spent_out": "personas que dieron todo lo que les quedaba",
    "cost": "cuesta",
    "fits": "cabe",
    "left": "queda",
}


@click.command("count")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", required=True, type=click.Choice(list(counting.RULES)), help="Regla de conteo.")
@click.option("--seats", type=click.IntRange(1, 1000), help="Cuántos ganan, si el archivo no lo dice.")
@click.option("--budget", help="Presupuesto, en lugar del que dice el archivo.")
@click.option("--seed", default="", help="Semilla que sortea el orden de los empates; sin ella, el del archivo.")
@click.option("--json", "as_json", is_flag=True, help="El resultado como JSON.")
def count(file: Path, rule: str, seats: int | None, budget: str | None, seed: str, as_json: bool) -> None:
    """Cuenta las boletas de FILE (.pb de Pabulib; .soc, .soi, .toc, .toi y .cat de PrefLib; .blt; .json y .csv de
    una votación de Cocrea)."""
    if file.suffix.lower() == files.TABLE and (budget or rule == "greedy"):
        raise click.ClickException(f"{file.name} no dice lo que cuesta cada opción: usa el .json de la votación.")
    election = _read(file, rule)
    try:
        outcome = counting.tally(election, rule, seats=seats, budget=_money(budget), seed=seed)
    except counting.Unfit:
        raise click.ClickException(
            f"«{rule}» cuenta boletas que aprueban, y las de {file.name} ordenan: usa irv, scottish-stv o schulze."
        ) from None
    result = counting.published(election, outcome)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        for line in _told(election, result):
            click.echo(line)


def _read(file: Path, rule: str) -> counting.Election:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise click.ClickException(f"{file.name} pesa más de {MOST_BYTES >> 20} MB.")
        return files.read(file, rule)
    except Unreadable as fault:
        where = f", renglón {fault.line}" if fault.line else ""
        reason = FAULTS[fault.fault].replace("%s", text.plain(fault.what))
        raise click.ClickException(f"{file.name}{where}: {reason}.") from None
    except OSError as closed:
        raise click.ClickException(f"No se puede leer {file.name}: {closed.strerror}.") from None


def _money(words: str | None) -> Fraction | None:
    if words is None:
        return None
    try:
        return files.exact(words, 0)
    except Unreadable:
        raise click.BadParameter("Escribe una cantidad con cifras, como 250000.", param_hint="--budget") from None


def _told(election: counting.Election, result: Mapping[str, Any]) -> Iterator[str]:
    """The result for people: who wins, then round by round, then each tie."""
    names = {number: text.plain(one.name) or number for number, one in election.candidates.items()}
    valid, blank, invalid = (result[key] for key in ("valid", "blank", "invalid"))
    yield f"Boletas válidas: {valid}. En blanco: {blank}. Nulas: {invalid}."
    yield "Gana: " + (", ".join(names[one] for one in result["winners"]) or "nadie, porque nadie votó") + "."
    for number, found in enumerate(result["rounds"], 1):
        yield f"\n{number}."
        yield from (f"  {line}" for line in _round(names, found))
    for tie in result["ties"]:
        tied = ", ".join(names[one] for one in tie["tied"])
        yield f"\nEmpate ({tie['stage']}): {tied}. El orden de los empates tomó: {names[tie['chosen']]}."


def _round(names: Mapping[str, str], found: Mapping[str, Any]) -> Iterator[str]:
    """What happened in a round; tables of pairs are for the JSON alone."""
    for key, value in found.items():
        if key in WHO and value:
            yield f"{WHO[key]}: " + ", ".join(names[one] for one in ([value] if isinstance(value, str) else value))
        elif key in FIGURES and isinstance(value, Mapping):
            yield f"{FIGURES[key]}: " + ", ".join(f"{names[one]} {figure}" for one, figure in value.items())
        elif key in FIGURES:
            yield f"{FIGURES[key]}: {('no', 'sí')[value] if isinstance(value, bool) else value}"
