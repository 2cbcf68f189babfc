"""What goes away under a live room and comes back: the network, the database, Redis."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
import sqlalchemy as sa

from tests.conftest import PATIENCE, POSTGRES
from tests.live.server import free_port


class Line:
    """A line to a server that can go dead, as a phone's in a tunnel does: nothing passes, and nobody is told."""

    def __init__(self, port: int) -> None:
        self._target, self.port = port, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._is_up = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._is_up.set()
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()

    async def cut(self, seconds: float) -> None:
        """Dead for so long; what was sent meanwhile arrives afterwards, where somebody still waits for it."""
        self._is_up.clear()
        await asyncio.sleep(seconds)
        self._is_up.set()

    async def _carry(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        far, to_far = await asyncio.open_connection("127.0.0.1", self._target)
        for source, target in ((near, to_far), (far, to_near)):
            task = asyncio.create_task(self._pass_on(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                await self._is_up.wait()
                target.write(data)
                await target.drain()
        target.close()


@contextmanager
def database_away(url: str) -> Iterator[None]:
    """No connection to this database of PostgreSQL lives or begins, as while its server is restarted."""
    name = sa.make_url(url).database
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    end = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            connection.execute(end, {"name": name})
            yield
        finally:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    admin.dispose()


class Redis:
    """A Redis of the test's own, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            str(self._port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            self._folder,
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(redis.RedisError):
                redis.Redis.from_url(self.url).ping()
                return
            time.sleep(0.05)
        raise RuntimeError("Redis did not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
