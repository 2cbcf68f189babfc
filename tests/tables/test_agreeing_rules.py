"""Whether a text is adopted: nobody's order matters, a block stops what it stops, quorum is exact."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.tables.agreeing import Terms, Why, judge, needed
from cocrea.tables.models import THUMBS, AgreementTest

people = st.integers(0, 30)
counts = st.fixed_dictionaries(dict.fromkeys(THUMBS, people))
tests = st.sampled_from(list(AgreementTest))
percents = st.integers(0, 100)
MAJORITIES = (AgreementTest.MAJORITY, AgreementTest.TWO_THIRDS)


def verdict(test, counts, *, quorum=0, members=0, sectors=None, by_sector=None):
    return judge(Terms(test, Fraction(quorum, 100), members, sectors or {}), counts, by_sector or {}).why


@given(tests, counts, percents, people, st.randoms())
def test_the_order_of_answers_says_nothing(test, given_counts, quorum, members, random):
    shuffled = list(given_counts.items())
    random.shuffle(shuffled)
    one = verdict(test, given_counts, quorum=quorum, members=members)
    assert one is verdict(test, dict(shuffled), quorum=quorum, members=members)


@given(tests, counts, percents, people)
def test_one_more_in_favour_never_undoes_what_was_adopted(test, given_counts, quorum, members):
    terms = {"quorum": quorum, "members": members}
    more = {**given_counts, "agree": given_counts["agree"] + 1}
    if verdict(test, given_counts, **terms).is_adopted:
        assert verdict(test, more, **terms).is_adopted


@given(tests, counts, percents, people, st.sampled_from(["disagree", "block"]))
def test_one_more_against_never_adopts_what_was_not_but_by_quorum(test, given_counts, quorum, members, against):
    terms = {"quorum": quorum, "members": members}
    before = verdict(test, given_counts, **terms)
    after = verdict(test, {**given_counts, against: given_counts[against] + 1}, **terms)
    assert not after.is_adopted or before.is_adopted or before is Why.NO_QUORUM


@given(counts, st.integers(1, 5))
def test_a_block_always_stops_consent_and_unanimity(given_counts, blocks):
    for test in (AgreementTest.CONSENT, AgreementTest.UNANIMITY):
        assert verdict(test, {**given_counts, "block": blocks}) is Why.BLOCKED


@given(counts)
def test_unanimity_is_everyone_who_answers(given_counts):
    adopted = verdict(AgreementTest.UNANIMITY, given_counts).is_adopted
    assert adopted is (given_counts["agree"] > 0 and given_counts["agree"] == sum(given_counts.values()))


@given(counts)
def test_what_unanimity_adopts_every_other_test_adopts(given_counts):
    if verdict(AgreementTest.UNANIMITY, given_counts).is_adopted:
        assert all(verdict(test, given_counts).is_adopted for test in AgreementTest)
    if verdict(AgreementTest.TWO_THIRDS, given_counts).is_adopted:
        assert verdict(AgreementTest.MAJORITY, given_counts).is_adopted


@given(counts, people)
def test_abstentions_weigh_in_no_majority(given_counts, abstained):
    for test in MAJORITIES:
        assert verdict(test, given_counts) is verdict(test, {**given_counts, "abstain": abstained})


@pytest.mark.parametrize(
    ("test", "agree", "against", "why"),
    [
        (AgreementTest.MAJORITY, 5, 5, Why.NO_MAJORITY),
        (AgreementTest.MAJORITY, 6, 5, Why.PASSED),
        (AgreementTest.TWO_THIRDS, 6, 3, Why.PASSED),
        (AgreementTest.TWO_THIRDS, 5, 3, Why.NO_MAJORITY),
        (AgreementTest.TWO_THIRDS, 7, 4, Why.NO_MAJORITY),
        (AgreementTest.MAJORITY, 0, 0, Why.NOBODY),
    ],
)
def test_bounds_of_majorities(test, agree, against, why):
    assert verdict(test, {"agree": agree, "disagree": against}) is why
    assert verdict(test, {"agree": agree, "block": against}) is why


@given(st.integers(0, 500), percents)
def test_a_quorum_is_the_fewest_that_are_at_least_the_part(members, percent):
    share = Fraction(percent, 100)
    least = needed(members, share)
    assert least >= members * share > least - 1
    assert least <= members
    for there in range(max(0, least - 1), least + 1):
        found = verdict(AgreementTest.CONSENT, {"agree": there}, quorum=percent, members=members)
        assert (found is Why.NO_QUORUM) is (there < least)


@given(st.integers(0, 100))
def test_more_quorum_never_needs_fewer(members):
    for one, other in pairwise(Fraction(percent, 100) for percent in range(101)):
        assert needed(members, one) <= needed(members, other)


def test_quorum_by_sector_is_asked_of_each():
    terms = {"quorum": 50, "members": 6, "sectors": {"academia": 4, "": 2}}
    enough = {"agree": 5}
    assert verdict(AgreementTest.CONSENT, enough, by_sector={"academia": 4, "": 1}, **terms) is Why.PASSED
    assert verdict(AgreementTest.CONSENT, enough, by_sector={"academia": 1, "": 2}, **terms) is Why.NO_SECTOR_QUORUM
    short = judge(Terms(AgreementTest.CONSENT, Fraction(1, 2), 6, {"academia": 4}), enough, {})
    assert (short.sector, short.answered, short.members, short.needed) == ("academia", 0, 4, 2)
