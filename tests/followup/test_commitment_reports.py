"""The reports of a whole commitment: in order, over a period that is past, corrected in public and never changed."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from cocrea.accounts.models import Person
from cocrea.commitments.models import Commitment
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.followup import operations, queries
from cocrea.followup.models import ReportKind
from cocrea.opendata.lists import DATASETS
from tests.conftest import NOW
from tests.factories import commitments, cycles, followup
from tests.factories.accounts import person
from tests.factories.history import actions
from tests.real import at_once

TODAY = NOW.date()
CONTENT = operations.WholeReport(
    ReportKind.FIRST, TODAY - timedelta(days=90), TODAY, "Se abrieron **tres** registros.\n\nFalta el cuarto."
)
REASON = "El periodo empezaba otro día."


@pytest.fixture
def signed(app):
    return commitments.signed()


@pytest.fixture
def commitment(signed):
    return signed[0]


@pytest.fixture
def of(signed):
    return signed[1]


@contextmanager
def refused(kind, words):
    with pytest.raises(kind) as caught:
        yield
    assert words in str(caught.value.message)


def _publish(commitment, by, now=NOW, reason="", **content):
    with transaction():
        return operations.report_whole(
            actor=by, commitment=commitment, content=replace(CONTENT, **content), now=now, reason=reason
        )


def test_a_report_says_its_period_and_how_the_roadmap_stood(client, commitment, of):
    followup.completed(followup.first_activity(commitment), of)
    stood = _publish(commitment, of.official).standing
    assert sum(stood.values()) == 100 and stood["complete"] > 0
    assert actions(commitment.reference)[-1] == "commitment.reported"
    page = client.get(f"/compromisos/{commitment.reference}/informes").text
    assert "<strong>tres</strong>" in page and f"Completa {stood['complete']} %" in page
    assert page.count("Todavía no se publica.") == 2
    assert f"/compromisos/{commitment.reference}/informes" in client.get(f"/compromisos/{commitment.reference}").text


def test_reports_come_in_order(commitment, of):
    for kind in (ReportKind.SECOND, ReportKind.FINAL):
        with refused(Invalid, "Antes va otro: Primer informe"):
            _publish(commitment, of.official, kind=kind)
    _publish(commitment, of.official)
    with refused(Invalid, "Antes va otro: Segundo informe"):
        _publish(commitment, of.official, kind=ReportKind.FINAL)
    for kind in (ReportKind.SECOND, ReportKind.FINAL):
        _publish(commitment, of.official, kind=kind)
    assert list(queries.whole_reports(commitment)) == list(ReportKind)


def test_a_correction_needs_its_reason_and_what_was_said_stays(client, commitment, of):
    first = _publish(commitment, of.official)
    assert _publish(commitment, of.official) is first  # the very same is kept once
    with refused(Invalid, "Di por qué se corrige"):
        _publish(commitment, of.official, body="Se abrieron dos.")
    second = _publish(commitment, of.official, body="Se abrieron dos.", reason=REASON)
    assert queries.whole_reports(commitment) == {ReportKind.FIRST: [second, first]}
    page = client.get(f"/compromisos/{commitment.reference}/informes").text
    assert page.index("Se abrieron dos.") < page.index("Lo que decía el") < page.index("<strong>tres</strong>")
    assert REASON in page
    with pytest.raises(RuntimeError), transaction():
        first.body = "Otra cosa"


def test_what_a_report_says_is_judged(commitment, of):
    for wrong, words in (
        ({"body": "  "}, "Escribe el informe"),
        ({"body": "x" * (operations.REPORT_LIMIT + 1)}, "como máximo"),
        ({"starts_on": TODAY + timedelta(days=1)}, "termina antes de empezar"),
        ({"ends_on": TODAY + timedelta(days=1)}, "no puede terminar después de hoy"),
    ):
        with refused(Invalid, words):
            _publish(commitment, of.official, **wrong)
    _publish(commitment, of.official, starts_on=TODAY)  # one day is a period


def test_only_the_lead_reports_while_progress_is_reported(commitment, of, signed):
    for someone in (of.watcher, of.facilitator, person(), cycles.steward(commitment.cycle)):
        with refused(Denied, "institución responsable"):
            _publish(commitment, someone)
    stage = commitment.cycle.stages[-1]
    assert stage.kind is StageKind.FOLLOW_UP
    with pytest.raises(Denied):
        _publish(commitment, of.official, now=stage.window.end)
    unsigned, parties = commitments.complete()
    with refused(Denied, "cuando las dos partes firmaron"):
        _publish(unsigned, parties.official)


def test_it_is_published_on_its_page_and_what_is_wrong_keeps_what_was_typed(client, commitment, of):
    client.sign_in(of.official)
    address = f"/compromisos/{commitment.reference}/informes/nuevo"
    typed = {"kind": "first", "starts_on": f"{CONTENT.starts_on}", "ends_on": f"{CONTENT.ends_on}"}
    empty = client.post(address, data=typed | {"body": "", "reason": "Una razón"})
    assert empty.status_code == 422 and "Una razón" in empty.text
    early = client.post(address, data=typed | {"kind": "final", "body": "Se acabó."})
    assert early.status_code == 422 and "Antes va otro" in early.text and "Se acabó." in early.text
    assert client.post(address, data=typed | {"body": "Se empezó."}).status_code == 303
    assert "Se empezó." in client.get(f"{address}?corrige=first").text
    following = client.get(address).text  # the next kind, from where the first one ended
    assert "Se empezó." not in following and f'value="{TODAY}"' in following
    assert re.search(r'value="second"[^>]*checked|checked[^>]*value="second"', following)
    assert client.get(f"{address}?corrige=nada").status_code == 200


def test_nobody_reads_reports_of_what_is_not_signed_or_not_there(client, app):
    unsigned, _of = commitments.complete()
    assert client.get(f"/compromisos/{unsigned.reference}/informes").status_code == 404
    assert client.get("/compromisos/NO-CMP-0001/informes").status_code == 404


def test_the_same_sent_twice_at_once_is_kept_once(committed_app):
    commitment, of = commitments.signed()
    commitment_id, official_id = commitment.id, of.official.id
    db.session.commit()

    def publish():
        actor, found = db.session.get_one(Person, official_id), db.session.get_one(Commitment, commitment_id)
        return _publish(found, actor).number

    assert at_once(committed_app, [publish] * 3) == [1, 1, 1]


def test_the_list_has_what_was_corrected_too_and_names_nobody(client, commitment, of):
    _publish(commitment, of.official)
    _publish(commitment, of.official, body="Se abrieron dos.", reason=REASON)
    dataset = DATASETS["informes-de-compromisos"]
    rows = [dict(zip(dataset.columns, row, strict=True)) for row in dataset.rows(commitment.cycle_id)]
    assert [(row["number"], row["kind"], row["reason"]) for row in rows] == [
        (1, ReportKind.FIRST, ""),
        (2, ReportKind.FIRST, REASON),
    ]
    assert set(dataset.meanings) == set(dataset.columns)
    answer = client.get(f"/api/v1/commitment-reports?cycle={commitment.cycle.slug}").text
    assert "Se abrieron dos." in answer and of.official.name not in answer


def test_the_page_costs_the_same_however_often_it_was_corrected(client, commitment, of, count_queries):
    address = f"/compromisos/{commitment.reference}/informes"
    _publish(commitment, of.official)
    ids, counts = (commitment.id, of.official.id), []
    for wordings in (("Uno.", "Dos.", "Tres."), ()):
        db.session.expunge_all()
        with count_queries() as log:
            client.get(address)
        counts.append(len(log))
        found, actor = db.session.get_one(Commitment, ids[0]), db.session.get_one(Person, ids[1])
        for wording in wordings:
            _publish(found, actor, body=wording, reason=REASON)
    assert counts[0] == counts[1]
