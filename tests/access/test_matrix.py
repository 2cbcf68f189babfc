"""Every route against every role, as a table that people review: `matrix.csv`.

The world is the demonstration, undone afterwards.
After a change of access on purpose: `pytest tests/access --write-matrix`, then read the difference before committing.

Columns are the people of the demonstration, and more: someone who has not confirmed their e-mail, a newcomer
who has, the rapporteur of one table, and someone who facilitates, steers, answers and verifies elsewhere: in other
cycles, spaces and institutions.

What the cells say: `yes` the role gets through to the page or to the checking of its input; `sign-in` it is led to
the sign-in page; `no` it is told why not; `hidden` it is told that nothing is there.
"""

from __future__ import annotations

import csv

import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.accounts.models import Person
from cocrea.core import pdf
from cocrea.extensions import db
from cocrea.tables.models import Table, TableMember
from tests.access.asking import MATRIX, ROLES, answered, cells, person_id, requests, world
from tests.access.world import given
from tests.conftest import Client

__all__ = ["world"]

# The demonstration's sign-in asks whose it is to be, and without input that is nobody.
ACTED_ON_BY_NOBODY = {"accounts.demo_sign_in"}


def test_the_matrix_is_the_reviewed_one(
    world: Flask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "render", lambda *_arguments, **_kinds: b"%PDF-")  # who may, not how it looks
    entered = {role: _entered(world, person_id(role)) for role in ROLES}
    found = []
    for endpoint, method, url in requests(world):
        asked = (world, url, method)
        answers = (answered(_outcome, *asked, entered[role], given(endpoint)) for role in ROLES)
        found.append([endpoint, method, *answers])
    if request.config.getoption("--write-matrix"):
        with MATRIX.open("w", newline="") as target:
            csv.writer(target, lineterminator="\n").writerows([["endpoint", "method", *ROLES], *found])
    with MATRIX.open(newline="") as source:
        reviewed = list(csv.reader(source))[1:]
    assert found == reviewed


def test_visitors_change_nothing_but_their_own_entry() -> None:
    """What the reviewed table lets a visitor POST is known here by name."""
    open_posts = {row["endpoint"] for row in cells() if row["method"] == "POST" and row["visitor"] == "yes"}
    assert {endpoint for endpoint in open_posts if not endpoint.startswith(("accounts.", "core."))} <= {
        "voting.find",
        "tables.unsubscribe",  # the signed address of a letter says whose
        "notifications.unsubscribe",  # as this one's
    }


def test_a_role_held_elsewhere_opens_nothing_here() -> None:
    """But for what an institution may do in any cycle: see and answer what it has, offer or take up a commitment."""
    more = {row["endpoint"] for row in cells() if row["elsewhere"] != row["newcomer"]}
    own = {"followup.my_work", "followup.report_several", "proposals.queue", "proposals.respond_to_many"}
    assert more == {"commitments.create", "commitments.draft", *own}


def test_nobody_contributes_before_confirming_their_email() -> None:
    """Throwing one's own draft away is no contribution, nor is following, which nobody else learns of."""
    changes = [row for row in cells() if row["method"] == "POST" and not row["endpoint"].startswith("accounts.")]
    may = {row["endpoint"] for row in changes if row["unconfirmed"] == "yes" != row["visitor"]}
    own = {f"notifications.{name}" for name in ("follow", "unfollow", "choose_letters", "read")}
    assert may == {"commitments.drop_section", "consultation.drop_problem_draft", "proposals.drop_new", *own}


def test_every_row_tells_who_may() -> None:
    """Somebody gets through to every route, or the row says nothing: ask for an object in another state."""
    silent = {row["endpoint"] for row in cells() if not any(row[role] == "yes" for role in ROLES)}
    assert silent == ACTED_ON_BY_NOBODY


def test_what_one_request_changes_the_next_does_not_find(world: Flask) -> None:
    """The order of the requests does not matter: a table that was left is left by nobody in the next request."""
    participant, entered = person_id("participant"), _entered(world, person_id("participant"))
    table = db.session.scalars(sa.select(Table).join(TableMember).where(TableMember.person_id == participant)).first()
    assert table is not None
    address = f"/mesas/{table.reference}/asiento/retiro"
    answers = [answered(_outcome, world, address, "POST", entered) for _ in range(2)]
    assert answers == ["yes", "yes"]
    assert _outcome(world, address, "POST", entered) == "yes"
    assert _outcome(world, address, "POST", entered) == "no"


def _entered(app: Flask, who: int | None) -> str:
    """The cookie of someone signed in, which every request of theirs brings; empty for a visitor."""
    if who is None:
        return ""
    cookie = _client(app).sign_in(db.session.get_one(Person, who)).get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return cookie.value


def _outcome(app: Flask, url: str, method: str, entered: str, data: dict[str, str] | None = None) -> str:
    """Ask once. Most requests carry no input, so that those let through stop at its checking."""
    client = _client(app)
    if entered:
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], entered)
    answer = client.open(url, method=method, data=data)
    return _meaning(answer.status_code, answer.headers.get("Location", ""))


def _client(app: Flask) -> Client:
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    return client


def _meaning(status: int, location: str) -> str:
    if status == 401 or (status in {302, 303} and "/entrar?next=" in location):
        return "sign-in"
    return {403: "no", 404: "hidden"}.get(status, "yes" if status < 500 else "error")
