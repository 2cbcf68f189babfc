"""What was agreed, and what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations
from cocrea.tables.models import AgreementState
from cocrea.tables.operations import AgreementContent, DutyContent
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import person

DUE = NOW + timedelta(days=3)


@pytest.fixture
def agreed(app):
    session, facilitator = tables.live_session()
    with transaction():
        made = operations.record_agreement(
            actor=facilitator,
            session=session,
            content=AgreementContent("Publicar los datos", [DutyContent("El instituto", DUE)]),
            now=NOW,
        )
    return made, facilitator


def fulfil(agreement, by, outcome="Se publicaron", now=NOW):
    with transaction():
        operations.fulfil_duty(actor=by, duty=agreement.duties[0], outcome=outcome, now=now)


def test_it_is_overdue_from_its_moment_on_until_it_is_done(agreed):
    agreement, facilitator = agreed
    assert agreement.state(DUE - timedelta(seconds=1)) is AgreementState.PENDING
    assert agreement.state(DUE) is AgreementState.OVERDUE
    fulfil(agreement, facilitator, now=DUE)
    (duty,) = agreement.duties
    assert (agreement.state(DUE), duty.done_at, duty.outcome) == (AgreementState.DONE, DUE, "Se publicaron")


def test_the_facilitation_says_once_what_was_done(agreed):
    agreement, facilitator = agreed
    for other in (person(), tables.member(agreement.session.table)):
        with pytest.raises(Denied):
            fulfil(agreement, other)
    with pytest.raises(Invalid):
        fulfil(agreement, facilitator, outcome=" \u200b")
    fulfil(agreement, facilitator)
    with pytest.raises(Denied):
        fulfil(agreement, facilitator)
    record = db.session.scalars(sa.select(HistoryRecord).filter_by(action="agreement.fulfilled")).one()
    assert record.subject == agreement.reference and "publicaron" not in record.canonical


def test_the_page_of_a_table_says_how_each_stands(client, clock, agreed):
    agreement, facilitator = agreed
    address = f"/mesas/{agreement.session.table.reference}/acuerdos"
    assert "Pendiente" in client.get(address).text
    assert "Darlo por cumplido" not in client.get(address).text
    clock.moment = DUE
    client.sign_in(facilitator)
    assert "Pregunta qué pasó con un acuerdo vencido" in client.get("/").text
    page = client.get(address).text
    assert "Vencido" in page and "Darlo por cumplido" in page
    answer = f"/acuerdos/{agreement.reference}/cumplimiento/1"
    assert client.post(answer, data={"outcome": ""}).status_code == 422
    assert client.post(answer, data={"outcome": "Se publicó <b>todo</b>"}).location == address
    page = client.get(address).text
    assert "Cumplido" in page and "Se publicó &lt;b&gt;todo&lt;/b&gt;" in page
    assert "Pregunta qué pasó" not in client.get("/").text
    assert "Cumplido" in client.get(f"/mesas/{agreement.session.table.reference}").text
    assert client.get("/acuerdos/NO-ACU-0001/cumplimiento/1").status_code == 404
