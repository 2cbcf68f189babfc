"""What the reads of proposals count and leave out."""

from __future__ import annotations

from datetime import timedelta

from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel
from cocrea.proposals import operations, queries
from cocrea.proposals.queries import FATES
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person


def _by_channel(cycle, stage):
    return queries.figures(cycle, stage).get("proposals", {"channel": {}})["channel"]


def test_figures_count_what_was_published_while_the_stage_lasted(app):
    cycle = proposals.working_cycle()
    stage = cycle.stages[0]
    assert _by_channel(cycle, stage) == {}
    author = person()
    proposals.draft(cycle)
    kept = [proposals.published(cycle, author=author) for _ in range(3)]
    with transaction():
        kept[0].channel = Channel.PAPER
        kept[1].published_at = NOW - timedelta(days=30)
    assert _by_channel(cycle, stage) == {"paper": 1, "online": 1}
    assert _by_channel(cycle, None) == {"paper": 1, "online": 2}
    with transaction():
        operations.withdraw(actor=author, proposal=kept[0], reason="Ya no.", now=NOW)
        stage.ends_at = None
    assert _by_channel(cycle, stage) == {"paper": 1, "online": 1}  # it came in
    assert queries.figures(cycle, cycles.stage(cycle, StageKind.CONSULTATION)) == {}


def test_what_was_merged_split_withdrawn_or_hidden_came_in_and_what_was_made_of_it_did_not(app):
    cycle = proposals.working_cycle()
    stage, facilitator = cycle.stages[0], cycles.facilitator(cycle)
    pair, whole = [proposals.published(cycle) for _ in range(2)], proposals.published(cycle)
    proposals.draft(cycle)
    assert FATES.compute(cycle, stage, NOW) == []
    merge = proposals.merging(facilitator, pair)
    proposals.consented(merge)
    proposals.consented(proposals.splitting(facilitator, whole))
    assert _by_channel(cycle, stage) == {"online": 3}
    assert FATES.compute(cycle, stage, NOW) == [["merged", 2], ["split", 1]]
    with transaction():
        operations.undo(actor=facilitator, rearrangement=merge, reason="Eran distintas.", now=NOW)
        operations.withdraw(actor=pair[0].author, proposal=pair[0], reason="Ya no.", now=NOW)
    assert _by_channel(cycle, stage) == {"online": 3}
    assert FATES.compute(cycle, stage, NOW) == [["public", 1], ["withdrawn", 1], ["split", 1]]


def test_facilitators_are_told_what_waits_and_authors_of_their_drafts(app):
    cycle = proposals.working_cycle()
    author = person()
    with app.test_request_context():
        proposals.draft(cycle, author=author)
        proposals.published(cycle)
        assert [item.href for item in queries.todo(cycles.facilitator(cycle), NOW)] == [
            f"/ciclos/{cycle.slug}/propuestas?estado=published"
        ]
        assert [str(item.title) for item in queries.todo(author, NOW)] == ["Publica tu borrador de propuesta"]
        assert queries.todo(person(), NOW) == []
