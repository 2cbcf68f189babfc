"""What changed between two texts, word by word."""

from __future__ import annotations

import random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.core.diffs import Change, changes, colliding, folded, merged, side_by_side

_random = random.Random(1)
_WORDS = [f"palabra{number}" for number in range(8000)]
HARD = {
    "random": [" ".join(_random.choices(_WORDS, k=8000)) for _ in range(2)],
    "of two words": [" ".join(_random.choices(("si", "no"), k=8000)) for _ in range(2)],
    "one word repeated": ["hola " * 8000, "hola " * 7000],
    "totally different": [" ".join(_WORDS), " ".join(word.upper() for word in _WORDS)],
    "whole text moved": [" ".join(_WORDS), " ".join(_WORDS[4000:] + _WORDS[:4000])],
    "every other word changed": [" ".join(_WORDS), " ".join(_WORDS[n] if n % 2 else "otra" for n in range(8000))],
}
texts = st.text(st.sampled_from("ab \n"), max_size=40)


def test_it_tells_what_was_taken_and_put():
    assert changes("Faltan datos del río", "Faltan los datos del mar") == [
        Change(same="Faltan"),
        Change(put=" los"),
        Change(same=" datos del"),
        Change(taken=" río", put=" mar"),
    ]
    assert changes("", "Uno") == [Change(put="Uno")]
    assert changes("Igual", "Igual") == [Change(same="Igual")]
    assert changes("", "") == []


def test_a_word_that_stayed_between_longer_changes_is_part_of_them():
    assert changes("se publica lento y tarde siempre", "se publica deprisa y temprano siempre") == [
        Change(same="se publica"),
        Change(taken=" lento y tarde", put=" deprisa y temprano"),
        Change(same=" siempre"),
    ]


def test_what_was_moved_leaves_the_rest_as_it_is():
    words = [f"palabra{number}" for number in range(40)]
    found = changes(" ".join(words), " ".join(words[20:] + words[:20]))
    assert sum(len(change.same.split()) for change in found) == 19  # the first word has no space before it


def test_what_did_not_change_is_folded_away_from_what_did():
    same = "\n\n".join(f"Párrafo {number} " + "igual " * 30 for number in range(20))
    before, after = f"Uno. {same} Dos. {same} Fin.", f"Una. {same} Tres. {same} Fin."
    found = folded(changes(before, after))
    assert [change.is_folded for change in found] == [False, False, True, False, False, False, True]
    shown = "".join(change.same for change in found if not change.is_folded)
    assert shown.count("Párrafo 0 ") == 2 and "Párrafo 10 " not in shown and len(shown) < 2000
    assert found[2].words + found[6].words > 1000
    assert folded(changes(same, same)) == [Change(same=same)]
    assert "".join(change.same + change.put for change in found) == after
    rows = side_by_side(found)
    assert [left for left, right in rows if left == right and left[0].is_folded] == [[found[2]], [found[6]]]


@given(texts, texts, st.integers(0, 60))
def test_folding_loses_no_word(one, other, times):
    old, new = f"{one}{'largo y ' * times * 10}{other}", f"{other}{'largo y ' * times * 10}{one}"
    found = folded(changes(old, new))
    assert "".join(change.same + change.taken for change in found) == old
    assert "".join(change.same + change.put for change in found) == new


def test_rows_end_where_both_texts_have_a_paragraph():
    rows = side_by_side(changes("Uno dos\n\nIgual todo\n\nFin", "Uno tres\n\nIgual todo\n\nFin final"))
    assert rows == [
        (
            [Change(same="Uno"), Change(taken=" dos"), Change(same="\n\n")],
            [Change(same="Uno"), Change(put=" tres"), Change(same="\n\n")],
        ),
        ([Change(same="Igual todo\n\n")], [Change(same="Igual todo\n\n")]),
        ([Change(same="Fin")], [Change(same="Fin"), Change(put=" final")]),
    ]


@pytest.mark.parametrize(("old", "new"), HARD.values(), ids=HARD)
def test_two_texts_of_eight_thousand_words_are_compared_at_once(old, new):
    began = process_time()
    changes(old, new)
    assert process_time() - began < 0.2


@given(texts, texts)
def test_the_columns_hold_both_texts(old, new):
    rows = side_by_side(changes(old, new))
    assert "".join(change.same or change.taken for left, _right in rows for change in left) == old
    assert "".join(change.same or change.put for _left, right in rows for change in right) == new


@given(texts, texts)
def test_both_texts_can_be_made_again(old, new):
    found = changes(old, new)
    assert "".join(change.same or change.taken for change in found) == old
    assert "".join(change.same or change.put for change in found) == new


def test_changes_of_different_passages_are_put_together():
    base = "Publicar cada mes el padrón de obras en papel"
    assert (
        merged(base, base.replace("mes", "semana"), base.replace("papel", "línea"))
        == "Publicar cada semana el padrón de obras en línea"
    )


@pytest.mark.parametrize("other", ["año", "mes y año", ""])
def test_changes_of_the_same_passage_are_not(other):
    base = "Publicar cada mes el padrón"
    assert merged(base, base.replace("mes", "semana"), base.replace("mes", other)) is None


@given(texts, texts, texts)
def test_what_collides_cannot_be_put_together(base, one, other):
    assert colliding(base, one, [other]) == [merged(base, one, other) is None]


@given(texts, texts)
def test_what_only_one_changed_is_theirs(base, new):
    assert merged(base, base, new) == merged(base, new, base) == merged(base, new, new) == new
