"""Reminders of what agreements make people owe: a week before, a day after, each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role, Sector
from cocrea.core.db import transaction
from cocrea.core.models import Letter
from cocrea.extensions import db
from cocrea.tables import operations
from cocrea.tables.models import Reminder
from cocrea.tables.operations import AgreementContent, DutyContent
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import credential, grant, organisation, person
from tests.real import at_once

DUE = NOW + timedelta(days=30)
WEEK_BEFORE, DAY_AFTER = DUE - timedelta(days=7), DUE + timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def live(app):
    return tables.live_session()


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def agreed(session, facilitator, *names):
    owed = [DutyContent(name, DUE, "Reunir los datos") for name in names]
    with transaction():
        return operations.record_agreement(
            actor=facilitator, session=session, content=AgreementContent("Publicar", owed), now=NOW
        )


def remind(now):
    with transaction():
        return operations.remind_of_duties(now=now)


def test_a_member_is_reminded_a_week_before_and_a_day_after_once_each(live, outbox):
    session, facilitator = live
    member = tables.member(session.table)
    email = credential(member).email
    text = agreed(session, facilitator, member.name, "La señora de la esquina")
    moments = [
        WEEK_BEFORE - SECOND,
        WEEK_BEFORE,
        DUE - SECOND,
        DUE,
        DAY_AFTER - SECOND,
        DAY_AFTER,
        DAY_AFTER + SECOND,
    ]
    assert [remind(moment) for moment in moments] == [0, 1, 0, 0, 0, 1, 0]
    assert [letter.to for letter in outbox] == [[email]] * 2
    assert f"/acuerdos/{text.reference}/cumplimiento/1" in outbox[0].body and "Reunir los datos" in outbox[0].body
    assert "Venció" in outbox[1].subject


def test_those_who_answer_for_an_institution_are_reminded(live, outbox):
    session, facilitator = live
    institute = organisation(Sector.PUBLIC_BODY)
    officials = [grant(person(), Role.OFFICIAL, institute) for _ in range(2)]
    for official in officials:
        credential(official)
    agreed(session, facilitator, institute.name)
    assert (remind(WEEK_BEFORE), len(outbox)) == (2, 2)


def test_nobody_is_reminded_of_what_is_done_long_past_or_not_adopted(live, outbox):
    session, facilitator = live
    member = tables.member(session.table)
    credential(member)
    done = agreed(session, facilitator, member.name)
    with transaction():
        operations.fulfil_duty(actor=member, duty=done.duties[0], outcome="Hecho", now=NOW)
        operations.draft_agreement(
            actor=facilitator,
            session=session,
            content=AgreementContent("Borrador", [DutyContent(member.name, DUE)]),
            now=NOW,
        )
    assert (remind(WEEK_BEFORE), remind(DAY_AFTER)) == (0, 0)
    agreed(session, facilitator, member.name)
    assert remind(DAY_AFTER + timedelta(days=7)) == 0
    member.suspended_at = NOW
    db.session.commit()
    assert (remind(DAY_AFTER), outbox) == (0, [])


def test_nobody_is_reminded_at_night_and_the_letter_says_the_day(live, outbox):
    session, facilitator = live
    member = tables.member(session.table)
    credential(member)
    tz = ZoneInfo(session.cycle.timezone)
    due = datetime(2026, 7, 10, 23, 59, tzinfo=tz)
    with transaction():
        content = AgreementContent("Publicar", [DutyContent(member.name, due, "Reunir los datos")])
        operations.record_agreement(actor=facilitator, session=session, content=content, now=NOW)
    days = [(3, 23, 59), (4, 8, 59), (4, 9), (11, 23, 59), (12, 8), (12, 9)]
    moments = [datetime(2026, 7, day, hour, *minute, tzinfo=tz) for day, hour, *minute in days]
    assert [remind(moment) for moment in moments] == [0, 0, 1, 0, 0, 1]
    assert [letter.subject for letter in outbox] == [
        "El 10 de julio de 2026 vence lo que te toca de un acuerdo",
        "Venció lo que te toca de un acuerdo: era para el 10 de julio de 2026",
    ]


@pytest.mark.slow
def test_two_processes_remind_once(committed_app):
    session, facilitator = tables.live_session()
    member = tables.member(session.table)
    credential(member)
    agreed(session, facilitator, member.name)
    assert sorted(at_once(committed_app, [lambda: remind(WEEK_BEFORE)] * 4)) == [0, 0, 0, 1]
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) <= 1
