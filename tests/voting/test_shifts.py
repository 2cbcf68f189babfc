"""Shifts: who serves at a booth, when, and how they are told."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, product

import pytest

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Denied, Invalid, NotFound
from cocrea.core.moments import on_the_wall
from cocrea.extensions import db
from cocrea.voting import operations, policies, queries
from cocrea.voting.models import Shift, ShiftKind
from tests.conftest import NOW
from tests.factories import cycles, history, voting
from tests.factories.accounts import credential, person
from tests.real import at_once

HOUR = timedelta(hours=1)
OPENS, CLOSES = voting.BOOTH_OPENS, voting.BOOTH_CLOSES
DURING = OPENS + HOUR


@pytest.mark.parametrize(
    ("kind", "moment", "attends", "counts", "signs"),
    [
        (ShiftKind.ATTEND, OPENS - HOUR, False, False, False),
        (ShiftKind.ATTEND, OPENS, True, False, True),
        (ShiftKind.ATTEND, CLOSES, False, False, False),
        (ShiftKind.COUNT, DURING, False, False, False),
        (ShiftKind.COUNT, CLOSES, False, False, True),
        (ShiftKind.COUNT, voting.CLOSES + HOUR, False, True, True),
        (ShiftKind.COUNT, CLOSES + timedelta(days=3), False, False, False),
    ],
)
def test_officers_act_in_their_shift_alone(booth, kind, moment, attends, counts, signs):
    someone = voting.officer(booth, kind)
    assert bool(policies.can_attend(someone, booth, moment)) is attends
    assert bool(policies.can_count(someone, booth, moment)) is counts
    assert bool(policies.can_enter_signatures(someone, booth, moment)) is signs


def test_a_shift_is_told_by_letter_and_asked_for_at_home(app, letters, booth):
    someone = person()
    address = credential(someone).email
    voting.officer(booth, someone=someone)
    assert [one.to for one in letters] == [[address]]
    with app.test_request_context():
        assert any("Atiende la casilla" in str(one.title) for one in queries.todo(someone, NOW))
    assert not queries.todo(someone, voting.CLOSES)
    (record,) = history.records("booth.shift_given")
    assert someone.public_id not in str(record["new"])


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        (ShiftKind.ATTEND, OPENS - HOUR, CLOSES),
        (ShiftKind.ATTEND, OPENS, CLOSES + HOUR),
        (ShiftKind.ATTEND, DURING, DURING),
        (ShiftKind.COUNT, CLOSES - HOUR, CLOSES + HOUR),
        (ShiftKind.COUNT, CLOSES - HOUR, voting.CLOSES + HOUR),
        (ShiftKind.COUNT, CLOSES, voting.CLOSES),
    ],
)
def test_shifts_fit_their_booth(booth, kind, start, end):
    facilitator = cycles.facilitator(booth.contest.cycle)
    with pytest.raises(Invalid), transaction():
        operations.assign(
            actor=facilitator, booth=booth, person=person(), kind=kind, starts_at=start, ends_at=end, now=NOW
        )


def test_a_shift_to_come_disappears_and_one_under_way_ends(booth, officer):
    facilitator = cycles.facilitator(booth.contest.cycle)
    voting.officer(booth, someone=officer)
    assert len(booth.shifts) == 1
    with transaction():
        operations.relieve(actor=facilitator, shift=booth.shifts[0], now=DURING)
    assert booth.shifts[0].ends_at == DURING
    assert not policies.can_attend(officer, booth, DURING)
    with pytest.raises(Denied), transaction():
        operations.relieve(actor=facilitator, shift=booth.shifts[0], now=DURING + HOUR)
    other = voting.officer(booth)
    with transaction():
        operations.relieve(actor=facilitator, shift=booth.shifts[-1], now=NOW)
    assert other.id not in {shift.person_id for shift in booth.shifts}


def test_a_shift_to_count_that_ends_before_the_close_is_refused_and_what_was_typed_stays(client, clock, booth):
    client.sign_in(cycles.facilitator(booth.contest.cycle))
    clock.moment = CLOSES - HOUR
    tz = booth.contest.cycle.timezone
    hours = {"starts_at": CLOSES, "ends_at": voting.CLOSES - HOUR}
    typed = {name: f"{on_the_wall(at, tz):%Y-%m-%dT%H:%M}" for name, at in hours.items()}
    address = credential(person()).email
    page = client.post(_at(booth, "/1/turnos"), data={"email": address, "kind": "count", **typed})
    assert page.status_code == 422 and "el turno termina antes" in page.text
    assert all(value in page.text for value in (address, *typed.values()))
    assert not booth.shifts


def test_a_shift_that_an_extension_leaves_before_the_close_is_said_to_be_over_too_soon(client, clock, booth):
    someone, by = voting.officer(booth, ShiftKind.COUNT), cycles.facilitator(booth.contest.cycle)
    pages = ((by, ""), (someone, "/1"))
    for moves, (who, rest) in product((timedelta(0), timedelta(days=5)), pages):
        booth.contest.closes_at = voting.CLOSES + moves
        db.session.commit()
        client.sign_in(who)
        assert ("Termina antes del cierre" in client.get(_at(booth, rest)).text) is bool(moves)
    assert "Personas con turno para capturar: 0" in _read(client, by, booth)


def test_two_who_take_one_shift_back_at_once_do_it_once(committed_app):
    contest = voting.contest()
    booth = voting.booth(contest)
    by = [cycles.facilitator(contest.cycle).id for _ in range(3)]
    for moment, kind in ((NOW, NotFound), (DURING, CocreaError)):
        voting.officer(booth)
        shift, before = booth.shifts[0].id, len(history.records("booth.shift_ended"))
        later = count()
        calls = [_relieving(shift, who, moment, later) for who in by]
        answers = at_once(committed_app, calls)
        assert answers.count("done") == 1, answers
        assert all(isinstance(answer, kind) for answer in answers if answer != "done"), answers
        db.session.rollback()
        assert len(history.records("booth.shift_ended")) == before + 1


def _relieving(shift_id, person_id, moment, later):
    def call():
        shift, person = db.session.get(Shift, shift_id), db.session.get_one(Person, person_id)
        if shift is None:
            return NotFound()  # as the page says that comes after it
        with transaction():
            now = moment + timedelta(milliseconds=next(later))
            operations.relieve(actor=person, shift=shift, now=now)
        return "done"

    return call


def _at(booth, rest=""):
    return f"/votaciones/{booth.contest.reference}/casillas{rest}"


def _read(client, who, booth):
    client.sign_in(who)
    return client.get(_at(booth)).text
