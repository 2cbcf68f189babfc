"""One report of several activities: all of them or none."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Invalid
from cocrea.extensions import db
from cocrea.followup import operations, queries
from cocrea.followup.models import Activity, ActivityStatus
from tests.conftest import NOW
from tests.factories import commitments, followup
from tests.factories.accounts import grant, person
from tests.factories.history import actions
from tests.real import at_once

NOT_STARTED, STARTED, COMPLETE, VERIFIED = ActivityStatus
PAGE = "/seguimiento/avances"


@pytest.fixture
def signed(app):
    return commitments.signed(None, 60, 40, activities=2)


@pytest.fixture
def of(signed):
    return signed[1]


@pytest.fixture
def activities(signed) -> list[Activity]:
    return every(signed[0])


def every(commitment) -> list[Activity]:
    return [one for action in queries.key_actions(commitment) for one in action.activities]


def bases(activities) -> dict[str, str]:
    return {one.reference: operations.state_of(one) for one in activities}


def several(activities, actor, before=None, **content) -> int:
    with transaction():
        return operations.report_several(
            actor=actor,
            activities=activities,
            content=operations.Report(**content),
            bases=before or bases(activities),
            now=NOW,
        )


def sent(activities, **fields):
    """What the page of the report sends: which are marked, and how each stood."""
    stood = {f"base-{reference}": base for reference, base in bases(activities).items()}
    return {**stood, "actividad": [one.reference for one in activities], "status": "", **fields}


def test_each_gets_its_own_step_with_text_and_evidence(activities, of):
    followup.move(activities[3], of, STARTED)
    content = {"status": STARTED, "text": "Se licitó.", "title": "Fallo", "url": "https://example.org/fallo"}
    assert several(activities, of.official, **content) == 4
    assert [one.status for one in activities] == [STARTED] * 4
    assert {one.status_note for one in activities} == {"Se licitó."}
    assert [[item.url for item in one.evidence] for one in activities] == [["https://example.org/fallo"]] * 4
    for one in activities[:3]:
        assert actions(one.reference) == ["activity.evidence_added", "activity.started"]
    assert actions(activities[3].reference)[-1] == "activity.told"


def test_the_same_again_changes_nothing(activities, of):
    before = bases(activities)
    assert several(activities, of.official, before, status=STARTED) == 4
    assert several(activities, of.official, before, status=STARTED) == 0
    assert actions(activities[0].reference) == ["activity.started"]


def test_one_that_cannot_be_keeps_all_from_it(activities, of):
    followup.completed(activities[1], of)
    with transaction():
        operations.verify(actor=of.watcher, activity=activities[1], now=NOW)
    with pytest.raises(Conflict) as refused:
        several(activities, of.official, status=STARTED)
    db.session.rollback()
    assert activities[1].title in str(refused.value.message)
    assert activities[0].status is NOT_STARTED


def test_what_a_colleague_reported_meanwhile_is_not_written_over(activities, of):
    before = bases(activities)
    followup.move(activities[2], of, STARTED)
    with pytest.raises(Conflict):
        several(activities, of.official, before, text="Otra cosa.")
    db.session.rollback()
    assert (activities[0].status_note, activities[2].status_note) == ("", "Se acordó.")


def test_no_more_than_a_hundred(activities, of):
    with pytest.raises(Invalid):
        several(activities * 26, of.official, status=STARTED)


def test_the_page_reads_back_and_then_publishes(activities, of, client):
    client.sign_in(of.official)
    listed = client.get("/seguimiento/mi-trabajo").text
    assert f'value="{activities[0].reference}"' in listed
    address = f"{PAGE}?actividad={activities[0].reference}&actividad={activities[1].reference}"
    assert client.get(address).status_code == 200
    form = sent(activities[:2], status="started", text="Va.")
    page = client.post(PAGE, data=form)
    assert (page.status_code, activities[0].status) == (200, NOT_STARTED)
    assert "Publicar el avance de 2 actividades" in page.text
    assert "Va." in client.post(PAGE, data={**form, "change": "1"}).text
    for _twice in range(2):
        assert client.post(PAGE, data={**form, "confirmed": "1"}).status_code == 303
    db.session.expire_all()
    assert [one.status for one in activities] == [STARTED, STARTED, NOT_STARTED, NOT_STARTED]
    assert actions(activities[0].reference) == ["activity.started"]


def test_what_keeps_an_activity_from_it_stands_beside_it_and_what_was_typed_stays(activities, of, client):
    client.sign_in(of.official)
    followup.move(activities[1], of, STARTED)
    page = client.post(PAGE, data=sent(activities, status="complete", text="Ya quedó todo."))
    assert page.status_code == 422
    assert page.text.count("De «Por iniciar» no se pasa a «Completa».") == 3
    assert "3 actividades no pueden actualizarse así" in page.text
    assert "Ya quedó todo." in page.text
    assert client.post(PAGE, data=sent(activities[1:2], status="complete")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "No llenaste nada."),
        ({"status": "verified"}, "Elige una de las opciones."),
        ({"url": "javascript:alert(1)", "title": "Acta"}, "El enlace debe empezar con https://"),
        ({"status": "started", "actividad": []}, "Marca al menos una actividad."),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(activities, of, client, fields, said):
    client.sign_in(of.official)
    page = client.post(PAGE, data=sent(activities, **{"text": "", **fields}))
    assert (page.status_code, said in page.text) == (422, True)
    assert page.text.count('name="actividad"') == 4


def test_others_learn_nothing_and_report_nothing(activities, of, client):
    stranger = grant(person(), Role.OFFICIAL, of.counterpart)
    client.sign_in(stranger)
    page = client.post(PAGE, data=sent(activities[:1], status="started", confirmed="1"))
    assert page.status_code == 422
    assert "Reporta avances la institución responsable" in page.text
    assert activities[0].status is NOT_STARTED
    assert client.get(f"{PAGE}?actividad=NADA-1").status_code == 303
    many = "&".join(f"actividad=A-{number}" for number in range(101))
    assert client.get(f"{PAGE}?{many}").status_code == 422


def test_the_page_costs_no_more_with_more_activities(signed, of, client, count_queries):
    client.sign_in(of.official)
    costs = []
    for number in (2, 4):
        marked = "&".join(f"actividad={one.reference}" for one in every(signed[0])[:number])
        db.session.expunge_all()
        with count_queries() as statements:
            assert client.get(f"{PAGE}?{marked}").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.slow
def test_two_at_once_neither_wait_for_each_other_nor_count_twice(committed_app):
    commitment, of = commitments.signed(None, 60, 40, activities=2)
    found = every(commitment)
    ids, before, official = [one.id for one in found], bases(found), of.official.id

    def call(order):
        def act():
            rows = [db.session.get_one(Activity, one) for one in order]
            actor = db.session.get_one(type(of.official), official)
            return several(rows, actor, before, status=STARTED)

        return act

    answers = at_once(committed_app, [call(ids), call(ids[::-1])])
    assert sorted(answers) == [0, 4], answers
    db.session.rollback()
    started = sa.select(sa.func.count()).select_from(Activity).where(Activity.status == STARTED)
    assert db.session.scalar(started) == 4
