"""Drafts of problems: kept for their author alone, put back, and gone once published."""

from __future__ import annotations

import html
import json
import re
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Draft, Person
from cocrea.accounts.operations import drafts as operations
from cocrea.consultation import operations as consultation_operations
from cocrea.consultation.drafts import draft_name
from cocrea.consultation.models import Topic
from cocrea.core.clock import epoch
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation
from tests.factories.accounts import person
from tests.real import at_once

JSON = {"Accept": "application/json"}
SECRET = "Lo que apenas estoy pensando"


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def topic(cycle):
    return consultation.topic(cycle)


def new_url(cycle):
    return f"/ciclos/{cycle.slug}/problematicas/nueva"


def draft_url(cycle):
    return f"/ciclos/{cycle.slug}/problematicas/borrador"


def form_of(topic, **changes):
    return {"title": SECRET, "topic": topic.slug, "key": "k1", "targets": ["16.6"], **changes}


def kept():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Draft))


def test_it_saves_itself_and_is_put_back(client, cycle, topic):
    client.sign_in(person())
    for _ in range(2):
        answer = client.post(draft_url(cycle), data=form_of(topic, causes="Porque sí"), headers=JSON)
        told = {"said": "Guardado a las 12:00", "at": str(epoch(NOW))}
        assert (answer.status_code, answer.json) == (200, told)
    assert kept() == 1
    page = client.get(new_url(cycle)).text
    saved_at = f'data-saved-at="{epoch(NOW)}"'
    for shown in (SECRET, "Porque sí", "Aquí está tu borrador", 'value="k1"', saved_at):
        assert shown in page
    assert re.search(r'value="16.6" checked', page)
    assert "Termina tu borrador" in client.get("/").text


def test_a_plain_button_keeps_it_and_another_forgets_it(client, cycle, topic):
    client.sign_in(person())
    assert client.post(draft_url(cycle), data=form_of(topic)).location == new_url(cycle)
    assert "Guardamos tu borrador" in client.get(new_url(cycle)).text
    client.post(f"{draft_url(cycle)}/descarte")
    assert SECRET not in client.get(new_url(cycle)).text
    assert kept() == 0


def test_another_version_is_handed_out_before_it_is_replaced(client, clock, cycle, topic):
    """Two tabs: the second does not know what the first one saved, and gets it instead of wiping it."""
    client.sign_in(person())
    first = client.post(draft_url(cycle), data=form_of(topic, causes="De la primera"), headers=JSON).json["at"]
    clock.advance(minutes=1)
    second = form_of(topic, title="De la segunda", key="k2", targets=[], body="uno\r\ndos", affected="")
    refused = client.post(draft_url(cycle), data=second | {"on": ""}, headers=JSON)
    assert (refused.status_code, str(refused.json["other"]["at"])) == (409, first)
    expected = {("title", SECRET), ("causes", "De la primera"), ("targets", "16.6")}
    assert expected <= set(map(tuple, refused.json["other"]["pairs"]))
    assert SECRET in client.get(new_url(cycle)).text
    kept_at = client.post(draft_url(cycle), data=second | {"on": first}, headers=JSON).json["at"]
    clock.advance(minutes=1)
    same = client.post(
        draft_url(cycle), data=second | {"on": "1"}, headers=JSON
    )  # what says the same replaces nothing
    assert same.status_code == 200 and same.json["at"] != kept_at


def test_without_scripts_another_version_is_shown_beside_what_was_typed(client, clock, cycle, topic):
    client.sign_in(person())
    client.post(draft_url(cycle) + "?on=", data=form_of(topic, causes="De la primera"))
    clock.advance(minutes=1)
    second = form_of(topic, title="De la segunda", key="k2")
    refused = client.post(draft_url(cycle) + "?on=", data=second)
    assert refused.status_code == 422
    for shown in ("De la segunda", SECRET, "De la primera", "Los dos textos"):
        assert shown in refused.text
    again = html.unescape(re.search(r'formaction="([^"]*borrador[^"]*)"', refused.text)[1])
    assert client.post(again, data=second).location == new_url(cycle)
    assert "De la segunda" in client.get(new_url(cycle)).text


def test_an_empty_form_leaves_none(client, cycle, topic):
    client.sign_in(person())
    client.post(draft_url(cycle), data=form_of(topic), headers=JSON)
    assert client.post(draft_url(cycle), data={"topic": topic.slug, "key": "k1"}, headers=JSON).json["said"] == ""
    assert kept() == 0


def test_publishing_ends_it_and_a_late_saving_does_not_bring_it_back(client, cycle, topic):
    client.sign_in(person())
    client.post(draft_url(cycle), data=form_of(topic), headers=JSON)
    said = form_of(topic, body="Desde marzo.", affected="A la colonia")
    page = client.post(new_url(cycle), data=said)
    assert (page.status_code, kept()) == (303, 0)
    late = client.post(draft_url(cycle), data=said, headers=JSON)
    assert (late.status_code, late.json) == (409, {"published": page.location})
    assert kept() == 0


def test_asking_whether_it_was_published_changes_nothing(client, cycle, topic):
    client.sign_in(person()).post(draft_url(cycle), data=form_of(topic), headers=JSON)
    asked = client.post(draft_url(cycle), data={"ask": "1", "key": "k1"}, headers=JSON)
    assert (asked.status_code, asked.json) == (200, {"now": epoch(NOW)})
    assert kept() == 1


def test_a_form_that_was_refused_still_says_which_draft_is_kept(client, cycle, topic):
    client.sign_in(person()).post(draft_url(cycle), data=form_of(topic), headers=JSON)
    page = client.post(new_url(cycle), data=form_of(topic)).text
    assert f'data-saved-at="{epoch(NOW)}"' in page
    assert "Aquí está tu borrador" not in page


def test_without_scripts_nothing_promises_to_save_itself(client, cycle, topic):
    page = client.sign_in(person()).get(new_url(cycle)).text
    assert re.search(r"<p [^>]*data-draft-state[^>]*></p>", page)


@pytest.mark.slow
def test_a_saving_at_the_very_moment_of_publishing_leaves_no_draft(committed_app):
    cycle = consultation.open_cycle()
    topic = consultation.topic(cycle)
    author = person()
    cycle_id, topic_id, author_id = cycle.id, topic.id, author.id
    text = consultation_operations.Content(title="t", body="b", affected="a")

    def found():
        return db.session.get_one(Person, author_id), db.session.get_one(Cycle, cycle_id)

    def publishing():
        (actor, cycle), topic = found(), db.session.get_one(Topic, topic_id)
        with transaction():
            consultation_operations.publish_problem(
                actor=actor, cycle=cycle, topic=topic, content=text, form_key="k1", now=NOW
            )
            time.sleep(0.3)  # the saving comes meanwhile
            operations.drop_draft(person=actor, form=draft_name(cycle.id))

    def saving():
        actor, cycle = found()
        time.sleep(0.15)
        with transaction():
            consultation_operations.keep_draft(
                actor=actor, cycle=cycle, form_key="k1", fields={"title": "t"}, now=NOW
            )

    at_once(committed_app, [publishing, saving])
    db.session.rollback()
    assert kept() == 0


def test_nobody_else_reads_it(client, cycle, topic):
    author = person()
    client.sign_in(author).post(draft_url(cycle), data=form_of(topic), headers=JSON)
    exported = json.loads(client.get("/cuenta/datos.json").data)
    assert exported["drafts"][0]["fields"]["title"] == SECRET
    for other in (person(), consultation.cycles.facilitator(cycle), consultation.cycles.steward(cycle)):
        client.sign_in(other)
        for path in (new_url(cycle), "/", f"/ciclos/{cycle.slug}/problematicas?q=pensando", "/cuenta/datos.json"):
            assert SECRET not in client.get(path).text


def test_without_a_session_nothing_is_kept_and_the_answer_says_so(client, cycle, topic):
    assert client.post(draft_url(cycle), data=form_of(topic), headers=JSON).status_code == 401
    assert kept() == 0


def test_what_is_far_too_long_is_refused_in_words(client, cycle, topic):
    client.sign_in(person())
    long = form_of(topic, body="a" * operations.LONGEST)
    answer = client.post(draft_url(cycle), data=long, headers=JSON)
    assert answer.status_code == 422
    assert "demasiado largo" in answer.json["said"]
    client.post(draft_url(cycle), data=long)
    assert "demasiado largo" in client.get(new_url(cycle)).text


def test_once_the_stage_is_closed_its_author_still_reads_and_deletes_it(client, cycle, topic):
    author = person()
    client.sign_in(author).post(draft_url(cycle), data=form_of(topic, body="Desde marzo."), headers=JSON)
    for stage in cycle.stages:
        stage.starts_at, stage.ends_at = NOW - timedelta(days=9), NOW - timedelta(days=1)
    db.session.commit()
    assert client.get(new_url(cycle)).status_code == 403
    assert "/cuenta/borradores" in client.get(f"/ciclos/{cycle.slug}/problematicas").text
    page = client.get("/cuenta/borradores").text
    assert SECRET in page
    assert "Desde marzo." in page
    client.sign_in(person())
    assert SECRET not in client.get("/cuenta/borradores").text
    client.post("/cuenta/borradores/descarte", data={"form": draft_name(cycle.id)})
    assert kept() == 1
    client.sign_in(author).post("/cuenta/borradores/descarte", data={"form": draft_name(cycle.id)})
    assert kept() == 0
    answer = client.post(f"{draft_url(cycle)}/descarte")
    assert (answer.status_code, answer.location) == (303, f"/ciclos/{cycle.slug}/problematicas")
