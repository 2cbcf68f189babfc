"""What is missing before papers can be counted, and the count of the box with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.proposals.models import ProposalStatus
from cocrea.voting import counting, queries, scrutiny
from cocrea.voting.models import Contest, RollEntry, SealedBallot
from tests.conftest import NOW
from tests.factories import cycles, papers, voting
from tests.factories.accounts import person

READING = papers.READING


def _missing(contest):
    """What is missing; the condition for lists says the same."""
    listed = sa.select(Contest.id).where(Contest.id == contest.id, scrutiny.nothing_is_missing())
    found = scrutiny.missing(contest)
    assert (db.session.scalar(listed) is None) is bool(found)
    return found


def _asked(app, someone):
    with app.test_request_context():
        return [one for one in queries.todo(someone, READING) if "Cuenta la votación" in str(one.title)]


def test_the_facilitation_is_asked_to_count_once_nothing_is_missing_and_until_it_did(app, scene, count_queries):
    contest, booth, officers, by = scene
    assert not _asked(app, by)
    papers.agreed(booth, officers, "n", "b", "x")
    assert not _asked(app, by)
    papers.act(booth, officers[0], 3)
    (told,) = _asked(app, by)
    assert told.href == f"/votaciones/{contest.reference}/escrutinio"
    for other in (person(), officers[0], cycles.facilitator(cycles.cycle())):
        assert not _asked(app, other)
    assert by.grants  # read anew after the commit, as a request's person already is
    with app.test_request_context(), count_queries() as log:
        queries.todo(by, READING)
    assert len(log) == 1
    papers.tallied(contest, by)
    assert not _asked(app, by)


def test_a_contest_that_is_open_or_called_off_is_not_to_be_counted(app):
    contest = voting.contest()
    papers.staffed(contest)
    by = cycles.facilitator(contest.cycle)
    booth = queries.booths(contest)[0]
    booth.annulled_at, booth.annul_reason = NOW, "No abrió."
    db.session.commit()
    assert not _missing(contest) and not _asked(app, by)
    contest.sealed_at = contest.cancelled_at = voting.CLOSES
    db.session.commit()
    assert not _asked(app, by)
    contest.cancelled_at = None
    db.session.commit()
    assert _asked(app, by)


def test_the_count_says_what_is_missing_and_waits_for_it(scene):
    contest, booth, officers, by = scene
    assert [str(why) for _booth, why in _missing(contest)] == ["Falta el acta."]
    papers.act(booth, officers[0], 3)
    papers.batch(booth, officers[0], 2)
    told = [str(why) for _booth, why in _missing(contest)]
    assert told == [
        "El acta dice 3 boletas en la urna y los paquetes suman 2.",
        "Falta que se acuerde el paquete 1.",
    ]
    with pytest.raises(Conflict):
        papers.tallied(contest, by)
    assert contest.counted_at is None


def test_the_count_joins_the_papers_to_the_box_once(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, "n", "b", "x")
    with pytest.raises(Denied):
        papers.tallied(contest, person())
    papers.tallied(contest, by)
    root, receipts = contest.ballots_root, [ballot.receipt for ballot in queries.receipts(contest)]
    assert (contest.result["ballots"], contest.result["valid"]) == (9, 7)
    assert (contest.result["blank"], contest.result["invalid"]) == (1, 1)
    papers.tallied(contest, by, READING + timedelta(minutes=5))
    assert (contest.counted_at, contest.ballots_root) == (READING, root)
    assert [ballot.receipt for ballot in queries.receipts(contest)] == receipts and len(receipts) == 9
    assert contest.options[0].proposal.status is ProposalStatus.SELECTED
    assert contest.represented_by_sector is None


def test_a_box_that_changed_since_the_close_is_not_counted(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, "n", "b", "x")
    ballot = db.session.scalars(sa.select(SealedBallot)).first()
    ballot.choices = {"1": "no"}
    db.session.commit()
    with pytest.raises(RuntimeError):
        papers.tallied(contest, by)
    db.session.rollback()
    assert contest.counted_at is None


def test_more_papers_than_people_are_not_counted(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, *["n"] * (contest.roll_size - 5))
    ((booth, why),) = _missing(contest)
    assert booth is None and "padrón" in str(why)
    with pytest.raises(Conflict):
        papers.tallied(contest, by)


def test_an_annulled_booth_is_left_out(scene):
    contest, booth, officers, by = scene
    papers.ready(booth, officers, "n", "b", "x")
    booth.annulled_at, booth.annul_reason = READING, "La urna llegó abierta."
    db.session.commit()
    papers.tallied(contest, by)
    assert contest.result["ballots"] == 6
    file = queries.published(contest)
    assert file["channels"] == {"online": 6, "paper": 0} and file["booths"][0]["annulled"] is True
    assert counting.faults(file) == []


def _mark_one_more(contest: Any, booth: Any) -> None:
    idle = sa.select(RollEntry).where(RollEntry.contest_id == contest.id, RollEntry.took_part.is_(False))
    entry = db.session.scalars(idle).first()
    entry.booth_id, entry.channel, entry.took_part = booth.id, Channel.PAPER, True
    db.session.commit()


def test_signatures_that_are_entered_after_the_act_are_explained(scene):
    contest, booth, officers, _by = scene
    papers.act(booth, officers[0], 3)
    papers.agreed(booth, officers, "s", "s", "n")
    assert _missing(contest) == []
    _mark_one_more(contest, booth)
    ((_booth, why),) = _missing(contest)
    assert "4 marcas" in str(why)
    papers.act(booth, officers[0], 3, number=2, reason="Faltaba una firma.", remarks="Se llevó su boleta.")
    assert _missing(contest) == []


def test_who_votes_at_a_booth_that_is_annulled_makes_no_quorum_of_a_sector(app):
    voters = voting.electorate(3)
    contest = voting.contest(sector_quorum_percent=1)
    booth, _officers = papers.staffed(contest)
    papers.mark(booth, *voters)
    voting.sealed(contest)
    assert queries.sectors_reached(contest) is True
    with transaction():
        booth.annulled_at, booth.annul_reason = READING, "La urna llegó abierta."
    assert queries.sectors_reached(contest) is False
