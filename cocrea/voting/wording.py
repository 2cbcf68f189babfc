"""Ballots in words: why one is refused, and what it says."""

from __future__ import annotations

from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.voting.counting import BallotFault, LineFault, Style
from cocrea.voting.models import Choice, Contest

REFUSALS = {
    BallotFault.MALFORMED: _l("Esta boleta no se entiende. Llénala de nuevo."),
    BallotFault.UNKNOWN_OPTION: _l("Esta boleta nombra algo que no se vota aquí."),
    BallotFault.REPEATED: _l("Cada opción y cada lugar va una sola vez."),
    BallotFault.POINTS_OUT_OF_RANGE: _l("Da a cada opción un número entero de puntos, dentro de lo permitido."),
    BallotFault.UNANSWERED: _l("Responde sí, no o me abstengo en cada opción de esta boleta."),
    BallotFault.OVER_BUDGET: _l("Lo que marcaste cuesta más que el presupuesto. Quita algo."),
}

LINES = {
    LineFault.EMPTY: _l("Falta esta boleta. Si está en blanco escribe b; si es nula, x."),
    LineFault.TOO_LONG: _l("Este renglón es demasiado largo."),
    LineFault.NOT_LETTERS: _l("Escribe solo s, n o a; b si está en blanco, x si es nula."),
    LineFault.HOW_MANY_LETTERS: _l("Hace falta una letra por opción, en su orden."),
    LineFault.NOT_NUMBERS: _l("Escribe números de opciones entre espacios; b si está en blanco, x si es nula."),
    LineFault.NOT_POINTS: _l(
        "Escribe opción=puntos entre espacios, como 1=5 3=2; b si está en blanco, x si es nula."
    ),
}
HOW_TO_TYPE = {
    Style.ANSWERS: _l(
        "Una letra por opción, en su orden: s es sí, n es no, a es abstención o sin marcar. Por ejemplo: s n a."
    ),
    Style.ONE: _l("El número de la opción marcada. Por ejemplo: 2."),
    Style.SEVERAL: _l("Los números de las opciones marcadas, entre espacios. Por ejemplo: 1 4."),
    Style.ORDER: _l("Los números de las opciones en orden de preferencia, primero la preferida. Por ejemplo: 3 1 2."),
    Style.POINTS: _l("Opción=puntos, entre espacios. Por ejemplo: 1=5 3=2."),
}


def line_refusal(fault: LineFault | BallotFault, contest: Contest) -> Any:
    """Why a typed line is no ballot of a contest."""
    return LINES[fault] if isinstance(fault, LineFault) else refusal(fault, contest)


def in_a_line(contest: Contest, choices: Any) -> str:
    """What a paper says, in words, in one line."""
    if choices is None:
        return str(_l("Nula"))
    if not choices:
        return str(_l("En blanco"))
    pairs = spoken(contest, choices)
    if contest.terms.style in {Style.ONE, Style.SEVERAL}:
        return "; ".join(title for title, _said in pairs)
    return "; ".join(f"{title}: {said}" for title, said in pairs)


def refusal(fault: BallotFault, contest: Contest) -> Any:
    """Why a ballot does not fit its contest."""
    if fault is BallotFault.TOO_MANY:
        return _l("Marcaste más de las que se pueden: como máximo %(most)s.", most=contest.max_choices or 1)
    return REFUSALS[fault]


def spoken(contest: Contest, choices: Any) -> list[tuple[Any, Any]]:
    """A ballot as pairs of what it names and what it says of it, in its own order; none where it is blank."""
    titles = {str(option.position): option.title for option in contest.options}
    style = contest.terms.style
    if style is Style.ANSWERS:
        return [(titles[position], Choice(choice).label) for position, choice in _by_position(choices)]
    if style is Style.POINTS:
        return [
            (titles[one], _l("%(n)s de %(most)s puntos", n=n, most=contest.max_points))
            for one, n in _by_position(choices)
        ]
    if style is Style.ORDER:
        return [(titles[one], _l("Lugar %(place)s", place=place)) for place, one in enumerate(choices or [], 1)]
    return [(titles[one], _l("La eliges")) for one in choices or []]


def _by_position(choices: Any) -> list[tuple[str, Any]]:
    return sorted((choices or {}).items(), key=lambda pair: int(pair[0]))


def in_brief(contest: Contest, ballot: Any) -> list[Any]:
    """A published ballot as a row: whose it is, in open contests, and what it says of each option."""
    style, choices = contest.terms.style, ballot.choices
    marks = [_mark(style, str(option.position), choices) for option in contest.options]
    return marks if contest.is_secret else [ballot.name, *marks]


def _mark(style: Style, position: str, choices: Any) -> Any:
    if choices is None:
        return _l("Nula")
    if position not in choices:
        return "—"
    if style is Style.ANSWERS:
        return Choice(choices[position]).label
    if style is Style.POINTS:
        return choices[position]
    return choices.index(position) + 1 if style is Style.ORDER else "✓"
