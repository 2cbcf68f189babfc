"""Evidence that anybody offers, and what the facilitation decides on it."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid, NotFound
from cocrea.extensions import db
from cocrea.followup import operations, queries
from cocrea.followup.models import ActivityStatus, Evidence, EvidenceOffer
from cocrea.followup.operations.offers import WAITING_LIMIT
from tests.conftest import NOW
from tests.factories import accounts, commitments, cycles, followup
from tests.factories.accounts import person
from tests.factories.history import actions
from tests.real import at_once

PDF = b"%PDF-1.7 prueba"


@pytest.fixture
def signed(app):
    return commitments.signed()


@pytest.fixture
def of(signed):
    return signed[1]


@pytest.fixture
def activity(signed):
    return followup.first_activity(signed[0])


@contextmanager
def refused(kind, words):
    with pytest.raises(kind) as caught:
        yield
    assert words in str(caught.value.message)


def _offer(activity, by, url="https://example.org/foto", now=NOW, **more):
    with transaction():
        return operations.offer_evidence(
            actor=by, activity=activity, title="Foto del acuerdo", url=url, now=now, **more
        )


def _accept(offer, by, now=NOW):
    with transaction():
        return operations.accept_offer(actor=by, offer=offer, now=now)


def _decline(offer, by, reason="No es de esta actividad.", now=NOW):
    with transaction():
        operations.decline_offer(actor=by, offer=offer, reason=reason, now=now)


def test_what_is_offered_shows_once_the_facilitation_accepts_it(client, activity, of):
    neighbour, page = person(), f"/actividades/{activity.reference}"
    offer = _offer(activity, neighbour)
    assert "Foto del acuerdo" not in client.get(page).text
    assert not actions(activity.reference)
    evidence = _accept(offer, of.facilitator)
    assert (evidence.author_id, evidence.url) == (neighbour.id, "https://example.org/foto")
    assert "Foto del acuerdo" in client.get(page).text
    assert actions(activity.reference) == ["activity.evidence_added"]
    with refused(Denied, "ya se revisó"):
        _decline(offer, of.facilitator)


def test_why_it_is_declined_is_told_to_whoever_offered_it_alone(client, activity, of):
    neighbour, page = person(), f"/actividades/{activity.reference}"
    offer = _offer(activity, neighbour)
    with pytest.raises(Invalid):
        _decline(offer, of.facilitator, reason="  ")
    _decline(offer, of.facilitator)
    assert actions(activity.reference) == ["activity.offer_declined"]
    for reader, reads in (
        (None, False),
        (of.official, False),
        (person(), False),
        (of.facilitator, False),
        (neighbour, True),
    ):
        if reader:
            client.sign_in(reader)
        assert ("No es de esta actividad." in client.get(page).text) is reads
    _offer(activity, neighbour)  # a decision is on what was offered, and does not close the door


def test_whoever_offered_is_written_to_and_nobody_else(app, activity, of):
    neighbour = person(locale="en")
    address = accounts.credential(neighbour).email
    shown, declined = _offer(activity, neighbour), _offer(activity, neighbour, "https://example.org/otra")
    app.extensions["mailman"].outbox = outbox = []
    _accept(shown, of.facilitator)
    _decline(declined, of.facilitator)
    assert [letter.to for letter in outbox] == [[address]] * 2
    assert "now shows the evidence" in outbox[0].body and "No es de esta actividad." not in outbox[0].body
    assert "No es de esta actividad." in outbox[1].body and f"/actividades/{activity.reference}" in outbox[1].body
    assert not any(of.facilitator.name in letter.body for letter in outbox)


def test_neither_the_institution_nor_who_offered_decides(activity, of):
    offer, own = _offer(activity, person()), _offer(activity, of.facilitator, "https://example.org/otra")
    for actor in (of.official, of.watcher, person()):
        with pytest.raises(Denied):
            _accept(offer, actor)
        with pytest.raises(Denied):
            _decline(offer, actor)
    with refused(Denied, "Otra persona"):
        _accept(own, of.facilitator)
    with refused(Denied, "agrega tú"):
        _offer(activity, of.official)


def test_it_is_offered_while_the_follow_up_is_open_and_nothing_is_verified(activity, of, clock):
    offer = _offer(activity, person())
    followup.completed(activity, of)
    with transaction():
        operations.verify(actor=of.watcher, activity=activity, now=NOW)
    with refused(Denied, "ya verificó"):
        _offer(activity, person())
    with refused(Denied, "ya verificó"):
        _accept(offer, of.facilitator)
    _decline(offer, of.facilitator)
    activity.status = ActivityStatus.STARTED
    stage = activity.key_action.commitment.cycle.stages[-1]
    with refused(Denied, "Ya no se puede"):
        _offer(activity, person(), now=stage.window.end)


def test_the_same_is_not_offered_twice_nor_what_is_there(activity, of):
    followup.evidence(activity, of, "https://example.org/acta")
    with refused(Conflict, "ya está"):
        _offer(activity, person(), "https://example.org/acta")
    offer = _offer(activity, person())
    with refused(Conflict, "espera"):
        _offer(activity, person())
    followup.evidence(activity, of, "https://example.org/foto")
    evidence = _accept(offer, of.facilitator)
    assert evidence.author_id == of.official.id
    assert db.session.scalar(sa.select(sa.func.count(Evidence.id))) == 2


def test_one_person_waits_for_so_many(activity):
    eager = person()
    for number in range(WAITING_LIMIT):
        _offer(activity, eager, f"https://example.org/{number}")
    with refused(Conflict, "Ya ofreciste"):
        _offer(activity, eager)
    _offer(activity, person())


def test_a_file_is_read_by_who_offered_it_and_by_the_facilitation(client, activity, of):
    neighbour = person()
    upload = FileStorage(BytesIO(PDF), filename="acuse.pdf")
    offer = _offer(activity, neighbour, url="", upload=upload)
    address = f"/actividades/{activity.reference}/ofrecida/{offer.id}"
    assert client.get(address).status_code == 404
    for reader, status in ((of.official, 404), (person(), 404), (neighbour, 200), (of.facilitator, 200)):
        client.sign_in(reader)
        assert client.get(address).status_code == status
    link = _offer(activity, neighbour)
    assert client.get(f"/actividades/{activity.reference}/ofrecida/{link.id}").status_code == 404
    other = followup.first_activity(commitments.signed()[0])
    with pytest.raises(NotFound):
        queries.visible_offer(neighbour, other.reference, offer.id)


def test_forms_say_what_is_wrong_and_keep_what_was_typed(client, activity, of):
    page = f"/actividades/{activity.reference}"
    client.sign_in(person())
    answer = client.post(f"{page}/ofrecida", data={"title": "Lo que vi", "url": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert 'value="Lo que vi"' in answer.text
    assert "El enlace debe empezar" in answer.text
    answer = client.post(f"{page}/ofrecida", data={"title": "Lo que vi", "url": "https://example.org/v"})
    assert answer.status_code == 303
    assert "En revisión" in client.get(page).text
    offer = db.session.scalars(sa.select(EvidenceOffer)).one()
    client.sign_in(of.facilitator)
    answer = client.post(f"{page}/ofrecida/{offer.id}/rechazar", data={"reason": ""})
    assert answer.status_code == 422
    assert f'id="ofrecida-{offer.id}-reason"' in answer.text
    assert client.post(f"{page}/ofrecida/{offer.id}/rechazar", data={"reason": "Es otra obra."}).status_code == 303
    assert client.post(f"{page}/ofrecida/{offer.id}/aceptar").status_code == 403


def test_the_facilitation_is_asked_to_look_at_it(client, activity, of):
    client.sign_in(of.facilitator)
    asked = "Revisa la evidencia que se ofreció"
    assert asked not in client.get("/").text
    offer = _offer(activity, person())
    assert asked in client.get("/").text
    _accept(offer, of.facilitator)
    assert asked not in client.get("/").text


def test_the_page_asks_no_more_of_the_database_with_more_offers(client, activity, of, count_queries):
    client.sign_in(of.facilitator)
    _offer(activity, person())
    page = f"/actividades/{activity.reference}"
    client.get(page)
    with count_queries() as few:
        client.get(page)
    for number in range(6):
        _offer(activity, person(), f"https://example.org/{number}")
    with count_queries() as many:
        client.get(page)
    assert len(many) == len(few)


def test_two_decide_at_once_and_one_decision_stands(committed_app):
    commitment, of = commitments.signed()
    activity = followup.first_activity(commitment)
    other = cycles.facilitator(commitment.cycle)
    offer_id = _offer(activity, person()).id
    ids = [of.facilitator.id, other.id]
    db.session.commit()

    def decide(actor_id, accepts):
        actor, offer = db.session.get_one(Person, actor_id), db.session.get_one(EvidenceOffer, offer_id)
        return (_accept if accepts else _decline)(offer, actor)

    answers = at_once(committed_app, [lambda: decide(ids[0], True), lambda: decide(ids[1], False)])
    assert sum(isinstance(answer, Denied) for answer in answers) == 1
    db.session.expire_all()
    offer = db.session.get_one(EvidenceOffer, offer_id)
    shown = db.session.scalar(sa.select(sa.func.count(Evidence.id)))
    assert shown == (0 if offer.declined_because else 1)
