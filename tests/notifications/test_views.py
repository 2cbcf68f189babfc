"""The pages of notices and of what one follows, the button on pages, and the addresses in letters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.notifications import operations, things, unsubscribing
from cocrea.notifications.models import Follow, Letters, News, Notice, Preference
from cocrea.proposals import operations as proposing
from cocrea.proposals.models import ProposalStatus
from tests.conftest import NOW
from tests.factories import commitments, discussion, proposals, tables
from tests.factories import notifications as make
from tests.factories.accounts import grant, organisation, person

STATEMENTS = 10


@pytest.fixture
def proposal(app):
    return proposals.published(proposals.working_cycle())


def moved(proposal, *statuses):
    for status in statuses:
        with transaction():
            proposing.move(actor=None, proposal=proposal, status=status, now=NOW)


def pages_with_a_button():
    cycle = commitments.drafting_cycle()
    proposal = proposals.published(cycle)
    commitment, _of = commitments.signed(cycle)
    table = tables.table(tables.meeting_cycle())
    return {
        f"/propuestas/{proposal.reference}": proposal,
        f"/problematicas/{proposal.problems[0].reference}": proposal.problems[0],
        f"/compromisos/{commitment.reference}": commitment,
        f"/mesas/{table.reference}": table,
        f"/instituciones/{commitment.lead.slug}": commitment.lead,
        f"/ciclos/{cycle.slug}": cycle,
    }


def test_each_page_has_the_button_and_it_leads_back(client):
    shown = pages_with_a_button()
    for path in shown:
        assert "Entrar para seguir" in client.get(path).text, path
    client.sign_in(person())
    for path, subject in shown.items():
        scope = things.scope_of(subject)
        assert f'value="{scope}"' in client.get(path).text, path
        answer = client.post("/lo-que-sigo", data={"scope": scope, "next": path})
        assert answer.location == path
        assert "Dejar de seguir" in client.get(path).text, path
        client.post("/lo-que-sigo/retiro", data={"scope": scope, "next": path})
        assert "Dejar de seguir" not in client.get(path).text, path


def test_a_visitor_is_asked_in(client, proposal):
    answer = client.post("/lo-que-sigo", data={"scope": things.scope_of(proposal)})
    assert answer.status_code == 401
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Follow)) == 0


@pytest.mark.parametrize("scope", ["", "contribution:99999", "person:1", "activity:x"])
def test_what_is_not_there_is_not_followed(client, scope):
    assert client.sign_in(person()).post("/lo-que-sigo", data={"scope": scope}).status_code == 404


def test_there_is_an_end_to_what_one_follows(client, proposal, monkeypatch):
    monkeypatch.setattr(operations, "MOST_FOLLOWED", 1)
    someone = make.follower(proposal)
    client.sign_in(someone)
    answer = client.post("/lo-que-sigo", data={"scope": things.scope_of(proposal.cycle)}, follow_redirects=True)
    assert "Deja de seguir alguna" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Follow)) == 1


def test_the_button_never_leads_elsewhere(client, proposal):
    data = {"scope": things.scope_of(proposal), "next": "https://example.org/"}
    assert client.sign_in(person()).post("/lo-que-sigo", data=data).location == "/lo-que-sigo"


def test_notices_are_counted_shown_opened_and_read(client, proposal):
    someone = make.follower(proposal)
    moved(proposal, ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT)
    client.sign_in(someone)
    page = client.get("/avisos").text
    assert "avisos sin leer" in page and "Avisos (2)" in page and "Nuevo" in page
    assert "La revisión la admitió" in page and "Entró a una votación" in page
    assert page.count(f">{proposal.title}</a>") == 1  # gathered by thing and day
    link = re.search(r'href="(/avisos/\d+)"', page).group(1)
    assert client.get(link).location == f"/propuestas/{proposal.reference}"
    page = client.get("/avisos").text
    assert "Nuevo" not in page and "Avisos (" not in page


def test_many_unread_notices_are_not_counted_out(client, proposal):
    someone = make.follower(proposal, name="Vecina 02")
    for _ in range(3):
        grant(someone, Role.OFFICIAL, organisation())
    scope = things.scope_of(proposal)
    happened = [News(about=scope, action="proposal.admitted", at=NOW + timedelta(n)) for n in range(100)]
    db.session.add_all(happened)
    db.session.flush()
    told = {"person_id": someone.id, "because": scope, "is_due": False}
    db.session.add_all(Notice(news_id=news.id, **told) for news in happened[1:])
    db.session.commit()
    client.sign_in(someone)
    assert "Avisos (99)" in client.get("/avisos").text
    db.session.add(Notice(news_id=happened[0].id, **told))
    db.session.commit()
    assert "Avisos (99+)" in client.get("/avisos").text


def test_all_is_read_up_to_what_was_shown(client, proposal):
    someone = make.follower(proposal)
    moved(proposal, ProposalStatus.ADMITTED)
    client.sign_in(someone)
    shown = re.search(r'name="up_to" value="(\d+)"', client.get("/avisos").text).group(1)
    moved(proposal, ProposalStatus.ON_BALLOT)
    client.post("/avisos/lectura", data={"up_to": shown})
    assert "Avisos (1)" in client.get("/avisos").text


def test_what_others_are_told_is_theirs(client, proposal):
    make.follower(proposal)
    moved(proposal, ProposalStatus.ADMITTED)
    news = db.session.scalar(sa.select(Notice.news_id))
    client.sign_in(person())
    assert client.get(f"/avisos/{news}").status_code == 404
    client.post("/avisos/lectura", data={"up_to": news})
    assert db.session.scalar(sa.select(Notice.read_at)) is None


def test_nobody_is_shown_who_follows(client, proposal):
    make.follower(proposal, name="Quien Sigue Calladamente")
    moved(proposal, ProposalStatus.ADMITTED)
    for reader in (None, proposal.author):
        if reader:
            client.sign_in(reader)
        assert "Calladamente" not in client.get(f"/propuestas/{proposal.reference}").text


def test_of_what_was_hidden_the_notice_keeps_no_word(client, proposal):
    someone = make.follower(proposal)
    title = proposal.title
    moved(proposal, ProposalStatus.ADMITTED)
    discussion.hide(proposal)
    client.sign_in(someone)
    for path in ("/avisos", "/lo-que-sigo"):
        page = client.get(path).text
        assert title not in page and "Oculta por moderación" in page


def test_of_what_is_not_to_be_seen_at_all_there_is_no_word(client, proposal):
    someone = make.follower(proposal)
    title, reference = proposal.title, proposal.reference
    moved(proposal, ProposalStatus.ADMITTED)
    proposal.cycle.published_at = None
    db.session.commit()
    client.sign_in(someone)
    for path in ("/avisos", "/lo-que-sigo"):
        page = client.get(path).text
        assert title not in page and reference not in page
        assert "Algo que ya no está a la vista" in page
    client.post("/lo-que-sigo/retiro", data={"scope": things.scope_of(proposal)})
    assert "Todavía no sigues nada" in client.get("/lo-que-sigo").text


def test_what_is_followed_is_told_by_its_name_and_never_by_its_address(client, proposal):
    served, cycle = organisation(), proposal.cycle
    someone = make.follower(served, cycle, proposal)
    shown = re.sub(r"<[^>]*>", "", client.sign_in(someone).get("/lo-que-sigo").text)
    assert all(words in shown for words in (served.name, cycle.title, proposal.title, proposal.reference))
    assert served.slug not in shown and cycle.slug not in shown


def test_empty_pages_say_how_to_begin(client):
    client.sign_in(person())
    assert "Todavía no tienes avisos" in client.get("/avisos").text
    assert "Todavía no sigues nada" in client.get("/lo-que-sigo").text


def test_choosing_when_to_be_written_to(client, proposal):
    someone = person()
    client.sign_in(someone)
    assert client.post("/lo-que-sigo/correos", data={"letters": "weekly"}).status_code == 303
    assert db.session.scalar(sa.select(Preference.letters)) is Letters.WEEKLY
    assert client.post("/lo-que-sigo/correos", data={"letters": "hourly"}).status_code == 422
    assert re.search(r'value="weekly"[^>]*checked|checked[^>]*value="weekly"', client.get("/lo-que-sigo").text)


def test_a_letter_stops_without_signing_in(client, proposal):
    someone = make.follower(proposal)
    scope = things.scope_of(proposal)
    path = unsubscribing.address(someone.id, scope).partition("5000")[2]
    assert proposal.title in client.get(path).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Follow)) == 1  # a look is no act
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert "Ya no lo sigues" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Follow)) == 0


def test_all_letters_stop_without_signing_in_and_the_follows_stay(client, proposal):
    someone = make.follower(proposal)
    path = unsubscribing.address(someone.id).partition("5000")[2]
    client.get(path)
    assert "Ya no te escribiremos" in client.post(path).text
    assert db.session.scalar(sa.select(Preference.letters)) is Letters.NEVER
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Follow)) == 1


def test_forged_addresses_and_those_of_who_left_are_nothing(client, proposal):
    someone = make.follower(proposal)
    path = unsubscribing.address(someone.id).partition("5000")[2]
    assert client.post(path[:-2] + "zz").status_code == 404
    someone.withdrawn_at = NOW
    db.session.commit()
    assert client.post(path).status_code == 404


def test_pages_take_as_many_statements_however_much_there_is(client, count_queries, app):
    session, _facilitator = tables.live_session()
    commitment, of = commitments.signed()
    followed = [
        session.table,
        commitment,
        of.lead,
        commitment.cycle,
        *(proposals.published(commitment.cycle) for _ in range(3)),
    ]
    someone = make.follower(*followed)
    moved(followed[-1], ProposalStatus.ADMITTED)
    moved(followed[-2], ProposalStatus.ADMITTED)
    client.sign_in(someone)
    for path in ("/avisos", "/lo-que-sigo"):
        with count_queries() as log:
            assert client.get(path).status_code == 200
        assert len(log) <= 4, "\n".join(log)


def test_an_institution_shows_what_it_answered_and_leads(client):
    commitment, of = commitments.signed()
    page = client.get(f"/instituciones/{of.lead.slug}").text
    assert of.lead.name in page and commitment.title in page
    assert client.get(f"/instituciones/{organisation().slug}").status_code == 200
    assert client.get("/instituciones/ninguna").status_code == 404
