"""The reports of a whole commitment: reading them, and publishing or correcting one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.commitments.models import Commitment
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.text import to_html
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.followup import operations, policies, queries
from cocrea.followup.forms import WholeReportForm
from cocrea.followup.models import ActivityStatus, ReportKind
from cocrea.followup.views.base import bp, form_page, signed


@bp.get("/compromisos/<reference>/informes")
@same_for_visitors
@visible(signed)
def whole_reports(commitment: Commitment) -> str:
    """What was published of each kind, how the roadmap stood then, and what was corrected."""
    return render_template(
        "followup/reports.html",
        cycle=commitment.cycle,
        commitment=commitment,
        reports=queries.whole_reports(commitment),
        kinds=list(ReportKind),
        statuses=list(ActivityStatus),
        to_html=to_html,
        may_report=policies.can_report_whole(current_actor(), commitment, clock.now()),
    )


@bp.route("/compromisos/<reference>/informes/nuevo", methods=["GET", "POST"])
@requires(policies.can_report_whole, signed)
def report_whole(commitment: Commitment) -> Any:
    """`?corrige=` names the kind that is corrected."""
    form = WholeReportForm(**_beginning(commitment))
    if form.validate_on_submit():
        try:
            with transaction():
                operations.report_whole(
                    actor=current_actor(),
                    commitment=commitment,
                    content=form.content(),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("El informe ya es público."), "success")
            return redirect(url_for("followup.whole_reports", reference=commitment.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return form_page("followup/report_whole.html", commitment, form)


def _beginning(commitment: Commitment) -> dict[str, Any]:
    """What the form begins with: what is corrected, as it reads now; else the next kind, since the last one ended."""
    published = queries.whole_reports(commitment)
    chosen = next((texts[0] for kind, texts in published.items() if kind.value == request.args.get("corrige")), None)
    if chosen:
        return asdict(operations.whole_report_of(chosen))
    today = queries.today(commitment.cycle, clock.now())
    last = max((texts[0].ends_on for texts in published.values()), default=None)
    since = last + timedelta(days=1) if last else commitment.starts_on or today
    kind = next((kind for kind in ReportKind if kind not in published), None)
    return {"kind": kind, "starts_on": min(since, today), "ends_on": today}
