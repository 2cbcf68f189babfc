"""A room in which much was said opens like any other."""

from __future__ import annotations

import secrets
from gzip import decompress

import pytest
import sqlalchemy as sa

from cocrea.discussion.models import Contribution
from cocrea.extensions import db
from cocrea.tables.models import Message, Session
from tests.factories import tables

MANY = 10_000
MOST_BYTES = 60 * 1024
MOST_STATEMENTS = 12


@pytest.fixture
def long_room(app):
    """A live session with ten thousand messages of 300 characters, and who facilitates it."""
    session, facilitator = tables.live_session()
    first = tables.said(session, tables.member(session.table))
    contribution, said = Contribution.__table__, Message.__table__
    row = dict(db.session.execute(sa.select(contribution).where(contribution.c.id == first.id)).one()._mapping)
    del row["id"]
    copies = [
        {**row, "reference": f"{session.reference}/{seq}", "body_html": f"<p>{secrets.token_urlsafe(225)}</p>"}
        for seq in range(first.seq + 1, MANY + first.seq)
    ]
    ids = db.session.scalars(
        sa.insert(contribution).returning(contribution.c.id, sort_by_parameter_order=True), copies
    )
    own = {"session_id": session.id, "is_question": False}
    db.session.execute(sa.insert(said), [{**own, "id": key, "seq": n} for n, key in enumerate(ids, first.seq + 1)])
    db.session.execute(sa.update(Session).values(last_seq=MANY + first.seq))
    db.session.commit()
    return session, facilitator


@pytest.mark.parametrize("who", ["visitor", "member", "facilitator"])
def test_it_sends_little_and_asks_little(client, count_queries, long_room, who):
    session, facilitator = long_room
    if who != "visitor":
        client.sign_in(facilitator if who == "facilitator" else tables.member(session.table))
    with count_queries() as log:
        page = client.get(f"/sesiones/{session.reference}", headers={"Accept-Encoding": "gzip"})
    assert len(log) <= MOST_STATEMENTS
    assert len(page.data) <= MOST_BYTES
    assert decompress(page.data).count(b"</li>") >= 50
