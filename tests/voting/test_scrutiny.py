"""Papers of booths: sealed apart from counted, read by two and decided by a third, recounted, and counted once."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid, NotFound
from cocrea.extensions import db
from cocrea.proposals.models import ProposalStatus
from cocrea.voting import counting, jobs, operations, policies, queries, scrutiny
from cocrea.voting.models import BallotKey, Batch, Paper, PaperCorrection
from tests.conftest import NOW
from tests.factories import papers, voting
from tests.factories.accounts import person

READING = papers.READING


def _records(action: str) -> list[Any]:
    found = db.session.scalars(sa.select(HistoryRecord).where(HistoryRecord.action == action))
    return [json.loads(record.canonical)["new"] for record in found]


def test_a_contest_with_booths_is_sealed_and_not_counted(scene):
    contest, *_ = scene
    assert (contest.sealed_at, contest.counted_at, contest.result) == (voting.CLOSES, None, None)
    assert db.session.get(BallotKey, contest.id) is None and voting.box_size(contest) == 0
    assert contest.options[0].proposal.status is ProposalStatus.ON_BALLOT
    (told,) = _records("contest.sealed")
    assert told["ballots"] == 6 and told["sealed_root"] == contest.online_root
    assert contest.online_root != counting.ballots_root(queries.ballots(contest))
    assert not policies.can_download(person(), contest, READING)


def test_once_wiped_it_is_not_due_again(scene):
    contest, *_ = scene
    assert contest.id in queries.due(READING)
    with transaction():
        contest.scrubbed_at = READING
    assert contest.id not in queries.due(READING)


def test_a_contest_whose_booths_are_all_annulled_is_counted_at_the_close(app):
    contest = voting.contest()
    booth, _officers = papers.staffed(contest)
    booth.annulled_at, booth.annul_reason = NOW, "No abrió"
    db.session.commit()
    voting.sealed(contest)
    assert contest.counted_at == voting.CLOSES and contest.online_root == ""


def test_two_readings_alike_make_the_papers(scene):
    _contest, booth, officers, _by = scene
    batch = papers.agreed(booth, officers, "s", "b", "X")
    assert [paper.choices for paper in batch.papers] == [{"1": "yes"}, {}, None]
    assert [paper.receipt for paper in batch.papers] == [None] * 3
    (compared,) = _records("contest.batch_compared")
    assert compared == {"booth": 1, "batch": 1, "papers": 3, "differences": 0}


def test_a_third_officer_decides_what_differs_and_may_say_neither(scene):
    _contest, booth, officers, _by = scene
    batch = papers.batch(booth, officers[0], 3)
    papers.read(batch, officers[0], "s", "s", "n")
    papers.read(batch, officers[1], "s", "n", "x")
    assert operations.differing(batch) == [2, 3]
    for officer in officers[:2]:
        with pytest.raises(Denied), transaction():
            operations.decide(actor=officer, batch=batch, lines={2: "a", 3: "n"}, now=READING)
    with pytest.raises(Invalid), transaction():
        operations.decide(actor=officers[2], batch=batch, lines={1: "n", 2: "a", 3: "n"}, now=READING)
    with transaction():
        operations.decide(actor=officers[2], batch=batch, lines={2: "a", 3: "n"}, now=READING)
    assert [paper.choices for paper in batch.papers] == [{"1": "yes"}, {"1": "abstain"}, {"1": "no"}]
    with pytest.raises(Denied), transaction():
        operations.decide(actor=officers[2], batch=batch, lines={2: "a", 3: "n"}, now=READING)


def test_one_person_reads_a_batch_once_and_only_two_do(scene):
    _contest, booth, officers, _by = scene
    batch = papers.batch(booth, officers[0], 1)
    for officer in (officers[0], officers[0], officers[1]):
        with transaction():
            operations.take(actor=officer, batch=batch, now=READING)
    assert sorted(reading.position for reading in batch.readings) == [1, 2]
    with pytest.raises(Conflict), transaction():
        operations.take(actor=officers[2], batch=batch, now=READING)


def test_what_is_handed_in_no_longer_changes_and_a_wrong_line_is_named(scene):
    _contest, booth, officers, _by = scene
    batch = papers.batch(booth, officers[0], 2)
    with pytest.raises(Invalid) as refused:
        papers.read(batch, officers[0], "s", "y")
    assert refused.value.field == "line_2"
    db.session.rollback()
    papers.read(batch, officers[0], "s", "n")
    with pytest.raises(Conflict), transaction():
        operations.save_draft(actor=officers[0], batch=batch, lines=["n", "n"], now=READING)
    with pytest.raises(Denied), transaction():
        operations.save_draft(actor=officers[1], batch=batch, lines=["n", "n"], now=READING)


@pytest.mark.parametrize("size", [0, -1, 101])
def test_a_batch_has_from_one_to_a_hundred_papers(scene, size):
    _contest, booth, officers, _by = scene
    with pytest.raises(Invalid):
        papers.batch(booth, officers[0], size)


def test_a_form_sent_twice_registers_one_batch(scene):
    _contest, booth, officers, _by = scene
    papers.batch(booth, officers[0], 3)
    with pytest.raises(Conflict):
        papers.batch(booth, officers[0], 3)


def test_only_officers_in_their_shift_read(scene):
    contest, booth, officers, by = scene
    for who, moment in ((person(), READING), (by, READING), (officers[0], papers.ENDS)):
        assert not policies.can_count(who, booth, moment)
    assert policies.can_count(officers[0], booth, READING)
    with transaction():
        contest.closes_at = READING + timedelta(hours=1)
    assert not policies.can_count(officers[0], booth, READING)


def test_an_act_explains_what_does_not_add_up(scene):
    _contest, booth, officers, _by = scene
    for figures in ({"in_box": 3, "received": 5}, {"in_box": 4}, {"in_box": 3, "spoiled": -1}):
        with pytest.raises(Invalid):
            papers.act(booth, officers[0], **figures)
    papers.act(booth, officers[0], 4, remarks="Alguien echó dos.")
    with pytest.raises(Conflict):
        papers.act(booth, officers[0], 3)
    with pytest.raises(Invalid):
        papers.act(booth, officers[0], 3, number=2)
    papers.act(booth, officers[1], 3, number=2, reason="Se contó mal.")
    acts = scrutiny.of_booth(booth, ()).acts
    assert [(act.number, act.in_box) for act in acts] == [(1, 4), (2, 3)]


def test_the_scan_of_an_act_is_a_picture_or_a_pdf(scene, tmp_path):
    _contest, booth, officers, _by = scene
    pages = operations.scans([FileStorage(BytesIO(b"%PDF-1.4 acta"), filename="acta.pdf")])
    papers.act(booth, officers[0], 3, pages=pages)
    papers.act(booth, officers[0], 3, number=2, reason="Faltaba una firma.")
    assert [[scan.file.media_type for scan in act.scans] for act in scrutiny.of_booth(booth, ()).acts] == [
        ["application/pdf"]
    ] * 2
    with pytest.raises(Invalid):
        operations.scans([FileStorage(BytesIO(b"hola"), filename="acta.txt")])
    with pytest.raises(Invalid):
        operations.scans([FileStorage(BytesIO(b"%PDF-1.4"), filename="a.pdf")] * 11)


def test_a_recount_counts_once_another_officer_confirms(scene):
    contest, booth, officers, by = scene
    batch = papers.ready(booth, officers, "n", "b", "x")
    with transaction():
        assert operations.recount(actor=officers[2], batch=batch, lines={1: "n"}, reason="", now=READING) == []
    with pytest.raises(Invalid), transaction():
        operations.recount(actor=officers[2], batch=batch, lines={1: "s"}, reason="", now=READING)
    with transaction():
        operations.recount(actor=officers[2], batch=batch, lines={1: "s", 2: "b"}, reason="Pegada", now=READING)
    (correction,) = db.session.scalars(sa.select(PaperCorrection))
    assert [str(why) for _b, why in scrutiny.missing(contest)] == [
        "Hay 1 corrección que otra persona debe confirmar o descartar."
    ]
    with pytest.raises(Conflict), transaction():
        operations.recount(actor=officers[1], batch=batch, lines={1: "a"}, reason="Otra", now=READING)
    with pytest.raises(Denied), transaction():
        operations.confirm(actor=officers[2], correction=correction, batch=batch, now=READING)
    with transaction():
        operations.confirm(actor=officers[1], correction=correction, batch=batch, now=READING)
    with pytest.raises(Conflict), transaction():
        operations.dismiss(actor=officers[0], correction=correction, batch=batch, now=READING)
    papers.tallied(contest, by)
    assert contest.result["options"][0]["yes"] == 7
    with pytest.raises(Denied), transaction():
        operations.recount(actor=officers[2], batch=batch, lines={1: "n"}, reason="Tarde", now=READING)


def test_a_dismissed_correction_changes_nothing_and_stays(scene):
    _contest, booth, officers, _by = scene
    batch = papers.ready(booth, officers, "n", "b", "x")
    with transaction():
        operations.recount(actor=officers[2], batch=batch, lines={1: "s"}, reason="Pegada", now=READING)
    (correction,) = db.session.scalars(sa.select(PaperCorrection))
    with transaction():
        operations.dismiss(actor=officers[1], correction=correction, batch=batch, now=READING)
    assert db.session.get_one(Paper, (batch.id, 1)).choices == {"1": "no"}
    with pytest.raises(Conflict), transaction():
        operations.withdraw_batch(actor=officers[0], batch=batch, reason="De nuevo", now=READING)


def test_a_batch_registered_wrong_is_withdrawn_with_its_reason(scene):
    contest, booth, officers, _by = scene
    batch = papers.batch(booth, officers[0], 5)
    papers.read(batch, officers[0], *"sssss")
    with pytest.raises(Invalid), transaction():
        operations.withdraw_batch(actor=officers[1], batch=batch, reason=" ", now=READING)
    with transaction():
        operations.withdraw_batch(actor=officers[1], batch=batch, reason="Eran cuatro.", now=READING)
    assert scrutiny.batches(booth) == [] and scrutiny.progress(contest)[0].papers == 0


def test_the_job_seals_and_wipes_and_leaves_the_count(committed_app):
    contest = voting.contest()
    papers.staffed(contest)
    committed_app.extensions["clock"].moment = voting.CLOSES
    jobs.settle.call_local(contest.id)
    assert contest.sealed_at == voting.CLOSES and contest.scrubbed_at and contest.counted_at is None


def test_no_record_of_the_scrutiny_tells_what_a_paper_says_or_its_reason(scene):
    contest, booth, officers, _by = scene
    papers.act(booth, officers[0], 3)
    batch = papers.batch(booth, officers[0], 3)
    papers.read(batch, officers[0], "s", "a", "n")
    papers.read(batch, officers[1], "s", "n", "n")
    with transaction():
        operations.decide(actor=officers[2], batch=batch, lines={2: "a"}, now=READING)
    with transaction():
        operations.recount(actor=officers[2], batch=batch, lines={1: "n"}, reason="Decía no", now=READING)
    (correction,) = db.session.scalars(sa.select(PaperCorrection))
    with transaction():
        operations.confirm(actor=officers[0], correction=correction, batch=batch, now=READING)
    told = sa.select(HistoryRecord.canonical).where(HistoryRecord.subject == contest.reference)
    late = [one for one in db.session.scalars(told) if '"action":"contest.called"' not in one]
    assert len(late) > 8
    assert [one for one in late if "yes" in one or "abstain" in one or "Decía" in one] == []


def test_a_batch_that_is_withdrawn_meanwhile_is_not_found(scene):
    _contest, booth, officers, _by = scene
    batch = papers.batch(booth, officers[0], 1)
    there = sa.delete(Batch).execution_options(synchronize_session=False)  # as another process would
    with transaction():
        db.session.execute(there)
    with pytest.raises(NotFound), transaction():
        operations.take(actor=officers[1], batch=batch, now=READING)
