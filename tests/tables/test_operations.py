"""What tables and sessions do, and what they leave in the history."""

from __future__ import annotations

import secrets
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person, Role
from cocrea.audit.models import HistoryRecord
from cocrea.consultation.queries import pack
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel, Visibility
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import EventKind, LiveEvent, MemberRole, Message, Session, SessionMode, TableMember
from cocrea.tables.operations import AgreementContent, DutyContent, messages
from cocrea.tables.policies import ENDED
from tests.conftest import NOW
from tests.factories import cycles, tables
from tests.factories.accounts import grant, organisation, person
from tests.factories.history import actions
from tests.real import at_once


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def run(verb, **arguments):
    with transaction():
        return verb(now=NOW, **arguments)


@pytest.fixture
def room(app):
    return tables.live_session()


def test_a_table_is_convened_with_its_purpose(app):
    table = tables.table(information="**Lee** esto.<script>alert(1)</script>")
    assert table.reference.startswith(f"{table.cycle.prefix}-MES-")
    read = pack(person(), table.scope).current
    assert (read.number, read.changes) == (1, "Primera versión.")
    assert "<strong>Lee</strong>" in read.body_html
    assert "<script" not in read.body_html
    assert pack(person(), tables.table().scope) is None
    assert sorted(actions(table.reference)) == ["table.created", "table.pack_published"]


def test_a_table_needs_a_purpose_and_a_facilitator(app):
    cycle = tables.meeting_cycle()
    with pytest.raises(Invalid):
        tables.table(cycle, purpose=" ")
    with pytest.raises(Denied):
        tables.table(cycle, facilitator=person())


def test_joining_twice_is_joining_once_and_freezes_the_sector(app):
    table, someone = tables.table(), person()
    tables.member(table, someone)
    tables.member(table, someone)
    seat = queries.membership(someone, table)
    assert (count(TableMember), seat.sector, seat.role) == (1, someone.sector, MemberRole.MEMBER)


def test_one_sits_in_the_capacity_of_ones_role(app):
    table = tables.table()
    official = grant(person(), Role.OFFICIAL, organisation())
    observer = grant(person(), Role.OBSERVER, table.cycle)
    for someone in (official, observer):
        tables.member(table, someone)
    assert queries.membership(official, table).role is MemberRole.OFFICIAL
    assert queries.membership(observer, table).role is MemberRole.OBSERVER


def test_nobody_joins_outside_the_stage(app):
    cycle = cycles.cycle()
    cycles.stage(cycle, StageKind.TABLES, start=NOW + timedelta(days=3), end=NOW + timedelta(days=5))
    table = tables.table(cycle)
    with pytest.raises(Denied) as denied:
        tables.member(table)
    assert "abre el" in str(denied.value.message)


def test_a_session_leaves_its_life_in_the_history(room):
    session, facilitator = room
    event = run(operations.end_session, actor=facilitator, session=session)
    assert actions(session.reference) == ["session.scheduled", "session.opened", "session.ended"]
    assert (event.kind, event.seq) == (EventKind.ENDED, 2)
    with pytest.raises(Denied):
        run(operations.open_session, actor=facilitator, session=session)


@pytest.mark.parametrize(
    "columns",
    [{"title": " "}, {"mode": SessionMode.HYBRID}, {"ends_at": NOW - timedelta(hours=1)}],
    ids=["title", "place", "ends before it starts"],
)
def test_a_session_says_what_where_and_when(app, columns):
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    whole = {"title": "Una", "mode": SessionMode.ONLINE, "starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}
    with pytest.raises(Invalid):
        plan = operations.SessionPlan(**{**whole, **columns})
        run(operations.schedule_session, actor=facilitator, table=table, plan=plan)


def test_messages_are_numbered_in_order_and_kept_clean(room):
    session, facilitator = room
    someone = tables.member(session.table)
    first = tables.said(session, someone, "**Hola** <script>alert(1)</script>")
    second = tables.said(session, facilitator, "Adelante.")
    assert (first.seq, second.seq, session.last_seq) == (2, 3, 3)
    assert first.reference == f"{session.reference}/2"
    assert "<strong>" in first.body_html
    assert "<script" not in first.body_html


def test_the_same_key_returns_the_first_event_even_after_the_end(room):
    session, facilitator = room
    someone = tables.member(session.table)
    tables.said(session, someone, "Una vez.", key="k1")
    run(operations.end_session, actor=facilitator, session=session)
    again = run(operations.post_message, actor=someone, session=session, body="Otra.", client_key="k1")
    assert (again.seq, count(Message)) == (2, 1)


def test_a_key_is_its_authors_own(room):
    session, _facilitator = room
    for _ in range(2):
        tables.said(session, tables.member(session.table), key="k1")
    assert count(Message) == 2


def test_forty_sendings_of_one_key_at_once_make_one_message(committed_app):
    session, _facilitator = tables.live_session()
    session_id, person_id = session.id, tables.member(session.table).id

    def send() -> int:
        with transaction():
            return operations.post_message(
                actor=db.session.get_one(Person, person_id),
                session=db.session.get_one(Session, session_id),
                body="Una sola vez.",
                client_key="k1",
                now=NOW,
            ).seq

    assert set(at_once(committed_app, [send] * 40)) == {2}
    db.session.rollback()
    assert (count(Message), count(LiveEvent)) == (1, 2)
    assert db.session.get_one(Session, session_id).last_seq == 2


def test_many_at_once_get_numbers_without_gaps(committed_app):
    session, facilitator = tables.live_session()
    session_id, person_id = session.id, facilitator.id

    def send() -> int:
        with transaction():
            return operations.post_message(
                actor=db.session.get_one(Person, person_id),
                session=db.session.get_one(Session, session_id),
                body="Una de muchas.",
                client_key=secrets.token_hex(8),
                now=NOW,
            ).seq

    assert sorted(at_once(committed_app, [send] * 20)) == list(range(2, 22))


def test_nothing_is_said_after_the_end_although_both_came_at_once(committed_app, database_kind, monkeypatch):
    """The session ends between the judgement of a message and its number. (On SQLite writers take turns: it waits.)"""
    session, facilitator = tables.live_session()
    session_id, person_id = session.id, facilitator.id

    def end() -> None:
        with committed_app.app_context():
            found, actor = db.session.get_one(Session, session_id), db.session.get_one(Person, person_id)
            run(operations.end_session, actor=actor, session=found)

    ending = Thread(target=end)

    def meanwhile(_key: str) -> None:
        ending.start()
        if database_kind == "postgresql":
            ending.join()

    monkeypatch.setattr(messages, "check_key", meanwhile)
    try:
        tables.said(session, facilitator, key="k1")
    except Denied as error:
        assert error.message == ENDED
    ending.join()
    db.session.rollback()
    kinds = list(db.session.scalars(sa.select(LiveEvent.kind).order_by(LiveEvent.seq)))
    assert kinds[-1] is EventKind.ENDED


def test_who_may_not_speak_is_told_why(room):
    session, facilitator = room
    observer = grant(person(), Role.OBSERVER, session.cycle)
    tables.member(session.table, observer)
    for someone in (person(), observer, person(verified=False)):
        with pytest.raises(Denied):
            tables.said(session, someone)
    left = tables.member(session.table)
    run(operations.leave, actor=left, table=session.table)
    with pytest.raises(Denied):
        tables.said(session, left)
    run(operations.end_session, actor=facilitator, session=session)
    with pytest.raises(Denied):
        tables.said(session, facilitator)


@pytest.mark.parametrize("body", ["", " \n", "x" * 4001], ids=["empty", "blank", "long"])
def test_messages_have_a_size(room, body):
    session, facilitator = room
    with pytest.raises(Invalid):
        tables.said(session, facilitator, body)


def test_what_was_said_in_person_counts_as_such(room):
    session, facilitator = room
    run(
        operations.record_in_person,
        actor=facilitator,
        session=session,
        body="Falta agua.",
        attribution="Vecinas de la colonia Centro",
        client_key="k1",
    )
    message = db.session.scalars(sa.select(Message)).one()
    assert (message.channel, message.author_id, message.recorded_by_id) == (Channel.IN_PERSON, None, facilitator.id)
    assert message.byline == "Vecinas de la colonia Centro"
    with pytest.raises(Denied):
        run(
            operations.record_in_person,
            actor=tables.member(session.table),
            session=session,
            body="Yo",
            attribution="Yo",
            client_key="k2",
        )


def test_hiding_leaves_a_tombstone_and_a_reason(room):
    session, facilitator = room
    message = tables.said(session, tables.member(session.table), "Un insulto.")
    with pytest.raises(Invalid):
        run(operations.hide_message, actor=facilitator, message=message, reason=" ")
    event = run(operations.hide_message, actor=facilitator, message=message, reason="Contiene insultos.")
    assert (message.visibility, event.kind, event.payload) == (Visibility.HIDDEN, EventKind.HIDDEN, {"of": 2})
    assert actions(message.reference) == ["message.hidden"]
    told = queries.events_payload(session, queries.events_since(session, 0))
    assert "Un insulto" not in str(told)
    assert [item.get("reason") for item in told] == [None, "Contiene insultos.", "Contiene insultos."]


def test_members_do_not_hide(room):
    session, _facilitator = room
    message = tables.said(session, tables.member(session.table))
    with pytest.raises(Denied):
        run(operations.hide_message, actor=tables.member(session.table), message=message, reason="No me gusta.")


def test_an_agreement_is_an_event_and_a_record_once(room):
    session, facilitator = room
    content = AgreementContent("Publicar el padrón.", [DutyContent("Secretaría de Obras")])
    terms = {"content": content, "client_key": "k1"}
    made = {run(operations.record_agreement, actor=facilitator, session=session, **terms).reference for _ in range(2)}
    (reference,) = made
    assert actions(reference) == ["agreement.adopted"]
    assert queries.agreements_of(session)[0].duties[0].responsible == "Secretaría de Obras"
    assert queries.events_since(session, 1)[0].payload == {"reference": reference, "act": "adopted"}


def test_the_history_holds_no_text(room):
    session, facilitator = room
    run(
        operations.record_agreement, actor=facilitator, session=session, content=AgreementContent("Texto reconocible")
    )
    records = db.session.scalars(sa.select(HistoryRecord.canonical))
    assert not any("reconocible" in record for record in records)


def test_a_key_has_a_size(room):
    session, facilitator = room
    with pytest.raises(Invalid):
        tables.said(session, facilitator, key="k" * 65)
