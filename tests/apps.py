"""Applications beside the one of the session, for tests of commands and migrations on databases of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from cocrea import create_app
from cocrea.config import Settings
from cocrea.extensions import db, queue, socketio


@contextmanager
def other_app(database_url: str, instance: Path, **settings: Any) -> Iterator[Flask]:
    """An application with real commits. Afterwards the extensions that know one application know the former one."""
    with restored_extensions():
        settings = {"environment": "test", "mail_backend": "memory", "redis_url": "", **settings}
        app = create_app(Settings(database_url=database_url, instance=instance, **settings))
        try:
            yield app
        finally:
            dispose(app)


@contextmanager
def restored_extensions() -> Iterator[None]:
    """Undo what making another application changed in the extensions."""
    kept = [(extension, dict(vars(extension))) for extension in (queue, socketio)]
    try:
        yield
    finally:
        for extension, state in kept:
            vars(extension).clear()
            vars(extension).update(state)


def dispose(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
