"""The problem tree of a topic: its page and the forms that edit it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.audit.queries import history_of
from cocrea.consultation import drawing, operations, policies, queries
from cocrea.consultation.forms.trees import BranchForm
from cocrea.consultation.models import Branch, Ground, Growth, Side, Topic
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.visitor_pages import same_for_visitors

AT_TREE = "/ciclos/<slug>/temas/<topic>/arbol"


@bp.get(AT_TREE)
@same_for_visitors
@visible(queries.visible_topic)
def tree(topic: Topic) -> str:
    found = queries.tree(topic)
    return render_template(
        "consultation/tree.html",
        cycle=topic.cycle,
        topic=topic,
        tree=found,
        drawing=drawing.draw(found, topic.title) if found else None,
        sides=list(Side),
        history=history_of(topic.reference),
        may_edit=policies.can_edit_tree(current_actor(), queries.ground(topic), clock.now()),
    )


@bp.route(f"{AT_TREE}/ramas/nueva", methods=["GET", "POST"])
@requires(policies.can_edit_tree, queries.visible_ground)
def new_branch(ground: Ground) -> Any:
    topic = ground.topic
    side = Side.EFFECT if request.args.get("lado") == Side.EFFECT else Side.CAUSE
    form = BranchForm()
    form.offer(queries.given_lines(topic, side).values())
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_branch(
                    actor=current_actor(),
                    topic=topic,
                    side=side,
                    title=form.title.data or "",
                    keys=form.keys(),
                    now=clock.now(),
                )
            flash(_("La rama ya está en el árbol."), "success")
            return redirect(_page(topic), 303)
        except CocreaError as error:
            form.reject(error)
    return _form_page(topic, side, form)


@bp.route(f"{AT_TREE}/ramas/<int:branch>", methods=["GET", "POST"])
@requires(policies.can_edit_branch, queries.visible_growth)
def edit_branch(growth: Growth) -> Any:
    branch, topic, form = growth.branch, growth.ground.topic, BranchForm()
    form.offer(queries.given_lines(topic, branch.side).values())
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit_branch(
                    actor=current_actor(),
                    branch=branch,
                    title=form.title.data or "",
                    keys=form.keys(of=branch),
                    now=clock.now(),
                )
            flash(_("Guardamos tus cambios."), "success")
            return redirect(_page(topic), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(branch)
    return _form_page(topic, branch.side, form, branch)


@bp.post(f"{AT_TREE}/ramas/<int:branch>/retiro")
@requires(policies.can_edit_branch, queries.visible_growth)
def remove_branch(growth: Growth) -> Response:
    with transaction():
        operations.remove_branch(actor=current_actor(), branch=growth.branch, now=clock.now())
    flash(_("Quitamos la rama. Lo que reunía sigue en el árbol, como lo escribieron."), "success")
    return redirect(_page(growth.ground.topic), 303)


def _form_page(topic: Topic, side: Side, form: BranchForm, branch: Branch | None = None) -> Any:
    page = render_template(
        "consultation/branch_form.html", cycle=topic.cycle, topic=topic, side=side, form=form, branch=branch
    )
    return page, status(form)


def _page(topic: Topic) -> str:
    return url_for("consultation.tree", slug=topic.cycle.slug, topic=topic.slug)
