"""The blueprint of spaces and forums, and what their pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from cocrea.forums.models import Space

bp = Blueprint("forums", __name__)


def to_space(space: Space) -> Any:
    return redirect(url_for("forums.show", slug=space.slug), 303)


def form_page(space: Space, form: Any, title: str, button: str, lead: str = "") -> tuple[str, int]:
    """One page for the forms about a forum."""
    page = render_template("forums/form.html", space=space, form=form, title=title, button=button, lead=lead)
    return page, 422 if form.errors else 200
