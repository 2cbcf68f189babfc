"""Words that promise without measuring. Of Spanish texts; a warning at most, never a judgement of the people."""

from __future__ import annotations

import re

from cocrea.core.text import fold

_VAGUE = re.compile(
    r"\b(?:mejor(?:ar|ara|e|amiento|ia|ias)|fortalec\w*|impuls\w*|promo(?:v|c)\w*|foment\w*|optimi[zc]\w*|coadyuv\w*"
    r"|contribu\w*|increment(?:ar|o)\w*|aument(?:ar|o)\w*|consolid\w*|sensibili[zc]\w*|eficient\w*|apoy(?:ar|o)\w*)\b"
)
_MEASURE = re.compile(
    r"\d|%|\b(?:cuant[oa]s?|numero|porcentaje|proporcion|tasa|total|por ciento|dias|horas|de cada|promedio"
    r"|mediana|mil(?:es|lones)?|cien|mitad|tercio|doble)\b"
)
_NUMBER = re.compile(
    r"\d|\b(?:cero|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|ningun[oa]?|tod[oa]s|mitad|cien|mil"
    r"|tercio|doble|triple)\b"
)


def word_without_measure(indicator: str) -> str:
    """The first vague word of an indicator that says nothing one could count; empty when there is none."""
    plain = fold(indicator)
    found = _VAGUE.search(plain)
    if found is None or _MEASURE.search(plain):
        return ""
    return indicator[found.start() : found.end()] if len(plain) == len(indicator) else found.group()


def has_number(text: str) -> bool:
    """Whether a baseline or a goal says a figure, in digits or in words."""
    return bool(_NUMBER.search(fold(text)))
