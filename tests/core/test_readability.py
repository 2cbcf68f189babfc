"""Syllables as Spanish counts them, and the scale at its edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.core import readability
from cocrea.core.readability import Grade, Reading

SYLLABLES = {
    1: "y yo ya muy rey hay ley quien guion buey",
    2: "agua país ciudad queso guerra leer raíz día maíz causa cuando según viaje búho baúl tuya reunión limpiáis",
    3: "oído pingüino héroe poeta vergüenza desagüe línea Uruguay",
    4: "aéreo transparencia información cooperar Oaxaca",
    5: "comunidades ortografía",
}


@pytest.mark.parametrize(("word", "number"), [(word, n) for n, words in SYLLABLES.items() for word in words.split()])
def test_syllables(word, number):
    assert readability.syllables(word) == number


def test_a_plain_text_reads_easily_and_an_office_text_does_not():
    plain = "El agua llega cada doce días. Nadie avisa. La gente guarda agua en cubetas. A veces se acaba. " * 3
    office = (
        "La instrumentación de procedimientos administrativos interinstitucionales orientados a la "
        "operacionalización de disposiciones normativas complementarias requiere la formalización de convenios "
        "específicos de coordinación entre dependencias correspondientes y organismos descentralizados sectorizados "
        "conforme a lineamientos presupuestarios extraordinarios"
    )
    easy, hard = readability.read(plain), readability.read(office)
    assert easy.grade in {Grade.EASY, Grade.VERY_EASY} and not easy.is_hard
    assert (hard.grade, hard.is_hard, hard.longest) == (Grade.VERY_HARD, True, 34)


def test_the_formula_on_a_counted_text():
    """Thirty words of two syllables in three sentences of ten: 206.835 - 62.3 * 2 - 10 = 72.235."""
    assert readability.read(("casa " * 9 + "casa. ") * 3) == Reading(72, 10)


def test_a_short_text_says_nothing():
    assert readability.read("casa " * 29) is None
    assert readability.read("") is None


@pytest.mark.parametrize(
    ("points", "grade"),
    [(0, "very_hard"), (39, "very_hard"), (40, "hard"), (54, "hard"), (55, "normal"), (64, "normal"), (65, "easy"),
     (79, "easy"), (80, "very_easy"), (100, "very_easy")],
)  # fmt: skip
def test_the_edges_of_the_grades(points, grade):
    assert Reading(points, 10).grade == grade


@given(st.text(max_size=2000))
def test_whatever_is_written_gets_an_answer(text):
    found = readability.read(text)
    assert found is None or (0 <= found.points <= 100 and found.longest >= 1)
