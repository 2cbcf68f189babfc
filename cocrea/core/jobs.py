"""Background jobs: one-line functions that take ids and run after the commit inside the application."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import has_app_context
from huey import crontab
from huey.consumer import Consumer
from huey.signals import SIGNAL_ERROR

from cocrea.core.logs import trail
from cocrea.extensions import queue

log = logging.getLogger("cocrea.jobs")


def job(function: Callable[..., None]) -> Any:
    """Make a function a background job; call it with `after_commit(job, id)` or directly to enqueue it.

    A job that fails is tried again after 10, 60 and 360 seconds, so it must be harmless to run twice.
    """
    return queue.task(retries=3, retry_delay=10, retry_backoff=6)(_in_app(function))


def every_minutes(minutes: int) -> Callable[[Callable[[], None]], Any]:
    """Run a function periodically. It must be harmless to run twice or late."""

    def register(function: Callable[[], None]) -> Any:
        return queue.periodic_task(crontab(minute=f"*/{minutes}"))(_in_app(function))

    return register


class EmbeddedConsumer(Consumer):  # type: ignore[misc]
    """Runs jobs in threads of a process whose signals belong to someone else; stop it with `stop(graceful=True)`."""

    def __init__(self, workers: int = 1) -> None:
        super().__init__(queue, workers=workers, max_delay=1.0, shutdown_timeout=10)

    def _set_signal_handlers(self) -> None:
        """Signals are the server's."""


def _in_app(function: Callable[..., None]) -> Callable[..., None]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        if queue.immediate and has_app_context():
            function(*args, **kwargs)  # a context of its own would end the caller's database session
            return
        if queue.app is None:
            raise RuntimeError("the queue is not bound to an application")
        with queue.app.app_context():
            function(*args, **kwargs)

    return run


@queue.signal(SIGNAL_ERROR)
def _log_failure(_signal: str, task: Any, error: Exception) -> None:
    """Say which job failed and where, never with what: its arguments and messages may be people's words."""
    log.error("job failed", extra={"job": task.name, "error": type(error).__name__, "trail": trail(error)})
