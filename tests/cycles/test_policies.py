"""Stages open actions: for any calendar and moment, the gate agrees with the dates and says which stage opens it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.core.i18n import in_words
from cocrea.core.windows import Window, WindowState
from cocrea.cycles.calendar import lacks_notice, shortens_notice
from cocrea.cycles.figures import SMALLEST, withhold_small
from cocrea.cycles.models import OPENS, Action, Cycle, Stage, StageKind
from cocrea.cycles.policies import stage_opens
from tests.conftest import NOW

days = st.integers(-400, 400)
stages = st.lists(st.tuples(st.sampled_from(StageKind), st.none() | days, st.integers(1, 300)), max_size=6)
relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def at(day: int):
    return NOW + timedelta(days=day)


def calendar(rows, published: bool = True) -> Cycle:
    cycle = Cycle(
        timezone="America/Mexico_City", title="Ciclo", notice_days=14, published_at=NOW if published else None
    )
    for position, (kind, start, length) in enumerate(rows, 1):
        dates = {} if start is None else {"starts_at": at(start), "ends_at": at(start + length)}
        cycle.stages.append(Stage(position=position, kind=kind, title=f"Etapa {position}", **dates))
    return cycle


def is_open(row, action) -> bool:
    kind, start, length = row
    return start is not None and start <= 0 < start + length and action in OPENS[kind]


@relaxed
@given(rows=stages, action=st.sampled_from(Action))
def test_the_gate_opens_exactly_when_a_stage_does(session_app, rows, action):
    with session_app.test_request_context():
        decision = stage_opens(action, calendar(rows), NOW)
        assert bool(decision) is any(is_open(row, action) for row in rows)


@relaxed
@given(rows=stages, action=st.sampled_from(Action))
def test_a_denial_names_the_next_stage_that_opens_it_else_the_last_else_says_none(session_app, rows, action):
    cycle = calendar(rows)
    with session_app.test_request_context():
        decision = stage_opens(action, cycle, NOW)
        if decision:
            return
        reason = str(decision.reason)
        able = [stage for stage in cycle.stages if action in stage.opens and stage.starts_at]
        coming = [stage.starts_at for stage in able if stage.starts_at > NOW]
        gone = [stage.ends_at for stage in able if stage.ends_at <= NOW]
        if coming:
            assert "abre el" in reason
            assert in_words(min(coming), cycle.timezone) in reason
        elif gone:
            assert "cerró el" in reason
            assert in_words(max(gone), cycle.timezone) in reason
        else:
            assert "no hay fecha" in reason
        assert not able or any(f"«{stage.title}»" in reason for stage in able)


@relaxed
@given(rows=stages, action=st.sampled_from(Action))
def test_nothing_is_received_by_a_draft(session_app, rows, action):
    with session_app.test_request_context():
        assert not stage_opens(action, calendar(rows, published=False), NOW)


@given(start=days, length=st.integers(1, 300), moment=st.integers(-800, 800))
def test_windows_are_half_open(start, length, moment):
    window = Window(at(start), at(start + length))
    assert window.is_open(at(moment)) is (start <= moment < start + length)
    assert (window.state(at(moment)) is WindowState.PLANNED) is (moment < start)
    assert (window.state(at(moment)) is WindowState.CLOSED) is (moment >= start + length)


@given(start=days, length=st.integers(1, 300), moved=st.integers(1, 300))
def test_a_window_is_open_by_its_dates_of_today_whatever_they_were_before(start, length, moved):
    stage = Stage(kind=StageKind.VOTING, starts_at=at(start), ends_at=at(start + length))
    stage.ends_at = at(start + moved)
    assert stage.is_open(at(start))
    assert stage.is_open(at(start + moved) - timedelta(microseconds=1))
    assert not stage.is_open(at(start + moved))


def test_the_ends_of_a_window():
    window = Window(NOW, at(1))
    tick = timedelta(microseconds=1)
    assert window.is_open(NOW)
    assert not window.is_open(NOW - tick)
    assert window.is_open(at(1) - tick)
    assert not window.is_open(at(1))
    assert Window(None, None).state(NOW) is WindowState.UNSCHEDULED


def test_stages_that_follow_each_other_never_overlap_nor_leave_a_gap():
    first, second = Window(at(-1), NOW), Window(NOW, at(1))
    for moment in (NOW - timedelta(microseconds=1), NOW, NOW + timedelta(microseconds=1)):
        assert first.is_open(moment) is not second.is_open(moment)


@given(start=st.none() | days, then=st.none() | days)
def test_notice_is_shortened_only_by_what_comes_sooner(start, then):
    stage = calendar([(StageKind.VOTING, start, 10)]).stages[0]
    moved = None if then is None else at(then)
    is_sooner = then is not None and (start is None or then < start)
    assert shortens_notice(stage, moved, NOW) is (is_sooner and then < 14)
    assert not lacks_notice(stage, at(14), NOW)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12)))
def test_no_small_group_shows_nor_can_be_worked_out(counts):
    public = withhold_small(counts)
    assert all(count >= SMALLEST for count in public.values())
    hidden = {name: count for name, count in counts.items() if name not in public and count}
    if "rest" in public:
        assert public["rest"] == sum(hidden.values())
        assert len(hidden) > 1
    else:
        assert not public or not hidden
