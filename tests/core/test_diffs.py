"""What changed between two texts, word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cocrea.core.diffs import Change, changes

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


@given(texts, texts)
def test_both_texts_can_be_made_again(old, new):
    found = changes(old, new)
    assert "".join(change.same or change.taken for change in found) == old
    assert "".join(change.same or change.put for change in found) == new
