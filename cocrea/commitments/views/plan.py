"""The plan: read as it stands and as it was published, its texts written, and its versions published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.commitments import operations, plans, policies, queries
from cocrea.commitments.forms import PlanForm, PlanTextForm, PlanVersionForm
from cocrea.commitments.models import Commitment, PlanPart, PlanVersion
from cocrea.commitments.plans import Entry
from cocrea.commitments.views.base import bp, text_parts
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.settings import current_settings
from cocrea.core.text import to_html
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles import figures
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle

WRITTEN = ("title", "period", "presented_by", "introduction")


@bp.get("/ciclos/<slug>/plan")
@same_for_visitors
@visible(visible_cycle)
def plan(cycle: Cycle) -> str:
    """The last version; before the first one, the plan as it would be published today."""
    actor, now = current_actor(), clock.now()
    found, stands = queries.in_plan(cycle), plans.standing(cycle)
    version = stands.version
    content = version.content if version else plans.compose(cycle, stands.texts, found, number=0, now=now)
    return render_template(
        "commitments/plan.html",
        cycle=cycle,
        plan=stands.plan,
        version=version,
        versions=plans.versions(cycle) if version else [],
        unsigned=[commitment for commitment in found if not commitment.is_signed],
        may_publish=policies.can_publish_plan(actor, cycle, now),
        may_write=policies.can_write_plan(actor, cycle, now),
        may_comment=policies.can_comment_plan(actor, cycle, now),
        site=current_settings().public_url,
        **shown(cycle, content, found),
    )


@bp.get("/ciclos/<slug>/plan/versiones/<int:number>")
@same_for_visitors
@visible(plans.visible_version)
def plan_version(found: tuple[Cycle, PlanVersion, PlanVersion | None]) -> str:
    """A version as it was published, and what it changed."""
    cycle, version, before = found
    commitments = queries.in_plan(cycle)
    return render_template(
        "commitments/plan_version.html",
        cycle=cycle,
        version=version,
        changes=plans.changes(before.content, version.content) if before else None,
        versions=plans.versions(cycle),
        site=current_settings().public_url,
        **shown(cycle, version.content, commitments),
    )


@bp.route("/ciclos/<slug>/plan/textos", methods=["GET", "POST"])
@requires(policies.can_write_plan, visible_cycle)
def write_plan(cycle: Cycle) -> Any:
    kept = plans.standing(cycle).texts
    listed = plans.ordered(queries.in_plan(cycle), kept.order)
    form = PlanTextForm.ordering(listed, base=kept.revision, **{key: getattr(kept, key) for key in WRITTEN})
    differences: list[tuple[Any, str, str]] = []
    if form.validate_on_submit():
        try:
            with transaction():
                operations.write_plan(
                    actor=current_actor(),
                    cycle=cycle,
                    content={key: form[key].data or "" for key in WRITTEN},
                    order=form.order(listed),
                    base=_revision(form.base.data),
                    now=clock.now(),
                )
            flash(_("Guardamos los textos del plan y el orden de sus compromisos."), "success")
            return redirect(url_for("commitments.plan", slug=cycle.slug), 303)
        except Conflict as error:
            form.reject(error)
            differences = _saved_meanwhile(form, cycle)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "commitments/write_plan.html", cycle=cycle, form=form, listed=listed, differences=differences
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/ciclos/<slug>/plan/publicacion", methods=["GET", "POST"])
@requires(policies.can_publish_plan, visible_cycle)
def publish_plan(cycle: Cycle) -> Any:
    left_out = [commitment for commitment in queries.in_plan(cycle) if not commitment.is_signed]
    kept = plans.standing(cycle).texts
    form = PlanForm.asking_why(left_out, title=kept.title, introduction=kept.introduction)
    if form.validate_on_submit():
        reasons = {commitment.reference: form[commitment.reference].data or "" for commitment in left_out}
        try:
            with transaction():
                operations.publish_plan(
                    actor=current_actor(),
                    cycle=cycle,
                    title=form.title.data or "",
                    introduction=form.introduction.data or "",
                    left_out=reasons,
                    now=clock.now(),
                )
            flash(_("El plan ya es público. Sigue el avance de cada compromiso en el tablero."), "success")
            return redirect(url_for("commitments.plan", slug=cycle.slug), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "commitments/publish_plan.html",
        cycle=cycle,
        form=form,
        left_out=left_out,
        waiting=queries.number_waiting(cycle),
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/ciclos/<slug>/plan/versiones/nueva", methods=["GET", "POST"])
@requires(policies.can_publish_plan, visible_cycle)
def publish_plan_version(cycle: Cycle) -> Any:
    form = PlanVersionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.publish_version(
                    actor=current_actor(), cycle=cycle, reason=form.reason.data or "", now=clock.now()
                )
                number = made.number
            flash(_("La versión %(number)s del plan ya es pública.", number=number), "success")
            return redirect(url_for("commitments.plan_version", slug=cycle.slug, number=number), 303)
        except CocreaError as error:
            form.reject(error)
    waiting = queries.number_waiting(cycle)
    page = render_template("commitments/publish_plan_version.html", cycle=cycle, form=form, waiting=waiting)
    return page, 422 if form.is_submitted() else 200


def _revision(sent: str | None) -> int:
    """The revision a form was opened with; one that never was where it says none."""
    return int(sent) if sent and sent.isdecimal() and sent.isascii() else -1


def _saved_meanwhile(form: PlanTextForm, cycle: Cycle) -> list[tuple[Any, str, str]]:
    """Label, what somebody else saved, and what was typed; the form goes on from what is saved now."""
    kept = plans.standing(cycle).texts
    form.base.data = str(kept.revision)
    pairs = [(form[key], getattr(kept, key)) for key in WRITTEN]
    return [(field.label.text, saved, field.data or "") for field, saved in pairs if saved != (field.data or "")]


def shown(cycle: Cycle, content: Mapping[str, Any], found: list[Commitment]) -> dict[str, Any]:
    """What `commitments/_plan.html` needs to show a composed plan."""
    return {
        "content": content,
        "introduction_html": to_html(content["introduction"]),
        "entries": [(one, _body(one)) for one in plans.entries(content, found)],
        "at": datetime.fromisoformat(content["composed_at"]),
        "process": [_dated(stage, "starts_at", "ends_at", "reported_at") for stage in content["process"]],
        "sessions": [_dated(session, "held_at") for session in content["sessions"]],
        "votes": [_dated(vote, "closed_at") for vote in content["votes"]],
        "received": figures.rows(content["received"]),
        "participants": [(_sector(key), number) for key, number in content["participants"].items()],
        "kinds": figures.LABELS,
        "review": [_heard(row, cycle, found) for row in content.get("review", [])],
        **text_parts(),
    }


def _heard(row: Mapping[str, Any], cycle: Cycle, found: list[Commitment]) -> dict[str, Any]:
    """A row of the annex on the review, with the words and the page of its part. What no title is found for was taken
    out of the plan since."""
    part, reference = PlanPart(row["part"]), row["commitment"]
    titles = {one.reference: one.title for one in found}
    place = reference or part.slug
    page = url_for("commitments.plan_comments", slug=cycle.slug, parte=place)
    return {**row, "label": titles.get(reference, reference) or part.label, "href": page}


def _body(entry: Entry) -> str:
    return to_html(entry.content["body"]) if entry.amendment else entry.commitment.body_html


def _dated(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {**row, **{key: datetime.fromisoformat(row[key]) if row[key] else None for key in keys}}


def _sector(key: str) -> Any:
    return _("Otros sectores, juntos para no señalar a nadie") if key == figures.REST else Sector(key).label
