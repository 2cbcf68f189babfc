"""What one is told."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cocrea.audit import words
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires, visible
from cocrea.core.db import transaction
from cocrea.core.pagination import HIGHEST
from cocrea.notifications import operations, queries, things
from cocrea.notifications.models import News
from cocrea.notifications.views.base import bp


@bp.get("/avisos")
@requires(is_signed_in)
def index() -> str:
    """What happened to what one follows, the newest first."""
    page = queries.notices(current_actor())
    return render_template("notifications/index.html", page=page, happened=words.action)


@bp.post("/avisos/lectura")
@requires(is_signed_in)
def read() -> Response:
    """All that was on the page or came before is read; what came meanwhile is not."""
    up_to = request.form.get("up_to", type=int) or 0
    with transaction():
        operations.read(person=current_actor(), up_to=min(max(up_to, 0), HIGHEST), now=clock.now())
    return redirect(url_for("notifications.index"), 303)


@bp.get("/avisos/<int:news>")
@visible(queries.own_news)
def show(news: News) -> Response:
    """Read what one was told of a thing, on its own page."""
    about = things.thing(news.about)
    with transaction():
        operations.read(person=current_actor(), up_to=news.id, about=news.about, now=clock.now())
    return redirect(request.script_root + about.path if about else url_for("notifications.index"))
