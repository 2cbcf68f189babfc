"""What a forum decides when it closes: no seat counts twice, and what lacks its quorum is told before."""

from __future__ import annotations

import pytest

from cocrea.core.db import transaction
from cocrea.core.errors import Conflict
from cocrea.cycles.models import StageKind
from cocrea.forums import operations as forum_operations
from cocrea.forums import quorums
from cocrea.forums.models import Quorum
from cocrea.tables import agreeing, operations
from cocrea.tables.agreeing import Why
from cocrea.tables.models import AgreementTest
from tests.conftest import NOW
from tests.factories import agreements, cycles, forums, tables


@pytest.fixture
def chamber(app):
    return forums.chamber()


def put(chamber, session=None):
    session = session or chamber.session()
    return agreements.put(
        agreements.drafted(session, chamber.facilitator), chamber.facilitator, AgreementTest.MAJORITY
    )


def rule(chamber, seats, of_each):
    with transaction():
        forum_operations.set_quorum(
            actor=chamber.steward, forum=chamber.forum, seats=seats, of_each=of_each, reason="Así se acordó.", now=NOW
        )


def ended(session, chamber):
    with transaction():
        operations.end_session(actor=chamber.facilitator, session=session, now=NOW)


@pytest.mark.parametrize("of_each", [0, 1])
def test_the_end_of_a_session_adopts_nothing_with_a_seat_counted_twice(chamber, of_each):
    rule(chamber, 1, of_each)
    agreement = put(chamber)
    agreements.counted(
        agreement, chamber.facilitator, agree=4, sectors={"academia": 2, "civil_society": 1, "public_body": 1}
    )
    agreements.answered(agreement, chamber.titulars[3], "agree")
    with pytest.raises(Conflict):
        agreements.closed(agreement, chamber.facilitator)
    ended(agreement.session, chamber)
    found = agreement.result
    assert (found["why"], found["sector"], found["answered"], found["members"]) == (Why.TOO_MANY, "academia", 3, 2)
    assert not agreement.is_adopted
    assert "se contaron 3 respuestas de Academia, que solo tiene 2 en el foro" in agreeing.in_words(agreement)


@pytest.mark.parametrize(("of_each", "lacking"), [(0, "Falta 1 asiento."), (1, "uno de Institución pública")])
def test_who_closes_without_quorum_is_warned(client, chamber, of_each, lacking):
    rule(chamber, 3, of_each)
    agreement = put(chamber)
    url, warned = f"/sesiones/{agreement.session.reference}", "Si cierras ahora, el texto no se adopta."
    for titular in (chamber.titulars[0], chamber.titulars[3]):
        agreements.answered(agreement, titular, "agree")
    page = client.sign_in(chamber.facilitator).get(url).text
    assert page.count(warned) == 2  # beside the answers, and before the decision is closed
    assert lacking in page
    assert "Cuenta solo los asientos por los que nadie contesta aquí." in page
    agreements.answered(agreement, chamber.titulars[6], "agree")
    assert warned not in client.get(url).text


def test_a_session_that_is_over_says_nothing_of_who_holds_seats_today(client, chamber):
    session = chamber.session()
    agreement = put(chamber, session)
    url = f"/sesiones/{session.reference}"
    assert "Según la asistencia:" in client.get(url).text
    ended(session, chamber)
    page = client.get(url).text
    assert "Según la asistencia:" not in page
    assert agreeing.in_words(agreement) in page
    assert "Para decidir hacen falta 4 de 7 asientos" in client.get(f"/acuerdos/{agreement.reference}").text


def test_a_forum_without_seats_is_said_to_have_none(app, client):
    quorum = Quorum(1, 1, {})
    with app.test_request_context():
        assert quorums.rule(quorum) == "El foro todavía no tiene asientos: sin ellos no decide."
        assert quorums.standing(quorum, {}) == ""
    cycle = cycles.cycle(StageKind.PREPARATION)
    facilitator = cycles.facilitator(cycle)
    table = forums.convened(cycle, cycles.forum(cycle.space), facilitator)
    page = client.get(f"/sesiones/{tables.session(table, facilitator, live=True).reference}").text
    assert "El foro todavía no tiene asientos" in page
    assert "de 0 asientos" not in page
