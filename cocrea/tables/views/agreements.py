"""What was agreed at a table, how it was decided, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock, diffs, exports
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.tables import agreeing, operations, policies, queries
from cocrea.tables.forms import OutcomeForm
from cocrea.tables.models import THUMBS, Agreement, AgreementState, Duty, Table
from cocrea.tables.views.base import bp

STATES = {"pendiente": AgreementState.PENDING, "vencido": AgreementState.OVERDUE, "cumplido": AgreementState.DONE}
COLUMNS = [
    "agreement",
    "session",
    "text",
    "test",
    "closed_at",
    "agree",
    "abstain",
    "disagree",
    "block",
    "in_person",
    "duty",
    "responsible",
    "due_at",
    "state",
    "done_at",
    "outcome",
]


@bp.get("/mesas/<reference>/acuerdos")
@same_for_visitors
@visible(queries.visible_table)
def agreements(table: Table) -> str:
    now, state = clock.now(), STATES.get(request.args.get("estado", ""))
    found = queries.agreements_of(table)
    return render_template(
        "tables/agreements.html",
        cycle=table.cycle,
        table=table,
        agreements=queries.duty_states(found, state, now),
        adopted=len(found),
        not_adopted=[] if state else queries.not_adopted(table),
        chosen=state,
        states=STATES,
        in_words=agreeing.in_words,
        now=now,
        may_fulfil={
            duty.id: policies.can_fulfil(current_actor(), duty, now) for each in found for duty in each.duties
        },
    )


def _to_take_along(actor: Any, reference: str, extension: str) -> tuple[Table, str]:
    if extension not in exports.MEDIA_TYPES:
        raise NotFound
    return queries.visible_table(actor, reference), extension


@bp.get("/mesas/<reference>/acuerdos.<extension>")
@visible(_to_take_along)
def download_agreements(found: tuple[Table, str]) -> Response:
    table, extension = found
    rows = list(_rows(queries.agreements_of(table)))
    source = url_for("tables.agreements", reference=table.reference)
    name = f"acuerdos-{table.reference.lower()}"
    return exports.answer(name, extension, COLUMNS, rows, title=table.name, source=source)


def _rows(found: list[Agreement]) -> Iterator[list[Any]]:
    """A row for each thing owed; one for an agreement by which nothing is."""
    now = clock.now()
    for agreement in found:
        counts = agreeing.together(agreement)
        told = [
            agreement.reference,
            agreement.session.reference,
            agreement.text,
            agreement.test.value if agreement.test else "",
            agreement.closed_at,
            *(counts[choice] for choice in THUMBS),
            sum(agreement.in_person.values()),
        ]
        for duty in agreement.duties:
            own = [duty.what, str(duty.owed_by), duty.due_at, duty.state(now).value, duty.done_at, duty.outcome]
            yield [*told, *own]
        if not agreement.duties:
            yield [*told, "", "", None, "", None, ""]


@bp.get("/acuerdos/<reference>")
@visible(queries.visible_agreement)
def agreement(agreement: Agreement) -> str:
    records = queries.agreement_records(agreement)
    texts = [record.version.text for record in records]
    return render_template(
        "tables/agreement.html",
        cycle=agreement.cycle,
        table=agreement.session.table,
        agreement=agreement,
        records=records,
        changes=[diffs.changes(before, text) for before, text in zip([*texts[1:], ""], texts, strict=True)],
        in_words=agreeing.in_words,
        quorum=agreeing.quorum_in_words,
        choices=THUMBS,
        now=clock.now(),
        may_fulfil={duty.id: policies.can_fulfil(current_actor(), duty, clock.now()) for duty in agreement.duties},
    )


@bp.route("/acuerdos/<reference>/cumplimiento/<int:position>", methods=["GET", "POST"])
@requires(policies.can_fulfil, queries.visible_duty)
def fulfil_duty(duty: Duty) -> Any:
    form, agreement = OutcomeForm(), duty.agreement
    table = agreement.session.table
    if form.validate_on_submit():
        try:
            with transaction():
                operations.fulfil_duty(
                    actor=current_actor(), duty=duty, outcome=form.outcome.data or "", now=clock.now()
                )
            flash(_("El acuerdo consta como cumplido."), "success")
            return redirect(url_for("tables.agreements", reference=table.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "tables/agreement_outcome.html", cycle=table.cycle, table=table, agreement=agreement, duty=duty, form=form
    )
    return page, 422 if form.is_submitted() else 200
