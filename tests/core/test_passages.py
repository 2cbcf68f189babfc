"""A passage is found again by its words and what stands around them, whatever was edited elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.core.passages import Passage, locate, occurrences, take

TEXT = "Publicar el padrón cada mes. Publicar el gasto cada año."
words = st.text(st.sampled_from("abc \n"), max_size=30)


def _of(text, exact, at=0):
    return take(text, occurrences(text, exact)[at], "body", 1)


def test_it_keeps_what_stood_around_it():
    assert _of(TEXT, "el padrón") == Passage("body", "el padrón", "Publicar ", TEXT[18:58], 1)
    assert Passage.of(_of(TEXT, "el padrón").told()) == _of(TEXT, "el padrón")


def test_where_lines_break_makes_no_difference():
    assert occurrences("Publicar\n  el padrón", "Publicar el\npadrón") == [(0, 20)]
    assert occurrences(TEXT, "  ") == []
    assert occurrences("aaa", "aa") == [(0, 2), (1, 3)]


def test_words_said_twice_are_told_apart_by_what_stands_around_them():
    first, second = occurrences(TEXT, "cada")
    assert locate(TEXT, _of(TEXT, "cada")) == first
    assert locate(f"Antes. {TEXT}", _of(TEXT, "cada", 1)) == (second[0] + 7, second[1] + 7)
    assert locate("cada, cada, cada", Passage("body", "cada")) is None


@pytest.mark.parametrize("changed", ["Publicar la lista cada mes.", "", "Publicar el  Padrón cada mes."])
def test_words_that_changed_are_nowhere(changed):
    assert locate(changed, _of(TEXT, "el padrón")) is None


@given(words, words, words, words, words)
def test_edits_elsewhere_do_not_move_it(before, after, exact, new_before, new_after):
    exact = f"<{exact}>"  # once, as nothing else has such marks
    passage = _of(before + exact + after, exact)
    edited = new_before + exact + new_after
    assert locate(edited, passage) == (len(new_before), len(new_before) + len(exact))


@given(st.lists(st.sampled_from(["a", "b", "aa"]), min_size=1, max_size=12), st.data())
def test_any_passage_of_a_text_that_did_not_change_is_found_where_it_was(said, data):
    first = data.draw(st.integers(0, len(said) - 1))
    last = data.draw(st.integers(first, len(said) - 1))
    text, exact = " ".join(said), " ".join(said[first : last + 1])
    start = len("".join(f"{word} " for word in said[:first]))
    passage = take(text, (start, start + len(exact)), "body", 1)
    found = locate(text, passage)
    assert found == (start, start + len(exact)) or (found is None and len(occurrences(text, exact)) > 1)


@given(words, words)
def test_what_is_found_says_the_same(text, exact):
    found = locate(text, Passage("body", exact))
    assert found is None or text[slice(*found)].split() == exact.split()
