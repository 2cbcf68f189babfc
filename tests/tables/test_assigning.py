"""Problems given to tables: many at once, with a reason in the history, and given back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import TableProblem
from tests.conftest import NOW
from tests.factories import consultation, cycles, tables
from tests.factories.accounts import person


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


def problems_of(cycle, number=2):
    topic = consultation.topic(cycle)
    return [consultation.problem(cycle, within=topic) for _ in range(number)]


def assign(actor, cycle, problems, table, reason="Van juntas"):
    with transaction():
        return operations.assign_problems(
            actor=actor, cycle=cycle, problems=problems, table=table, reason=reason, now=NOW
        )


def test_given_moved_and_taken_back_each_with_its_record(cycle, facilitator):
    problems, first, second = problems_of(cycle), tables.table(cycle), tables.table(cycle)
    assert assign(facilitator, cycle, problems, first) == 2
    assert assign(facilitator, cycle, problems, first) == 0
    assert assign(facilitator, cycle, problems[:1], second) == 1
    assert [row.reference for row in queries.problems_of(second)] == [problems[0].reference]
    assert queries.table_of(problems[0]).reference == second.reference
    assert assign(facilitator, cycle, problems, None) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TableProblem)) == 0
    actions = sa.select(HistoryRecord.action).where(HistoryRecord.action.like("problem.%assigned"))
    assert sorted(db.session.scalars(actions)) == ["problem.assigned"] * 3 + ["problem.unassigned"] * 2


def test_what_is_refused(cycle, facilitator):
    problems, table = problems_of(cycle), tables.table(cycle)
    for said in ({"reason": " "}, {"problems": []}, {"problems": [consultation.problem()]}):
        with pytest.raises(Invalid):
            assign(facilitator, cycle, **{"problems": problems, "table": table, **said})
    with pytest.raises(Invalid):
        assign(facilitator, cycle, problems, tables.table(consultation.open_cycle()))
    with pytest.raises(Denied):
        assign(person(), cycle, problems, table)


def test_from_the_list_to_the_table_and_the_problem(client, cycle, facilitator):
    problems, table = problems_of(cycle, 3), tables.table(cycle)
    client.sign_in(facilitator)
    address = f"/ciclos/{cycle.slug}/mesas/problematicas"
    assert address in client.get(f"/ciclos/{cycle.slug}/mesas").text
    said = {"problems": [problem.reference for problem in problems[:2]], "table": table.reference}
    refused = client.post(address, data=said)
    assert (refused.status_code, refused.text.count(" checked")) == (422, 2)
    assert client.post(address, data={**said, "reason": "Van juntas"}).status_code == 303
    page = client.get(f"/mesas/{table.reference}").text
    assert problems[0].reference in page
    assert problems[2].reference not in page
    assert table.name in client.get(f"/problematicas/{problems[0].reference}").text
    rest = client.get(f"{address}?sin-mesa=1").text
    assert problems[2].reference in rest
    assert problems[0].reference not in rest


def test_the_list_takes_as_many_statements_however_long(client, cycle, facilitator, count_queries):
    tables.table(cycle)
    client.sign_in(facilitator)
    cycle_id, address, counts = cycle.id, f"/ciclos/{cycle.slug}/mesas/problematicas", []
    for number in (1, 6):
        problems_of(db.session.get_one(Cycle, cycle_id), number)
        db.session.expunge_all()
        with count_queries() as log:
            client.get(address)
        counts.append(len(log))
    assert counts[0] == counts[1] <= 10
