"""Entry with the connection gone: what a device asks and sends for the page that it keeps."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from cocrea.consultation import policies, queries
from cocrea.consultation.forms.workshops import EntryForm
from cocrea.consultation.models import Problem, Workshop
from cocrea.consultation.views.base import bp
from cocrea.consultation.views.entries import entered
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.errors import CocreaError

WORKER = "js/entry-worker.js"


@bp.get("/jornadas/<reference>/trabajador.js")
@visible(queries.visible_workshop)
def entry_worker(workshop: Workshop) -> Response:
    """The worker lies beside the one page it may serve: its address is what limits it."""
    found = current_app.send_static_file(WORKER)
    found.headers["Cache-Control"] = "no-cache"
    return found


@bp.get("/jornadas/<reference>/captura.webmanifest")
@visible(queries.visible_workshop)
def entry_manifest(workshop: Workshop) -> Response:
    page = url_for("consultation.enter", reference=workshop.reference)
    answer = jsonify(
        name=f"{_('Captura')} · {workshop.title}",
        short_name=_("Captura"),
        id=page,
        start_url=page,
        scope=page,
        display="standalone",
        background_color="#faf6ed",
        theme_color="#faf6ed",
        icons=[{"src": url_for("static", filename="mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@bp.get("/jornadas/<reference>/captura/sesion")
@requires(policies.can_send_entries, queries.visible_workshop)
def entry_session(workshop: Workshop) -> Response:
    """Who would send now, and the token to send with: that of the kept page may be long past."""
    actor = current_actor()
    answer = jsonify(person=actor.public_id, name=actor.label, csrf_token=generate_csrf())
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/jornadas/<reference>/captura/envio")
@requires(policies.can_send_entries, queries.visible_workshop)
def send_entry(workshop: Workshop) -> Any:
    """One entry typed earlier on a device. What was kept before is answered like what is new."""
    form = EntryForm(meta={"csrf": False})  # checked for the whole request already
    form.offer(queries.topics(workshop.cycle))
    if not form.validate():
        return jsonify(message=" ".join(str(e) for errors in form.errors.values() for e in errors)), 422
    try:
        made = entered(workshop, form)
    except CocreaError as error:
        return jsonify(message=str(error.message)), error.status if error.status == 403 else 422
    return jsonify(**_sent(made), title=form.title.data, entered=queries.entry_count(workshop))


def _sent(problem: Problem) -> dict[str, Any]:
    """What its row shows; the ways to correct and withdraw it while they are open to whoever sent it."""
    reference = problem.reference
    shown = {
        "reference": reference,
        "url": url_for("consultation.problem", reference=reference),
        "topic": problem.topic.title,
    }
    if policies.can_edit(current_actor(), problem, clock.now()):
        shown["edit"] = url_for("consultation.edit_problem", reference=reference)
        shown["withdraw"] = url_for("discussion.withdraw", reference=reference)
    return shown
