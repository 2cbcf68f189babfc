"""The addresses of the API: a list and, where its rows have a name of their own, each of them.

Nothing here asks who is asking: no session is read and no cookie set, so that every answer may be kept and shared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from flask_smorest import Api, Blueprint
from marshmallow import RAISE
from werkzeug.exceptions import UnprocessableEntity

from cocrea.core import exports
from cocrea.core.access import public
from cocrea.core.errors import NotFound
from cocrea.core.http import problem
from cocrea.core.i18n import lazy as _l
from cocrea.core.settings import current_settings
from cocrea.extensions import limiter
from cocrea.opendata import lists, queries
from cocrea.opendata.api import asking, describing
from cocrea.opendata.datasets import Dataset

PREFIX = "/api/v1"
ABOUT = _l(
    "Lo público de la plataforma, para programas: se lee sin cuenta y sin clave. Lo que se retiró u ocultó queda como "
    "constancia, con su razón y sin su texto. Las listas van en páginas: cada una dice dónde está la que sigue."
)
NO_CYCLE = _l("No hay ningún ciclo público con ese nombre corto.")
NO_LIST = _l("No hay nada público con esa clave. Revisa cómo está escrita.")


class Described(Api):  # type: ignore[misc]
    """The API, which leaves all of the site's errors to `core.http`."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass


def init_app(app: Flask) -> None:
    """Add the API to the application, and make its description of the lists that there are."""
    api = Described(
        app,
        spec_kwargs={
            "title": "Cocrea",
            "version": "v1",
            "openapi_version": "3.1.0",
            "info": {"description": ABOUT},
            "servers": [{"url": app.config["COCREA"].public_url}],
        },
    )
    with app.app_context():
        api.spec.components.schema("Problem", describing.PROBLEM)
        for dataset in lists.EVERY:
            api.spec.components.schema(describing.name_of(dataset), describing.row(dataset))
            whole = describing.name_of(dataset, whole=True)
            api.spec.components.schema(whole, describing.page(describing.name_of(dataset)))
        api.register_blueprint(_blueprint())
    app.extensions["api"] = api


def _blueprint() -> Any:
    bp = Blueprint("api", __name__, url_prefix=PREFIX)
    for dataset in lists.EVERY:
        name = dataset.resource.replace("-", "_")
        bp.add_url_rule(f"/{dataset.resource}", name, _listed(bp, dataset))
        if dataset.identity:
            rule = f"/{dataset.resource}/<string:reference>"
            bp.add_url_rule(rule, f"{name}_one", _found(bp, dataset))
    bp._endpoints.append("description")
    super(Blueprint, bp).add_url_rule("/openapi.json", "description", description)
    bp.after_request(_open_to_all)
    bp.register_error_handler(UnprocessableEntity, _explain)
    limiter.limit(lambda: current_settings().api_limit)(bp)
    return bp


def _listed(bp: Any, dataset: Dataset) -> Any:
    """The view of a list."""

    @public
    def view(asked: Mapping[str, Any]) -> Response:
        cycle, after = asked.get("cycle", ""), asking.place(asked.get("after"))
        since = asked.get("updated_since")
        items, place = dataset.page(after=after, limit=asked["limit"], cycle=cycle, since=since)
        if cycle and not items and not queries.is_public(cycle):
            raise NotFound(NO_CYCLE)
        following = _following(place) if place else None
        answer = _answer({"items": items, "next": following, "licence": current_settings().data_licence})
        if following:
            answer.headers.add("Link", f'<{following}>; rel="next"')
        return answer

    read = bp.arguments(asking.parameters(dataset), location="query", unknown=RAISE)(view)
    summary = {"summary": dataset.title, "description": dataset.about, "operationId": f"list-{dataset.resource}"}
    return bp.doc(**summary)(_described(bp, read, describing.name_of(dataset, whole=True)))


def _found(bp: Any, dataset: Dataset) -> Any:
    """The view of one thing."""

    @public
    def view(_asked: Mapping[str, Any], reference: str) -> Response:
        items, _place = dataset.page(after=None, limit=1, one=reference)
        if not items:
            raise NotFound(NO_LIST)
        return _answer(items[0])

    read = bp.arguments(asking.nothing(), location="query", unknown=RAISE)(view)
    summary = {"summary": dataset.title, "operationId": f"get-{dataset.resource}"}
    return bp.doc(**summary)(_described(bp, read, describing.name_of(dataset)))


def _described(bp: Any, view: Any, name: str) -> Any:
    """The view with what it answers, in all cases."""
    told = bp.response(200, {"$ref": f"#/components/schemas/{name}"}, description="OK", headers=describing.HEADERS)
    described = bp.alt_response(304, description=_l("No cambió desde la etiqueta de If-None-Match."))(told(view))
    for code, reason in describing.ERRORS.items():
        headers = describing.LATER if code == 429 else None
        described = bp.alt_response(
            code,
            schema={"$ref": "#/components/schemas/Problem"},
            content_type="application/problem+json",
            description=reason,
            headers=headers,
        )(described)
    return described


@public
def description() -> Response:
    """The description of all this, in the reader's language."""
    body = json.dumps(current_app.extensions["api"].spec.to_dict(), default=str, ensure_ascii=False)
    return Response(body, mimetype="application/json")


def _answer(content: Mapping[str, Any]) -> Response:
    body = json.dumps(content, ensure_ascii=False, default=exports.plain)
    answer = Response(body, mimetype="application/json")
    answer.headers["Link"] = f'<{exports.licence_url()}>; rel="license"'
    return answer


def _following(place: tuple[int, ...]) -> str:
    """The whole address of the next page."""
    kept = {name: value for name, value in request.args.items() if name != "after"}
    query = urlencode({**kept, "after": ".".join(map(str, place))})
    return f"{current_settings().public_url}{request.path}?{query}"


def _open_to_all(response: Response) -> Response:
    """Any page anywhere may read it, and whoever has it already need not fetch it again."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    headers["Cache-Control"] = "public, no-cache"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "Accept-Language, If-None-Match"
    if response.status_code == 200 and request.method in {"GET", "HEAD"}:
        response.vary.add("Accept-Language")
        response.add_etag(weak=True)
        response.make_conditional(request.environ)
    return response


def _explain(error: UnprocessableEntity) -> Response:
    """What is wrong with each parameter, in words."""
    wrong = getattr(error, "data", {}).get("messages", {}).get("query", {})
    told = {name: str(asking.WRONG.get(name, asking.UNKNOWN) if _is_known(said) else asking.UNKNOWN)
            for name, said in wrong.items()}  # fmt: skip
    return problem(422, _l("Revisa los parámetros"), " ".join(dict.fromkeys(told.values())), errors=told)


def _is_known(said: Any) -> bool:
    return bool(said != ["Unknown field."])
