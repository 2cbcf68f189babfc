"""The forum backs a text by a decision that names it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.audit.models import HistoryRecord
from cocrea.commitments import endorsing, operations, queries
from cocrea.commitments.models import Commitment, ForumEndorsement
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.tables.models import Agreement
from cocrea.voting import operations as votes
from cocrea.voting.models import Choice, Conduct, Contest, Deciding, ElectorateRule
from tests.conftest import NOW
from tests.factories import agreements, commitments, forums, tables, voting
from tests.factories.forums import Chamber

KINDS = (
    StageKind.PREPARATION,
    StageKind.TABLES,
    StageKind.PROPOSALS,
    StageKind.VOTING,
    StageKind.DRAFTING,
    StageKind.FOLLOW_UP,
)


@pytest.fixture
def chamber(app) -> Chamber:
    return forums.chamber(*KINDS)


@pytest.fixture
def commitment(chamber) -> Commitment:
    return commitments.complete(chamber.cycle)[0]


def words(commitment: Commitment) -> str:
    return str(endorsing.wording(commitment.reference, commitments.present_fingerprint(commitment)))


def adopted(chamber: Chamber, said: str) -> Agreement:
    """An agreement of the plenary, to which every seat said yes."""
    return agreements.adopted(chamber.session(), chamber.facilitator, chamber.titulars, said)


def voted(chamber: Chamber, said: str, choice: Choice, *more: str, **columns: Any) -> Contest:
    """A vote of the forum's seats on one thing, or on more, counted."""
    columns = {"electorate": ElectorateRule.FORUM, "table": chamber.table, **columns}
    with transaction():
        contest = votes.create_contest(
            actor=chamber.facilitator,
            cycle=chamber.cycle,
            question="¿El foro lo avala?",
            options=[votes.NewOption(title=title) for title in (said, *more)],
            deciding=Deciding(),
            conduct=Conduct(),
            now=NOW,
            opens_at=voting.OPENS,
            closes_at=voting.CLOSES,
            **columns,
        )
    for titular in chamber.titulars:
        voting.vote(contest, titular, *[choice.value for _one in (said, *more)])
    return voting.sealed(contest)


def endorse(commitment: Commitment, chamber: Chamber, decision: Agreement | Contest) -> ForumEndorsement:
    with transaction():
        return operations.endorse(
            actor=chamber.facilitator, commitment=commitment, decision=decision.reference, now=NOW
        )


def steps(commitment: Commitment) -> list[str]:
    statement = sa.select(HistoryRecord.action).filter_by(subject=commitment.reference).order_by(HistoryRecord.id)
    return [step for step in db.session.scalars(statement) if "endorse" in step]


def test_an_agreement_of_the_plenary_backs_the_text(chamber, commitment):
    agreement = adopted(chamber, words(commitment))
    made = endorse(commitment, chamber, agreement)
    assert (made.decision, made.fingerprint) == (agreement.reference, commitments.present_fingerprint(commitment))
    assert queries.visible_commitment(chamber.facilitator, commitment.reference).endorsement is made
    assert steps(commitment) == ["commitment.endorsed"]


def test_a_vote_of_the_seats_backs_the_text(chamber, commitment):
    contest = voted(chamber, words(commitment), Choice.YES)
    assert endorse(commitment, chamber, contest).decision == contest.reference


def test_what_does_not_name_this_text_backs_nothing(chamber, commitment):
    other, _of = commitments.complete(chamber.cycle)
    for decision in (
        adopted(chamber, "El foro avala todo."),
        adopted(chamber, f"El foro avala el compromiso {commitment.reference}."),
        adopted(chamber, words(other)),
        voted(chamber, words(commitment), Choice.NO),
        voted(chamber, words(commitment), Choice.YES, "Otra cosa"),
        voted(chamber, words(commitment), Choice.YES, electorate=ElectorateRule.VERIFIED, table=None),
    ):
        with pytest.raises(Invalid) as refused:
            endorse(commitment, chamber, decision)
        assert refused.value.field == "decision"
    assert steps(commitment) == []


def test_a_working_table_is_not_the_forum(chamber, commitment):
    table = tables.table(chamber.cycle, facilitator=chamber.facilitator)
    member, session = tables.member(table), tables.session(table, chamber.facilitator)
    agreement = agreements.adopted(session, chamber.facilitator, [member], words(commitment))
    with pytest.raises(Invalid):
        endorse(commitment, chamber, agreement)


def test_a_changed_text_is_not_backed_any_more(chamber, commitment):
    agreement = adopted(chamber, words(commitment))
    endorse(commitment, chamber, agreement)
    commitments.write(commitment, "objetivo", chamber.facilitator, objective="Otro objetivo.")
    assert commitment.endorsement is None
    assert steps(commitment) == ["commitment.endorsed", "commitment.endorsement_voided"]
    with pytest.raises(Invalid):
        endorse(commitment, chamber, agreement)
    assert endorse(commitment, chamber, adopted(chamber, words(commitment))).commitment_id == commitment.id


def test_what_both_signed_is_backed_too_and_stays(chamber):
    commitment, of = commitments.complete(chamber.cycle)
    said = words(commitment)
    commitments.sign(commitment, of)
    assert commitment.is_signed
    assert endorse(commitment, chamber, adopted(chamber, said)).fingerprint == commitment.fingerprint


def test_only_the_facilitation_records_it_and_once(chamber):
    commitment, of = commitments.complete(chamber.cycle)
    agreement = adopted(chamber, words(commitment))
    for someone in (chamber.titulars[0], of.official):
        with pytest.raises(Denied), transaction():
            operations.endorse(actor=someone, commitment=commitment, decision=agreement.reference, now=NOW)
    endorse(commitment, chamber, agreement)
    with pytest.raises(Denied) as again:
        endorse(commitment, chamber, agreement)
    assert str(again.value.message) == "El aval del foro a este texto ya está registrado."


def test_nothing_is_recorded_while_no_stage_opens_signing(chamber, commitment):
    agreement = adopted(chamber, words(commitment))
    stage = next(one for one in chamber.cycle.stages if one.kind is StageKind.DRAFTING)
    stage.ends_at = NOW
    db.session.commit()
    with pytest.raises(Denied):
        endorse(commitment, chamber, agreement)


def test_the_page_tells_the_words_and_records_what_names_them(chamber, commitment, client):
    client.sign_in(chamber.facilitator)
    address = f"/compromisos/{commitment.reference}/aval"
    page = client.get(address)
    assert words(commitment) in page.get_data(as_text=True)
    assert "Ninguna lo nombra todavía" in page.get_data(as_text=True)
    agreement = adopted(chamber, words(commitment))
    assert client.post(address, data={}).status_code == 422
    assert client.post(address, data={"decision": "OTRA-1"}).status_code == 422
    assert client.post(address, data={"decision": agreement.reference}).status_code == 303
    shown = client.get(f"/compromisos/{commitment.reference}").get_data(as_text=True)
    assert "Dio su aval" in shown
    assert f"/acuerdos/{agreement.reference}" in shown
