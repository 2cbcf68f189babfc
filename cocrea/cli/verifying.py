"""`cocrea verify-contest`: no database and no settings; the network only where an address is given."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import click

from cocrea.cli import fetching
from cocrea.core import text
from cocrea.voting import counting
from cocrea.voting.counting import Style

HOLDS = {
    "receipts": "Ningún comprobante se repite.",
    "roll": "No hay más boletas que personas en el padrón.",
    "took_part": "Hay tantas boletas como personas que participaron.",
    "channels": "Las boletas son las de quienes votaron en línea más las que las actas encontraron en las casillas.",
    "answers": "Cada boleta dice lo que la regla permite, y nada más.",
    "root": "La raíz publicada es la de estas boletas.",
    "seed": "La semilla que ordena los empates da la huella que el archivo declara.",
    "result": "El conteo de estas boletas, con la regla publicada, da el resultado publicado.",
    "second": "Un segundo conteo, hecho de otra manera, da lo mismo.",
}
FAULTS = {
    "format": "no es una votación de Cocrea de una versión conocida",
    "malformed": "el archivo está incompleto o mal formado",
    "receipts": "un comprobante aparece dos veces",
    "roll": "hay más boletas que personas en el padrón",
    "took_part": "no hay tantas boletas como personas que participaron",
    "channels": "las boletas no son las de quienes votaron en línea más las que las actas dicen",
    "answers": "una boleta dice algo que la regla no permite",
    "root": "la raíz publicada no es la de estas boletas: alguna fue cambiada, quitada o añadida",
    "seed": "la semilla que ordena los empates no da la huella que el archivo declara",
    "result": "el conteo de estas boletas da otro resultado que el publicado",
    "second": "un segundo conteo, hecho de otra manera, da otra cosa que lo publicado",
}
SEALED = {
    "ballots_root": (
        "Raíz",
        "«contest.counted»), o pásala con --root",
        "la raíz no es la que esperabas: no son las boletas que se sellaron",
    ),
    "seed_commitment": (
        "Huella de la semilla",
        "«contest.called»), o pásala con --seed-commitment",
        "la huella de la semilla no es la que esperabas: no es la que se prometió antes de abrir",
    ),
}
ENTRY_FAULTS = {
    "format": "no es una prueba de padrón, o está incompleta: descárgala otra vez de la página del padrón",
    "contest": "la prueba es de otra votación",
    "roll": (
        "la prueba es de otro padrón que el del archivo. Si después de que la descargaste se registró a alguien, "
        "descárgala otra vez"
    ),
    "forged": "la prueba no lleva a la huella del padrón: alguien la cambió",
}
ANSWERS = {"yes": "sí", "no": "no", "abstain": "me abstengo"}
MOST_BYTES_OF_AN_ENTRY = 1 << 20


@click.command("verify-contest")
@click.argument("source")
@click.option("--root", default="", help="Raíz esperada: la del registro «contest.counted» del historial público.")
@click.option("--seed-commitment", "seed", default="", help="Huella esperada de la semilla: la de «contest.called».")
@click.option("--receipt", "codes", multiple=True, help="Un comprobante que buscar en la urna; se puede repetir.")
@click.option(
    "--receipts",
    "listed",
    type=click.File("r", encoding="utf-8"),
    help="Archivo con comprobantes, uno por renglón; «-» los lee del teclado, sin que queden en el historial.",
)
@click.option(
    "--roll-entry",
    "entry",
    type=click.File("rb"),
    help="Tu prueba de que estás en el padrón: el archivo que se descarga de la página del padrón.",
)
def verify_contest(
    source: str, root: str, seed: str, codes: tuple[str, ...], listed: IO[str] | None, entry: IO[bytes] | None
) -> None:
    """Recalcula una votación cerrada a partir de sus boletas publicadas.

    SOURCE es el archivo descargado, «-», o la dirección de la página de la votación o de su archivo .json.
    """
    published = _published(source)
    wanted = [*codes, *(line for line in (listed or ()) if line.strip())]
    faults = counting.faults(published)
    if {"format", "malformed"} & set(faults):
        raise SystemExit(_fail(faults[0]))
    _tell_checks(published, faults)
    _tell_differences(published)
    click.echo()
    failed = len(faults) + _tell_sealed(published, "ballots_root", root)
    failed += _tell_sealed(published, "seed_commitment", seed)
    if entry is not None:
        failed += _tell_entry(published, _json(entry.read(MOST_BYTES_OF_AN_ENTRY)))
    if "answers" not in faults:
        failed += sum(_tell_ballot(published, code) for code in wanted)
    if not faults:
        _tell_result(published)
    raise SystemExit(1 if failed else 0)


def _published(source: str) -> Any:
    """What is there; None where it is no JSON."""
    return _json(_bytes(source))


def _json(found: bytes) -> Any:
    try:
        return json.loads(found)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None


def _bytes(source: str) -> bytes:
    if fetching.is_address(source):
        return fetching.fetched(_file_of(source))
    if source == "-":
        return sys.stdin.buffer.read(fetching.MOST_BYTES)
    try:
        with Path(source).open("rb") as file:
            return file.read(fetching.MOST_BYTES)
    except OSError as closed:
        raise click.ClickException(f"No se puede leer {source}: {closed.strerror}.") from None


def _file_of(address: str) -> str:
    """The address of the file, where that of the page was given."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise click.ClickException(f"«{_printable(address)}» no es una dirección.") from None
    if parts.path.endswith(".json"):
        return address
    return parts._replace(path=f"{parts.path.removesuffix('/')}/boletas.json", query="", fragment="").geturl()


def _fail(code: str) -> int:
    click.echo(f"FALLA: {FAULTS[code]}.")
    return 1


def _tell_checks(published: Mapping[str, Any], faults: Sequence[str]) -> None:
    for code in counting.checked(published):
        if code in faults:
            _fail(code)
        else:
            click.echo(f"BIEN: {HOLDS[code]}")


def _tell_differences(published: Mapping[str, Any]) -> None:
    """Where a booth's box does not hold as many papers as people were marked there: told, with what its act says."""
    for booth in counting.differences(published):
        act = booth["act"]
        click.echo(
            f"NOTA: casilla {_printable(booth['number'])} ({_printable(booth['place'])}): {booth['marks']} marcas en "
            f"el padrón y {act['in_box']} boletas en la urna. El acta dice: «{_printable(act['remarks'])}»."
        )
        if booth["annulled"]:
            click.echo("      La casilla se anuló: sus boletas no cuentan.")


def _tell_sealed(published: Mapping[str, Any], name: str, expected: str) -> int:
    """A value that only the public history shows to be the one of then; one where another was expected."""
    label, place, fault = SEALED[name]
    click.echo(f"{label}: {_printable(published[name])}")
    if not expected:
        click.echo(f"Compárala con la del historial público ({place}.")
    elif published[name] != expected.strip():
        click.echo(f"FALLA: {fault}.")
        return 1
    return 0


def _tell_entry(published: Mapping[str, Any], proof: Any) -> int:
    """Whether somebody's proof leads to the fingerprint of the file's roll; one where it does not."""
    fault = counting.entry_fault(published, proof)
    if fault is not None:
        click.echo(f"FALLA: {ENTRY_FAULTS[fault]}.")
        return 1
    place = f"lugar {int(proof['position']) + 1} de {int(proof['size'])}"
    click.echo(f"BIEN: {_printable(proof['member'])} está en el padrón ({place}).")
    click.echo(f"Huella del padrón: {_printable(proof['fingerprint'])}")
    click.echo("Compárala con la última del historial público («contest.opened» o «contest.registered_late»).")
    return 0


def _tell_ballot(published: Mapping[str, Any], typed: str) -> int:
    """Whether the receipt is in the box, and what its ballot says; one where it is not."""
    code = _printable(typed).upper()
    letters = _letters(typed)
    for ballot in published["ballots"]:
        if _letters(str(ballot["receipt"])) == letters:
            click.echo(f"BIEN: {code} está en la urna y dice: {'; '.join(_spoken(published, ballot['choices']))}.")
            return 0
    click.echo(f"FALLA: {code} no está en la urna.")
    return 1


def _letters(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _spoken(published: Mapping[str, Any], choices: Any) -> Iterator[str]:
    """What a ballot without faults says, in its own order."""
    titles = {str(option["position"]): _printable(option["title"]) for option in published["options"]}
    style = counting.terms_of(published).style
    if not choices:
        yield "nula" if choices is None else "en blanco"
    for place, name in enumerate(choices or (), 1):
        if style is Style.ANSWERS:
            yield f"{titles[name]}: {ANSWERS[choices[name]]}"
        elif style is Style.POINTS:
            yield f"{titles[name]}: {choices[name]} de {published['rule']['max_points']} puntos"
        else:
            yield f"{place}.º {titles[name]}" if style is Style.ORDER else titles[name]


def _tell_result(published: Mapping[str, Any]) -> None:
    result = published["result"]
    click.echo(f"\n{_printable(published.get('question'))}")
    click.echo(
        f"{result['ballots']} boletas de {published['roll']['size']} personas en el padrón: {result['valid']} válidas, "
        f"{result['blank']} en blanco y {result['invalid']} nulas."
    )
    if not result["quorum_reached"]:
        click.echo("No hubo quórum: nada se decidió.")
    for option, outcome in zip(published["options"], result["options"], strict=True):
        click.echo(f"  {option['position']}. {_printable(option['title'])}: {_outcome(outcome)}.")


def _outcome(outcome: Mapping[str, Any]) -> str:
    if "passes" in outcome:
        verdict = "se aprueba" if outcome["passes"] else "no se aprueba"
        return f"{outcome['yes']} síes, {outcome['no']} noes, {outcome['abstain']} abstenciones; {verdict}"
    return f"{outcome['votes']}; {'gana' if outcome['won'] else 'no gana'}"


def _printable(words: Any) -> str:
    """Without what could move the cursor of a terminal: the file may come from anyone."""
    return text.plain(str(words))
