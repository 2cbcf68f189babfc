"""The contests of a cycle, calling one, and what may still happen to its dates."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import db
from cocrea.proposals.models import ProposalStatus
from cocrea.proposals.queries import with_status
from cocrea.tables.models import Table
from cocrea.voting import jobs, operations, policies, queries
from cocrea.voting.forms import CancelForm, ContestForm, ExtendForm, contest_form, deciding, new_options
from cocrea.voting.models import Conduct, Contest, ElectorateRule, OptionOrder, Secrecy, TurnoutShown
from cocrea.voting.rules import GROUPS, RuleName
from cocrea.voting.views.base import bp, moment


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
    admitted = with_status(cycle, ProposalStatus.ADMITTED)
    form = contest_form(admitted, [(0, _("Ninguna")), *queries.table_choices(cycle)])
    if form.validate_on_submit():
        try:
            contest = _create(form, cycle, admitted)
            jobs.settle_on_time(contest)
            flash(_("La votación quedó convocada. Sus opciones ya no cambian."), "success")
            is_listed = contest.electorate is ElectorateRule.UPLOADED
            page = "voting.list_addresses" if is_listed else "voting.show"
            return redirect(url_for(page, reference=contest.reference), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.proposals.data = request.args.getlist("propuesta")
    page = render_template(
        "voting/form.html",
        cycle=cycle,
        form=form,
        admitted=admitted,
        examples={rule.value: rule.example for rule in RuleName},
        groups=GROUPS,
        voting_stages=[stage for stage in cycle.stages if Action.VOTE in stage.opens and stage.starts_at],
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/votaciones/<reference>/prorroga", methods=["GET", "POST"])
@requires(policies.can_manage, queries.visible_contest)
def extend(contest: Contest) -> Any:
    form = ExtendForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.extend(
                    actor=current_actor(),
                    contest=contest,
                    closes_at=moment(form.closes_at.data, contest.cycle),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            jobs.settle_on_time(contest)
            return _back(contest, _("La votación cierra más tarde. La razón quedó en el historial."))
        except CocreaError as error:
            form.reject(error)
    return _managing("voting/extend.html", contest, form)


@bp.route("/votaciones/<reference>/cancelacion", methods=["GET", "POST"])
@requires(policies.can_manage, queries.visible_contest)
def cancel(contest: Contest) -> Any:
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.cancel(
                    actor=current_actor(), contest=contest, reason=form.reason.data or "", now=clock.now()
                )
            return _back(contest, _("La votación se canceló. La razón quedó en el historial."))
        except CocreaError as error:
            form.reject(error)
    return _managing("voting/cancel.html", contest, form)


def _create(form: ContestForm, cycle: Cycle, admitted: list[Any]) -> Contest:
    with transaction():
        return operations.create_contest(
            actor=current_actor(),
            cycle=cycle,
            question=form.question.data or "",
            explanation=form.explanation.data or "",
            options=new_options(form, admitted),
            electorate=ElectorateRule(form.electorate.data),
            table=db.session.get(Table, form.table.data) if form.table.data else None,
            deciding=deciding(form),
            conduct=Conduct(
                Secrecy(form.secrecy.data), OptionOrder(form.option_order.data), TurnoutShown(form.turnout_shown.data)
            ),
            opens_at=moment(form.opens_at.data, cycle),
            closes_at=moment(form.closes_at.data, cycle),
            now=clock.now(),
        )


def _back(contest: Contest, message: str) -> Any:
    flash(message, "success")
    return redirect(url_for("voting.show", reference=contest.reference), 303)


def _managing(template: str, contest: Contest, form: Any) -> Any:
    page = render_template(template, cycle=contest.cycle, contest=contest, form=form)
    return page, 422 if form.is_submitted() else 200
