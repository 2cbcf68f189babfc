"""What independent evaluators find of commitments, apart from their own status."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.accounts.models import PLATFORM, Person, Role, Sector
from cocrea.accounts.operations import grant_role
from cocrea.audit.models import HistoryRecord
from cocrea.commitments.models import Commitment, CommitmentPartner
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid, NotFound
from cocrea.core.models import StoredFile
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup import operations, policies, queries
from cocrea.followup.models import Assessment, Completion, EarlyResults, Potential
from cocrea.followup.queries import By, Filter, Found
from cocrea.notifications.models import News
from cocrea.notifications.operations import follow
from cocrea.notifications.things import scope_of, thing
from cocrea.opendata.lists import DATASETS
from cocrea.tables.queries import visible_staff
from tests.conftest import NOW
from tests.factories import commitments, cycles, followup
from tests.factories.accounts import grant, organisation, person, save
from tests.factories.history import actions
from tests.real import at_once

PDF = b"%PDF-1.7 informe"
CODING = operations.Coding(
    is_verifiable=True,
    has_open_government_lens=False,
    potential=Potential.MODEST,
    completion=Completion.LIMITED,
    early_results=EarlyResults.NO_NOTABLE,
    reasons="Leí los acuerdos y pregunté a cinco personas.",
)
TYPED = {
    "is_verifiable": "yes",
    "has_open_government_lens": "no",
    "potential": "modest",
    "completion": "limited",
    "early_results": "no_notable",
    "reasons": CODING.reasons,
}
BUTTON, TODO = "Evaluar este compromiso", "Evalúa este compromiso"


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle(StageKind.EVALUATION)


@pytest.fixture
def signed(cycle):
    return commitments.signed(cycle)


@pytest.fixture
def commitment(signed):
    return signed[0]


@pytest.fixture
def evaluator(cycle):
    return grant(person("Evaluadora 01"), Role.EVALUATOR, cycle)


@contextmanager
def refused(kind, words):
    with pytest.raises(kind) as caught:
        yield
    assert words in str(caught.value.message)


def _assess(commitment, by, now=NOW, upload=None, **changes):
    with transaction():
        return operations.assess(
            actor=by, commitment=commitment, coding=replace(CODING, **changes), upload=upload, now=now
        )


def _administrator():
    return grant(person(), Role.ADMINISTRATOR, PLATFORM)


def _report(data=PDF):
    return FileStorage(BytesIO(data), filename="informe.pdf")


def _count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_what_is_found_is_read_beside_the_own_status_and_never_changes_it(client, cycle, signed, evaluator):
    commitment, of = signed
    followup.completed(followup.first_activity(commitment), of)
    page, board = f"/compromisos/{commitment.reference}", f"/ciclos/{cycle.slug}/tablero"
    assert "Todavía nadie lo ha evaluado" in client.get(page).text
    before = queries.whole(cycle, Filter(), NOW.date())
    _assess(commitment, evaluator, upload=_report())
    assert queries.whole(cycle, Filter(), NOW.date()) == before
    shown = client.get(page).text
    for words in ("Lo que dicen las partes", "Cumplimiento limitado", "Evaluadora 01", CODING.reasons, "100 %"):
        assert words in shown
    assert client.get(f"{page}/evaluaciones/1/informe").data == PDF
    assert "Evaluación independiente: Cumplimiento limitado" in client.get(board).text
    assert actions(commitment.reference)[-1] == "commitment.assessed"


def test_the_evaluators_way_from_the_home_page_to_the_board(client, cycle, signed, evaluator):
    """Every page by the link of the one before; what is published is read by anyone."""
    commitment = signed[0]
    page, board = f"/compromisos/{commitment.reference}", f"/ciclos/{cycle.slug}/tablero"
    client.sign_in(evaluator)
    assert f'href="{page}/evaluacion"' in client.get("/").text
    assert f'href="{page}"' in client.get(f"{page}/evaluacion").text
    typed = {**TYPED, "report": (BytesIO(PDF), "informe.pdf")}
    assert client.post(f"{page}/evaluacion", data=typed).status_code == 303
    client.post("/salir")
    assert f'href="{page}/evaluaciones/1/informe"' in client.get(page).text
    assert client.get(f"{page}/evaluaciones/1/informe").headers["Content-Disposition"].startswith("attachment")
    assert f"{board}/evaluacion" in client.get(board).text
    assert "evaluacion=cumplimiento-limitado" in client.get(f"{board}/evaluacion").text
    assert commitment.reference in client.get(f"{board}?evaluacion=cumplimiento-limitado").text
    assert "Se publicó una evaluación independiente" in client.get(f"/historial?folio={commitment.reference}").text


def test_every_assessment_stays_and_the_last_one_speaks(client, cycle, commitment, evaluator):
    other = grant(person("Evaluadora 02"), Role.EVALUATOR, cycle)
    first = _assess(commitment, evaluator)
    _assess(commitment, other, completion=Completion.SUBSTANTIAL, reasons="Vi más.")
    assert [one.number for one in queries.assessments(commitment)] == [2, 1]
    shown = client.get(f"/compromisos/{commitment.reference}").text
    assert shown.index("Vi más.") < shown.index("1 evaluación anterior") < shown.index(CODING.reasons)
    with pytest.raises(RuntimeError, match="does not change"), transaction():
        first.completion = Completion.COMPLETE
    db.session.rollback()
    record = db.session.scalars(sa.select(HistoryRecord).order_by(HistoryRecord.id.desc())).first()
    assert '"completion":"substantial"' in record.canonical
    assert "Vi más." not in record.canonical  # texts are in the history by their fingerprint alone


def test_the_very_same_twice_is_kept_once(cycle, commitment, evaluator):
    first = _assess(commitment, evaluator, upload=_report())
    assert _assess(commitment, evaluator, upload=_report(), now=NOW + timedelta(hours=1)) is first
    assert (_count(Assessment), _count(StoredFile)) == (1, 1)
    other = grant(person(), Role.EVALUATOR, cycle)
    assert _assess(commitment, other, upload=_report()).number == 2  # somebody else finds the same
    assert _assess(commitment, evaluator, upload=_report()) is first
    assert _assess(commitment, evaluator).number == 3  # without its report it is another
    assert actions(commitment.reference).count("commitment.assessed") == 3


def test_who_is_part_of_it_does_not_assess_it(cycle, signed, evaluator):
    commitment, of = signed
    partner, answering = organisation(Sector.ACADEMIA), organisation()
    save(CommitmentPartner(commitment_id=commitment.id, organisation_id=partner.id))
    with transaction():
        followup.first_activity(commitment).responsible_id = answering.id
    db.session.refresh(commitment)
    for someone in (
        of.official,
        of.watcher,
        person(organisation_id=of.lead.id),
        person(organisation_id=of.counterpart.id),
        person(organisation_id=partner.id),
        person(organisation_id=answering.id),
    ):
        grant(someone, Role.EVALUATOR, cycle)
        with refused(Denied, "es parte de este compromiso"):
            _assess(commitment, someone)
        assert not queries.to_assess(someone, NOW)
    _assess(commitment, evaluator)
    elsewhere = commitments.signed(cycle)[0]
    _assess(elsewhere, of.official)  # of which their institution is no part


def test_who_does_not_evaluate_this_cycle_does_not_assess_it(app, signed, commitment):
    of = signed[1]
    other = grant(person(), Role.EVALUATOR, commitments.drafting_cycle(StageKind.EVALUATION))
    for someone in (other, of.facilitator, _administrator(), cycles.steward(commitment.cycle), person()):
        with refused(Denied, "Evalúa quien tiene la función"):
            _assess(commitment, someone)
        assert not queries.to_assess(someone, NOW)


def test_it_waits_for_its_stage_and_for_both_signatures(cycle, commitment, evaluator):
    unsigned = commitments.complete(cycle)[0]
    with refused(Denied, "dos partes firmaron"):
        _assess(unsigned, evaluator)
    end = cycle.stages[-1].window.end
    with refused(Denied, "Ya no se puede"):
        _assess(commitment, evaluator, now=end)
    before = commitments.signed(commitments.drafting_cycle())[0]
    other = grant(person(), Role.EVALUATOR, before.cycle)
    with refused(Denied, "no hay fecha"):
        _assess(before, other)
    assert not queries.to_assess(other, NOW)


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.WITHDRAWN])
def test_of_what_is_not_public_nothing_is_assessed_or_shown(client, cycle, commitment, evaluator, visibility):
    _assess(commitment, evaluator, upload=_report())
    commitment.visibility = visibility
    db.session.commit()
    with refused(Denied, "dos partes firmaron"):
        _assess(commitment, evaluator, completion=Completion.COMPLETE)
    client.sign_in(evaluator)
    page = f"/compromisos/{commitment.reference}"
    assert client.get(f"{page}/evaluacion").status_code == 404
    assert client.get(f"{page}/evaluaciones/1/informe").status_code == 404
    assert "Cumplimiento limitado" not in client.get(page).text
    assert not list(DATASETS["evaluaciones"].rows(cycle.id))
    assert not queries.grouped(cycle, By.FOUND, NOW.date())
    assert not queries.to_assess(evaluator, NOW + timedelta(minutes=1))


def test_reasons_are_given_and_fit_and_the_report_is_a_pdf(commitment, evaluator):
    with refused(Invalid, "Di en qué te basas"):
        _assess(commitment, evaluator, reasons=" \n ")
    with refused(Invalid, "como máximo 4000"):
        _assess(commitment, evaluator, reasons="a" * 4001)
    with refused(Invalid, "se entrega en PDF"):
        _assess(commitment, evaluator, upload=_report(b"\x89PNG\r\n\x1a\n"))
    with refused(Invalid, "está vacío"):
        _assess(commitment, evaluator, upload=_report(b""))
    assert (_count(Assessment), _count(StoredFile)) == (0, 0)


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client, commitment, evaluator):
    page = f"/compromisos/{commitment.reference}"
    assert BUTTON not in client.get(page).text
    client.sign_in(evaluator)
    assert BUTTON in client.get(page).text
    form = client.get(f"{page}/evaluacion").text
    for words in ("Lo que tú compruebas con la evidencia", "Se empezó, pero falta la mayor parte.", "Se hizo todo"):
        assert words in form
    answer = client.post(f"{page}/evaluacion", data={**TYPED, "potential": ""})
    assert answer.status_code == 422
    assert CODING.reasons in answer.text
    assert "Elige una opción." in answer.text
    assert client.post(f"{page}/evaluacion", data={**TYPED, "completion": "done"}).status_code == 422
    upload = (BytesIO(b"hola"), "informe.txt")
    answer = client.post(f"{page}/evaluacion", data={**TYPED, "report": upload})
    assert "se entrega en PDF" in answer.text
    answer = client.post(f"{page}/evaluacion", data={**TYPED, "report": (BytesIO(PDF), "informe.pdf")})
    assert answer.headers["Location"].endswith(f"{page}#evaluacion")
    made = db.session.scalars(sa.select(Assessment)).one()
    assert operations.coding_of(made) == CODING
    again = client.get(f"{page}/evaluacion").text  # begins with what was said
    assert CODING.reasons in again
    assert again.count(" checked") == 5


def test_the_evaluator_is_asked_once_for_each_stage(app, client, cycle, commitment, evaluator):
    client.sign_in(evaluator)
    assert TODO in client.get("/").text
    with app.test_request_context():
        (waiting,) = queries.to_assess(evaluator, NOW)
    assert waiting.href == f"/compromisos/{commitment.reference}/evaluacion"
    _assess(commitment, evaluator)
    assert TODO not in client.get("/").text
    later = cycles.stage(cycle, StageKind.EVALUATION, start=NOW + timedelta(days=30), end=NOW + timedelta(days=40))
    with app.test_request_context():
        assert len(queries.to_assess(evaluator, later.starts_at)) == 1
    assert _assess(commitment, evaluator, now=later.starts_at).number == 2  # that nothing changed is a finding too
    assert not queries.to_assess(evaluator, later.starts_at)
    cycles.stage(cycle, StageKind.EVALUATION)
    cycles.stage(cycle, StageKind.EVALUATION)
    other = grant(person(), Role.EVALUATOR, cycle)
    with app.test_request_context():
        assert len(queries.to_assess(other, NOW)) == 1  # however many stages are open at once


def test_the_board_narrows_and_groups_by_what_was_found(app, client, cycle, commitment, evaluator):
    other = commitments.signed(cycle)[0]
    _assess(commitment, evaluator, completion=Completion.COMPLETE)
    _assess(commitment, evaluator)
    day = NOW.date()
    found = {key: part.commitments for key, part in queries.grouped(cycle, By.FOUND, day).items()}
    assert found == {Completion.LIMITED: 1, None: 1}
    for asked, told in ((Found.LIMITED, commitment), (Found.UNASSESSED, other)):
        with app.test_request_context():
            (row,) = queries.listing(cycle, Filter(found=asked), day)
        assert row.reference == told.reference
        assert sum(part.commitments for part in queries.whole(cycle, Filter(found=asked), day).values()) == 1
    assert not queries.whole(cycle, Filter(found=Found.COMPLETE), day)
    board = f"/ciclos/{cycle.slug}/tablero"
    assert client.get(f"{board}?evaluacion=nada").status_code == 404
    assert other.reference not in client.get(f"{board}?evaluacion=cumplimiento-limitado").text
    page = client.get(f"{board}/evaluacion").text
    assert "Cumplimiento limitado" in page
    assert "Sin evaluar" in page
    rows = client.get(f"{board}.json?evaluacion=cumplimiento-limitado").json
    assert "limited" in str(rows)


def test_whoever_follows_it_is_told(commitment, evaluator):
    reader = person()
    with transaction():
        follow(actor=reader, thing=thing(scope_of(commitment)), now=NOW)
    _assess(commitment, evaluator)
    assert "commitment.assessed" in db.session.scalars(sa.select(News.action)).all()


def test_anyone_takes_the_list_along_without_names(client, cycle, commitment, evaluator):
    _assess(commitment, evaluator, upload=_report())
    dataset = DATASETS["evaluaciones"]
    (row,) = dataset.rows(cycle.id)
    told = dict(zip(dataset.columns, row, strict=True))
    assert told["completion"] is Completion.LIMITED
    assert told["report"].endswith(f"/compromisos/{commitment.reference}/evaluaciones/1/informe")
    assert set(dataset.meanings) == set(dataset.columns)
    answer = client.get(f"/api/v1/assessments?cycle={cycle.slug}").json
    assert "Evaluadora" not in str(answer)
    assert CODING.reasons in str(answer)


def test_administration_gives_the_role_in_a_cycle_and_at_no_table(cycle):
    staff = visible_staff(_administrator(), cycle.slug)
    assert [office.place for office in staff.offices() if office.post.role is Role.EVALUATOR] == [cycle.title]
    someone = person()
    with pytest.raises(Denied), transaction():
        grant_role(actor=cycles.facilitator(cycle), person=someone, role=Role.EVALUATOR, scope=cycle, now=NOW)
    with transaction():
        grant_role(actor=_administrator(), person=someone, role=Role.EVALUATOR, scope=cycle, now=NOW)
    assert someone.holds(Role.EVALUATOR, cycle)


def _asked(client, count_queries, *addresses):
    """How many statements each page takes, asked as by a server."""
    counts = []
    for address in addresses:
        db.session.expunge_all()
        with count_queries() as log:
            assert client.get(address).status_code == 200
        counts.append(len(log))
    return counts


def test_the_page_asks_no_more_of_the_database_with_more_assessments(client, cycle, signed, evaluator, count_queries):
    commitment, of = signed
    followup.evidence(followup.first_activity(commitment), of)
    _assess(commitment, evaluator)
    board, key, scope = f"/ciclos/{cycle.slug}/tablero", commitment.id, cycle.scope
    pages = (f"/compromisos/{commitment.reference}", board, f"{board}/evaluacion")
    client.sign_in(of.official)
    few = _asked(client, count_queries, *pages)
    for number in range(3):
        someone = grant(person(), Role.EVALUATOR, scope)
        _assess(db.session.get_one(Commitment, key), someone, reasons=f"Razón {number}", upload=_report())
    assert _asked(client, count_queries, *pages) == few


def test_reading_evidence_of_ones_own_does_not_forget_who_reads(client, signed, count_queries):
    """The official who gave the evidence reads the page with as many statements as the counterpart."""
    commitment, of = signed
    page = f"/compromisos/{commitment.reference}"
    followup.evidence(followup.first_activity(commitment), of)
    readers = [of.official.id, of.watcher.id]
    counts = []
    for reader in readers:
        client.sign_in(db.session.get_one(Person, reader))
        counts += _asked(client, count_queries, page)
    assert counts[0] == counts[1]


def test_a_report_that_is_not_there_is_not_found(commitment, evaluator):
    _assess(commitment, evaluator)
    for number in (1, 2):
        with pytest.raises(NotFound):
            queries.visible_report(evaluator, commitment.reference, number)


def test_two_assess_at_once_and_both_stay(committed_app):
    cycle = commitments.drafting_cycle(StageKind.EVALUATION)
    commitment = commitments.signed(cycle)[0]
    people = [grant(person(), Role.EVALUATOR, cycle).id for _ in range(2)]
    number = commitment.id
    db.session.commit()

    def assess(who):
        return _assess(db.session.get_one(Commitment, number), db.session.get_one(Person, who)).number

    asked = [lambda who=who: assess(who) for who in (*people, people[0])]
    answers = at_once(committed_app, asked)
    assert set(answers) == {1, 2}
    assert _count(Assessment) == 2


def test_the_policy_says_why_not(commitment, evaluator):
    assert policies.can_assess(evaluator, commitment, NOW)
    assert "función de evaluación" in str(policies.can_assess(person(), commitment, NOW).reason)
