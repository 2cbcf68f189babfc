"""Reactions to what is said in a room: one of each per person and message, counted, never told who."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.core import live
from cocrea.core.db import transaction
from cocrea.core.errors import Denied
from cocrea.core.rates import Rate
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import EventKind, LiveEvent, MemberRole, Message, Reacted, Reaction, TableMember
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import person

AGREE = Reaction.AGREE


@pytest.fixture
def room(app, monkeypatch):
    monkeypatch.setattr(live, "WRITES", Rate(20, 10))
    return tables.live_session()


def react(actor, message, reaction=AGREE, on=True):
    with transaction():
        operations.react(actor=actor, message=message, reaction=reaction, on=on, now=NOW)


def reaction_events(session):
    return [event for event in queries.events_since(session, 0) if event.kind is EventKind.REACTION]


def counts(message):
    db.session.expire_all()
    return tuple(message.reactions.values())


def test_each_person_gives_each_reaction_once_and_takes_it_back(room):
    session, facilitator = room
    message, member = tables.said(session, facilitator), tables.member(session.table)
    for _ in range(2):
        react(member, message)
    react(facilitator, message)
    react(member, message, Reaction.THANKS)
    assert counts(message) == (2, 0, 1)
    for _ in range(2):
        react(member, message, on=False)
    assert counts(message) == (1, 0, 1)
    assert len(reaction_events(session)) == 4, "what changes nothing is not told"


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(Reaction), st.booleans()), max_size=25),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_what_people_gave(app, acts):
    session, facilitator = tables.live_session()
    people = [facilitator, *(tables.member(session.table) for _ in range(2))]
    message, given_now, changes = tables.said(session, facilitator), set(), 0
    for who, reaction, on in acts:
        react(people[who], message, reaction, on)
        changes += ((who, reaction) in given_now) is not on
        (given_now.add if on else given_now.discard)((who, reaction))
    told = {reaction: sum(one is reaction for _who, one in given_now) for reaction in Reaction}
    assert counts(message) == tuple(told.values())
    assert len(reaction_events(session)) == changes
    kept = db.session.scalars(sa.select(Reacted).filter_by(message_id=message.id)).all()
    assert {r: sum(own.has(r) for own in kept) for r in Reaction} == told


def test_who_may_not_write_does_not_react(room):
    session, facilitator = room
    message, observer = tables.said(session, facilitator), tables.member(session.table)
    db.session.execute(sa.update(TableMember).filter_by(person_id=observer.id).values(role=MemberRole.OBSERVER))
    db.session.commit()
    for someone in (observer, person()):
        with pytest.raises(Denied):
            react(someone, message)
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    with pytest.raises(Denied):
        react(facilitator, message)
    assert counts(message) == (0, 0, 0)


def test_a_hidden_message_takes_none_and_shows_none(room, client):
    session, facilitator = room
    message = tables.said(session, facilitator)
    react(facilitator, message)
    with transaction():
        operations.hide_message(actor=facilitator, message=message, reason="Insulta.", now=NOW)
    with pytest.raises(Denied):
        react(facilitator, message, Reaction.DOUBT)
    assert counts(message) == (0, 0, 0)
    told = queries.events_payload(session, queries.events_since(session, 0))
    assert not any(any(event.get("counts", {}).values()) for event in told)
    assert "data-reaction" not in client.get(f"/sesiones/{session.reference}").text.partition("<template")[0]


def test_of_several_changes_the_last_carries_the_counts_and_nobody(room):
    session, facilitator = room
    first, second = tables.said(session, facilitator), tables.said(session, facilitator)
    member = tables.member(session.table)
    for who, message in ((member, first), (facilitator, first), (member, second)):
        react(who, message)
    told = queries.events_payload(session, queries.events_since(session, 0))
    reactions = [event for event in told if event["kind"] == "reaction"]
    assert [(event["of"], event.get("counts", {}).get("agree")) for event in reactions] == [
        (first.seq, None),
        (first.seq, 2),
        (second.seq, 1),
    ]
    assert all(set(event) <= {"seq", "kind", "at", "key", "of", "counts"} for event in reactions)
    assert [event.get("counts") for event in told if event["kind"] == "message"] == [
        {"agree": 2, "doubt": 0, "thanks": 0},
        {"agree": 1, "doubt": 0, "thanks": 0},
    ]


def test_reacting_without_scripts_and_with(room, client, count_queries):
    session, facilitator = room
    message, member = tables.said(session, facilitator), tables.member(session.table)
    client.sign_in(member)
    page = f"/sesiones/{session.reference}"
    address = f"{page}/mensajes/{message.seq}/reacciones/acuerdo"
    assert f'aria-pressed="false" formaction="{address}"' in client.get(page).text
    assert client.post(address).location == f"{page}#m{message.seq}"
    shown = client.get(page).text
    assert f'aria-pressed="true" formaction="{address}/retiro">De acuerdo <strong data-count>1</strong>' in shown
    answer = client.post(f"{address}/retiro", headers={"X-Cocrea-Panel": "actos"})
    assert (answer.status_code, counts(message)) == (204, (0, 0, 0))
    client.sign_in(facilitator)
    assert 'aria-pressed="true"' not in client.get(page).text


def test_readers_see_counts_and_no_buttons(room, client):
    session, facilitator = room
    react(facilitator, tables.said(session, facilitator))
    page = client.get(f"/sesiones/{session.reference}").text
    assert 'data-reaction="agree">De acuerdo <strong data-count>1</strong>' in page
    assert "reacciones/acuerdo" not in page


@pytest.mark.parametrize("tail", ["999/reacciones/acuerdo", "2/reacciones/odio", "2/reacciones/agree"])
def test_what_is_no_message_or_no_reaction_is_not_found(room, client, tail):
    session, facilitator = room
    tables.said(session, facilitator)
    client.sign_in(facilitator)
    assert client.post(f"/sesiones/{session.reference}/mensajes/{tail}").status_code == 404


def test_reactions_have_a_rate(room, client, monkeypatch):
    monkeypatch.setattr(live, "WRITES", Rate(3, 60))
    session, facilitator = room
    message = tables.said(session, facilitator)
    client.sign_in(facilitator)
    address = f"/sesiones/{session.reference}/mensajes/{message.seq}/reacciones/duda"
    answers = [client.post(address + tail).status_code for tail in ("", "/retiro", "", "/retiro")]
    assert answers == [303, 303, 303, 403]


def test_reactions_cost_the_page_no_statement(room, client, count_queries):
    session, facilitator = room
    messages = [tables.said(session, facilitator) for _ in range(4)]
    client.sign_in(facilitator)
    found = []
    for message in messages:
        with count_queries() as log:
            client.get(f"/sesiones/{session.reference}")
        found.append(len(log))
        react(facilitator, message)
    assert len(set(found)) == 1
    assert max(found) <= 10


def test_events_keep_no_reaction_of_anyone(room):
    """The numbered event says which message; what was given is in one row that only its person's page reads."""
    session, facilitator = room
    message = tables.said(session, facilitator)
    react(facilitator, message)
    event = db.session.scalars(sa.select(LiveEvent).filter_by(kind=EventKind.REACTION)).one()
    assert event.payload == {"of": message.seq}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
