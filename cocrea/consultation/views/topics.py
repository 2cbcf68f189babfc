"""Pages of topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.models import Sector
from cocrea.consultation import operations, policies, queries
from cocrea.consultation.forms.topics import CorrectTopicForm, TopicForm
from cocrea.consultation.models import PackItem, Topic
from cocrea.consultation.queries import Standing, Told
from cocrea.consultation.queries.topics import NO_SECTOR
from cocrea.consultation.rules import supports_per_person
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.packs import PackForm
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.figures import REST
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.models import Channel


@bp.get("/ciclos/<slug>/temas")
@same_for_visitors
@visible(visible_cycle)
def topics(cycle: Cycle) -> str:
    actor, now = current_actor(), clock.now()
    found = queries.topics(cycle)
    ranking = queries.ranking(cycle, found, now)
    ordered = queries.in_fair_order(actor, cycle, found, now) if ranking is None else found
    supported, most = queries.supported_topics(actor, cycle), supports_per_person(cycle.stages, now)
    return render_template(
        "consultation/topics.html",
        cycle=cycle,
        axes=_by_axis(ordered),
        ranking=ranking,
        table=_table(ranking or ()),
        totals={standing.topic.id: standing.total for standing in ranking or ()},
        supported=supported,
        given=[topic for topic in ordered if topic.id in supported],
        left=most - len(supported),
        most=most,
        may_support=can_contribute(actor, cycle, Action.SUPPORT, now),
        may_publish=policies.can_publish(actor, cycle, now),
        may_add=can_facilitate(actor, cycle, now),
    )


@bp.get("/ciclos/<slug>/temas/<topic>")
@same_for_visitors
@visible(queries.visible_topic)
def topic(topic: Topic) -> str:
    """What it is about, what one should know, its most recent problems, and the button to support it."""
    actor, now, cycle = current_actor(), clock.now(), topic.cycle
    pack = queries.pack(actor, topic.scope)
    standing = next(iter(queries.ranking(cycle, [topic], now) or ()), None)
    page = render_template(
        "consultation/topic.html",
        cycle=cycle,
        topic=topic,
        pack=pack,
        problems=queries.most_supported(topic),
        standing=standing,
        breakdown=_breakdown(standing) if standing else [],
        supported=queries.supported_topics(actor, cycle),
        most=supports_per_person(cycle.stages, now),
        may_support=policies.can_support_topic(actor, topic, now),
        may_publish=policies.can_publish(actor, cycle, now),
        may_edit=policies.can_edit_topic(actor, topic, now),
    )
    if pack and pack.is_unread:
        with transaction():
            operations.see_pack(pack, now=now)
    return page


@bp.get("/ciclos/<slug>/temas/<topic>/carpeta/<int:number>")
@same_for_visitors
@visible(queries.visible_pack_version)
def pack_version(found: tuple[Topic, Told]) -> str:
    """A version of the information pack as it was published, and what it changed of the one before."""
    topic, told = found
    return render_template(
        "consultation/pack_version.html",
        cycle=topic.cycle,
        topic=topic,
        version=told.version,
        changes=told.changes,
    )


@bp.get("/ciclos/<slug>/temas/<topic>/carpeta/<int:number>/documentos/<int:position>")
@visible(queries.visible_pack_item)
def pack_document(item: PackItem) -> Response:
    return files.send(item.file)


@bp.route("/ciclos/<slug>/temas/<topic>/carpeta", methods=["GET", "POST"])
@requires(policies.can_edit_topic, queries.visible_topic)
def edit_pack(topic: Topic) -> Any:
    current = queries.pack(current_actor(), topic.scope)
    form = PackForm()
    form.start_from(current.current if current else None)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.publish_pack(actor=current_actor(), topic=topic, content=form.content(), now=clock.now())
            flash(_("La nueva versión ya es pública. Las anteriores se pueden seguir leyendo."), "success")
            return redirect(url_for("consultation.topic", slug=topic.cycle.slug, topic=topic.slug), 303)
        except CocreaError as error:
            form.reject(error)
    form.ask_for_file()
    return render_template("consultation/pack_form.html", cycle=topic.cycle, topic=topic, form=form), status(form)


@bp.route("/ciclos/<slug>/temas/nuevo", methods=["GET", "POST"])
@requires(can_facilitate, visible_cycle)
def new_topic(cycle: Cycle) -> Any:
    form = TopicForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_topic(actor=current_actor(), cycle=cycle, now=clock.now(), **form.said())
            flash(_("El tema ya está en la consulta."), "success")
            return redirect(url_for("consultation.topics", slug=cycle.slug), 303)
        except CocreaError as error:
            form.reject(error)
    return render_template("consultation/topic_form.html", cycle=cycle, topic=None, form=form), status(form)


@bp.route("/ciclos/<slug>/temas/<topic>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit_topic, queries.visible_topic)
def correct_topic(topic: Topic) -> Any:
    form = CorrectTopicForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.correct_topic(actor=current_actor(), topic=topic, now=clock.now(), **form.said())
            flash(_("Guardamos tus cambios."), "success")
            return redirect(url_for("consultation.topic", slug=topic.cycle.slug, topic=topic.slug), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(topic)
    return render_template("consultation/topic_form.html", cycle=topic.cycle, topic=topic, form=form), status(form)


@bp.post("/ciclos/<slug>/temas/<topic>/apoyo")
@requires(policies.can_support_topic, queries.visible_topic)
def support_topic(topic: Topic) -> Response:
    try:
        with transaction():
            operations.support_topic(actor=current_actor(), topic=topic, now=clock.now())
        flash(_("Tu apoyo cuenta. Puedes moverlo mientras la consulta esté abierta."), f"success@{topic.slug}")
    except CocreaError as error:
        flash(error.message, f"warning@{topic.slug}")
    return _back_to(topic)


@bp.post("/ciclos/<slug>/temas/<topic>/apoyo/retiro")
@requires(policies.can_support_topic, queries.visible_topic)
def unsupport_topic(topic: Topic) -> Response:
    with transaction():
        operations.unsupport_topic(actor=current_actor(), topic=topic, now=clock.now())
    flash(_("Retiraste tu apoyo. Puedes dárselo a otro tema."), f"success@{topic.slug}")
    return _back_to(topic)


def _by_axis(topics: list[Topic]) -> dict[str, list[Topic]]:
    axes: dict[str, list[Topic]] = {}
    for topic in topics:
        axes.setdefault(topic.axis, []).append(topic)
    return axes


def _breakdown(standing: Standing) -> list[tuple[Any, Any]]:
    """The supports of one topic, by channel and by sector."""
    headers, rows = _table([standing])
    return list(zip(headers[2:], rows[0][2:], strict=True))


def _table(ranking: Sequence[Standing]) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """Headers and rows of the ranking: supports in all, by channel and sector; a dash for what may be in the rest."""
    sectors = {sector.value: sector.label for sector in Sector}
    sectors |= {NO_SECTOR: _("Sin sector declarado"), REST: _("Otros sectores (menos de cinco)")}
    rows = [
        (
            standing.topic.title,
            standing.total,
            *(standing.channels.get(channel, 0) for channel in Channel),
            *(standing.sectors.get(sector, "—" if standing.sectors.get(REST) else 0) for sector in sectors),
        )
        for standing in ranking
    ]
    return [_("Tema"), _("Apoyos"), *(channel.label for channel in Channel), *sectors.values()], rows


def _back_to(topic: Topic) -> Response:
    if request.form.get("from") == "topic":
        page = url_for("consultation.topic", slug=topic.cycle.slug, topic=topic.slug, _anchor="apoyos")
        return redirect(page, 303)
    return redirect(url_for("consultation.topics", slug=topic.cycle.slug, _anchor=topic.slug), 303)
