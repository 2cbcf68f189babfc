"""Comments on a passage of a draft: they quote it, survive edits elsewhere, and say when it changed."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.audit.models import HistoryRecord
from cocrea.commitments import operations
from cocrea.core import text
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.discussion.models import Comment
from cocrea.extensions import db
from tests.factories import commitments
from tests.factories.accounts import grant, organisation, person

WORDS, QUOTED = "¿Cuáles obras?", "qué obras se hacen"


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


@pytest.fixture
def drafted(cycle):
    return commitments.complete(cycle)


def _comment(commitment, actor, now, words=QUOTED, body=WORDS, key="problem", **more):
    with transaction():
        return operations.comment_on_passage(
            actor=actor, commitment=commitment, key=key, words=words, body=body, now=now, **more
        )


def _address(commitment, field="problem"):
    return f"/compromisos/{commitment.reference}/pasajes/{field}"


def test_a_comment_carries_the_words_and_what_stood_around_them(drafted, now):
    commitment, _of = drafted
    made = _comment(commitment, person(), now, f"  {QUOTED}\r\n")
    assert made.passage == {
        "key": "problem",
        "exact": QUOTED,
        "prefix": "Nadie sabe ",
        "suffix": ".",
        "version": commitment.version,
    }
    told = sa.select(HistoryRecord.canonical).where(HistoryRecord.action == "comment.published")
    assert text.fingerprint(QUOTED) in db.session.scalars(told).one()


@pytest.mark.parametrize("words", ["", "Nadie supo", "e", "a" * 1001])
def test_the_words_stand_once_in_the_text(drafted, now, words):
    commitment, _of = drafted
    with pytest.raises(Invalid) as refused:
        _comment(commitment, person(), now, words)
    assert refused.value.field == "passage"


def test_a_form_sent_twice_makes_one_comment(drafted, now):
    commitment, _of = drafted
    author = person()
    made = [_comment(commitment, author, now, form_key="one form").reference for _ in range(2)]
    assert made[0] == made[1]


def test_a_text_that_both_signed_is_not_commented_by_passages(cycle, now):
    commitment, _of = commitments.signed(cycle)
    with pytest.raises(Denied):
        _comment(commitment, person(), now)


def test_edits_elsewhere_leave_it_and_others_are_told(client, drafted, now):
    commitment, of = drafted
    made = _comment(commitment, person(), now)
    url = f"/compromisos/{commitment.reference}"
    at = f"{url}#texto-problem:~:text=qu%C3%A9%20obras%20se%20hacen"
    assert f'<a href="{at}">Sobre este pasaje</a>' in client.get(url).text
    commitments.write(commitment, "problema", of.watcher, problem="En el estado nadie sabe qué obras se hacen.")
    for page in (url, f"/comentarios/{made.reference}"):
        found = client.get(page).text
        assert "Sobre este pasaje" in found
        assert "El pasaje cambió" not in found
    commitments.write(commitment, "problema", of.watcher, problem="Nadie sabe cuáles obras se hacen.")
    for page in (url, f"/comentarios/{made.reference}"):
        found = client.get(page).text
        assert "El pasaje cambió desde este comentario" in found
        assert f'<blockquote class="preserve" dir="auto">{QUOTED}</blockquote>' in found


def test_it_is_written_without_scripts(client, drafted):
    commitment, _of = drafted
    client.sign_in(person())
    assert f'href="{_address(commitment)}"' in client.get(f"/compromisos/{commitment.reference}").text
    form = client.get(f"{_address(commitment)}?pasaje={QUOTED}").text
    assert re.search(rf"<textarea[^>]*name=\"passage\"[^>]*>\s*{QUOTED}</textarea>", form)
    answer = client.post(_address(commitment), data={"passage": "Nadie supo", "body": WORDS})
    assert answer.status_code == 422
    assert "no están así en el texto de ahora" in answer.text
    assert WORDS in answer.text
    answer = client.post(_address(commitment), data={"passage": QUOTED, "body": WORDS})
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(Comment)).one().passage["exact"] == QUOTED


def test_an_official_says_for_which_institution(client, drafted):
    commitment, _of = drafted
    offices = [organisation(), organisation()]
    client.sign_in(grant(grant(person(), Role.OFFICIAL, offices[0]), Role.OFFICIAL, offices[1]))
    sent = {"passage": QUOTED, "body": WORDS}
    assert client.post(_address(commitment), data=sent).status_code == 422
    assert client.post(_address(commitment), data={**sent, "institution": offices[1].id}).status_code == 303
    assert db.session.scalars(sa.select(Comment)).one().institution == offices[1].name


def test_only_texts_that_say_something_are_quoted(client, drafted):
    commitment, _of = drafted
    client.sign_in(person())
    assert client.get(_address(commitment, "accountability")).status_code == 404
    assert client.get(_address(commitment, "baseline")).status_code == 404


def test_more_comments_cost_no_more_statements(client, drafted, now, count_queries):
    commitment, _of = drafted
    url = f"/compromisos/{commitment.reference}"
    _comment(commitment, person(), now)
    with count_queries() as few:
        client.get(url)
    for number in range(5):
        _comment(commitment, person(), now, body=f"{WORDS} {number}")
    with count_queries() as many:
        client.get(url)
    assert len(many) <= len(few)
