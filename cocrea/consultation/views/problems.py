"""Pages of problems: the list, one of them, and writing one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.operations import drop_draft
from cocrea.consultation import operations, panels, policies, queries
from cocrea.consultation.drafts import draft_name
from cocrea.consultation.forms.problems import EditForm, ProblemForm, RecordForm
from cocrea.consultation.models import Problem, Topic
from cocrea.consultation.queries import EXPORTED
from cocrea.consultation.views import drafts, filters, similar
from cocrea.consultation.views.base import bp, form_page, outlook
from cocrea.core import clock, exports, sdg, territories
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.i18n import day_in_words, in_words
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.cycles.queries import cycle_to_take_along, visible_cycle
from cocrea.discussion import suggesting
from cocrea.discussion.conversations import conversation
from cocrea.discussion.lists import Sort
from cocrea.discussion.models import Channel, Visibility
from cocrea.discussion.queries import supported_ids


@bp.get("/ciclos/<slug>/problematicas")
@same_for_visitors
@visible(visible_cycle)
def problems(cycle: Cycle) -> str:
    found = queries.topics(cycle)
    view = filters.read(cycle, found)
    return render_template(
        "consultation/problems.html",
        cycle=cycle,
        page=queries.listing(cycle, view.chosen, view.sort, view.start),
        found=filters.how_many(queries.count(cycle, view.chosen, found), view.chosen),
        view=view,
        chosen=view.chosen,
        choices=filters.choices(view, found),
        chips=filters.chips(view, cycle, "consultation.problems"),
        sorts=list(Sort),
        titles={topic.id: topic.title for topic in found},
        row_meta=_row_meta,
        **_doors(cycle),
    )


@bp.get("/ciclos/<slug>/problematicas.<extension>")
@visible(cycle_to_take_along)
def download_problems(found: tuple[Cycle, str]) -> Response:
    """The list with the same filters and order, whole, to take along."""
    cycle, extension = found
    topics = queries.topics(cycle)
    view = filters.read(cycle, topics)
    return exports.answer(
        f"{cycle.slug}-problematicas",
        extension,
        list(EXPORTED),
        queries.taken_along(cycle, view.chosen, topics, view.sort, view.start),
        title=f"{cycle.title} · {_('Problemáticas')}",
        source=view.address("consultation.problems", cycle.slug),
    )


@bp.route("/ciclos/<slug>/problematicas/nueva", methods=["GET", "POST"])
@requires(policies.can_publish, visible_cycle)
def new_problem(cycle: Cycle) -> Any:
    if suggesting.was_pressed():
        return similar.before_publishing(cycle, drafts.drafted(cycle))
    return _publish(cycle, drafts.drafted(cycle))


@bp.route("/ciclos/<slug>/problematicas/registro", methods=["GET", "POST"])
@requires(policies.can_record, visible_cycle)
def record_problem(cycle: Cycle) -> Any:
    """What people said on paper or in person, written down by a facilitator."""
    return _publish(cycle, RecordForm())


@bp.get("/problematicas/<reference>")
@same_for_visitors
@visible(queries.visible_problem)
def problem(problem: Problem) -> str:
    actor, now = current_actor(), clock.now()
    return render_template(
        "consultation/problem.html",
        cycle=problem.cycle,
        problem=problem,
        chips=sdg.chips(sdg.with_goals(problem.codes)),
        territory=territories.place(problem.territory, problem.municipality),
        comments=conversation(actor, problem, now),
        supported=supported_ids(actor, [problem.id]),
        panels=panels.of(actor, problem, now) if problem.is_public else [],
        may_edit=policies.can_edit(actor, problem, now),
        may_merge=policies.can_merge(actor, problem, now),
        may_undo_merge=policies.can_undo_merge(actor, problem, now),
        gathered=queries.gathered(problem) if problem.is_public else [],
        may_undo_merges=can_facilitate(actor, problem.cycle, now),
        survivor=queries.survivor(problem) if problem.merged_into_id else None,
        **outlook(problem.cycle, now),
    )


@bp.route("/problematicas/<reference>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit, queries.visible_problem)
def edit_problem(problem: Problem) -> Any:
    form, saved = EditForm(obj=problem), None
    form.offer(queries.topics(problem.cycle))
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit_problem(
                    actor=current_actor(),
                    problem=problem,
                    topic=_topic(problem.cycle, form),
                    content=form.content(),
                    base=form.base.data or "",
                    now=clock.now(),
                )
            flash(_("Guardamos tus cambios."), "success")
            return redirect(url_for("consultation.problem", reference=problem.reference), 303)
        except Conflict as error:
            form.reject(error)
            form.base.data, saved = problem.version, _as_kept(problem)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(problem)
    return form_page(problem.cycle, form, problem, saved=saved)


def _as_kept(problem: Problem) -> EditForm:
    form = EditForm(formdata=None, obj=problem)
    form.start_from(problem)
    return form


def _publish(cycle: Cycle, form: ProblemForm) -> Any:
    topics = queries.topics(cycle)
    form.offer(topics)
    form.come_from(queries.workshop_in(cycle, form.workshop.data or request.args.get("jornada", "")))
    if form.validate_on_submit():
        try:
            return redirect(url_for("consultation.problem", reference=_published(cycle, form)), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted() and not form.kept_at:
        form.topic.data = request.args.get("tema", "")
    return form_page(cycle, form)


def _published(cycle: Cycle, form: ProblemForm) -> str:
    """Publish what the form says and tell what follows; the reference of the problem."""
    origin: dict[str, Any] = {}
    if isinstance(form, RecordForm):
        origin = {"channel": Channel(form.channel.data), "attribution": form.attribution.data or ""}
    with transaction():
        made = operations.publish_problem(
            actor=current_actor(),
            cycle=cycle,
            topic=_topic(cycle, form),
            content=form.content(),
            form_key=form.key.data or "",
            now=clock.now(),
            **origin,
        )
        if workshop := queries.workshop_in(cycle, form.workshop.data):
            operations.tell_workshop(actor=current_actor(), problem=made, workshop=workshop, now=clock.now())
        reference = made.reference
        if not origin:
            drop_draft(person=current_actor(), form=draft_name(cycle.id))
    flash(_thanks(cycle, clock.now()), "success")
    return reference


def _thanks(cycle: Cycle, now: datetime) -> Any:
    """What will be done with it and by when."""
    stage = cycle.stage_that_opens(Action.PUBLISH_PROBLEM, now)
    if stage is None or stage.ends_at is None:
        return _("Ya es pública. Cualquiera puede apoyarla y comentarla.")
    return _(
        "Ya es pública. Se puede apoyar y comentar hasta el %(end)s; entonces se publica el informe de la etapa, que "
        "dice qué pasa a las mesas y por qué.",
        end=in_words(stage.ends_at, cycle.timezone),
    )


def _doors(cycle: Cycle) -> dict[str, Any]:
    """What this reader may begin from the list."""
    actor, now = current_actor(), clock.now()
    return {
        "may_publish": policies.can_publish(actor, cycle, now),
        "may_record": policies.can_record(actor, cycle, now),
    }


def _topic(cycle: Cycle, form: ProblemForm) -> Topic:
    return queries.visible_topic(current_actor(), cycle.slug, form.topic.data)


def _row_meta(row: Any, topic: str, sector: Any) -> list[Any]:
    """Sector (its badge, made once a page), topic, who, when and how, under the title of a card.

    Of what is no longer public: when it went and why.
    """
    if row.visibility is not Visibility.PUBLIC:
        return [topic, day_in_words(row.visibility_at), *([row.visibility_reason] if row.visibility_reason else [])]
    who = _("Persona que se retiró") if row.author_withdrawn_at else row.author_name or row.attribution
    found = [*([sector] if sector else []), topic, who, day_in_words(row.published_at)]
    if row.channel is not Channel.ONLINE:
        found.append(row.channel.label)
    if row.comment_count:
        found.append(ngettext("%(num)s comentario", "%(num)s comentarios", row.comment_count))
    return found
