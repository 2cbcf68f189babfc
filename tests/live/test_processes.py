"""Two servers over one database and one Redis: the same order for everyone, and one cut-off for all."""

from __future__ import annotations

import asyncio
import os
import time

import pytest
import redis
import sqlalchemy as sa

from cocrea.accounts.models import SignIn
from cocrea.extensions import db
from tests.conftest import skip_or_fail
from tests.live.server import Browser, Server, play
from tests.live.test_server import SPEAKERS, check, room, talk

__all__ = ["room"]
pytestmark = [pytest.mark.slow, pytest.mark.redis]
REDIS = os.environ.get("COCREA_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


@pytest.fixture
def servers(committed_app):
    try:
        redis.Redis.from_url(REDIS).ping()
    except redis.RedisError:
        skip_or_fail("Redis is not reachable")
    pair = [Server(committed_app, REDIS_URL=REDIS) for _ in range(2)]
    for server in pair:
        server.start()
    yield pair
    for server in pair:
        server.kill()


def test_everyone_sees_the_same_order_on_both(servers, room):
    reference, cookies = room

    async def scene():
        readers = [Browser(server, reference) for server in servers]
        speakers = [Browser(servers[n % 2], reference, cookie) for n, cookie in enumerate(cookies)]
        everyone = [*readers, *speakers]
        for number, browser in enumerate(everyone):
            await browser.open("polling" if number == 1 else "websocket")
        talks = (talk(speaker, f"s{n}") for n, speaker in enumerate(speakers))
        told = [seq for heard in await asyncio.gather(*talks) for seq in heard]
        for browser in everyone:
            await browser.wait_for(max(told))
        await asyncio.sleep(2)
        presence = [browser.presence for browser in readers]
        for browser in everyone:
            await browser.close()
        return told, everyone, presence

    told, everyone, presence = play(scene)
    check(told, everyone)
    assert presence == [{"civil_society": SPEAKERS, "reader": 2}] * 2


def test_signing_out_on_one_cuts_off_on_the_other_within_a_second(servers, room):
    reference, cookies = room

    async def scene():
        browser = Browser(servers[1], reference, cookies[0])
        await browser.open()
        await asyncio.to_thread(servers[0].sign_out, cookies[0])
        left = time.monotonic()
        while browser.is_connected and time.monotonic() < left + 10:
            await asyncio.sleep(0.02)
        return time.monotonic() - left

    assert play(scene) < 1
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).where(SignIn.revoked_at.is_not(None))) == 1
