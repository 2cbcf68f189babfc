"""Dealing people into groups: everybody once, sizes and sectors even, the same for whoever does it again."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from cocrea.accounts.models import Sector
from cocrea.tables import dealing

people = st.dictionaries(
    st.text("abcdefgh0123456789", min_size=1, max_size=6), st.sampled_from([*Sector, None]), max_size=60
)


@given(people, st.integers(2, 12), st.text("0123456789abcdef", min_size=1, max_size=16))
def test_everybody_is_dealt_once_and_evenly(people, groups, seed):
    dealt = dealing.deal(people, groups, seed)
    assert len(dealt) == groups
    assert sorted(one for group in dealt for one in group) == sorted(people)
    sizes = [len(group) for group in dealt]
    assert max(sizes) - min(sizes) <= 1
    for sector in (*Sector, None):
        of_sector = [sum(people[one] is sector for one in group) for group in dealt]
        assert max(of_sector) - min(of_sector) <= 1


@given(people, st.integers(2, 12), st.randoms())
def test_the_seed_alone_decides(people, groups, shuffled):
    order = list(people)
    shuffled.shuffle(order)
    again = {one: people[one] for one in order}
    assert dealing.deal(people, groups, "5e") == dealing.deal(again, groups, "5e")


def test_anyone_can_do_it_again_by_what_is_written():
    """By the words of docs/live-protocol.md, without this module."""
    people = {f"p{number}": list(Sector)[number % 2] for number in range(9)}
    drawn = []
    for sector in Sector:
        own = [one for one, of in people.items() if of is sector]
        drawn += sorted(own, key=lambda one: sha256(f"5e:{one}".encode()).hexdigest())
    by_hand = [[], [], []]
    for place, one in enumerate(drawn):
        by_hand[place % 3].append(one)
    assert dealing.deal(people, 3, "5e") == by_hand


def test_another_seed_deals_otherwise():
    people = {f"p{number}": Sector.ACADEMIA for number in range(30)}
    assert len({str(dealing.deal(people, 3, str(seed))) for seed in range(5)}) == 5


@given(st.dictionaries(st.integers(1, 12), st.integers(0, 9)), st.sets(st.integers(1, 12), min_size=1))
def test_late_comers_go_where_fewest_are(sizes, numbers):
    chosen = dealing.smallest(sizes, numbers)
    assert chosen in numbers
    assert Counter(sizes)[chosen] == min(Counter(sizes)[number] for number in numbers)
