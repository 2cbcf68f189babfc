"""How easily a Spanish text is read: the INFLESZ scale.

Formula: Szigriszt-Pazos, «Sistemas predictivos de legibilidad del mensaje escrito: fórmula de perspicuidad» (1993):
206.835 - 62.3 * syllables / words - words / sentences. Grades: Barrio-Cantalejo et al., «Validación de la Escala
INFLESZ para evaluar la legibilidad de los textos dirigidos a pacientes», Anales del Sistema Sanitario de Navarra 31
(2008).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cocrea.core.i18n import lazy as _l

FEWEST = 30  # words: of fewer the formula says nothing
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?…:;]+(?:\s|$)|\n+")
_NUCLEUS = re.compile(  # what sounds as one: a weak vowel joins its neighbours unless it carries the accent
    r"[iuü]?[aeoáéó][iuüy]?(?![iuü]?[íú])|[íú]|[iuü]+(?:y\b)?|y\b|[aeoáéó]", re.IGNORECASE
)
_MUTE_U = re.compile(r"(?<=q)u|(?<=g)u(?=[eiéí])", re.IGNORECASE)


class Grade(StrEnum):
    """The five grades of the scale, from the hardest to read."""

    VERY_HARD = "very_hard"
    HARD = "hard"
    NORMAL = "normal"
    EASY = "easy"
    VERY_EASY = "very_easy"

    @property
    def label(self) -> Any:
        return {
            Grade.VERY_HARD: _l("Muy difícil de leer"),
            Grade.HARD: _l("Algo difícil de leer"),
            Grade.NORMAL: _l("Se lee como un texto común"),
            Grade.EASY: _l("Se lee bastante fácil"),
            Grade.VERY_EASY: _l("Se lee muy fácil"),
        }[self]


LIMITS = ((40, Grade.VERY_HARD), (55, Grade.HARD), (65, Grade.NORMAL), (80, Grade.EASY))  # below each, its grade


@dataclass(frozen=True)
class Reading:
    """What can be said of a text: its points on the scale (0 to 100, more is easier), and its longest sentence."""

    points: int
    longest: int  # words

    @property
    def grade(self) -> Grade:
        return next((grade for limit, grade in LIMITS if self.points < limit), Grade.VERY_EASY)

    @property
    def is_hard(self) -> bool:
        return self.grade in {Grade.VERY_HARD, Grade.HARD}


def read(text: str) -> Reading | None:
    """How a Spanish text reads; None of one too short for the formula to say anything."""
    sentences = [found for part in _SENTENCE.split(text) if (found := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST:
        return None
    spoken = sum(map(syllables, words))
    points = 206.835 - 62.3 * spoken / len(words) - len(words) / len(sentences)
    return Reading(round(min(max(points, 0), 100)), max(map(len, sentences)))


def syllables(word: str) -> int:
    """How many syllables a Spanish word has, at least one."""
    return max(1, len(_NUCLEUS.findall(_MUTE_U.sub("", word))))
