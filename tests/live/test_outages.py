"""Whatever goes away under a live room, everyone ends with the same transcript: all that was acknowledged, in order."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from cocrea.extensions import db
from tests.conftest import skip_or_fail
from tests.live.outages import Line, Redis, database_away
from tests.live.server import Browser, Server, play
from tests.live.test_server import check, room, talk

__all__ = ["room"]
pytestmark = pytest.mark.slow
PAUSE = 0.2  # seconds after each message, so that all talk while the outage lasts
CALM = 4  # seconds between pings that a busy machine answers in time
PING = 1  # seconds; a line that is dead for twice that is given up


def run(urls, room, outage):
    """People at these addresses talk in turns while `outage()` happens; then everyone is asked what they saw."""
    reference, cookies = room

    async def scene():
        listeners = [Browser(None, reference, by=url) for url in urls]
        speakers = [Browser(None, reference, cookie, by=urls[n % len(urls)]) for n, cookie in enumerate(cookies)]
        everyone = [*listeners, *speakers]
        for browser in everyone:
            await browser.open()
        talking = [asyncio.create_task(talk(speaker, f"s{n}", PAUSE)) for n, speaker in enumerate(speakers)]
        await outage()
        told = [seq for heard in await asyncio.gather(*talking) for seq in heard]
        for browser in everyone:
            await browser.wait_for(max(told))
            await browser.close()
        return told, everyone

    return scene


@pytest.mark.parametrize("seconds", [PING, 5 * PING], ids=["short", "long"])
def test_a_line_that_was_dead(committed_app, room, seconds):
    """Shorter than the server's patience, and so long that the server has given the client up."""
    server = Server(committed_app, ping=PING)
    server.start()

    async def scene():
        line = Line(server.port)
        await line.open()

        async def outage():
            await asyncio.sleep(0.2)
            await line.cut(seconds)

        seen = await run([server.url, line.url], room, outage)()
        await line.close()
        return seen

    try:
        check(*play(scene))
    finally:
        server.kill()


def test_who_only_listens_stays_connected(committed_app, room):
    """Also where nothing but pings is heard for longer than the server's patience."""
    server = Server(committed_app, ping=CALM)
    server.start()

    async def scene():
        browser = Browser(server, room[0])
        await browser.open()
        await asyncio.sleep(2.5 * CALM)
        stayed = browser.joins, browser.is_connected
        await browser.close()
        return stayed

    try:
        assert play(scene) == (1, True)
    finally:
        server.kill()


@pytest.fixture
def own_redis(tmp_path):
    if shutil.which("redis-server") is None:
        skip_or_fail("there is no redis-server to start")
    found = Redis(tmp_path)
    found.start()
    yield found
    found.kill()


@pytest.fixture
def pair(database_kind, committed_app, own_redis):
    if database_kind == "sqlite":
        pytest.skip("several processes share PostgreSQL, never SQLite")
    found = [Server(committed_app, ping=PING, REDIS_URL=own_redis.url) for _ in range(2)]
    for server in found:
        server.start()
    yield found
    for server in found:
        server.kill()


@pytest.mark.redis
def test_redis_was_restarted(pair, own_redis, room):
    async def outage():
        await asyncio.sleep(0.2)
        await asyncio.to_thread(own_redis.kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(own_redis.start)

    check(*play(run([server.url for server in pair], room, outage)))


@pytest.mark.redis
def test_one_of_two_servers_was_killed(pair, room):
    async def outage():
        await asyncio.sleep(0.2)
        await asyncio.to_thread(pair[0].kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(pair[0].start)

    check(*play(run([server.url for server in pair], room, outage)))


@pytest.mark.redis
def test_the_database_was_restarted(committed_app, pair, room):
    url = committed_app.config["COCREA"].database_url

    async def outage():
        await asyncio.sleep(0.2)
        with database_away(url):
            await asyncio.sleep(1)

    db.session.remove()
    db.engine.dispose()
    check(*play(run([server.url for server in pair], room, outage)))
