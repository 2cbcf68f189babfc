"""E-mails about sessions: once, to those who want them, and of what is still to come."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.tables import operations, queries, unsubscribing
from cocrea.tables.models import MailRefusal, NoticeKind, Session, SessionNotice
from tests.conftest import NOW
from tests.factories import cycles, tables
from tests.factories.accounts import credential, grant
from tests.real import at_once

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SECRET = "https://video.example.org/sala-7f3a"


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def called(days=10):
    """A session to come, whose table has a member with an e-mail and one without."""
    cycle = cycles.cycle()
    cycles.stage(cycle, StageKind.TABLES, start=NOW - DAY, end=NOW + 60 * DAY)
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    member = tables.member(table)
    credential(member)
    tables.member(table)
    start = NOW + days * DAY
    session = tables.session(
        table, facilitator, live=False, title="Agua", link=SECRET, starts_at=start, ends_at=start + HOUR
    )
    return session, facilitator, member


def remind(session, now):
    with transaction():
        operations.remind_members(session=session, now=now)


def tell(session, kind, now=NOW):
    with transaction():
        operations.tell_members(session=session, kind=kind, now=now)


def edit(session, facilitator, **changes):
    names = ("title", "mode", "starts_at", "ends_at", "place", "link", "link_is_public")
    plan = operations.SessionPlan(**{**{name: getattr(session, name) for name in names}, **changes})
    with transaction():
        operations.edit_session(actor=facilitator, session=session, plan=plan, reason="Hubo paro.", now=NOW)


def test_a_call_is_told_once_to_those_with_an_email(app, outbox):
    session, _facilitator, member = called()
    for _ in range(2):
        tell(session, NoticeKind.CALLED)
    (mail,) = outbox
    assert mail.subject == "Se convocó una sesión de tu mesa"
    assert f"/sesiones/{session.reference}" in mail.body
    assert "Agua" in mail.body
    assert SECRET not in mail.body
    assert member.name in mail.body


def test_each_change_is_told_and_a_cancellation_says_why(app, outbox):
    session, facilitator, _member = called()
    outbox.clear()
    for title in ("Otra", "Otra más"):
        edit(session, facilitator, title=title)
        tell(session, NoticeKind.EDITED)
    with transaction():
        operations.cancel_session(actor=facilitator, session=session, reason="Se inundó la sala.", now=NOW)
    tell(session, NoticeKind.CANCELLED)
    bodies = [mail.body for mail in outbox]
    assert len(bodies) == 3
    assert "Se inundó la sala." in bodies[-1]


def test_the_email_about_a_change_says_why(app, outbox):
    session, facilitator, _member = called()
    edit(session, facilitator, title="Otra")
    tell(session, NoticeKind.EDITED)
    assert "Por qué cambió: Hubo paro." in outbox[-1].body


def test_who_conducts_without_a_seat_is_told_as_well_and_once(app, outbox):
    """Whoever sits there besides gets one; a facilitator of another cycle gets none."""
    session, facilitator, member = called()
    table = session.table
    for someone in (facilitator, grant(member, Role.COFACILITATOR, table), cycles.facilitator(cycles.cycle())):
        if someone is not member:
            credential(someone)
    assert queries.membership(facilitator, table) is None
    outbox.clear()
    edit(session, facilitator, title="Otra")
    tell(session, NoticeKind.EDITED)
    told = sorted(name for mail in outbox for name in (facilitator.name, member.name) if name in mail.body)
    assert (len(outbox), told) == (2, sorted([facilitator.name, member.name]))


def test_what_is_past_is_not_announced(app, outbox):
    session, _facilitator, _member = called()
    outbox.clear()
    db.session.execute(sa.delete(SessionNotice))
    db.session.commit()
    tell(session, NoticeKind.CALLED, session.starts_at)
    assert outbox == []


def test_reminders_come_the_day_and_the_hour_before_once(app, outbox):
    session, _facilitator, _member = called()
    outbox.clear()
    for ahead in (25 * HOUR, 24 * HOUR, 20 * HOUR, 61 * HOUR / 60, HOUR, HOUR / 2, 0 * HOUR, -HOUR):
        remind(session, session.starts_at - ahead)
    assert [mail.subject for mail in outbox] == ["Recordatorio: sesión de tu mesa", "Tu mesa sesiona dentro de poco"]


def test_a_server_that_was_down_reminds_of_what_is_still_to_come(app, outbox):
    session, _facilitator, _member = called()
    outbox.clear()
    assert queries.sessions_to_remind_of(session.starts_at - HOUR / 4) == [session]
    remind(session, session.starts_at - HOUR / 4)
    assert [mail.subject for mail in outbox] == ["Tu mesa sesiona dentro de poco"]
    assert queries.sessions_to_remind_of(session.starts_at) == []


def test_what_was_moved_is_reminded_of_at_its_new_time_and_what_was_cancelled_never(app, outbox):
    session, facilitator, _member = called()
    old = session.starts_at
    remind(session, old - DAY)
    edit(session, facilitator, starts_at=old + 5 * DAY, ends_at=old + 5 * DAY + HOUR)
    outbox.clear()
    remind(session, old - HOUR)
    assert outbox == []
    remind(session, old + 4 * DAY)
    assert len(outbox) == 1
    with transaction():
        operations.cancel_session(actor=facilitator, session=session, reason="Paro.", now=NOW)
    outbox.clear()
    remind(session, session.starts_at - HOUR)
    assert outbox == []


def test_a_session_called_today_is_not_reminded_of_as_if_it_were_old(app):
    session, _facilitator, _member = called(days=0.5)
    assert queries.due_reminder(session, NOW) is None
    assert queries.due_reminder(session, session.starts_at - HOUR) is NoticeKind.HOUR


def test_two_processes_remind_once(committed_app):
    session, _facilitator, _member = called()
    key, moment = session.id, session.starts_at - HOUR
    committed_app.extensions["mailman"].outbox = []
    db.session.commit()

    def one():
        with transaction():
            operations.remind_members(session=db.session.get_one(Session, key), now=moment)

    assert at_once(committed_app, [one] * 3) == [None] * 3
    kept = sa.select(sa.func.count()).select_from(SessionNotice).where(SessionNotice.kind == NoticeKind.HOUR)
    assert db.session.scalar(kept) == 1


def test_one_click_ends_the_emails_without_signing_in(client, outbox):
    session, _facilitator, member = called()
    outbox.clear()
    db.session.execute(sa.delete(SessionNotice))
    db.session.commit()
    tell(session, NoticeKind.CALLED)
    headers = outbox[0].extra_headers
    address = headers["List-Unsubscribe"].strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in outbox[0].body
    path = address[address.index("/correos/") :]
    assert "Ya no quiero estos correos" in client.get(path).text
    assert db.session.get(MailRefusal, member.id) is None
    for _ in range(2):
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    outbox.clear()
    remind(session, session.starts_at - HOUR)
    assert outbox == []
    assert client.post(path + "x").status_code == 404
    client.sign_in(member)
    client.post("/cuenta/calendario/correos", data={"wants": "yes"})
    remind(session, session.starts_at - HOUR / 2)
    assert outbox == []  # that hour was told to those who wanted it then
    remind_again = session.starts_at - DAY
    remind(session, remind_again)
    assert len(outbox) == 1
    client.post("/cuenta/calendario/correos", data={"wants": "no"})
    assert db.session.get(MailRefusal, member.id) is not None


def test_an_address_of_someone_who_does_not_exist_is_none(app, client):
    assert client.get(unsubscribing.address(999_999).split("127.0.0.1:5000")[-1]).status_code == 404
