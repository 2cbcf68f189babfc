"""A live room against a bare one that stores nothing.

Two servers of the same kind on one core, in turns; the sockets on another. Each message is sent at its scheduled time
whatever happened to the ones before, and a delivery is timed from that schedule to its arrival at each socket. Ours
commits every message before anybody hears of it. Prints p50 and p99 of each, losses, doubles, how long a burst
of joins took, and the ratio of p99.

    python -m bench.live [--sockets 200] [--rate 20] [--seconds 20] [--rounds 2] [--mode threading|gevent]
                         [--database URL] [--redis URL] [--alone]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.live_room import seed
from cocrea.config import PROJECT, Settings

SERVER_CORE, CLIENT_CORE = 0, 1
BYTES = 300
SETTLE = 5.0
TOKEN = re.compile(r"#(\d{6})#")


@dataclass
class Room:
    """Where to connect, which session to join and the cookies of those who speak."""

    port: int
    worker: int
    session: str
    cookies: Sequence[str]


@dataclass
class Heard:
    """What arrived at all sockets: delays in seconds, and how often each message came to each socket."""

    delays: list[float] = field(default_factory=list)
    counts: dict[tuple[int, int], int] = field(default_factory=dict)
    refused: int = 0
    rounds: int = 0
    work: float = 0.0  # seconds of the server's core
    joining: list[float] = field(default_factory=list)  # seconds until everybody was in, all having come at once

    def note(self, listener: int, number: int, delay: float) -> None:
        self.delays.append(delay)
        key = (listener, number)
        self.counts[key] = self.counts.get(key, 0) + 1


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings = Settings(
            instance=Path(folder), worker=False, database_url=options.database, redis_url=options.redis
        )
        session, cookies = seed(settings, options.sockets)
        ours = stack.enter_context(_server("wsgi:app", settings, options))
        mine, theirs = Heard(), Heard()
        turns = [(mine, Room(*ours, session, cookies))]
        if not options.alone:
            bare = stack.enter_context(_server("bench.room_echo:app", settings, options))
            turns.insert(0, (theirs, Room(*bare, session, cookies)))
        _pin(os.getpid(), CLIENT_CORE)
        for _round in range(options.rounds):
            for heard, room in turns:
                asyncio.run(_measure(room, options, heard))
        if options.alone:
            _report("Cocrea", mine, options)
            return
        _report("bare", theirs, options)
        _report("Cocrea", mine, options)
        print(f"p50 ratio {_quantile(mine, 50) / _quantile(theirs, 50):.2f} | ", end="")
        print(f"p99 ratio {_quantile(mine, 99) / _quantile(theirs, 99):.2f} (goal <= 1.5)")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--mode", choices=("threading", "gevent"), default="threading")
    parser.add_argument("--database", default="", help="an empty database of its own; default: a new SQLite file")
    parser.add_argument("--redis", default="", help="carry ours through this Redis, as with several processes")
    parser.add_argument("--alone", action="store_true", help="without the bare room, which does not take a thousand")
    return parser.parse_args()


def _report(name: str, heard: Heard, options: argparse.Namespace) -> None:
    expected = int(options.seconds * options.rate) * options.sockets * options.rounds
    doubles = sum(count - 1 for count in heard.counts.values())
    print(
        f"{name:>7}: p50 {_quantile(heard, 50) * 1e3:6.1f} ms  p99 {_quantile(heard, 99) * 1e3:6.1f} ms  "
        f"delivered {len(heard.counts)} of {expected}  lost {expected - len(heard.counts)}  doubled {doubles}  "
        f"refused {heard.refused}  core in use {heard.work / options.seconds / options.rounds:.0%}  "
        f"all in after {max(heard.joining):.1f} s"
    )


def _quantile(heard: Heard, percent: int) -> float:
    return statistics.quantiles(heard.delays, n=100)[percent - 1] if len(heard.delays) > 1 else float("nan")


# ---------------------------------------------------------------- the sockets


async def _measure(room: Room, options: argparse.Namespace, heard: Heard) -> None:
    """One round: connect everybody, speak on schedule, wait until all has arrived or no more will."""
    total = int(options.seconds * options.rate)
    already, heard.rounds = total * heard.rounds, heard.rounds + 1
    times: dict[int, float] = {}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        began = time.monotonic()
        sockets = await asyncio.gather(*(_join(http, room, cookie) for cookie in room.cookies))
        heard.joining.append(time.monotonic() - began)
        readers = [asyncio.create_task(_listen(n, ws, times, heard)) for n, ws in enumerate(sockets)]
        await asyncio.sleep(1)
        heard.work -= _work(room.worker)
        start = time.monotonic() + 0.1
        for number in range(already, already + total):
            times[number] = start + (number - already) / options.rate
            await asyncio.sleep(max(0.0, times[number] - time.monotonic()))
            await _speak(sockets[number % len(sockets)], room.session, number)
        await _settled(heard, (already + total) * len(sockets))
        heard.work += _work(room.worker)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*(ws.close() for ws in sockets))


async def _settled(heard: Heard, expected: int) -> None:
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline and len(heard.counts) < expected:
        await asyncio.sleep(0.05)


async def _join(http: aiohttp.ClientSession, room: Room, cookie: str) -> aiohttp.ClientWebSocketResponse:
    """Engine.IO and Socket.IO by hand: lighter than a client library, so that the client is not what is measured."""
    address = f"http://127.0.0.1:{room.port}/socket.io/?EIO=4&transport=websocket"
    ws = await http.ws_connect(address, headers={"Cookie": cookie}, max_msg_size=0)
    await ws.receive_str()
    await ws.send_str("40")
    if not (answer := await ws.receive_str()).startswith("40"):
        raise SystemExit(f"could not connect: {answer}")
    await ws.send_str("420" + json.dumps(["room.join", {"session": room.session}]))
    while not (answer := await ws.receive_str()).startswith("430"):
        pass
    if '"ok":true' not in answer:
        raise SystemExit(f"could not join: {answer}")
    return ws


async def _speak(ws: aiohttp.ClientWebSocketResponse, session: str, number: int) -> None:
    body = f"#{number:06d}# ".ljust(BYTES, "a")
    message = {"session": session, "body": body, "client_key": secrets.token_hex(16)}
    await ws.send_str("421" + json.dumps(["room.post", message]))


async def _listen(listener: int, ws: aiohttp.ClientWebSocketResponse, times: dict[int, float], heard: Heard) -> None:
    async for message in ws:
        arrived, text = time.monotonic(), message.data
        if text == "2":
            await ws.send_str("3")
        elif text.startswith("43"):
            heard.refused += '"ok":true' not in text
        else:
            for number in map(int, TOKEN.findall(text)):
                heard.note(listener, number, arrived - times[number])


# ---------------------------------------------------------------- the servers


@contextmanager
def _server(target: str, settings: Settings, options: argparse.Namespace) -> Iterator[tuple[int, int]]:
    """One gunicorn worker on the servers' core: its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    kind = (
        ["-k", "gevent"] if options.mode == "gevent" else ["-k", "gthread", "--threads", str(options.sockets + 100)]
    )
    command = [sys.executable, "-m", "gunicorn", "-w", "1", *kind, "--worker-connections", "4000", "--timeout", "120"]
    command += ["--no-control-socket", "--log-level", "error", "-b", f"127.0.0.1:{port}", target]
    environment = {
        **os.environ,
        "COCREA_INSTANCE": str(settings.instance),
        "COCREA_WORKER": "0",
        "COCREA_ASYNC_MODE": options.mode,
        "COCREA_SOCKETS": str(2 * options.sockets + 100),  # those of the round before may not all be gone
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url if target == "wsgi:app" else "",
    }
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)
    _pin(process.pid, SERVER_CORE)  # before it forks its worker
    try:
        _await(port)
        yield port, int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
    finally:
        process.terminate()
        process.wait(20)


def _work(process: int) -> float:
    """Seconds of processor that a process has used."""
    user, system = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _await(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=polling", timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a server did not start")


def _pin(process: int, core: int) -> None:
    available = sorted(os.sched_getaffinity(process))
    os.sched_setaffinity(process, {available[core % len(available)]})


if __name__ == "__main__":
    main()
