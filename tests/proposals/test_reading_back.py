"""An answer is read back before it is published, to one proposal or to many, and nothing typed is lost on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.core.i18n import day_in_words, zone
from cocrea.extensions import db
from cocrea.proposals import feeding, operations, queries
from cocrea.proposals.models import AnswerDraft, Response, ResponseKind
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import proposals
from tests.factories.accounts import grant, organisation, person

MANY = "/respuestas-pendientes/comun"
REASONS = 'Porque <b>sí</b> & "no".\n\nSegunda línea, **fuerte**.'
SAID = {"kind": "partly", "reasons": REASONS, "next_steps": "En marzo.", "base": ""}


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def ministry(app):
    return organisation()


@pytest.fixture
def official(client, ministry):
    someone = grant(person("Servidora 01"), Role.OFFICIAL, ministry)
    client.sign_in(someone)
    return someone


@pytest.fixture
def routed(cycle, ministry, official):
    return [proposals.routed(proposals.admitted(cycle), ministry) for _ in range(3)]


def one(routings):
    return f"/respuestas-pendientes/{routings[0].id}"


def to_all(routings, **more):
    return {"turno": [routing.id for routing in routings], **SAID, **more}


def hidden(page):
    """What the page that reads back sends again, but for its button."""
    found = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(unescape(name), []).append(unescape(value))
    found.pop("csrf_token", None)
    return found


def local(cycle, **ahead):
    return f"{(NOW + timedelta(**ahead)).astimezone(zone(cycle.timezone)):%Y-%m-%dT%H:%M}"


def answers():
    return db.session.scalars(sa.select(Response.reasons_source)).all()


def test_what_is_read_back_is_all_that_will_be_public_and_nothing_is_kept_yet(client, routed):
    page = client.post(MANY, data=to_all(routed, publish="1"))
    assert page.status_code == 200
    assert "<strong>fuerte</strong>" in page.text
    assert "<b>sí</b>" not in page.text
    for words in ("Aceptada en parte", "En marzo.", "En cuanto confirmes.", "Publicar las 3 respuestas"):
        assert words in page.text
    assert all(routing.proposal.reference in page.text for routing in routed)
    assert answers() == []
    assert queries.drafts_of(routed) == []


def test_what_is_confirmed_is_what_was_read(client, routed):
    for routings, address in ((routed[:1], one(routed)), (routed[1:], MANY)):
        page = client.post(address, data=to_all(routings, publish="1")).text
        assert client.post(address, data={**hidden(page), "confirmed": "1"}).status_code == 303
    assert answers() == [REASONS] * 3


def test_the_way_back_keeps_what_was_typed(client, cycle, routed):
    when = local(cycle, days=2)
    for address in (one(routed), MANY):
        page = client.post(address, data=to_all(routed, schedule="1", publish_on=when)).text
        form = client.post(address, data={**hidden(page), "change": "1"})
        assert form.status_code == 200
        assert (
            unescape(re.search(r'<textarea[^>]*name="reasons"[^>]*>\s*([^<]*)</textarea>', form.text)[1]) == REASONS
        )
        assert f'value="{when}"' in form.text
        assert re.search(r'value="partly"[^>]* checked', form.text)
    assert answers() == []
    assert db.session.scalars(sa.select(AnswerDraft)).all() == []


def test_the_moment_and_what_it_feeds_are_read_back(client, cycle, routed, monkeypatch):
    monkeypatch.setattr(feeding, "_loaders", [lambda _cycle: {"COM-1": "Diez plazas", "COM-2": "Dos parques"}])
    sent = to_all(routed, schedule="1", publish_on=local(cycle, days=2), feeds=["COM-2", "COM-1"])
    page = client.post(MANY, data=sent).text
    for words in ("Diez plazas", "Dos parques", "Programar las 3 respuestas", "Se publica sola."):
        assert words in page
    assert client.post(MANY, data={**hidden(page), "confirmed": "1"}).status_code == 303
    kept = queries.drafts_of(routed)
    assert [(one.publish_at, one.feeds) for one in kept] == [(NOW + timedelta(days=2), ["COM-1", "COM-2"])] * 3


def test_what_cannot_be_published_is_said_before_it_is_read_back(client, cycle, routed):
    wrong = (
        {"kind": ""},
        {"reasons": "  "},
        {"reasons": "a" * 20_001},
        {"feeds": ["COM-404"]},
        {"schedule": "1"},
        {"schedule": "1", "publish_on": local(cycle, days=-1)},
        {"schedule": "1", "publish_on": local(cycle, days=91)},
    )
    for address in (one(routed), MANY):
        for fault in wrong:
            answer = client.post(address, data=to_all(routed, **fault))
            assert (answer.status_code, "data-read-back" in answer.text) == (422, False), fault
            assert "Seguir escribiendo" not in answer.text


def test_what_is_too_long_to_be_sent_is_refused_and_publishes_nothing(client, routed):
    for way in ({"publish": "1"}, {"publish": "1", "confirmed": "1"}):
        assert client.post(MANY, data=to_all(routed, **way, next_steps="a" * 10_000_000)).status_code in {413, 422}
    assert answers() == []


def test_confirming_twice_publishes_once_and_leads_to_what_was_published(client, routed):
    public = f"/propuestas/{routed[0].proposal.reference}#respuestas"
    for routings, address, there in (
        (routed[:1], one(routed), public),
        (routed[1:], MANY, "/respuestas-pendientes"),
    ):
        sent = {**hidden(client.post(address, data=to_all(routings, publish="1")).text), "confirmed": "1"}
        for _again in range(2):
            after = client.post(address, data=sent)
            assert (after.status_code, after.location) == (303, there)
        other = client.post(address, data={**sent, "reasons": "Otra cosa."})
        assert (other.status_code, "Otra cosa." in other.text) == (422, True)
    assert answers() == [REASONS] * 3


def test_confirming_after_a_colleague_publishes_nothing(client, ministry, routed):
    page = client.post(MANY, data=to_all(routed, publish="1")).text
    sent = {**hidden(page), "confirmed": "1"}
    colleague = grant(person(), Role.OFFICIAL, ministry)
    with transaction():
        said = Answer(ResponseKind.ALREADY, "De mi colega.")
        operations.respond_to_each(actor=colleague, routings=[routed[0].id], answer=said, now=NOW)
    for _again in range(2):
        late = client.post(MANY, data=sent)
        assert late.status_code == 422
        assert "Tu institución ya respondió a alguna" in late.text
        assert "Segunda línea" in late.text
    assert answers() == ["De mi colega."]


def test_of_two_officials_the_second_is_shown_both_texts(client, ministry, routed):
    page = client.post(one(routed), data={**SAID, "publish": "1"}).text
    colleague = grant(person(), Role.OFFICIAL, ministry)
    with transaction():
        said = Answer(ResponseKind.ALREADY, "De mi colega.")
        operations.respond_to_each(actor=colleague, routings=[routed[0].id], answer=said, now=NOW)
    late = client.post(one(routed), data={**hidden(page), "confirmed": "1"})
    assert late.status_code == 422
    for words in ("Tu institución ya respondió a esta propuesta.", "De mi colega.", "Segunda línea", "En marzo."):
        assert words in late.text
    assert answers() == ["De mi colega."]


def test_of_others_nothing_is_read_back(client, cycle, routed):
    foreign = proposals.routed(proposals.admitted(cycle), organisation())
    assert client.post(MANY, data=to_all([*routed, foreign], publish="1")).status_code == 404
    assert client.post(f"/respuestas-pendientes/{foreign.id}", data={**SAID, "publish": "1"}).status_code == 404
    client.sign_in(person())
    assert client.post(MANY, data=to_all(routed, publish="1")).status_code == 403


def test_texts_that_stay_unpublished_are_named(client, routed, official):
    for routing, words in zip(routed, ("Una cosa.", "Otra cosa."), strict=False):
        with transaction():
            operations.prepare(actor=official, routing=routing, answer=Answer(None, words), base="", now=NOW)
    page = client.post(MANY, data=to_all(routed, publish="1")).text
    notice = page[page.index("Hay textos que se quedan sin publicar") : page.index("data-read-back")]
    assert [routing.proposal.reference in notice for routing in routed] == [True, True, False]


def test_what_comes_after_its_deadline_says_so_and_may_be_published(client, cycle, routed):
    due = max(routing.due_at for routing in routed)
    ahead = due - NOW
    in_time = client.post(MANY, data=to_all(routed, schedule="1", publish_on=local(cycle, days=1))).text
    assert "con retraso" not in in_time
    late = client.post(
        MANY, data=to_all(routed, schedule="1", publish_on=local(cycle, seconds=ahead.total_seconds()))
    )
    assert "3 contarán como respuestas con retraso" in late.text
    assert day_in_words(routed[0].due_on) in late.text
    single = client.post(one(routed), data={**hidden(late.text)})
    assert "Contará como respuesta con retraso" in single.text
    confirmed = client.post(MANY, data={**hidden(late.text), "confirmed": "1"}, follow_redirects=True).text
    assert "3 cuentan como respuestas con retraso" in confirmed
    assert "3 contarán como respuestas con retraso" in confirmed
    assert {draft.publish_at for draft in queries.drafts_of(routed)} == {due}


def test_what_is_published_late_says_so_at_once(client, clock, routed, official):
    clock.advance(days=60)
    client.sign_in(official)
    page = client.post(one(routed), data={**SAID, "publish": "1"}).text
    assert "Contará como respuesta con retraso" in page
    after = client.post(one(routed), data={**hidden(page), "confirmed": "1"}, follow_redirects=True).text
    assert "Cuenta como respuesta con retraso" in after
    assert "Llegó con retraso" in after


def set_for(client, routings, address, when):
    page = client.post(address, data=to_all(routings, schedule="1", publish_on=when)).text
    return client.post(address, data={**hidden(page), "confirmed": "1"}).location


def sent_from(page, **changes):
    """The form of this page as a browser sends it back, with what was changed."""
    base = re.search(r'name="base"[^>]*value="([^"]*)"', page)[1]
    moment = re.search(r'name="publish_on"[^>]*value="([^"]*)"', page)[1]
    return {**SAID, "base": base, "publish_on": moment, **changes}


def test_saving_what_is_scheduled_keeps_its_moment_and_says_so(client, cycle, routed):
    when = local(cycle, days=2)
    for routings, address in ((routed[:1], one(routed)), (routed[1:], MANY)):
        form = client.get(set_for(client, routings, address, when)).text
        assert "Guardar sin programar" in form
        marked = {"turno": [routing.id for routing in routings]}
        after = client.post(address, data={**marked, **sent_from(form), "save": "1"}, follow_redirects=True).text
        assert "iguen programadas: " in after or "Sigue programada: " in after
        assert f'value="{when}"' in after
        drafts = queries.drafts_of(routings)
        assert {(one.publish_at, one.reasons) for one in drafts} == {(NOW + timedelta(days=2), REASONS)}


@pytest.mark.parametrize(
    ("reasons", "days", "publish_on"), [("Lo pensamos mejor.", 2, True), ("Mejor.", 2, False), (REASONS, 3, True)]
)
def test_saving_another_text_or_moment_of_what_is_scheduled_is_read_back_first(
    client, cycle, routed, reasons, days, publish_on
):
    for routings, address in ((routed[:1], one(routed)), (routed[1:], MANY)):
        form = client.get(set_for(client, routings, address, local(cycle, days=2))).text
        moment = local(cycle, days=days) if publish_on else ""
        sent = to_all(routings, **sent_from(form, reasons=reasons, publish_on=moment), save="1")
        page = client.post(address, data=sent).text
        assert "data-read-back" in page
        kept = {(draft.publish_at, draft.reasons) for draft in queries.drafts_of(routings)}
        assert kept == {(NOW + timedelta(days=2), REASONS)}
        assert client.post(address, data={**hidden(page), "confirmed": "1"}).status_code == 303
        kept = {(draft.publish_at, draft.reasons) for draft in queries.drafts_of(routings)}
        assert kept == {(NOW + timedelta(days=days), reasons)}


@pytest.mark.parametrize("how", [{"unset": "1"}, {"save": "1", "kind": ""}, {"save": "1", "reasons": " "}])
def test_what_is_no_longer_scheduled_is_said(client, cycle, routed, how):
    when = local(cycle, days=2)
    for routings, address in ((routed[:1], one(routed)), (routed[1:], MANY)):
        form = client.get(set_for(client, routings, address, when)).text
        sent = {"turno": [routing.id for routing in routings], **sent_from(form), **how}
        after = client.post(address, data=sent, follow_redirects=True).text
        assert "no está programada" in after or "2 ya no están programadas" in after
        assert "Guardar sin programar" not in after
        assert {draft.publish_at for draft in queries.drafts_of(routings)} == {None}


def test_of_a_common_draft_each_keeps_the_moment_it_had(client, cycle, official, routed):
    said = Answer(ResponseKind.PARTLY, REASONS, "En marzo.")
    hours = [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
    for routing, hour in zip(routed, hours, strict=False):
        with transaction():
            operations.schedule(actor=official, routing=routing, answer=said, publish_at=hour, base="", now=NOW)
    address = MANY + "?" + "&".join(f"turno={routing.id}" for routing in routed)
    page = client.get(address).text
    assert "2 están programadas" in page
    sent = {"turno": [routing.id for routing in routed], **sent_from(page), "save": "1"}
    assert "2 siguen programadas: la primera" in client.post(MANY, data=sent, follow_redirects=True).text
    found = {draft.proposal_id: draft.publish_at for draft in queries.drafts_of(routed)}
    assert found == dict(zip([routing.proposal_id for routing in routed], [*hours, None], strict=True))
