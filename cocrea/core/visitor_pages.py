"""Pages that all visitors see alike, made once per moment.

When many people open the same list at once, it is rendered once a second and not once each. A moment is a second of
the clock and a state of the database: any commit, by any process, ends it, so nobody reads what was just hidden.
Only views that say `@same_for_visitors` take part, and only for browsers that carry no session.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, request, session
from flask_babel import get_locale

from cocrea.config import Settings
from cocrea.core import clock
from cocrea.core.http import csp_nonce
from cocrea.core.i18n import LOCALE_COOKIE
from cocrea.extensions import db

KEPT = 500


class VisitorPages:
    """The pages of the present moment; asking with another moment forgets them."""

    def __init__(self) -> None:
        self._present: tuple[Any, dict[Any, tuple[str, str]]] = (None, {})

    def of(self, moment: Any) -> dict[Any, tuple[str, str]]:
        """The pages made in this moment, to read and to add to."""
        if self._present[0] != moment:
            self._present = (moment, {})
        return self._present[1]


class _SqliteState:
    """SQLite counts, for one connection, the commits of all the others: this one only watches."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._turn = Lock()

    def __call__(self) -> Any:
        with self._turn:
            return self._connection.execute("PRAGMA data_version").fetchone()[0]


def _postgres_state() -> Any:
    """Which transactions a statement that starts now would see."""
    return db.session.scalar(sa.text("SELECT CAST(pg_current_snapshot() AS text)"))


def init_app(app: Flask) -> None:
    """Bind to the application's database, unless the settings turn it off."""
    settings: Settings = app.config["COCREA"]
    if settings.visitor_pages:
        url = sa.make_url(settings.database_url)
        sqlite = url.get_backend_name() == "sqlite"
        app.extensions["visitor_pages"] = VisitorPages()
        app.extensions["database_state"] = _SqliteState(url.database or "") if sqlite else _postgres_state


def same_for_visitors(view: Callable[..., str]) -> Callable[..., str]:
    """Declare that what this view shows to a visitor depends on the address, the language, the moment and no more."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> str:
        pages: VisitorPages | None = current_app.extensions.get("visitor_pages")
        if pages is None or request.method != "GET" or set(request.cookies) - {LOCALE_COOKIE}:
            return view(*args, **kwargs)
        moment = (current_app.extensions["database_state"](), int(clock.now().timestamp()))
        made, key = pages.of(moment), (request.url, str(get_locale()))
        if (kept := made.get(key)) is None:
            kept = view(*args, **kwargs), csp_nonce()
            if not session.modified and len(made) < KEPT:
                made[key] = kept
        page, nonce = kept
        return page.replace(nonce, csp_nonce())  # every answer has its own

    return answered
