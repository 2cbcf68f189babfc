"""The server: one process that answers pages and sockets in threads and, unless told otherwise, runs the jobs."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from cocrea.audit import jobs as audit_jobs
from cocrea.config import Settings
from cocrea.core import memory
from cocrea.core.jobs import EmbeddedConsumer
from cocrea.extensions import db, queue, socketio

SPARE = 200  # threads for pages while every live connection holds one of its own
GRACE = 20  # seconds to stop in all: requests, then jobs, then sealing
DRAIN = 5  # of which for requests and sockets
BUSY = 120


def serve(settings: Settings, *, ready: str) -> None:
    """Serve until Ctrl-C or SIGTERM; prints `ready` once pages are answered. Does not return."""
    refuse_taken_port(settings)
    Server(settings, ready).run()


def refuse_taken_port(settings: Settings) -> None:
    """Say so before anything else is done, in words and with what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"No se puede escuchar en {settings.host}:{settings.port} ({os.strerror(error.errno or 0)}). "
                "Elige otro puerto con PORT, por ejemplo: PORT=5001"
            ) from None


def release(app: Flask) -> None:
    """Let go of every connection of this process, so that none is shared with the one forked from it."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    queue.storage.close()


@contextmanager
def background(workers: int = 1) -> Iterator[None]:
    """Run the jobs in threads meanwhile; on leaving, finish those under way."""
    consumer = EmbeddedConsumer(workers)
    consumer.start()
    try:
        yield
    finally:
        consumer.stop(graceful=True)


def seal_last(app: Flask) -> None:
    """Seal what was recorded since the last minute, so that a stopped server leaves nothing unsigned."""
    with app.app_context():
        audit_jobs.seal_now()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings, without its configuration files and command line."""

    def __init__(self, settings: Settings, ready: str) -> None:
        self.settings, self.ready = settings, ready
        super().__init__(prog="cocrea")

    def load_config(self) -> None:
        options = {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": 1,
            "threads": self.settings.sockets + SPARE,
            "worker_connections": 2 * (self.settings.sockets + SPARE),
            "timeout": BUSY,
            "graceful_timeout": GRACE,
            "control_socket_disable": True,
            "proc_name": "cocrea",
            "loglevel": "warning",
        }
        for name, value in options.items():
            self.cfg.set(name, value)
        self.cfg.settings["worker_class"].value = Worker
        self.cfg.settings["logger_class"].value = ServerLog

    def load(self) -> Flask:
        from cocrea import create_app

        return create_app(self.settings)


class Worker(ThreadWorker):  # type: ignore[misc]
    """The process that answers. Ctrl-C and SIGTERM both stop it gracefully, sockets and jobs included."""

    def run(self) -> None:
        app: Flask = self.wsgi
        settings: Settings = app.config["COCREA"]
        self.cfg.set("graceful_timeout", DRAIN)
        memory.settle()
        click.echo(self.app.ready, err=True)
        if settings.worker:
            with background():
                super().run()
        else:
            super().run()
        seal_last(app)
        sys.stderr.flush()
        os._exit(0)  # at once: threads of clients that never say goodbye would hold an ordinary exit for ever

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.alive:
            threading.Thread(target=_close_sockets, daemon=True).start()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        self.handle_exit(sig, frame)


class ServerLog(Logger):  # type: ignore[misc]
    """Gunicorn's warnings through our own log; of a crash only its kind, since addresses may hold secrets."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def exception(self, msg: str, *_args: Any, **_options: Any) -> None:
        kind = sys.exc_info()[0]
        self.error_log.error("server error", extra={"error": kind.__name__ if kind else msg})


def stop_signal() -> threading.Event:
    """From now on the first Ctrl-C or SIGTERM sets this event instead of ending the process."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _close_sockets() -> None:
    """Tell every live connection goodbye; browsers come back to the next server by themselves."""
    if socketio.server is not None:
        socketio.server.eio.disconnect()
