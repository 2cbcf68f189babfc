"""The server of the journeys: `cocrea serve` on the demonstration, with a clock that journeys move.

Run as a process by `site.py`. The clock is the real one plus the seconds written in the file named by
COCREA_JOURNEY_CLOCK; what the minute jobs would do is done every half second.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from cocrea import create_app
from cocrea.cli import server
from cocrea.config import Settings
from cocrea.core.db import transaction
from cocrea.demo import operations as demo
from cocrea.extensions import db, queue
from cocrea.voting import jobs

OFFSET = Path(os.environ["COCREA_JOURNEY_CLOCK"])


def now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=int(OFFSET.read_text() or 0))


class Server(server.Server):
    """The server that people run, with our clock and our jobs in its one process."""

    def load(self) -> Flask:
        app = super().load()
        app.extensions["clock"] = now
        threading.Thread(target=_work, args=(app,), daemon=True).start()
        return app


def main() -> None:
    settings = Settings(demo=True, second_factor_exempt=True, rate_limits=False, worker=False)
    _prepare(settings)
    Server(settings, ready="journeys: ready").run()


def _prepare(settings: Settings) -> None:
    """The demonstration, unless an earlier server of this database has loaded it."""
    app = create_app(settings)
    app.extensions["clock"] = now
    with app.app_context():
        db.create_all()
        with transaction():
            demo.load(now=now())
    server.release(app)


def _work(app: Flask) -> None:
    while True:
        time.sleep(0.5)
        with app.app_context():
            jobs.settle_due.call_local()
            while (task := queue.dequeue()) is not None:
                queue.execute(task)


if __name__ == "__main__":
    main()
