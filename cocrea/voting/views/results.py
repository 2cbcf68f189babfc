"""What a counted contest publishes: its ballots, the search of one's own, the file to check everything with."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from cocrea.audit.canonical import canonical_json
from cocrea.core import exports
from cocrea.core.access import requires
from cocrea.voting import policies, queries
from cocrea.voting.forms import ReceiptForm
from cocrea.voting.models import Contest
from cocrea.voting.views.base import bp, unstored
from cocrea.voting.wording import in_brief, spoken

PAGE = 100


@bp.get("/votaciones/<reference>/boletas")
@requires(policies.can_download, queries.visible_contest)
def ballots(contest: Contest) -> str:
    return _ballots(contest, ReceiptForm(formdata=None))


@bp.post("/votaciones/<reference>/boletas")
@requires(policies.can_download, queries.visible_contest)
def find(contest: Contest) -> Any:
    """Look a receipt up. By POST, although nothing changes: an address stays in browsers and in proxies' logs."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _ballots(contest, form), 422
    found = queries.sealed_ballot(contest, form.receipt.data or "")
    answers = spoken(contest, found.choices) if found else None
    return unstored(_ballots(contest, form, found=found, answers=answers, sought=True))


@bp.get("/votaciones/<reference>/boletas.json")
@requires(policies.can_download, queries.visible_contest)
def download(contest: Contest) -> Response:
    response = Response(canonical_json(queries.published(contest)) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{contest.reference}.json"'
    return response


@bp.get("/votaciones/<reference>/boletas.csv")
@requires(policies.can_download, queries.visible_contest)
def download_table(contest: Contest) -> Response:
    """One row per ballot, one column per option; `cocrea count` reads it."""
    columns = ["receipt", *(str(option.position) for option in contest.options), "invalid"]
    page = url_for("voting.ballots", reference=contest.reference)
    rows = queries.table(contest)
    return exports.answer(contest.reference, "csv", columns, rows, title=contest.question, source=page)


def _ballots(contest: Contest, form: ReceiptForm, **search: Any) -> str:
    """A page of the published ballots, in the order of their receipts, with the search of one's own."""
    page = queries.receipts(contest, after=request.args.get("desde", ""), size=PAGE)
    return render_template(
        "voting/ballots.html",
        cycle=contest.cycle,
        contest=contest,
        form=form,
        ballot_rows=[(ballot.receipt, *in_brief(contest, ballot)) for ballot in page],
        next_receipt=page[-1].receipt if len(page) == PAGE else None,
        **search,
    )
