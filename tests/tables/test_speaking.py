"""The order of the list of speakers, and how time spoken is told."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cocrea.accounts.models import Sector
from cocrea.cycles.figures import REST, SMALLEST
from cocrea.tables.models import FloorMode, Turn, TurnKind
from cocrea.tables.speaking import Why, line_up, shared_time
from tests.conftest import NOW

ORDER = TurnKind.POINT_OF_ORDER
sectors = st.sampled_from([None, *Sector])
modes = st.sampled_from(FloorMode)
groups = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12))


@st.composite
def waiting(draw, moved=False):
    """Turns with what each has spoken before; where some were moved, each to a place of its own in the list."""
    size = draw(st.integers(0, 9))
    places = draw(st.permutations([*range(size)])) if moved else []
    turns = [
        Turn(
            id=number,
            person_id=number,
            kind=draw(st.sampled_from(TurnKind)),
            sector=draw(sectors),
            requested_at=NOW + timedelta(minutes=draw(st.integers(0, 3))),
            place=places[number] if moved and draw(st.booleans()) else None,
        )
        for number in range(size)
    ]
    return turns, {number: draw(st.integers(0, 2)) * 60 for number in range(size)}


@given(waiting(moved=True), modes, sectors)
def test_everyone_is_called_once_and_who_was_moved_stands_where_they_were_put(found, mode, last):
    turns, spoken = found
    line = line_up(turns, mode, spoken, last)
    assert sorted(position.turn.id for position in line) == sorted(turn.id for turn in turns)
    for place, position in enumerate(line):
        assert (position.why is Why.MOVED) is (position.turn.place is not None)
        assert position.turn.place in {None, place}
        assert position.spoken == spoken[position.turn.id]
    rest = [position.turn.kind is ORDER for position in line if position.turn.place is None]
    assert rest == sorted(rest, reverse=True)


@given(waiting(moved=True), modes, sectors)
def test_the_order_they_are_read_in_does_not_matter(found, mode, last):
    turns, spoken = found
    assert line_up(turns[::-1], mode, spoken, last) == line_up(turns, mode, spoken, last)


@given(waiting(), sectors)
def test_by_request_the_first_to_ask_is_the_first_to_speak(found, last):
    line = line_up(found[0], FloorMode.BY_REQUEST, found[1], last)
    for kind in (True, False):
        asked = [(p.turn.requested_at, p.turn.id) for p in line if (p.turn.kind is ORDER) is kind]
        assert asked == sorted(asked)
    assert {p.why for p in line} <= {Why.POINT_OF_ORDER, Why.ASKED_BEFORE}


@given(waiting(), sectors)
def test_balanced_no_sector_speaks_twice_while_another_waits(found, last):
    line = line_up(found[0], FloorMode.BALANCED, found[1], last)
    for place, position in enumerate(line):
        if position.turn.kind is ORDER:
            continue
        before = line[place - 1].turn.sector if place else last
        if position.turn.sector is not None and position.turn.sector is before:
            assert all(later.turn.sector is before for later in line[place:])


@given(waiting(), sectors)
def test_balanced_whoever_spoke_less_goes_first_within_what_the_sectors_allow(found, last):
    turns, spoken = found
    line = line_up(turns, FloorMode.BALANCED, spoken, last)
    ordinary = [position for position in line if position.turn.kind is not ORDER]
    for place, position in enumerate(ordinary):
        less = [
            p
            for p in ordinary[place:]
            if (p.spoken, p.turn.requested_at) < (position.spoken, position.turn.requested_at)
        ]
        assert bool(less) <= (position.why is Why.ALTERNATES)
        if position.why is Why.SPOKE_LESS:
            assert any(later.spoken > position.spoken for later in ordinary[place:])
    alike = [(p.spoken, p.turn.requested_at, p.turn.id) for p in ordinary if p.turn.sector is None]
    assert alike == sorted(alike)


def test_the_sectors_alternate_after_who_spoke_last():
    society, academia = Sector.CIVIL_SOCIETY, Sector.ACADEMIA
    given_sectors = [society, society, academia, academia]
    turns = [
        Turn(id=n, person_id=n, kind=TurnKind.CONTRIBUTION, sector=sector, requested_at=NOW + timedelta(minutes=n))
        for n, sector in enumerate(given_sectors)
    ]
    line = line_up(turns, FloorMode.BALANCED, {0: 30}, society)
    assert [(p.turn.id, p.why) for p in line] == [
        (2, Why.ALTERNATES),
        (1, Why.SPOKE_LESS),
        (3, Why.SPOKE_LESS),
        (0, Why.ASKED_BEFORE),
    ]


@given(groups, groups)
def test_time_is_told_of_no_group_below_five(seconds, present):
    told = shared_time(seconds, present)
    assert all(present[group] >= SMALLEST for group in told if group != REST)
    untold = sum(number for group, number in present.items() if group not in told)
    assert untold == 0 or untold >= SMALLEST or not told
    if REST in told:
        assert sum(told.values()) == sum(seconds.values())
