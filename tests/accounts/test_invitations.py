"""Offering a role to an e-mail address: enumeration-safe, answered once, forgotten when nobody answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts import operations, queries
from cocrea.accounts.models import PLATFORM, Grant, Invitation, Role
from cocrea.accounts.policies import Post
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import accounts as make

OFFICE = Post(Role.RAPPORTEUR, "cycle:7", ("space:3",))


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


@pytest.fixture
def steward(app):
    return make.grant(make.person("Responsable 01"), Role.STEWARD, "space:3")


def account(email="ana@example.org", **columns):
    someone = make.person("Ana Inés", **columns)
    make.credential(someone, email)
    return someone


def invite(actor, email="ana@example.org", post=OFFICE, now=NOW):
    with transaction():
        return operations.invite(actor=actor, email=email, post=post, place="Plan de Oaxaca", now=now)


def accept(actor, invitation, now=NOW):
    with transaction():
        return operations.accept(actor=actor, invitation=invitation, now=now)


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def history():
    return list(
        db.session.execute(sa.select(HistoryRecord.action, HistoryRecord.actor).order_by(HistoryRecord.id)).all()
    )


def test_an_address_is_treated_alike_whether_or_not_it_has_an_account(steward, outbox, count_queries):
    account()
    logs = []
    for email in ("Ana@Example.org", "nadie@example.org"):
        with count_queries() as log:
            invite(steward, email)
        logs.append([statement.split(" WHERE ")[0] for statement in log])
    known, unknown = outbox
    assert known.body.replace("/invitaciones/1", "").splitlines()[:3] == unknown.body.splitlines()[:3]
    assert (known.to, unknown.to) == (["ana@example.org"], ["nadie@example.org"])
    assert len(logs[0]) == len(logs[1])
    assert (count(Grant), history()) == (1, [])


def test_accepting_gives_the_role_in_the_name_of_who_offered_it(steward, outbox):
    ana = account()
    grant = accept(ana, invite(steward))
    assert (grant.person_id, grant.role, grant.scope) == (ana.id, Role.RAPPORTEUR, "cycle:7")
    assert history() == [("role.granted", steward.public_id)]
    assert count(Invitation) == 0


def test_only_the_owner_of_the_address_finds_it_and_only_once_confirmed(steward, outbox):
    ana, other = account(), account("otra@example.org")
    offered = invite(steward)
    assert queries.own_invitations(ana, NOW) == [offered]
    assert queries.own_invitations(other, NOW) == []
    ana.verified_at = None
    db.session.commit()
    assert queries.own_invitations(ana, NOW) == []


def test_inviting_again_renews_the_same_offer(steward, outbox):
    first = invite(steward)
    later = NOW + timedelta(days=10)
    assert invite(steward, now=later).id == first.id
    assert (count(Invitation), len(outbox)) == (1, 2)
    assert queries.own_invitations(account(), NOW + timedelta(days=20))


def test_an_offer_expires_and_is_then_forgotten(steward, outbox):
    ana, offered = account(), invite(steward)
    end = NOW + timedelta(days=14)
    assert queries.own_invitations(ana, end) == []
    with pytest.raises(Conflict):
        accept(ana, offered, now=end)
    with transaction():
        operations.purge(now=end)
    assert count(Invitation) == 0


def test_who_lost_the_power_offers_nothing_any_more(steward, outbox):
    ana, offered = account(), invite(steward)
    with transaction():
        operations.revoke_role(actor=None, person=steward, role=Role.STEWARD, scope="space:3", now=NOW)
    with pytest.raises(Conflict):
        accept(ana, offered)
    assert ana.all_grants == []


def test_only_who_may_give_a_role_offers_it_or_takes_the_offer_back(steward, outbox):
    facilitator = make.grant(make.person(), Role.FACILITATOR, "cycle:7")
    offered = invite(facilitator)
    for actor in (make.person(), make.grant(make.person(), Role.STEWARD, "space:4")):
        with pytest.raises(Denied):
            invite(actor)
        with pytest.raises(Denied), transaction():
            operations.withdraw_invitation(actor=actor, invitation=offered, now=NOW)
    with pytest.raises(Denied):
        invite(facilitator, post=Post(Role.FACILITATOR, "cycle:7", ("space:3",)))
    with pytest.raises(Denied):
        invite(steward, post=Post(Role.ADMINISTRATOR, PLATFORM))
    with transaction():
        operations.withdraw_invitation(actor=steward, invitation=offered, now=NOW)
    assert count(Invitation) == 0


def test_who_deletes_their_account_leaves_no_offer_behind(steward, outbox):
    ana = account()
    invite(steward)
    proof = queries.prove_password("ana@example.org", make.PASSWORD)
    with transaction():
        operations.withdraw(actor=ana, proof=proof, now=NOW)
    assert count(Invitation) == 0


def test_the_way_of_an_invitation_through_the_pages(client, steward, outbox):
    address = f"/invitaciones/{invite(steward).id}"
    assert address in outbox[0].body
    assert client.get(address).location.startswith("/entrar?next=/invitaciones/")
    client.sign_in(account())
    assert address in client.get("/").text
    assert "Plan de Oaxaca" in client.get(address).text
    assert client.post(f"{address}/aceptacion").status_code == 303
    assert (count(Grant), client.get(address).status_code) == (2, 404)
    assert client.post(f"{address}/aceptacion").status_code == 404


def test_declining_leaves_nothing(client, steward, outbox):
    address = f"/invitaciones/{invite(steward).id}"
    client.sign_in(account())
    assert client.post(f"{address}/rechazo").status_code == 303
    assert (count(Grant), count(Invitation), history()) == (1, 0, [])


def test_offers_to_others_do_not_exist(client, steward, outbox):
    address = f"/invitaciones/{invite(steward).id}"
    client.sign_in(account("otra@example.org"))
    for path in (address, "/invitaciones/999"):
        assert client.get(path).status_code == 404
    for act in ("aceptacion", "rechazo"):
        assert client.post(f"{address}/{act}").status_code == 404


def test_an_offer_that_no_longer_holds_is_said_on_its_page(client, steward, outbox):
    address = f"/invitaciones/{invite(steward).id}"
    db.session.delete(steward.all_grants[0])
    db.session.commit()
    client.sign_in(account())
    answer = client.post(f"{address}/aceptacion")
    assert answer.status_code == 409
    assert "Pide otra invitación" in answer.text
