"""Seats of a forum: who holds them, who may say so, and how many of them make a quorum."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.accounts import operations as accounts
from cocrea.accounts import privacy
from cocrea.accounts.models import Invitation, Role, Sector
from cocrea.accounts.policies import INVITATION_LIFETIME
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.forums import operations, queries, quorums
from cocrea.forums.models import Forum, HolderKind, Quorum, SeatHolder, quorum_of
from tests.conftest import NOW
from tests.factories import cycles, forums
from tests.factories.accounts import credential, grant, person, save
from tests.factories.history import records

TITULAR, ALTERNATE = HolderKind


@pytest.fixture
def space(app):
    return cycles.space()


@pytest.fixture
def steward(space):
    return grant(person("Responsable 01"), Role.STEWARD, space)


@pytest.fixture
def forum(space):
    return cycles.forum(space)


def test_the_steward_names_who_holds_a_seat_and_everyone_reads_it(forum, steward):
    seat, ana = forums.seat(forum), person("Ana Ruiz")
    with pytest.raises(Denied), transaction():
        operations.name_holder(actor=ana, seat=seat, kind=TITULAR, person=ana, now=NOW)
    for _twice in range(2):
        forums.hold(seat, steward, TITULAR, ana)
    assert seat.holder(TITULAR).person is ana
    assert seat.holder(ALTERNATE) is None
    (found,) = records("seat.held")
    assert found["new"] == {"organisation": seat.organisation.slug, "kind": "titular", "person": ana.public_id}
    assert "Ana" not in json.dumps(found)


def test_a_place_has_one_holder_and_a_person_one_seat(forum, steward):
    one, other = forums.seat(forum), forums.seat(forum, Sector.ACADEMIA)
    ana, eva = person(), person()
    forums.hold(one, steward, TITULAR, ana)
    for seat, kind, who in ((one, TITULAR, eva), (one, ALTERNATE, ana), (other, TITULAR, ana)):
        with pytest.raises(Conflict):
            forums.hold(seat, steward, kind, who)
    forums.hold(one, steward, ALTERNATE, eva)
    elsewhere = forums.seat(cycles.forum(forum.space))
    forums.hold(elsewhere, steward, TITULAR, ana)
    assert db.session.query(SeatHolder).count() == 3


def test_nobody_sits_under_a_pseudonym_nor_before_confirming_an_address(forum, steward):
    seat = forums.seat(forum)
    for who in (person(is_pseudonym=True), person(verified=False), person(withdrawn_at=NOW)):
        with pytest.raises(Conflict):
            forums.hold(seat, steward, TITULAR, who)
    assert seat.holders == []


def test_who_holds_a_seat_takes_no_pseudonym_until_relieved(client, forum, steward):
    seat, ana = forums.seat(forum), person("Ana Ruiz")
    forums.hold(seat, steward, TITULAR, ana)
    client.sign_in(ana)
    hidden = {"name": "Colibrí", "is_pseudonym": "y", "locale": "es_MX"}
    refused = client.post("/cuenta", data=hidden)
    assert refused.status_code == 422
    assert "obliga a mostrar tu nombre" in refused.text
    db.session.refresh(ana)
    assert (ana.name, ana.is_pseudonym) == ("Ana Ruiz", False)
    assert client.post("/cuenta", data={"name": "Ana R.", "locale": "es_MX"}).status_code == 303
    forums.relieve(seat, steward, TITULAR)
    assert client.post("/cuenta", data=hidden).status_code == 303
    db.session.refresh(ana)
    assert ana.is_pseudonym
    with pytest.raises(Conflict):
        forums.hold(seat, steward, TITULAR, ana)


def test_relief_has_a_public_reason_that_names_nobody(forum, steward):
    seat, ana = forums.seat(forum), person("Ana Ruiz")
    credential(ana)
    forums.hold(seat, steward, TITULAR, ana)
    for reason in (" ", "Ana Ruiz faltó"):
        with pytest.raises(Invalid):
            forums.relieve(seat, steward, TITULAR, reason)
    with pytest.raises(Denied):
        forums.relieve(seat, person(), TITULAR)
    forums.relieve(seat, steward, TITULAR, "Cambió el comité.")
    assert seat.holder(TITULAR) is None
    (found,) = records("seat.relieved")
    assert found["reason"] == "Cambió el comité."
    assert ana.public_id not in json.dumps({**found, "actor": ""})
    forums.hold(seat, steward, TITULAR, ana)


def test_a_seat_is_offered_by_e_mail_and_taken_by_accepting(forum, steward):
    seat, ana = forums.seat(forum), person("Ana Ruiz")
    address = credential(ana, "ana@example.org").email
    with pytest.raises(Denied), transaction():
        operations.invite_to_hold(actor=ana, seat=seat, kind=ALTERNATE, email=address, now=NOW)
    with transaction():
        operations.invite_to_hold(actor=steward, seat=seat, kind=ALTERNATE, email=address, now=NOW)
    offered = db.session.query(Invitation).one()
    with transaction():
        accounts.accept(actor=ana, invitation=offered, now=NOW)
    assert seat.holder(ALTERNATE).person is ana
    assert db.session.query(Invitation).count() == 0


def _offer(seat, steward, kind, email):
    with transaction():
        operations.invite_to_hold(actor=steward, seat=seat, kind=kind, email=email, now=NOW)
    return db.session.query(Invitation).filter_by(email=email, role=kind.role).one()


def _offered(kind=TITULAR):
    return [found.email for found in db.session.query(Invitation).filter_by(role=kind.role).order_by(Invitation.id)]


def test_old_offers_of_a_place_end_when_it_is_held_and_when_it_is_relieved(forum, steward):
    seat, ana = forums.seat(forum), person("Ana Ruiz")
    credential(ana, "ana@example.org")
    for kind, email in ((ALTERNATE, "luz@example.org"), (TITULAR, "eva@example.org"), (TITULAR, "ana@example.org")):
        offered = _offer(seat, steward, kind, email)
    with transaction():
        accounts.accept(actor=ana, invitation=offered, now=NOW)
    assert (_offered(), _offered(ALTERNATE)) == ([], ["luz@example.org"])
    with pytest.raises(Conflict):
        _offer(seat, steward, TITULAR, "eva@example.org")
    forums.hold(seat, steward, ALTERNATE, person())
    assert _offered(ALTERNATE) == []
    by = {"place": "Foro", "invited_by_id": steward.id, "invited_at": NOW}
    save(Invitation(scope=seat.scope, within=[], role=Role.TITULAR, email="vieja@example.org", **by))
    forums.relieve(seat, steward, TITULAR)
    assert _offered() == []


def test_the_steward_takes_an_offer_back_and_nobody_enters_by_it(forum, steward):
    seat, ana = forums.seat(forum), person("Ana Ruiz")
    credential(ana, "ana@example.org")
    made = _offer(seat, steward, TITULAR, "ana@example.org")
    (offer,) = queries.offers([seat], NOW)
    assert (offer.seat, offer.kind, offer.until) == (seat, TITULAR, NOW + INVITATION_LIFETIME)
    with pytest.raises(Denied), transaction():
        operations.withdraw_offer(actor=ana, offer=offer, now=NOW)
    with pytest.raises(Conflict), transaction():  # read before it was taken back, accepted after
        operations.withdraw_offer(actor=steward, offer=offer, now=NOW)
        operations.take_offered(TITULAR)(actor=ana, scope=made.scope, now=NOW)
    with transaction():
        operations.withdraw_offer(actor=steward, offer=offer, now=NOW)
    assert _offered() == []
    (found,) = records("seat.offer_withdrawn")
    assert found["old"] == {"organisation": seat.organisation.slug, "kind": "titular"}
    assert "ana@" not in json.dumps(found)


def test_only_the_steward_reads_to_whom_a_seat_was_offered(client, forum, steward):
    seat = forums.seat(forum)
    made = _offer(seat, steward, ALTERNATE, "eva@example.org")
    home, place = f"/espacios/{forum.space.slug}", f"/foros/{forum.slug}/asientos/{seat.id}"
    door = f"{place}/suplente/invitaciones/{made.id}/retiro"
    for reader in (None, person()):
        if reader is not None:
            client.sign_in(reader)
            assert client.post(door).status_code == 403
        for page in (home, f"/foros/{forum.slug}"):
            assert "eva@example.org" not in client.get(page).text
    client.sign_in(steward)
    for page in (home, f"/foros/{forum.slug}"):
        shown = client.get(page).text
        assert "Invitación enviada a eva@example.org (hasta el" in shown
        assert door in shown
    assert client.post(door.replace("suplente", "titular")).status_code == 404
    assert client.post(door).location == home
    assert client.post(door).status_code == 404
    assert "eva@example.org" not in client.get(home).text


def test_who_leaves_the_platform_leaves_the_seat_free(forum, steward):
    seat, ana = forums.seat(forum), person()
    forums.hold(seat, steward, TITULAR, ana)
    with transaction():
        privacy.forget(ana)
    db.session.expire_all()
    assert seat.holders == []


def test_the_quorum_is_set_with_a_reason_within_the_seats_there_are(forum, steward):
    for sector in (Sector.ACADEMIA, Sector.ACADEMIA, Sector.PUBLIC_BODY):
        forums.seat(forum, sector)
    db.session.refresh(forum)
    assert (queries.quorum(forum).least, queries.quorum(forum).of_each) == (2, 1)
    refused = ({"seats": 4}, {"seats": 0}, {"of_each": -1}, {"of_each": 9}, {"reason": " "})
    for wrong in refused:
        with pytest.raises(Invalid), transaction():
            operations.set_quorum(**_quorum(forum, steward, **wrong))
    with pytest.raises(Denied), transaction():
        operations.set_quorum(**_quorum(forum, person()))
    for _twice in range(2):
        with transaction():
            operations.set_quorum(**_quorum(forum, steward, seats=3, of_each=0))
    (found,) = records("forum.quorum_set")
    assert found["old"] == {"quorum_seats": None, "quorum_each": 1}
    assert found["new"] == {"quorum_seats": 3, "quorum_each": 0}
    assert queries.quorum(forum).least == 3


def _quorum(forum, actor, **said):
    return {"actor": actor, "forum": forum, "seats": 2, "of_each": 1, "reason": "Así lo acordó.", "now": NOW, **said}


COUNTS = st.dictionaries(st.sampled_from([sector.value for sector in Sector]), st.integers(0, 9), max_size=5)


@given(COUNTS, COUNTS, st.none() | st.integers(1, 20), st.integers(0, 4), st.sampled_from(list(Sector)))
def test_quorum_only_grows_with_who_comes(seats, there, least, of_each, sector):
    there = {key: min(number, seats.get(key, 0)) for key, number in there.items()}
    quorum = quorum_of(Forum(quorum_seats=least, quorum_each=of_each), seats)
    more = {**there, sector.value: there.get(sector.value, 0) + 1}
    assert quorum.lacking(more) <= quorum.lacking(there)
    assert quorum.is_met(more) >= quorum.is_met(there)
    assert sum(quorum.needed_of(found) for found in seats) <= quorum.total
    full = quorum_of(Forum(quorum_seats=None, quorum_each=of_each), seats)
    assert full.is_met(seats) is (sum(seats.values()) > 0)


def test_what_is_lacking_is_said_in_words(app):
    quorum = Quorum(5, 1, {"public_body": 4, "civil_society": 3, "academia": 2})
    with app.test_request_context():
        assert quorums.rule(quorum) == "Para decidir hacen falta 5 de 9 asientos, y al menos uno de cada sector."
        assert quorums.standing(quorum, {}).startswith(
            "Todavía no hay ningún asiento de 9. Faltan 5 asientos, entre ellos"
        )
        said = quorums.standing(quorum, {"public_body": 1, "civil_society": 2})
        assert said.endswith("Faltan 2 asientos, entre ellos uno de Academia.")
        assert said.startswith("Hay 3 asientos de 9: uno de Institución pública y 2 de Sociedad civil.")
        assert quorums.standing(quorum, {"public_body": 2, "civil_society": 2, "academia": 1}).endswith("Hay quórum.")
        for there, lacking in (
            ({"public_body": 4, "civil_society": 3}, "Falta 1 asiento: uno de Academia."),
            ({"public_body": 4}, "Faltan 2 asientos: uno de Sociedad civil y uno de Academia."),
            ({"public_body": 2, "civil_society": 1, "academia": 1}, "Falta 1 asiento."),
        ):
            assert quorums.standing(quorum, there).endswith(lacking)


def test_the_pages_let_the_steward_name_relieve_and_set_the_quorum(client, forum, steward):
    seat, ana = forums.seat(forum), grant(person("Ana Ruiz"), Role.FACILITATOR, forum.space)
    client.sign_in(steward)
    home, place = f"/espacios/{forum.space.slug}", f"/foros/{forum.slug}/asientos/{seat.id}/titular"
    assert place in client.get(home).text
    assert client.get(place).status_code == 200
    assert client.post(place, data={"who": "Nadie"}).status_code == 422
    found = client.post(place, data={"who": "ana"})
    assert (ana.public_id in found.text, "Encontramos a estas personas" in found.text) == (True, True)
    assert "(opcional)" not in found.text
    undecided = client.post(place, data={"who": "ana", "shown": "ana"})
    assert (undecided.status_code, "Elige a quién nombras." in undecided.text) == (422, True)
    assert client.post(place, data={"who": "ana", "person": ana.public_id}).location == home
    page = client.get(home).text
    assert "Ana Ruiz" in page
    assert f"{place}/relevo" in page
    assert ana.public_id in client.get(f"{place}/relevo").text
    relief = {"named": ana.public_id, "reason": "Terminó su periodo."}
    assert client.post(f"{place}/relevo", data={**relief, "reason": " "}).status_code == 422
    assert client.post(f"{place}/relevo", data=relief).location == home
    assert "Ana Ruiz" not in client.get(home).text
    assert client.post(place, data={"who": "eva@example.org"}).location == home
    quorum = f"/foros/{forum.slug}/quorum"
    assert client.post(quorum, data={"seats": "7", "of_each": "1", "reason": "x"}).status_code == 422
    assert client.post(quorum, data={"seats": "1", "of_each": "0", "reason": "Somos uno."}).location == home
    assert "Para decidir hace falta 1 de 1 asientos." in client.get(home).text


def test_only_who_the_page_named_is_relieved(client, forum, steward):
    seat, ana, eva = forums.seat(forum), person("Ana Ruiz"), person("Eva Luna")
    client.sign_in(steward)
    forums.hold(seat, steward, TITULAR, ana)
    relief, sent = f"/foros/{forum.slug}/asientos/{seat.id}/titular/relevo", {"named": ana.public_id}
    forums.relieve(seat, steward, TITULAR)
    forums.hold(seat, steward, TITULAR, eva)
    with pytest.raises(Conflict), transaction():
        operations.relieve_holder(
            actor=steward, seat=seat, kind=ALTERNATE, named=ana.public_id, reason="Faltó.", now=NOW
        )
    for named in ({}, sent):
        refused = client.post(relief, data={**named, "reason": "Dejó de venir."})
        assert refused.status_code == 422
        assert "cambió mientras escribías" in refused.text
        assert "Dejó de venir." in refused.text
        assert "Relevar a Eva Luna" in refused.text
        assert f'value="{eva.public_id}"' in refused.text
    assert seat.holder(TITULAR).person is eva
    assert len(records("seat.relieved")) == 1


def test_strangers_name_nobody(client, forum):
    seat = forums.seat(forum)
    client.sign_in(person())
    place = f"/foros/{forum.slug}/asientos/{seat.id}"
    assert client.get(f"{place}/titular").status_code == 403
    assert client.get(f"{place}/presidente").status_code == 404
    assert client.get(f"/foros/otro/asientos/{seat.id}/titular").status_code == 404
    assert client.get(f"{place}/suplente/relevo").status_code == 404
