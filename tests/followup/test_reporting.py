"""Reporting on one screen: status, text, evidence and money, all of it or nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.audit.models import HistoryRecord
from cocrea.commitments.models import Commitment
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.models import StoredFile
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.followup import money, operations, queries
from cocrea.followup.models import Activity, ActivitySpending, ActivityStatus, Evidence
from tests.conftest import NOW
from tests.factories import commitments, cycles, followup
from tests.factories.accounts import person
from tests.factories.history import actions
from tests.real import at_once

NOT_STARTED, STARTED, COMPLETE, VERIFIED = ActivityStatus
WHOLE = {"status": STARTED, "text": "Va.", "title": "Acta", "url": "https://example.org/a", "spent": 1200}
FORM = {
    "status": "started",
    "text": "Ya se licitó.",
    "title": "Acta del fallo",
    "url": "https://example.org/fallo",
    "spent": "$1,250,000",
    "spent_note": "Contrato 17",
}


@pytest.fixture
def signed(app):
    return commitments.signed(None, 60, 40, activities=2)


@pytest.fixture
def activity(signed):
    return followup.first_activity(signed[0])


@pytest.fixture
def of(signed):
    return signed[1]


def report(activity, actor, base="", **content):
    with transaction():
        return followup.report(activity, actor, base=base, **content)


def spendings(activity):
    rows = sa.select(ActivitySpending).where(ActivitySpending.activity_id == activity.id)
    return [(row.amount, row.note) for row in db.session.scalars(rows.order_by(ActivitySpending.id))]


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_all_of_it_in_one_go_and_the_same_again_changes_nothing(activity, of):
    assert report(activity, of.official, **WHOLE)
    assert (activity.status, activity.status_note, activity.spent) == (STARTED, "Va.", 1200)
    told = ["activity.evidence_added", "activity.started", "activity.spent"]
    assert actions(activity.reference) == told
    assert not report(activity, of.official, **WHOLE)
    assert (actions(activity.reference), count(Evidence), spendings(activity)) == (told, 1, [(1200, "")])


def test_what_is_wrong_in_one_part_keeps_all_of_it_back(activity, of):
    for wrong, field in (
        ({"url": "javascript:alert(1)"}, "url"),
        ({"title": ""}, "title"),
        ({"spent": -1}, "spent"),
        ({"spent": 10**15 + 1}, "spent"),
        ({"spent": None, "spent_note": "Factura"}, "spent"),
        ({"url": "", "upload": FileStorage(BytesIO(b"<script>"), "a.html")}, "upload"),
    ):
        with pytest.raises(Invalid) as refused:
            report(activity, of.official, **{**WHOLE, **wrong})
        assert refused.value.field == field
        assert (activity.status, actions(activity.reference)) == (NOT_STARTED, [])
        assert [count(model) for model in (Evidence, ActivitySpending, StoredFile)] == [0, 0, 0]


def test_nothing_filled_in_is_said(activity, of):
    for nothing in ({}, {"text": "  "}, {"status": None, "title": " "}):
        with pytest.raises(Invalid) as refused:
            report(activity, of.official, **nothing)
        assert "No llenaste nada" in str(refused.value.message)


def test_a_text_alone_stands_until_the_next(activity, of):
    report(activity, of.official, status=STARTED, text="Empieza.")
    report(activity, of.official, text="Va a la mitad.")
    assert (activity.status, activity.status_note) == (STARTED, "Va a la mitad.")
    report(activity, of.official, spent=5)
    assert activity.status_note == "Va a la mitad."
    assert actions(activity.reference) == ["activity.started", "activity.told", "activity.spent"]


def test_spending_is_added_and_the_latest_counts(activity, of):
    assert activity.spent is None
    for amount, remark in ((500, ""), (500, ""), (0, "Se devolvió"), (700, "")):
        report(activity, of.official, spent=amount, spent_note=remark)
    assert spendings(activity) == [(500, ""), (0, "Se devolvió"), (700, "")]
    assert activity.spent == 700
    (row, *_rest) = db.session.scalars(sa.select(ActivitySpending)).all()
    assert (row.reported_by_id, row.reported_at) == (of.official.id, NOW)
    with pytest.raises(RuntimeError), transaction():
        row.amount = 1
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.add(
            ActivitySpending(activity_id=activity.id, amount=-1, reported_by_id=of.official.id, reported_at=NOW)
        )


def test_nothing_is_put_in_place_of_what_a_colleague_said(activity, of):
    base = operations.state_of(activity)
    report(activity, of.official, base, status=STARTED, text="De una.", spent=10)
    for content in ({"text": "De otra."}, {"spent": 20}, {"status": STARTED, "text": "De otra."}):
        with pytest.raises(Conflict) as refused:
            report(activity, of.official, base, **content)
        assert "mientras escribías" in str(refused.value.message)
    assert report(activity, of.official, base, title="Acta", url="https://example.org")
    assert not report(activity, of.official, base, status=STARTED, text="De una.", spent=10)
    assert report(activity, of.official, operations.state_of(activity), spent=20)
    assert (activity.status_note, activity.spent) == ("De una.", 20)


def test_a_verdict_meanwhile_is_read_before_anything_is_said(activity, of):
    followup.completed(activity, of)
    base = operations.state_of(activity)
    with transaction():
        operations.dispute(actor=of.watcher, activity=activity, reason="No abre.", now=NOW)
    with pytest.raises(Conflict):
        report(activity, of.official, base, text="Todo listo.")
    with pytest.raises(Denied):
        report(activity, of.watcher, text="Yo.")


def test_money_of_a_commitment_says_how_much_of_it_is_known(activity, of, signed):
    commitment = signed[0]

    def found():
        actions_ = queries.key_actions(commitment)
        return money.of(commitment.budget_amount, [each for action in actions_ for each in action.activities])

    assert (found().spent, found().known, found().activities, found().share) == (None, 0, 4, None)
    report(activity, of.official, spent=0)
    assert (found().spent, found().share) == (0, "0")
    report(activity.key_action.activities[1], of.official, spent=1_850_000 * 2)
    assert (found().spent, found().known, found().share) == (3_700_000, 2, "200")
    assert money.Money(1000, 1, 1, 1).share == "<1"
    assert money.Money(0, 1, 1, 1).share is money.Money(None, 1, 1, 1).share is None


def test_the_page_takes_all_of_it_and_shows_it(client, activity, of, signed):
    page = f"/actividades/{activity.reference}"
    commitment = f"/compromisos/{signed[0].reference}"
    assert "Sin dato" in client.get(page).text
    client.sign_in(of.official)
    assert f"{page}/avance" in client.get(page).text
    assert client.get(f"{page}/avance").status_code == 200
    for flashed in ("Registramos el avance", "Eso ya estaba registrado"):
        answer = client.post(f"{page}/avance", data=FORM, follow_redirects=True)
        assert flashed in answer.text
    assert "$1,250,000" in answer.text
    assert "Contrato 17" in answer.text
    for address in (commitment, f"{commitment}/hoja-de-ruta", f"{commitment}/ficha"):
        assert "$1,250,000, según lo reportado de 1 de 4 actividades" in client.get(address).text, address
        assert "$1,850,000" in client.get(address).text
    (row,) = [row for row in client.get(f"{cycle_page(signed)}/datos/actividades.json").get_json()["items"]
              if row["reference"] == activity.reference]  # fmt: skip
    assert row["spent"] == 1_250_000
    client.sign_in(of.watcher)
    assert client.get(f"{page}/avance").status_code == 403


def cycle_page(signed):
    return f"/ciclos/{signed[0].cycle.slug}"


def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(client, activity, of):
    followup.move(activity, of, STARTED)
    client.sign_in(of.official)
    wrong = {"status": "not_started", "title": "", "url": "ftp://x", "spent_note": "Mi nota"}
    answer = client.post(f"/actividades/{activity.reference}/avance", data=wrong)
    assert answer.status_code == 422
    for said in ("Di por qué retrocede", "Di qué muestra", "debe empezar con https", "Di cuánto se ha gastado"):
        assert answer.text.count(said) == 2, said  # above the form, and beside the field
    assert "ftp://x" in answer.text
    assert "Mi nota" in answer.text
    for amount in ("mucho", "12.50", "-3", "1,2,3", "٣"):
        answer = client.post(f"/actividades/{activity.reference}/avance", data={"spent": amount})
        assert "sin centavos" in answer.text
        assert f'value="{amount}"' in answer.text
    answer = client.post(f"/actividades/{activity.reference}/avance", data={**wrong, "spent": "x", "status": "y"})
    for said in ("sin centavos", "Elige una de las opciones", "Di qué muestra", "debe empezar con https"):
        assert answer.text.count(said) == 2, said
    assert "Di cuánto se ha gastado" not in answer.text
    upload = (BytesIO(b"%PDF-1.4 acta"), "acta.pdf")
    answer = client.post(f"/actividades/{activity.reference}/avance", data={"upload": upload, "spent": "x"})
    assert "Vuelve a elegir el archivo" in answer.text
    assert "No llenaste nada" in client.post(f"/actividades/{activity.reference}/avance", data={}).text
    assert client.post(f"/actividades/{activity.reference}/avance", data={"status": "vencida"}).status_code == 422
    assert (activity.status, activity.spent) == (STARTED, None)


def test_who_comes_second_reads_what_is_there_and_may_go_on(client, activity, of):
    client.sign_in(of.official)
    page = f"/actividades/{activity.reference}/avance"
    base = operations.state_of(activity)
    report(activity, of.official, spent=10)
    answer = client.post(page, data={"base": base, "text": "Lo mío", "spent": "20"})
    assert answer.status_code == 422
    for said in ("mientras escribías", "Lo mío", "$10", operations.state_of(activity)):
        assert said in answer.text
    assert client.post(page, data={"base": operations.state_of(activity), "spent": "20"}).status_code == 303


def test_no_amount_costs_a_page_more(client, app, count_queries):
    """The page of a commitment with a hundred amounts takes as many statements as without."""
    cycle = cycles.cycle(StageKind.FOLLOW_UP)
    followup.many(cycle, 1, 60)
    commitment = db.session.scalars(sa.select(Commitment.reference).where(Commitment.cycle_id == cycle.id)).one()
    client.sign_in(person())
    costs = []
    for _ in range(2):
        with count_queries() as log:
            assert client.get(f"/compromisos/{commitment}").status_code == 200
        costs.append(len(log))
        own = {"reported_by_id": person().id, "reported_at": NOW, "note": ""}
        ids = db.session.scalars(sa.select(Activity.id)).all()
        db.session.add_all([ActivitySpending(activity_id=number, amount=7, **own) for number in ids])
        db.session.commit()
    assert costs[0] == costs[1], log


@pytest.mark.slow
def test_two_officials_at_once_lose_nothing(committed_app):
    """Both say what it cost, from the same state: one is kept, the other is told; evidence of both is kept."""
    commitment, of = commitments.signed()
    activity = followup.first_activity(commitment)
    base, number, who = operations.state_of(activity), activity.id, of.official

    def call(amount):
        def act():
            found, actor = db.session.get_one(Activity, number), db.session.merge(who)
            with transaction():
                if amount:
                    followup.report(found, actor, base=base, spent=amount)
                else:
                    followup.report(found, actor, base=base, title="Acta", url="https://example.org/b")
            return amount

        return act

    answers = at_once(committed_app, [call(amount) for amount in (10, 20, 0, 30)])
    kept = [answer for answer in answers if answer in (10, 20, 30)]
    assert len(kept) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 2
    db.session.rollback()
    assert [amount for amount, _note in spendings(activity)] == kept
    assert count(Evidence) == 1
    recorded = sa.select(sa.func.count()).where(HistoryRecord.action == "activity.spent")
    assert db.session.scalar(recorded) == 1
