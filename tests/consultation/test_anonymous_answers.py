"""Answers without an account: only where the stage says so, one row per browser, told apart, limited by address."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
import sqlalchemy as sa

from cocrea.config import PROJECT
from cocrea.consultation.jobs import compute_opinions
from cocrea.consultation.models import Answer, OpinionResult, StatementAnswer, VisitorAnswer
from cocrea.extensions import db
from tests.factories import consultation
from tests.factories.accounts import person


@pytest.fixture
def cycle(app):
    made = consultation.open_cycle()
    made.stages[0].rules = {"anonymous_answers": True}
    db.session.commit()
    return made


def url(cycle):
    return f"/ciclos/{cycle.slug}/afirmaciones/responder"


def send(client, statement, said="agree"):
    return client.post(f"/afirmaciones/{statement.reference}/respuesta", data={"answer": said})


def rows(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def test_without_the_rule_nobody_answers_without_an_account(client):
    cycle = consultation.open_cycle()
    statement = consultation.statement(cycle)
    assert send(client, statement).status_code == 401
    assert "Respondes sin cuenta" not in client.get(url(cycle)).text
    assert "afirmaciones=" not in str(send(client, statement).headers)
    assert rows(VisitorAnswer) == 0


def test_one_browser_answers_once_and_changes_it(client, cycle):
    statement, other = consultation.statement(cycle), consultation.statement(cycle)
    page = client.get(url(cycle))
    assert "Respondes sin cuenta" in page.text
    assert "afirmaciones=" not in str(page.headers), "nothing is kept before the first answer"
    sent = send(client, statement)
    cookie = next(value for name, value in sent.headers if name == "Set-Cookie" and value.startswith("afirmaciones="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=7776000" in cookie
    send(client, statement, "disagree")
    (kept,) = db.session.scalars(sa.select(VisitorAnswer)).all()
    assert kept.answer is Answer.DISAGREE
    assert kept.visitor not in cookie, "the server keeps a digest only"
    page = client.get(url(cycle)).text
    assert "Respondiste 1 de 2 afirmaciones" in page
    assert other.title in page
    shown = client.get(f"/afirmaciones/{statement.reference}").text
    assert re.search(r'value="disagree"[^>]*aria-pressed="true"', shown)


def test_they_touch_no_count_and_are_told_apart(client, cycle):
    statement = consultation.statement(cycle)
    for number in range(6):
        client.delete_cookie("afirmaciones")
        send(client, statement, "agree" if number else "pass")
    db.session.refresh(statement)
    assert statement.answer_count == 0
    compute_opinions()
    result = db.session.get_one(OpinionResult, cycle.id)
    content, mark = result.content, result.mark
    assert (content["people"], content["visitors"]) == (0, 6)
    assert content["by_visitors"] == {str(statement.id): {"agree": 5, "disagree": 0, "pass": 1}}
    page = client.get(f"/ciclos/{cycle.slug}/afirmaciones/opiniones").text
    assert "Respondieron 6 navegadores sin cuenta" in page
    client.delete_cookie("afirmaciones")
    send(client, statement, "disagree")
    compute_opinions()
    db.session.expire_all()
    assert db.session.get_one(OpinionResult, cycle.id).mark != mark


def test_four_browsers_are_too_few_to_be_told(client, cycle):
    statement = consultation.statement(cycle)
    for _ in range(4):
        client.delete_cookie("afirmaciones")
        send(client, statement)
    compute_opinions()
    content = db.session.get_one(OpinionResult, cycle.id).content
    assert (content["visitors"], content["by_visitors"]) == (None, {})


def test_who_has_signed_in_answers_as_themselves(client, cycle):
    statement = consultation.statement(cycle)
    client.sign_in(person())
    answer = send(client, statement)
    assert "afirmaciones=" not in str(answer.headers)
    assert (rows(StatementAnswer), rows(VisitorAnswer)) == (1, 0)


@pytest.mark.parametrize("forged", ["", "x", "a" * 33, "ñ" * 32, "'; DROP TABLE--"])
def test_a_cookie_that_is_not_ours_is_replaced(client, cycle, forged):
    statement = consultation.statement(cycle)
    client.set_cookie("afirmaciones", forged)
    assert client.get(url(cycle)).status_code == 200
    assert send(client, statement).status_code == 303
    assert rows(VisitorAnswer) == 1


def test_the_stage_and_moderation_hold_for_them_too(client, cycle, clock):
    statement, waiting = consultation.statement(cycle), consultation.proposed(cycle)
    assert send(client, waiting).status_code == 404
    clock.moment = cycle.stages[0].ends_at
    assert send(client, statement).status_code in {401, 403}
    assert rows(VisitorAnswer) == 0


def test_what_is_kept_on_the_device_is_said(client, cycle):
    assert "si respondes afirmaciones sin cuenta" in client.get(url(cycle)).text
    assert "cookie «afirmaciones»" in client.get("/privacidad").text


def test_one_address_is_limited(tmp_path):
    """In a process of its own, because limits belong to the whole process."""
    script = """
from cocrea import create_app
from cocrea.config import Settings
from cocrea.extensions import db
from tests.conftest import NOW
app = create_app(Settings(environment="test", mail_backend="memory", worker=False, visitor_pages=False))
app.config["WTF_CSRF_ENABLED"] = False
app.extensions["clock"] = lambda: NOW
with app.app_context():
    db.create_all()
    from tests.factories import consultation
    cycle = consultation.open_cycle()
    cycle.stages[0].rules = {"anonymous_answers": True}
    db.session.commit()
    address = f"/afirmaciones/{consultation.statement(cycle).reference}/respuesta"
codes = [app.test_client().post(address, data={"answer": "agree"}).status_code for _ in range(42)]
assert codes == [303] * 40 + [429] * 2, codes
"""
    environment = {**os.environ, "COCREA_INSTANCE": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
