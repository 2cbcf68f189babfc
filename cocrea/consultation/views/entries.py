"""The page on which a facilitator writes down what was said in a workshop, one contribution after the other."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.consultation import operations, policies, queries
from cocrea.consultation.forms.workshops import EntryForm
from cocrea.consultation.models import Problem, Workshop
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.discussion.models import Visibility


@bp.route("/jornadas/<reference>/captura", methods=["GET", "POST"])
@requires(policies.can_send_entries, queries.visible_workshop)
def enter(workshop: Workshop) -> Any:
    """Also once nothing more is taken: a device may still keep what was typed, and it can be read only here."""
    form, actor, now = EntryForm(), current_actor(), clock.now()
    topics = queries.topics(workshop.cycle)
    form.offer(topics)
    if form.validate_on_submit():
        try:
            entered(workshop, form)
            flash(_("Guardada. Sigue con la próxima."), "success")
            return redirect(url_for("consultation.enter", reference=workshop.reference), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.follow(queries.last_entry(workshop, actor))
    page = render_template(
        "consultation/workshop_entry.html",
        cycle=workshop.cycle,
        workshop=workshop,
        form=form,
        topics=topics,
        now=now,
        may_enter=policies.can_enter(actor, workshop, now),
        page=queries.entries(workshop),
        entered=queries.entry_count(workshop),
        correctable=_correctable,
    )
    return page, status(form)


def entered(workshop: Workshop, form: EntryForm) -> Problem:
    """Keep what the form says; the problem it became."""
    actor, cycle = current_actor(), workshop.cycle
    with transaction():
        topic = queries.visible_topic(actor, cycle.slug, form.topic.data)
        made = operations.enter(
            actor=actor,
            workshop=workshop,
            topic=topic,
            content=form.content(),
            key=form.key.data or "",
            now=clock.now(),
        )
        return made.problem


def _correctable(row: Any) -> bool:
    """Whether this reader may still change it: who wrote it down, until someone supports or comments it."""
    untouched = row.visibility is Visibility.PUBLIC and not (row.support_count or row.comment_count)
    return bool(untouched and row.recorded_by_id == current_actor().id)
