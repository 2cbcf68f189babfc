"""What every HTTP answer carries: security headers, request ids, pages for errors, one fingerprinted style sheet."""

from __future__ import annotations

import gzip
import json
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_babel import get_locale
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from cocrea.config import PROJECT, Settings
from cocrea.core import i18n, logs, text
from cocrea.core.clock import epoch
from cocrea.core.errors import CocreaError, Denied, NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import HIGHEST
from cocrea.extensions import db, login

STYLES = PROJECT / "static" / "css"
YEAR = 60 * 60 * 24 * 365
LONGEST_DATE = 20  # characters
CODE = re.compile(r"[\w-]*", re.ASCII)
SIGNED_IN = "_user_id"  # where Flask-Login keeps the token of a sign-in
log = logging.getLogger("cocrea.http")

MESSAGES = {
    400: (_l("No entendimos la solicitud"), _l("Vuelve a la página anterior e inténtalo de nuevo.")),
    404: (
        _l("No encontramos esta página"),
        _l("La dirección está incompleta o lo que buscas ya no está aquí."),
    ),
    405: (_l("Esto no se puede hacer así"), _l("Vuelve a la página anterior y usa sus botones.")),
    413: (_l("Lo que enviaste es demasiado grande"), _l("Envía un texto o archivo más pequeño.")),
    429: (_l("Demasiados intentos"), _l("Espera unos minutos y vuelve a intentarlo.")),
    500: (_l("Algo falló de nuestro lado"), _l("No es tu culpa. Inténtalo en unos minutos.")),
}
CSRF_EXPIRED = (
    _l("Tu sesión caducó antes de enviar"),
    _l("No se guardó nada todavía. Abajo está lo que escribiste: cópialo, recarga la página y envíalo otra vez."),
)


class KeyConverter(IntegerConverter):
    """`<int:…>` in a route: a number that no key can be is a 404 and never reaches a database."""

    def __init__(self, map: Map, max: int = HIGHEST, **limits: Any) -> None:  # noqa: A002 - Werkzeug's names
        super().__init__(map, max=max, **limits)


class Sessions(SecureCookieSessionInterface):
    """Sessions by cookie, of which the API reads and sets none."""

    def open_session(self, app: Flask, request: Request) -> Any:
        return None if i18n.is_for_programs() else super().open_session(app, request)


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
    app.url_map.converters["int"] = KeyConverter
    app.before_request(_identify_request)
    app.before_request(_refuse_nul)
    app.after_request(_harden)
    app.register_error_handler(CocreaError, _answer_own_error)
    app.register_error_handler(CSRFError, _answer_csrf_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_crash)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, stylesheets=stylesheets)
    app.jinja_env.filters.update(
        when=i18n.in_words,
        day=i18n.day_in_words,
        month=i18n.month_in_words,
        hour=i18n.hour,
        public=lambda path: _settings().public_url + path,
        trusted=text.trusted,
        epoch=epoch,
        weekday=i18n.weekday_in_words,
        iso_day=i18n.iso_day,
        lasting=i18n.lasting,
    )
    app.context_processor(lambda: {"locale": str(get_locale()).replace("_", "-")})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["styles"] = bundle_styles()


def csp_nonce() -> str:
    """A fresh value per response that lets our own inline-free script tags run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def embeddable(view: Callable[..., str]) -> Callable[..., str]:
    """Declare that any site may show this page in a frame. It must have no form and needs no script: neither works."""

    @wraps(view)
    def framed(*args: Any, **kwargs: Any) -> str:
        page = view(*args, **kwargs)
        g.is_embeddable = True
        return page

    return framed


@dataclass(frozen=True)
class Styles:
    """All component sheets as one, plain and compressed, and the fingerprint that names it."""

    fingerprint: str
    body: bytes
    compressed: bytes


def bundle_styles() -> Styles:
    """Join the sheets, tokens first: they declare the order of the layers."""
    sheets = sorted(STYLES.glob("*.css"), key=lambda path: (path.name != "tokens.css", path.name))
    body = b"\n".join(sheet.read_bytes() for sheet in sheets)
    return Styles(sha256(body).hexdigest()[:12], body, gzip.compress(body, mtime=0))


def stylesheets() -> list[str]:
    """Addresses of the style sheets a page links: one, whose name changes with its content."""
    return [url_for("core.styles", fingerprint=styles().fingerprint)]


def safe_next(target: str | None, fallback: str) -> str:
    """`target` if it is a path of this site, else the fallback: no redirect ever leaves us."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc or "\\" in target or "\n" in target else target


def remember_locale(response: BaseResponse, locale: str) -> BaseResponse:
    """Keep the chosen language on this device."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(i18n.LOCALE_COOKIE, locale, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


def styles() -> Styles:
    """The bundled styles; made again on every page in debug mode."""
    if current_app.debug:
        current_app.extensions["styles"] = bundle_styles()
    bundled: Styles = current_app.extensions["styles"]
    return bundled


def _identify_request() -> None:
    g.request_id = secrets.token_hex(6)


def _refuse_nul() -> None:
    """PostgreSQL holds no NUL character, so nothing exists at an address with one. Texts lose theirs on the way in."""
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise NotFound


def _harden(response: Response) -> Response:
    settings = _settings()
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if not _is_embeddable():
        headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
    if settings.is_production:
        headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "private, no-store" if SIGNED_IN in session else "no-cache")
        headers.add("Vary", "Cookie, Accept-Language")
    headers["X-Request-Id"] = g.get("request_id", "-")
    log.info(
        "request",
        extra={
            "id": g.get("request_id"),
            "method": request.method,
            "rule": str(request.url_rule or "-"),
            "status": response.status_code,
        },
    )
    return response


def _is_embeddable() -> bool:
    return bool(g.get("is_embeddable"))


def _policy() -> str:
    if _is_embeddable():
        return (
            "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
            "form-action 'none'; base-uri 'none'; frame-ancestors *"
        )
    script = f"'self' 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'self'"
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["COCREA"]
    return settings


def problem(code: int, title: Any, message: Any, **more: Any) -> Response:
    """An error as programs read it: RFC 9457, in the language that they ask for."""
    told = {"type": "about:blank", "title": str(title), "status": code, "detail": str(message)}
    told["instance"] = f"urn:cocrea:{g.get('request_id', '-')}"
    answer = Response(json.dumps({**told, **more}, ensure_ascii=False), code, mimetype="application/problem+json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.vary.add("Accept-Language")
    return answer


def _answer_own_error(error: CocreaError) -> Any:
    if isinstance(error, Denied) and not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        return _page(401, _l("Entra con tu cuenta para continuar"), error.message)
    return _page(error.status, error.title, error.message)


def _answer_csrf_error(_error: CSRFError) -> Any:
    return _page(400, *CSRF_EXPIRED)


def _answer_http_error(error: HTTPException) -> Any:
    if (crash := getattr(error, "original_exception", None)) is not None:
        return _answer_crash(crash)  # the page of another error could not be made
    code = error.code or 500
    if code < 400:
        return error
    title, message = MESSAGES.get(code, MESSAGES[500 if code >= 500 else 400])
    page = _page(code, title, message)
    page.headers.extend((k, v) for k, v in error.get_headers() if k in {"Allow", "Retry-After"})
    return page


def _answer_crash(error: Exception) -> Any:
    """Log the place, never the values: an exception's text may hold people's words.

    The page reads nothing from the database, not even who is signed in: the database may be what failed.
    """
    db.session.rollback()
    logs.failure(log, "crash", error)
    if _settings().environment == "test":
        raise error
    g._login_user = login.anonymous_user()  # where Flask-Login looks before it reads the person
    return _page(500, *MESSAGES[500], crashed=True)


def _page(code: int, title: Any, message: Any, **context: Any) -> Response:
    """The error page; after a failed form it gives back what was typed, so that nothing is lost."""
    if i18n.is_for_programs():
        return problem(code, title, message)
    typed = [] if code == 413 else _typed_texts()
    body = render_template(
        "errors/page.html",
        code=code,
        title=title,
        message=message,
        reference=g.get("request_id", "-"),
        typed=typed,
        came_from=_came_from(),
        **context,
    )
    return Response(body, status=code, mimetype="text/html")


def _typed_texts() -> list[tuple[str, str]]:
    if request.method == "GET":
        return []
    return [(k, v) for k, v in request.form.items() if _is_written(v.strip()) and not _is_secret(k)]


def _is_written(value: str) -> bool:
    """Whether people wrote it: no option, number or date that was chosen, no code that the page sent along."""
    return len(value.split()) > 1 or (len(value) > LONGEST_DATE and not CODE.fullmatch(value))


def _is_secret(name: str) -> bool:
    return any(part in name for part in ("csrf", "password", "code", "token", "choice", "ballot", "next", "key"))


def _came_from() -> str:
    """The path of the page of ours that led here, as the browser tells; empty where it is the one that failed."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    if parts.netloc != request.host or parts.path == request.path:
        return ""
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""), "")
