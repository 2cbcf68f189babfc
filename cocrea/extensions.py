"""Flask extensions, created bare and bound to the application in `create_app`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from huey import MemoryHuey
from huey.storage import RedisStorage, SqliteStorage
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from cocrea.config import Settings

if TYPE_CHECKING:
    from flask_sqlalchemy.model import Model as _FlaskModel


class Base(DeclarativeBase):
    """Declarative base; constraints get stable names so that migrations can alter them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True, "join_transaction_mode": "create_savepoint"})

if TYPE_CHECKING:

    class Model(_FlaskModel, Base):
        """The base class of every table, as mypy sees it."""

        __abstract__ = True

        def __init__(self, **columns: Any) -> None: ...

else:
    Model = db.Model


class Queue(MemoryHuey):  # type: ignore[misc]
    """The job queue: created with memory storage, moved to SQLite or Redis by `init_app`.

    Results are not kept: nobody reads them, and those of failed jobs would hold people's text.
    """

    app: Flask | None = None

    def enqueue(self, task: Any) -> Any:
        """Keep a job for the consumer. In tests it runs here and now, and its errors are the caller's."""
        return task.execute() if self.immediate else super().enqueue(task)

    def init_app(self, app: Flask) -> None:
        settings: Settings = app.config["COCREA"]
        self.app = app
        self.immediate = app.testing
        if app.testing:
            return
        if settings.redis_url:
            self.storage = RedisStorage(name="cocrea", url=settings.redis_url, blocking=True)
        else:
            settings.instance.mkdir(parents=True, exist_ok=True)
            path = settings.instance / "queue.sqlite3"
            self.storage = SqliteStorage(name="cocrea", filename=str(path), timeout=20, cache_mb=1)


migrate = Migrate(render_as_batch=True, compare_type=True)
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
socketio = SocketIO()
limiter = Limiter(get_remote_address)
mail = Mail()
queue = Queue("cocrea", utc=True, results=False)
