"""The page on which a facilitator writes down the supports and answers that people gave on paper."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.consultation import operations, policies, queries
from cocrea.consultation.forms.workshops import PaperForm, paper_form
from cocrea.consultation.models import Topic, Workshop
from cocrea.consultation.rules import supports_per_person
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError


@bp.route("/jornadas/<reference>/papel", methods=["GET", "POST"])
@requires(policies.can_enter, queries.visible_workshop)
def count_paper(workshop: Workshop) -> Any:
    topics, sentences = queries.topics(workshop.cycle), queries.sentences(workshop.cycle)
    form = paper_form(topics, sentences)
    if form.validate_on_submit():
        try:
            _keep(workshop, form, topics, list(sentences))
            flash(_("Lo que dicen las hojas quedó contado."), "success")
            return redirect(url_for("consultation.workshop", reference=workshop.reference), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(*queries.on_paper(workshop), queries.paper_version(workshop))
    page = render_template(
        "consultation/workshop_paper.html",
        cycle=workshop.cycle,
        workshop=workshop,
        form=form,
        topics=topics,
        sentences=sentences,
        each=supports_per_person(workshop.cycle.stages, clock.now()),
    )
    return page, status(form)


def _keep(workshop: Workshop, form: PaperForm, topics: list[Topic], statements: list[int]) -> None:
    with transaction():
        operations.count_paper(
            actor=current_actor(),
            workshop=workshop,
            supports=form.supports(topics),
            answers=form.answers(statements),
            based_on=form.base.data or "",
            now=clock.now(),
        )
