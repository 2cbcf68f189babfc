"""The ballot: filled, said back in words, cast; and the receipt, shown once."""

from __future__ import annotations

from typing import Any

import segno
from flask import redirect, render_template, request, url_for

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import Invalid
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.extensions import limiter
from cocrea.voting import operations, policies, queries
from cocrea.voting.counting import blank, fault
from cocrea.voting.forms import ballot_choices, ballot_form
from cocrea.voting.models import Contest
from cocrea.voting.views.base import bp, show_contest, unstored
from cocrea.voting.wording import refusal, spoken


def _voter() -> str:
    """Whom the limit counts: a person, since many vote from one address (a school, a booth)."""
    return str(current_actor().id)


@bp.get("/votaciones/<reference>")
@same_for_visitors
@visible(queries.visible_contest)
def show(contest: Contest) -> str:
    return show_contest(contest)


@bp.get("/votaciones/<reference>/boleta")
@visible(queries.visible_contest)
def back_to_ballot(contest: Contest) -> Any:
    """Where a phone that let go of the review, or of the receipt, loads its address again."""
    return redirect(url_for("voting.show", reference=contest.reference), 303)


@bp.post("/votaciones/<reference>/boleta")
@requires(policies.can_vote, queries.visible_contest)
@limiter.limit("30 per minute", key_func=_voter)
def cast(contest: Contest) -> Any:
    """First the ballot is read back in words; with `confirmed` it is cast and the receipt shown, once."""
    options = queries.in_order(contest, current_actor())
    is_blank = "blank" in request.form
    form = ballot_form(contest, options)
    if not is_blank and not form.validate_on_submit():
        return show_contest(contest, ballot=form), 422
    choices = ballot_choices(contest, form) if not is_blank else blank(contest.terms)
    if wrong := fault(contest.terms, choices):
        form.reject(Invalid(refusal(wrong, contest), "options"))
        return show_contest(contest, ballot=form), 422
    if "change" in request.form:
        return unstored(show_contest(contest, ballot=form))
    if "confirmed" not in request.form:
        return unstored(_review(contest, choices, form))
    with transaction():
        receipt = operations.cast(actor=current_actor(), contest=contest, choices=choices, now=clock.now())
    picture = segno.make(receipt, error="m", micro=False).svg_data_uri(scale=4, dark="#000", light="#fff", border=3)
    page = {"cycle": contest.cycle, "contest": contest, "receipt": receipt, "picture": picture}
    return unstored(render_template("voting/receipt.html", **page))


def _review(contest: Contest, choices: Any, form: Any) -> str:
    """What was filled, in words, and again as hidden fields: nothing is kept on the server before it is cast."""
    return render_template(
        "voting/review.html",
        cycle=contest.cycle,
        contest=contest,
        spoken=spoken(contest, choices),
        sent=[(name, value) for name in form.data for value in request.form.getlist(name) if name != "csrf_token"],
        is_blank=not choices,
        spent=_spent(contest, choices),
    )


def _spent(contest: Contest, choices: Any) -> int | None:
    """What a ballot takes of the money that is shared out, in pesos; none where none is, or where it is blank."""
    return int(sum(contest.terms.costs[name] for name in choices)) if contest.budget and choices else None
