"""One answer for many proposals: prepared among colleagues, set for one moment, published together."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import zone
from cocrea.extensions import db
from cocrea.proposals import operations, queries
from cocrea.proposals.jobs import publish_due_answers
from cocrea.proposals.models import AnswerDraft, Response, ResponseKind, ResponseVersion
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import proposals
from tests.factories.accounts import credential, grant, organisation, person
from tests.factories.history import actions

ANSWER = Answer(ResponseKind.ALREADY, "Ya se publica cada mes.", "Sigue así.")
HOUR = NOW + timedelta(hours=3)
PAGE = "/respuestas-pendientes/comun"


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def ministry(app):
    return organisation()


@pytest.fixture
def official(ministry):
    return grant(person("Servidora 01"), Role.OFFICIAL, ministry)


def routed(cycle, ministry, number=1, **kwargs):
    return [proposals.routed(proposals.admitted(cycle, **kwargs), ministry) for _ in range(number)]


def prepare(actor, routings, answer=ANSWER, base="", publish_at=None):
    ids = [routing.id for routing in routings]
    with transaction():
        return operations.prepare_each(
            actor=actor, routings=ids, answer=answer, base=base, publish_at=publish_at, now=NOW
        )


def publish_due(now):
    with transaction():
        return operations.publish_due(now=now)


def test_fifty_are_kept_set_and_published_together_in_as_many_statements_as_five(
    cycle, ministry, official, count_queries
):
    costs = []
    for number in (5, 50):
        batch = routed(cycle, ministry, number)
        assert all(routing.id for routing in batch)
        with count_queries() as kept:
            assert prepare(official, batch, publish_at=HOUR) == number
        db.session.expire_all()
        assert publish_due(HOUR - timedelta(seconds=1)) == []
        with count_queries() as published:
            made = publish_due(HOUR)
        costs.append((len(kept), len(published)))
        assert {response.published_at for response in made} == {HOUR}
        assert len(made) == number
        assert db.session.scalars(sa.select(AnswerDraft)).all() == []
        assert all(actions(routing.proposal.reference)[-1] == "proposal.answered" for routing in batch)
    assert costs[0] == costs[1], costs
    assert db.session.scalar(sa.select(sa.func.count(ResponseVersion.id))) == 55


def test_a_colleague_goes_on_with_the_common_draft_and_nobodys_own_is_lost(cycle, ministry, official):
    batch, colleague = routed(cycle, ministry, 3), grant(person(), Role.OFFICIAL, ministry)
    prepare(official, batch, Answer(None, "Primera idea."))
    base = queries.draft_of(batch[0]).fingerprint
    prepare(colleague, batch, ANSWER, base)
    with pytest.raises(Conflict):
        prepare(official, batch, Answer(ResponseKind.ACCEPTED, "Otra."), base)
    with pytest.raises(Conflict):
        prepare(official, [*batch, *routed(cycle, ministry)], Answer(ResponseKind.ACCEPTED, "Otra."))
    assert {draft.reasons for draft in queries.drafts_of(batch)} == {ANSWER.reasons}
    base = queries.draft_of(batch[0]).fingerprint
    with transaction():
        ids = [routing.id for routing in batch]
        operations.publish_each(actor=official, routings=ids, answer=ANSWER, base=base, now=NOW)
    assert queries.drafts_of(batch) == []


def test_publishing_keeps_what_was_not_the_common_draft(cycle, ministry, official):
    batch = routed(cycle, ministry, 2)
    prepare(official, batch[:1], Answer(None, "Lo que estábamos pensando."))
    with transaction():
        ids = [routing.id for routing in batch]
        operations.publish_each(actor=official, routings=ids, answer=ANSWER, base="", now=NOW)
    assert [draft.reasons for draft in queries.drafts_of(batch)] == ["Lo que estábamos pensando."]


def test_all_or_none_and_only_ones_own(cycle, ministry, official):
    mine, foreign = routed(cycle, ministry, 2), routed(cycle, organisation())
    with pytest.raises(Denied):
        prepare(official, [*mine, *foreign])
    with pytest.raises(Denied):
        prepare(person(), mine)
    for moment in (NOW, NOW + timedelta(days=91)):
        with pytest.raises(Invalid):
            prepare(official, mine, publish_at=moment)
    with pytest.raises(Invalid):
        prepare(official, mine, Answer(None, "Sin decidir."), publish_at=HOUR)
    assert db.session.scalars(sa.select(AnswerDraft)).all() == []


def test_a_hundred_and_one_are_too_many(cycle, ministry, official):
    batch = routed(cycle, ministry, 101)
    with pytest.raises(Invalid):
        prepare(official, batch)
    assert prepare(official, batch[:100], publish_at=HOUR) == 100
    assert prepare(official, batch[100:], publish_at=HOUR) == 1
    assert len(publish_due(HOUR)) == 101


def test_the_page_keeps_sets_and_shows_what_a_colleague_saved(client, app, cycle, ministry, official, clock):
    author, colleague = person(), grant(person(), Role.OFFICIAL, ministry)
    credential(author)
    batch = routed(cycle, ministry, 3, author=author)
    outbox = app.extensions["mailman"].outbox = []
    given = {"turno": [routing.id for routing in batch], "kind": "", "reasons": "Una idea.", "base": ""}
    client.sign_in(official)
    address = client.post(PAGE, data={**given, "save": "1"}).location
    page = client.get(address).text
    assert "Una idea." in page
    base = re.search(r'name="base"[^>]*value="([^"]*)"', page).group(1)
    prepare(colleague, batch, Answer(ResponseKind.PARTLY, "De mi colega."), base)
    mine = {**given, "kind": "already", "reasons": "La mía.", "base": base}
    clash = client.post(PAGE, data={**mine, "save": "1"})
    assert clash.status_code == 422
    assert "De mi colega." in clash.text
    assert "La mía." in clash.text
    base = re.search(r'name="base"[^>]*value="([^"]*)"', clash.text).group(1)
    missing = client.post(PAGE, data={**mine, "base": base, "schedule": "1"})
    assert (missing.status_code, "Escribe el día y la hora" in missing.text) == (422, True)
    local = (NOW + timedelta(days=1)).astimezone(zone(cycle.timezone))
    chosen = {**mine, "base": base, "schedule": "1", "publish_on": f"{local:%Y-%m-%dT%H:%M}", "confirmed": "1"}
    assert client.post(PAGE, data=chosen).status_code == 303
    assert "3 están programadas" in client.get(address).text
    clock.advance(days=1, minutes=1)
    publish_due_answers()
    assert db.session.scalars(sa.select(Response.reasons_source)).all() == ["La mía."] * 3
    assert len(outbox) == 1
    assert all(routing.proposal.reference in outbox[0].body for routing in batch)


def test_texts_that_differ_are_named_and_can_be_left_out(client, cycle, ministry, official):
    batch = routed(cycle, ministry, 3)
    prepare(official, batch[:1], Answer(None, "Una cosa."))
    prepare(official, batch[1:2], Answer(None, "Otra cosa."))
    client.sign_in(official)
    page = client.get(PAGE + "?" + "&".join(f"turno={routing.id}" for routing in batch)).text
    assert "Ya hay textos distintos en preparación" in page
    assert f"{PAGE}?turno={batch[2].id}" in page
    sent = {
        "turno": [routing.id for routing in batch],
        "kind": "already",
        "reasons": "Común.",
        "base": "",
        "save": "1",
    }
    assert client.post(PAGE, data=sent).status_code == 422
    assert {draft.reasons for draft in queries.drafts_of(batch)} == {"Una cosa.", "Otra cosa."}
