"""What organisations owe by the agreements of a forum costs the same to read, however many there are."""

from __future__ import annotations

import pytest

from cocrea.extensions import db
from cocrea.tables.models import AgreementTest
from cocrea.tables.operations import DutyContent
from tests.conftest import NOW
from tests.factories import agreements, forums
from tests.factories.accounts import person


@pytest.fixture
def chamber(app):
    return forums.chamber()


def agreed(chamber, session, *seats):
    owed = [DutyContent(seat.organisation.name, NOW, "Reunir los datos") for seat in seats]
    draft = agreements.drafted(session, chamber.facilitator, "Publicar", *owed)
    text = agreements.put(draft, chamber.facilitator, AgreementTest.MAJORITY)
    for titular in (chamber.titulars[0], chamber.titulars[3], *chamber.titulars[5:]):
        agreements.answered(text, titular, "agree")
    agreements.closed(text, chamber.facilitator)
    assert text.is_adopted
    return text


def cost(client, count_queries, address):
    client.get(address)
    db.session.expunge_all()
    with count_queries() as log:
        assert client.get(address).status_code == 200
    return len(log)


@pytest.mark.parametrize("who", ["stranger", "titular"])
def test_who_owes_is_read_at_once(client, chamber, count_queries, who):
    session = chamber.session()
    client.sign_in(person() if who == "stranger" else chamber.titulars[0])
    one = agreed(chamber, session, chamber.seats[0]).reference
    many = agreed(chamber, session, *chamber.seats[1:]).reference
    agreed(chamber, session, *chamber.seats[1:4])
    listed = f"/mesas/{chamber.table.reference}/acuerdos"
    alone = cost(client, count_queries, f"/acuerdos/{one}")
    assert cost(client, count_queries, f"/acuerdos/{many}") == alone
    assert cost(client, count_queries, listed) <= alone
    assert ("Darlo por cumplido" in client.get(f"/acuerdos/{one}").text) is (who == "titular")
