"""The API: what a visitor may see and no more, in pages, kept by whoever has it, refused in words."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from cocrea.config import PROJECT
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.opendata.lists import EVERY
from tests.conftest import NOW
from tests.factories import commitments, consultation, cycles, discussion, followup, proposals, voting
from tests.factories.accounts import person

BY_RESOURCE = {dataset.resource: dataset for dataset in EVERY}


def _items(client, address: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def test_every_list_explains_every_column(app):
    for dataset in EVERY:
        assert list(dataset.columns) == [name for name in dataset.columns if str(dataset.meanings[name])]
        assert set(dataset.columns) == set(dataset.meanings), dataset.name


@pytest.mark.parametrize("resource", sorted(BY_RESOURCE))
def test_every_list_is_read_without_an_account(client, app, resource):
    commitment, official = commitments.signed()
    followup.evidence(followup.first_activity(commitment), official, "https://example.org/acta")
    discussion.comment(commitment)
    for item in _items(client, f"{resource}?limit=100"):
        assert list(item) == BY_RESOURCE[resource].told_columns


def test_pages_follow_each_other_and_lose_nothing(client, app):
    cycle = proposals.working_cycle()
    made = [proposals.published(cycle).reference for _ in range(5)]
    found, address = [], f"/api/v1/proposals?cycle={cycle.slug}&limit=2"
    while address:
        answer = client.get(address)
        found += [item["reference"] for item in answer.json["items"]]
        address = answer.json["next"]
        assert (address is not None) is ('rel="next"' in " ".join(answer.headers.getlist("Link")))
    assert found == made


def test_versions_with_two_keys_go_in_pages_too(client, app):
    cycle = proposals.working_cycle()
    for _ in range(3):
        proposals.published(cycle)
    first = client.get(f"/api/v1/proposal-versions?cycle={cycle.slug}&limit=2").json
    assert len(first["items"]) == 2
    assert len(client.get(first["next"]).json["items"]) == 1


def test_one_thing_is_asked_for_by_its_name(client, app):
    proposal = proposals.published(proposals.working_cycle())
    found = client.get(f"/api/v1/proposals/{proposal.reference}")
    assert (found.json["title"], found.json["visibility"]) == (proposal.title, "public")
    missing = client.get("/api/v1/proposals/NADA-1", headers={"Accept-Language": "es"})
    assert missing.status_code == 404
    assert missing.mimetype == "application/problem+json"


@pytest.mark.parametrize("state", [Visibility.HIDDEN, Visibility.WITHDRAWN])
def test_what_was_hidden_or_withdrawn_keeps_its_reason_and_nothing_else(client, app, state):
    problem = consultation.problem()
    secret = problem.title
    comment = discussion.comment(problem)
    with transaction():
        for one in (problem, comment):
            set_visibility(db.session.merge(one), state, reason="Traía datos de una persona.", now=NOW)
    for resource, one in (("problems", problem), ("comments", comment)):
        item = client.get(f"/api/v1/{resource}/{one.reference}").json
        assert item["visibility_reason"] == "Traía datos de una persona."
        kept = {"reference", "cycle", "visibility", "visibility_reason", "visibility_at"}
        assert {name for name, value in item.items() if value is not None} == kept
        assert secret not in client.get(f"/api/v1/{resource}").text


def test_drafts_and_what_is_in_cycles_that_are_not_public_do_not_show(client, app):
    cycle = proposals.working_cycle()
    draft, shown = proposals.draft(cycle), proposals.published(cycle)
    hidden = proposals.published(proposals.working_cycle())
    hidden.cycle.published_at = None
    db.session.commit()
    assert [item["reference"] for item in _items(client, "proposals")] == [shown.reference]
    for one in (draft, hidden):
        assert client.get(f"/api/v1/proposals/{one.reference}").status_code == 404
    assert client.get(f"/api/v1/proposals?cycle={hidden.cycle.slug}").status_code == 404
    for dataset in EVERY:
        if dataset.cycle is not None:
            assert hidden.cycle.slug not in client.get(f"/api/v1/{dataset.resource}").text


def test_nobody_is_named(client, app):
    cycle = proposals.working_cycle()
    author = person("Nombre Apellido")
    discussion.comment(proposals.published(cycle, author=author), author=author)
    for dataset in EVERY:
        assert "Nombre Apellido" not in client.get(f"/api/v1/{dataset.resource}?limit=100").text


def test_of_an_open_contest_only_what_was_asked(client, app, clock):
    contest = voting.contest()
    voters = voting.electorate(6)
    clock.moment = voting.OPENS
    for voter in voters:
        voting.vote(contest, voter, "yes")
    item = client.get(f"/api/v1/contests/{contest.reference}").json
    told = ("roll_size", "took_part", "result", "ballots_root", "counted_at")
    assert [item[name] for name in told] == [None] * len(told)
    voting.sealed(contest)
    item = client.get(f"/api/v1/contests/{contest.reference}").json
    assert item["took_part"] == 6
    assert item["result"]["ballots"] == 6


def test_answers_to_statements_wait_for_their_result(client, app):
    statement = consultation.statement(cycles.cycle(StageKind.CONSULTATION))
    (item,) = _items(client, "statements")
    assert item["text"] == statement.title
    assert [item[name] for name in ("agree", "disagree", "pass")] == [None] * 3


def test_what_changed_since_is_asked_for(client, app):
    problem, late = consultation.problem(), (NOW + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert _items(client, f"problems?updated_since={late}") == []
    with transaction():
        set_visibility(db.session.merge(problem), Visibility.HIDDEN, reason="x", now=NOW + timedelta(hours=2))
    assert len(_items(client, f"problems?updated_since={late}")) == 1


def test_who_has_it_need_not_fetch_it_again(client, app):
    cycle = proposals.working_cycle()
    first = client.get("/api/v1/proposals")
    assert client.get("/api/v1/proposals", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    proposals.published(cycle)
    assert client.get("/api/v1/proposals", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_any_page_may_read_it_and_no_cookie_is_read_or_set(client, app):
    cycle = cycles.cycle(published=False)
    client.sign_in(cycles.facilitator(cycle))
    client.set_cookie("idioma", "en")
    answer = client.get(f"/api/v1/cycles/{cycle.slug}", headers={"Accept-Language": "es"})
    assert answer.status_code == 404
    assert "público" in answer.json["detail"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    answer = client.get("/api/v1/cycles")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in client.options("/api/v1/cycles").headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("after=x", "after"),
        ("after=1.2", "after"),
        ("cycle=¡!", "cycle"),
        ("updated_since=ayer", "updated_since"),
        ("sort=title", "sort"),
    ],
)
@pytest.mark.parametrize(("language", "title"), [("es", "Revisa los parámetros"), ("en", "Check the parameters")])
def test_what_is_wrong_with_a_parameter_is_said_in_words(client, app, query, wrong, language, title):
    answer = client.get(f"/api/v1/problems?{query}", headers={"Accept-Language": language})
    assert answer.status_code == 422
    assert (answer.mimetype, answer.json["title"]) == ("application/problem+json", title)
    assert list(answer.json["errors"]) == [wrong]


@pytest.mark.parametrize("query", ["after=9999999999", "updated_since=0001-01-01T00:00:00%2B14:00"])
def test_what_no_row_and_no_calendar_has_is_no_crash(client, app, query):
    assert client.get(f"/api/v1/problems?{query}").status_code == 200


@pytest.mark.parametrize(("address", "status"), [("/api/v2", 404), ("/api/v1/people", 404), ("/api/v1/a%00b", 404)])
def test_other_addresses_answer_as_data_too(client, app, address, status):
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_nothing_is_written_through_it(client, app):
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)("/api/v1/problems")
        assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path):
    """In a process of its own, because limits belong to the whole process."""
    script = """
from cocrea import create_app
from cocrea.config import Settings
from cocrea.extensions import db
app = create_app(Settings(environment="test", mail_backend="memory", worker=False, api_limit="2 per minute"))
with app.app_context():
    db.create_all()
answers = [app.test_client().get("/api/v1/spaces") for _ in range(3)]
assert [answer.status_code for answer in answers] == [200, 200, 429]
assert int(answers[-1].headers["Retry-After"]) > 0
assert answers[-1].mimetype == "application/problem+json"
assert answers[-1].headers["Access-Control-Allow-Origin"] == "*"
"""
    environment = {**os.environ, "COCREA_INSTANCE": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("resource", ["proposals", "statements", "comments", "activities"])
def test_more_rows_take_no_more_statements(client, app, count_queries, resource):
    commitments.signed()
    cycle = proposals.working_cycle()

    def more() -> None:
        discussion.comment(proposals.published(cycle))
        consultation.statement(cycles.cycle(StageKind.CONSULTATION))

    more()
    with count_queries() as few:
        client.get(f"/api/v1/{resource}")
    for _ in range(4):
        more()
    with count_queries() as many:
        client.get(f"/api/v1/{resource}")
    assert len(many) == len(few) <= 5


def test_the_description_is_in_both_languages(client, app):
    spanish = client.get("/api/v1/openapi.json", headers={"Accept-Language": "es"}).json
    english = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en"}).json
    assert spanish["openapi"] == english["openapi"] == "3.1.0"
    assert set(spanish["paths"]) == set(english["paths"])
    for dataset in EVERY:
        name = f"/api/v1/{dataset.resource}"
        assert set(spanish["paths"][name]["get"]["responses"]) == {"200", "304", "404", "422", "429", "500"}
        assert spanish["paths"][name]["get"]["summary"] != english["paths"][name]["get"]["summary"]
