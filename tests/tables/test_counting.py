"""Counting the answers to straw polls: nobody is lost, nobody counts twice, and the order of answers says nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cocrea.core.text import fold
from cocrea.cycles.figures import SMALLEST
from cocrea.tables.counting import count, count_words, groups_shown

CHOICES = ("1", "2", "3")
chosen = st.lists(st.sampled_from([*CHOICES, "9"]), max_size=4)
answers = st.lists(st.tuples(chosen, st.integers(0, 50)), max_size=20)
words = st.lists(st.tuples(st.sampled_from(["Agua", "agua", "ÁGUA", "luz", "Luz", "río", "rio", "ñ"]), st.just(1)))


@given(answers, st.randoms())
def test_each_person_counts_once_for_each_thing_chosen(given_answers, random):
    found = count(given_answers, CHOICES)
    assert list(found) == list(CHOICES)
    for choice in CHOICES:
        assert found[choice] == sum(people for what, people in given_answers if choice in what)
    random.shuffle(given_answers)
    assert count(given_answers, CHOICES) == found


@given(words, st.randoms())
def test_words_are_counted_without_case_and_accents(said, random):
    one_each = [([word], people) for word, people in said]
    found = count_words(one_each)
    assert sum(found.values()) == len(said)
    assert len({fold(word) for word in found}) == len(found) == len({fold(word) for word, _one in said})
    assert set(found) <= {word for word, _one in said}
    assert list(found.values()) == sorted(found.values(), reverse=True)
    random.shuffle(one_each)
    assert list(count_words(one_each).items()) == list(found.items())
    assert count_words(([word], people) for word, people in found.items()) == found


def test_a_word_is_shown_as_most_wrote_it():
    assert count_words([(["Río"], 2), (["rio"], 1), (["agua"], 1)]) == {"Río": 3, "agua": 1}


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 20)))
def test_groups_are_told_all_or_none(groups):
    shown = groups_shown(groups)
    assert shown == ({} if min(groups.values(), default=SMALLEST) < SMALLEST else groups)
