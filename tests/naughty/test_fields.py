"""Every hostile string through every text field of every form: no error page, and nothing runs in a browser.

The forms are those of the demonstration's pages, each filled by someone whom the access matrix lets through. Fields of
many lines get all the strings; one-line fields get some of them in each round, others in each form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import cycle, islice, product
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from flask import Flask
from playwright.sync_api import Browser, Route
from werkzeug.exceptions import HTTPException

from cocrea.accounts.models import Person
from cocrea.extensions import db
from tests.access.asking import ROLES, answered, cells, person_id, requests, world
from tests.conftest import Client, shared

__all__ = ["world"]

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
TYPED = {"text", "search", "url", "tel", ""}
KEPT = {"hidden", "date", "time", "number", "checkbox", "radio", "datetime-local", "email"}
ADDRESSES = {"links"}
DATES = {"date": "2026-07-{:02d}", "datetime-local": "2026-07-{:02d}T10:00"}
VALID = {"time": "10:00", "number": "1", "email": "persona@example.org"}
ROUNDS, LENGTHS = 2, (9_000, 2_500, 400, 100)  # what a field refuses as too long is sent again, shorter
# They want more than text: words that are quoted, a name that is known, a key of five digits, consent, fitting days
# or hours, a link, all signatures, a photograph.
NEVER_ACCEPTED = {
    "accounts.register",
    "commitments.comment_passage",
    "commitments.publish_plan",
    "consultation.photos",
    "consultation.plan_workshop",
    "followup.send_report",
    "forums.add_municipality",
    "forums.name_holder",
    "proposals.attachments_of",
    "tables.name",
    "tables.edit_session",
    "tables.schedule",
    "voting.change_booth",
    "voting.create",
    "voting.create_booth",
    "voting.extend",
    "voting.list_addresses",
    "voting.recount_batch",
    "voting.register_late",
}
BEHIND_THE_ACCOUNT = {"accounts.sign_out", "accounts.withdraw", "accounts.close_other_sessions"}


@dataclass(frozen=True)
class Form:
    """A form as a page shows it to someone: what its fields hold already, and which of them people type into."""

    role: str
    action: str
    held: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    texts: tuple[str, ...]

    def filled(self, attacks: list[str], turn: int, length: int) -> dict[str, Any]:
        """What is sent in one round, each text cut at a length."""
        offset = turn * 53 + len(self.action)
        strings = islice(cycle(attacks), offset, None)
        share = "\n\n".join(attacks[offset % 7 :: ROUNDS])[:length]
        data: dict[str, Any] = {}
        for name, value in self.held:
            data.setdefault(name, []).append(value)
        return data | {name: next(strings)[:length] for name in self.lines} | dict.fromkeys(self.texts, share)


@pytest.fixture(scope="module")
def attacks() -> list[str]:
    sanitizer = json.loads(shared("xss", "html5lib_sanitizer_tests1.dat").read_text("utf-8"))
    naughty = shared("xss", "blns.txt").read_text("utf-8").splitlines()
    said = [case["input"] for case in sanitizer] + [line for line in naughty if line and not line.startswith("#")]
    return [*said, "nul\x00byte", "\u202eal revés", "x" * 300]


@pytest.mark.browser
@pytest.mark.slow
def test_no_field_breaks_a_page_and_nothing_runs(world: Flask, browser: Browser, attacks: list[str]) -> None:
    people = {role: person_id(role) for role in ROLES}
    forms = _forms(world, people)
    assert len({_endpoint(world, form.action) for form in forms}) > 40
    pages, broken, accepted = [], [], set()
    for form in forms:
        for turn, length in product(range(ROUNDS), LENGTHS):
            if (form.action, turn) in accepted:
                continue
            status, page, kept = answered(_send, world, form, people[form.role], form.filled(attacks, turn, length))
            pages.append(page)
            if status >= 500:
                broken.append((form.action, turn, status))
            if kept:
                accepted.add((form.action, turn))
    assert broken == []
    taken = {_endpoint(world, action) for action, _turn in accepted}
    assert {_endpoint(world, form.action) for form in forms} - taken == NEVER_ACCEPTED
    assert _ran(browser, pages[:: max(1, len(pages) // 150)]) == []


def _forms(app: Flask, people: dict[str, int | None]) -> list[Form]:
    """One form for each route that takes text, as the first role that is let through to it finds it."""
    allowed = {(row["endpoint"], row["method"]): row for row in cells()}
    found: dict[str, Form] = {}
    for endpoint, method, url in requests(app):
        role = next((role for role in ROLES if allowed[endpoint, method][role] == "yes"), None)
        if method == "GET" and role is not None:
            for form in answered(_forms_of, app, url, role, people[role]):
                target = _endpoint(app, form.action)
                if target not in BEHIND_THE_ACCOUNT and (form.lines or form.texts):
                    found.setdefault(target, form)
    return list(found.values())


def _forms_of(app: Flask, url: str, role: str, who: int | None) -> list[Form]:
    answer = _client(app, who).get(url)
    if answer.mimetype != "text/html":
        return []
    page = html5lib.parse(answer.text)
    return [
        _form(url, role, found)
        for found in page.iter(NAMESPACE + "form")
        if found.get("method") == "post" and found.get("action") != "#"
    ]


def _form(url: str, role: str, found: Any) -> Form:
    held, lines, texts = [], [], []
    for number, field in enumerate(found.iter()):
        name, kind = field.get("name"), field.get("type", "")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == NAMESPACE + "textarea" and name not in ADDRESSES:
            texts.append(name)
        elif field.tag == NAMESPACE + "select":
            values = [option.get("value", "") for option in field.iter(NAMESPACE + "option")]
            held.append((name, next((value for value in values if value), "")))
        elif field.tag == NAMESPACE + "input" and kind in TYPED:
            lines.append(name)
        elif field.tag == NAMESPACE + "input" and kind in KEPT and name not in dict(held):
            held.append((name, field.get("value") or DATES.get(kind, VALID.get(kind, "")).format(number % 28 + 1)))
    return Form(role, found.get("action") or url, tuple(held), tuple(lines), tuple(texts))


def _send(app: Flask, form: Form, who: int | None, data: dict[str, Any]) -> tuple[int, str, bool]:
    """The answer to a filled form, or the page that it leads to; and whether it was taken."""
    client = _client(app, who)
    answer = client.post(form.action, data=data)
    taken = answer.status_code < 400
    if answer.status_code in {302, 303}:
        answer = client.get(answer.location)
    return answer.status_code, answer.text if answer.mimetype == "text/html" else "", taken


def _client(app: Flask, who: int | None) -> Client:
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    return client if who is None else client.sign_in(db.session.get_one(Person, who))


def _endpoint(app: Flask, url: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(url).path, method="POST")[0])
    except HTTPException:
        return url


def _ran(browser: Browser, pages: list[str]) -> list[str]:
    """What any of these pages did on its own, read without the policy that would stop it."""
    context = browser.new_context()
    page = context.new_page()
    done: list[str] = []
    page.on("dialog", lambda dialog: (done.append(dialog.message), dialog.dismiss()))
    served = {"page": ""}

    def answer(route: Route) -> None:
        if route.request.resource_type == "document" and route.request.url == "http://cocrea.test/":
            route.fulfill(content_type="text/html", body=served["page"])
        elif route.request.url.startswith("http://cocrea.test/"):
            route.fulfill(status=404, body="")
        else:
            done.append(f"asked for {route.request.url}")
            route.abort()

    page.route("**/*", answer)
    for served["page"] in pages:
        page.goto("http://cocrea.test/")
    context.close()
    return done
