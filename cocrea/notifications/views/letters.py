"""The addresses in letters, by which their reader stops what sends them."""

from __future__ import annotations

from flask import render_template, request

from cocrea.accounts.models import Person
from cocrea.core import clock
from cocrea.core.access import visible
from cocrea.core.db import transaction
from cocrea.extensions import csrf
from cocrea.notifications import operations, queries, things
from cocrea.notifications.models import Letters
from cocrea.notifications.unsubscribing import ALL
from cocrea.notifications.views.base import bp


@bp.route("/correos/avisos/<token>", methods=["GET", "POST"])
@visible(queries.letter_reader)
@csrf.exempt
def unsubscribe(letter: tuple[Person, str]) -> str:
    """Mail programs post here by themselves when one says «unsubscribe» (RFC 8058): no sign-in, no page before it."""
    person, scope = letter
    if request.method == "POST":
        with transaction():
            _stop(person, scope)
    return render_template(
        "notifications/unsubscribe.html",
        done=request.method == "POST",
        is_all=scope == ALL,
        thing=None if scope == ALL else things.thing(scope),
    )


def _stop(person: Person, scope: str) -> None:
    if scope == ALL:
        operations.choose_letters(person=person, letters=Letters.NEVER, now=clock.now())
    else:
        operations.unfollow(person=person, scope=scope)
