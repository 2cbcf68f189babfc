"""The live room of a real server: everyone sees everything once and in order, through cuts and kills."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import SignIn
from cocrea.accounts.queries import token_hash
from cocrea.core import live
from cocrea.cycles.models import Stage
from cocrea.extensions import db
from cocrea.tables.models import LiveEvent, Message
from tests.factories import tables
from tests.live.server import Browser, Server, play

pytestmark = pytest.mark.slow
SPEAKERS, EACH = 4, 8


@pytest.fixture
def server(committed_app):
    found = Server(committed_app)
    yield found
    found.kill()


@pytest.fixture
def room(committed_app):
    """A live session whose stage is open today, and the cookies of its speakers."""
    session, _facilitator = tables.live_session()
    members = [tables.member(session.table) for _ in range(SPEAKERS)]
    today = datetime.now(UTC)
    db.session.execute(
        sa.update(Stage).values(starts_at=today - timedelta(days=1), ends_at=today + timedelta(days=1))
    )
    cookies = [cookie_of(committed_app, member, today) for member in members]
    reference = session.reference
    db.session.commit()
    return reference, cookies


def cookie_of(app, person, today):
    """The cookie of a signed-in browser."""
    token = secrets.token_urlsafe(16)
    db.session.add(SignIn(token_hash=token_hash(token), person_id=person.id, created_at=today, last_seen_at=today))
    db.session.commit()
    return app.session_interface.get_signing_serializer(app).dumps({"_user_id": token, "_fresh": True})


async def talk(browser, name, pause=0):
    """Say so many things one after the other; their numbers."""
    told = []
    for n in range(EACH):
        told.append(await browser.say(f"{name}-{n}"))
        await asyncio.sleep(pause)
    return told


def kept():
    """Numbers and texts of what the database holds, in order."""
    db.session.rollback()
    return [
        tuple(row) for row in db.session.execute(sa.select(Message.seq, Message.body_source).order_by(Message.seq))
    ]


def run(server, room, during):
    """Everyone talks while `during(readers)` happens; what the speakers were told and what two readers saw."""
    reference, cookies = room

    async def scene():
        readers = [Browser(server, reference), Browser(server, reference)]
        speakers = [Browser(server, reference, cookie) for cookie in cookies]
        everyone = [*readers, *speakers]
        for browser in everyone:
            await browser.open()
        talking = [asyncio.create_task(talk(speaker, f"s{n}")) for n, speaker in enumerate(speakers)]
        await during(readers)
        told = [seq for heard in await asyncio.gather(*talking) for seq in heard]
        for browser in everyone:
            await browser.wait_for(max(told))
        for browser in everyone:
            await browser.close()
        return told, everyone

    return play(scene)


def check(told, everyone):
    """Everything acknowledged is kept once, and every screen shows exactly what is kept, in order."""
    numbers = list(range(1, SPEAKERS * EACH + 2))
    assert sorted(told) == numbers[1:]
    assert [seq for seq, _body in kept()] == numbers[1:]
    assert len({body for _seq, body in kept()}) == SPEAKERS * EACH
    assert all(browser.numbers == numbers for browser in everyone)
    assert db.session.scalar(sa.select(sa.func.max(LiveEvent.seq))) == numbers[-1]


def test_whoever_is_cut_off_misses_nothing_and_sees_nothing_twice(server, room):
    server.start()

    async def cut_one(readers):
        await asyncio.sleep(0.15)
        await readers[0].close()
        await asyncio.sleep(0.3)
        await readers[0].open()

    check(*run(server, room, cut_one))


def test_what_was_acknowledged_survives_a_kill(server, room):
    server.start()

    async def kill(_readers):
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)

    check(*run(server, room, kill))


def test_what_is_too_long_is_refused_before_it_is_read_whole(server):
    server.start()
    head = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
    head += "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    announced = bytes((0x81, 0xFF)) + (2**31).to_bytes(8, "big") + b"mask"  # one text of two gigabytes
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head.encode())
        line.recv(4096)
        line.sendall(announced)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 200 * live.FRAME_BYTES:
                sent += line.send(bytes(live.FRAME_BYTES))
                time.sleep(0.01)
    assert sent < 200 * live.FRAME_BYTES
