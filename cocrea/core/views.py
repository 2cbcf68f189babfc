"""Pages of no domain: health, the style sheet, the language switch, the components page."""

from __future__ import annotations

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from cocrea.core import http
from cocrea.core.access import public
from cocrea.core.forms import SampleForm
from cocrea.core.i18n import LOCALES
from cocrea.core.source import archive
from cocrea.extensions import csrf, db, limiter, queue

bp = Blueprint("core", __name__)


@bp.get("/healthz")
@public
@limiter.exempt
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
@limiter.exempt
def readyz() -> tuple[Response, int]:
    """Database and job queue answer; 503 with the failing part otherwise."""
    checks = {
        "database": _answers(lambda: db.session.execute(sa.text("select 1"))),
        "queue": _answers(queue.pending_count),
    }
    return jsonify(status="ok" if all(checks.values()) else "failing", **checks), 200 if all(checks.values()) else 503


def _answers(probe: object) -> bool:
    try:
        probe()  # type: ignore[operator]
    except Exception:  # noqa: BLE001 - whatever fails, the answer is "not ready"
        return False
    return True


@bp.get("/estilos/<fingerprint>.css")
@public
@limiter.exempt
def styles(fingerprint: str) -> Response:
    """All styles in one file, named by its content, kept for a year."""
    found = http.styles()
    packed = bool(request.accept_encodings["gzip"])
    response = Response(found.compressed if packed else found.body, mimetype="text/css")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={http.YEAR}, immutable"
    return response


@bp.post("/idioma")
@public
@csrf.exempt
def set_locale() -> BaseResponse:
    """Remember the language on this device. Nothing else is stored, so no token is asked for."""
    chosen = request.form.get("locale", "")
    if chosen not in LOCALES:
        abort(400)
    target = http.safe_next(request.form.get("next"), url_for("cycles.home"))
    return http.remember_locale(redirect(target), chosen)


@bp.get("/codigo-fuente")
@public
def source() -> str:
    return render_template("core/source.html")


@bp.get("/codigo-fuente/cocrea.tar.gz")
@public
def source_archive() -> Response:
    return Response(
        archive(),
        mimetype="application/gzip",
        headers={"Content-Disposition": 'attachment; filename="cocrea.tar.gz"'},
    )


@bp.get("/diseno")
@public
def design() -> str:
    """The components of the interface; not in production."""
    if current_app.config["COCREA"].is_production:
        abort(404)
    form = SampleForm(formdata=None, meta={"csrf": False})
    form.validate()
    return render_template("design/index.html", form=form)
