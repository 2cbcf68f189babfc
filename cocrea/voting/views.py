"""Pages of contests: the list, the ballot, the receipt, the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.audit.canonical import canonical_json
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import pairs
from cocrea.core.i18n import zone
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.core.windows import WindowState
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import db, limiter
from cocrea.proposals.models import ProposalStatus
from cocrea.proposals.queries import with_status
from cocrea.tables.models import Table
from cocrea.voting import jobs, operations, policies, queries, words
from cocrea.voting.forms import ContestForm, ReceiptForm, ballot_choices, ballot_form
from cocrea.voting.models import Choice, Contest, ElectorateRule, SealedBallot

__all__ = ["bp", "words"]

bp = Blueprint("voting", __name__)
PAGE = 100
TEMPLATES = {
    WindowState.PLANNED: "voting/planned.html",
    WindowState.OPEN: "voting/open.html",
    WindowState.CLOSED: "voting/closing.html",
}


def _voter() -> str:
    """Whom the limit counts: a person, since many vote from one address (a school, a booth)."""
    return str(current_actor().id)


@bp.get("/ciclos/<slug>/votaciones")
@same_for_visitors
@visible(visible_cycle)
def index(cycle: Cycle) -> str:
    now = clock.now()
    return render_template(
        "voting/index.html",
        cycle=cycle,
        contests=[(contest, contest.state(now)) for contest in queries.contests(cycle)],
        may_create=policies.can_create(current_actor(), cycle, now),
    )


@bp.route("/ciclos/<slug>/votaciones/nueva", methods=["GET", "POST"])
@requires(policies.can_create, visible_cycle)
def create(cycle: Cycle) -> Any:
    form, admitted = _contest_form(cycle)
    if form.validate_on_submit():
        try:
            with transaction():
                contest = operations.create_contest(
                    actor=current_actor(),
                    cycle=cycle,
                    question=form.question.data or "",
                    explanation=form.explanation.data or "",
                    proposals=[found for found in admitted if found.reference in (form.proposals.data or [])],
                    electorate=ElectorateRule(form.electorate.data),
                    table=db.session.get(Table, form.table.data) if form.table.data else None,
                    quorum_percent=form.quorum_percent.data or 0,
                    threshold_percent=form.threshold_percent.data or 0,
                    opens_at=_moment(form.opens_at.data, cycle),
                    closes_at=_moment(form.closes_at.data, cycle),
                    now=clock.now(),
                )
            jobs.settle_on_time(contest)
            flash(_("La votación quedó convocada. Sus propuestas ya no cambian."), "success")
            return redirect(url_for("voting.show", reference=contest.reference), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.proposals.data = request.args.getlist("propuesta")
    status = 422 if form.is_submitted() else 200
    stages = [stage for stage in cycle.stages if Action.VOTE in stage.opens and stage.starts_at]
    page = render_template("voting/form.html", cycle=cycle, form=form, admitted=admitted, voting_stages=stages)
    return page, status


@bp.get("/votaciones/<reference>")
@same_for_visitors
@visible(queries.visible_contest)
def show(contest: Contest) -> str:
    return _show(contest)


@bp.post("/votaciones/<reference>/boleta")
@requires(policies.can_vote, queries.visible_contest)
@limiter.limit("30 per minute", key_func=_voter)
def cast(contest: Contest) -> Any:
    """First the ballot is read back in words; with `confirmed` it is cast and the receipt shown, once."""
    form = ballot_form(contest)
    if not form.validate_on_submit():
        return _show(contest, ballot=form), 422
    choices = ballot_choices(form)
    if "change" in request.form:
        return _unstored(_show(contest, ballot=form))
    if "confirmed" not in request.form:
        return _unstored(_review(contest, choices))
    with transaction():
        receipt = operations.cast(actor=current_actor(), contest=contest, choices=choices, now=clock.now())
    return _unstored(render_template("voting/receipt.html", cycle=contest.cycle, contest=contest, receipt=receipt))


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
    titles = [option.title for option in contest.options]
    answers = list(zip(titles, _answers(contest, found), strict=True)) if found else None
    return _unstored(_ballots(contest, form, found=found, answers=answers, sought=True))


@bp.get("/votaciones/<reference>/boletas.json")
@requires(policies.can_download, queries.visible_contest)
def download(contest: Contest) -> Response:
    response = Response(canonical_json(queries.published(contest)) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{contest.reference}.json"'
    return response


def _unstored(page: str) -> Response:
    """An answer with someone's choices or receipt in it: no browser or proxy keeps a copy."""
    return Response(page, headers={"Cache-Control": "no-store"})


def _review(contest: Contest, choices: dict[str, str]) -> str:
    spoken = [(option.title, Choice(choices[str(option.position)]).label) for option in contest.options]
    return render_template("voting/review.html", cycle=contest.cycle, contest=contest, spoken=spoken, choices=choices)


def _ballots(contest: Contest, form: ReceiptForm, **search: Any) -> str:
    """A page of the published ballots, in the order of their receipts, with the search of one's own."""
    page = queries.receipts(contest, after=request.args.get("desde", ""), size=PAGE)
    return render_template(
        "voting/ballots.html",
        cycle=contest.cycle,
        contest=contest,
        form=form,
        ballot_rows=[(ballot.receipt, *_answers(contest, ballot)) for ballot in page],
        next_receipt=page[-1].receipt if len(page) == PAGE else None,
        **search,
    )


def _show(contest: Contest, ballot: Any = None) -> str:
    """One template per state: planned, open, closing (closed but not counted yet), counted."""
    actor, now = current_actor(), clock.now()
    template = "voting/counted.html" if contest.sealed_at else TEMPLATES[contest.state(now)]
    begun = contest.frozen_at is not None
    turnout = queries.turnout(contest) if begun else None
    return render_template(
        template,
        cycle=contest.cycle,
        contest=contest,
        entry=queries.roll_entry(actor, contest),
        turnout=turnout,
        turnout_rows=_turnout_rows(turnout) if turnout else None,
        may_vote=policies.can_vote(actor, contest, now),
        ballot=ballot or ballot_form(contest, formdata=None),
        receipt_form=ReceiptForm(formdata=None),
    )


def _answers(contest: Contest, ballot: SealedBallot) -> list[Any]:
    return [Choice(ballot.choices[str(option.position)]).label for option in contest.options]


def _turnout_rows(turnout: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """The turnout as rows of tables, with words for channels and sectors."""
    sectors = turnout["by_sector"] or []
    return {
        "by_channel": [(channel.label, number) for channel, number in turnout["by_channel"]],
        "by_sector": [(sector.label if sector else _("Sin declarar"), part, size) for sector, part, size in sectors],
    }


def _contest_form(cycle: Cycle) -> tuple[ContestForm, list[Any]]:
    form = ContestForm()
    admitted = with_status(cycle, ProposalStatus.ADMITTED)
    form.proposals.choices = pairs((found.reference, f"{found.reference} · {found.title}") for found in admitted)
    form.table.choices = pairs([(0, _("Ninguna")), *queries.table_choices(cycle)])
    return form, admitted


def _moment(local: datetime, cycle: Cycle) -> datetime:
    return local.replace(tzinfo=zone(cycle.timezone))
