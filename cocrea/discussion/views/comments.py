"""Comments: writing and answering one, one with its replies, where it stands, reactions, all of them to take along."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock, exports, finding
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.http import safe_next
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.discussion import operations, pages, policies, queries
from cocrea.discussion.conversations import replies_to
from cocrea.discussion.forms import CommentForm
from cocrea.discussion.models import Comment, Contribution, Reaction
from cocrea.discussion.queries import CommentSort
from cocrea.discussion.views.base import bp


@bp.get("/comentarios/<reference>")
@same_for_visitors
@visible(queries.visible_comment)
def show(comment: Comment) -> str:
    """One comment with its replies."""
    return render_template(
        "discussion/show.html",
        cycle=comment.cycle,
        comment=comment,
        subject=comment.subject,
        answered=queries.answered_by(comment),
        talk=replies_to(current_actor(), comment, clock.now()),
    )


@bp.get("/comentarios/<reference>/lugar")
@visible(queries.visible_comment)
def place(comment: Comment) -> Any:
    """The page which holds a comment within its conversation, in the order that the address names; the comment is
    marked there. What is not public stands by its age alone: how much agreed to it is not told."""
    shown = queries.shown_with(comment)
    asked: dict[str, str] = {}
    sort, _start = finding.ordering(CommentSort, asked, "")
    if not shown.is_public:
        asked, sort = {}, CommentSort.NEWEST
    found = queries.place_of(shown, sort)
    before = {"antes": ".".join(map(str, found))} if found else {}
    beside = queries.parent_of(shown) or comment.subject
    kept = asked if shown.parent_id is None else {}
    return redirect(pages.address(beside, comment.reference, **kept, **before, marca=comment.reference))


@bp.get("/comentarios/<reference>/respuesta")
@requires(policies.can_reply, queries.visible_comment)
def reply(comment: Comment) -> str:
    form = CommentForm(formdata=None).about(comment.subject, queries.institutions_of(current_actor()))
    return _writing(comment.subject, form.answering(comment))


@bp.post("/aportaciones/<reference>/comentarios")
@requires(policies.can_comment, queries.visible_contribution)
def comment(subject: Contribution) -> Any:
    form = CommentForm().about(subject, queries.institutions_of(current_actor()))
    try:
        form.answering(queries.comment_on(subject, form.parent.data or ""))
    except NotFound as error:
        form.reject(error)
    if not form.form_errors and form.validate_on_submit():
        try:
            with transaction():
                made = operations.comment(
                    actor=current_actor(),
                    subject=subject,
                    body=form.body.data or "",
                    parent=queries.comment_on(subject, form.parent.data or ""),
                    stance=form.chosen_stance,
                    institution_id=form.chosen_institution,
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference, is_reply = made.reference, made.parent_id is not None
            done = _("Tu respuesta ya está publicada.") if is_reply else _("Tu comentario ya está publicado.")
            flash(done, f"success@{reference}")
            return redirect(url_for("discussion.place", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _writing(subject, form), 422


@bp.post("/comentarios/<reference>/reacciones")
@requires(policies.can_react, queries.visible_comment)
def react(comment: Comment) -> Any:
    return _react(comment, on=True)


@bp.post("/comentarios/<reference>/reacciones/retiro")
@requires(policies.can_react, queries.visible_comment)
def take_reaction_back(comment: Comment) -> Any:
    return _react(comment, on=False)


@bp.get("/aportaciones/<reference>/comentarios.<extension>")
@visible(lambda actor, reference, extension: (queries.visible_contribution(actor, reference), extension))
def download(found: tuple[Contribution, str]) -> Response:
    """All comments on something, to take along."""
    subject, extension = found
    if extension not in exports.MEDIA_TYPES or subject.kind not in policies.COMMENTS:
        raise NotFound
    return exports.answer(
        f"{subject.reference}-comentarios",
        extension,
        queries.COMMENT_COLUMNS,
        queries.taken_along(subject),
        title=f"{subject.heading} · {_('Comentarios')}",
        source=pages.address(subject),
    )


def _writing(subject: Contribution, form: CommentForm) -> str:
    return render_template("discussion/form.html", cycle=subject.cycle, subject=subject, form=form)


def _react(comment: Comment, *, on: bool) -> Any:
    reaction = finding.member(Reaction, request.form.get("reaction", ""))
    reference, there = comment.reference, pages.address(comment)
    with transaction():
        operations.react(actor=current_actor(), comment=comment, reaction=reaction, on=on, now=clock.now())
    if request.accept_mimetypes.best == "application/json":
        return "", 204
    return redirect(f"{safe_next(request.form.get('next'), there)}#{reference}", 303)
