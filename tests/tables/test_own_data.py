"""What a table keeps about a person: all of it theirs to download, and what goes when their account does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts import privacy
from cocrea.core.db import transaction
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.tables import models, operations
from cocrea.tables.operations import AgreementContent, DutyContent
from tests.conftest import NOW
from tests.factories import tables

GONE = {
    "calendar_keys",
    "reminders",
    "seat_requests",
    "session_attendees",
    "session_restrictions",
    "table_removals",
}
KEPT = {"agreement_answers", "agreement_duties", "messages", "message_reactions", "table_members", "table_tasks"}


@pytest.fixture
def someone(app):
    """A member of a table of whom it keeps a row of each kind."""
    session, facilitator = tables.live_session()
    table = session.table
    who = tables.member(table)
    message = tables.said(session, who)
    duty = DutyContent(who.name, NOW.replace(year=2027))
    task = operations.TaskContent(text="Pedir el padrón.", due_at=NOW.replace(year=2027), assignee=who)
    told = AgreementContent("Publicar", [duty])
    with transaction():
        agreement = operations.record_agreement(actor=facilitator, session=session, content=told, now=NOW)
        operations.give_task(actor=facilitator, table=table, content=task, client_key="k", now=NOW)
        own = {"person_id": who.id}
        db.session.add_all(
            [
                models.AgreementAnswer(agreement_id=agreement.id, version=1, choice="agree", at=NOW, **own),
                models.Attendee(session_id=session.id, channel=Channel.ONLINE, at=NOW, **own),
                models.CalendarKey(made_at=NOW, **own),
                models.Reacted(message_id=message.id, agree=True, at=NOW, **own),
                models.Reminder(about="OAX-TAR-0001:due", sent_at=NOW, **own),
                models.Restriction(
                    session_id=session.id,
                    kind=models.RestrictionKind.MUTED,
                    reason="Interrumpió.",
                    imposed_at=NOW,
                    **own,
                ),
                models.Removal(table_id=table.id, reason="Interrumpió.", removed_at=NOW, **own),
                models.SeatRequest(table_id=table.id, reason="Vivo aquí.", asked_at=NOW, **own),
            ]
        )
    return who


def test_all_of_it_is_theirs_to_download(someone):
    assert (GONE | KEPT) - set(privacy.personal_data(someone)) == set()


def test_what_was_kept_for_them_alone_ends_with_the_account(someone):
    privacy.forget(someone)
    db.session.expire_all()
    assert set(privacy.personal_data(someone)) & (GONE | KEPT) == KEPT
    assert db.session.scalar(sa.select(models.Task.text)) == "Pedir el padrón."
