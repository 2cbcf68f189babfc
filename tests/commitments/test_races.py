"""Two signatures at once, signing while someone edits, taking up a proposal twice: on real connections."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person, Role
from cocrea.audit.canonical import canonical_json
from cocrea.audit.models import HistoryRecord
from cocrea.commitments import endorsing, operations, sections
from cocrea.commitments.models import Commitment, ForumEndorsement, Party, PlanComment, PlanPart, SectionLock
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.proposals.models import Proposal
from tests.conftest import NOW
from tests.factories import agreements, commitments, cycles, forums, review
from tests.factories.accounts import fresh_code, grant, person
from tests.real import at_once

pytestmark = pytest.mark.slow


def _as(person: Person, row: Any, act: Callable[..., Any]) -> Callable[[], Any]:
    """What one request does: load the person and the thing, then act."""
    kind, row_id, person_id = type(row), row.id, person.id

    def call() -> Any:
        found, actor = db.session.get_one(kind, row_id), db.session.get_one(Person, person_id)
        with transaction():
            act(actor, found)
        return "done"

    return call


def _signing(party: Party, base: str, code: str) -> Callable[..., Any]:
    return lambda actor, found: operations.sign(
        actor=actor, commitment=found, party=party, base=base, code=code, now=NOW
    )


def _writing(base: str, text: str) -> Callable[..., Any]:
    section = sections.BY_SLUG["solucion"]
    content = {"body": text, "solution": "Así"}
    return lambda actor, found: operations.revise(
        actor=actor, commitment=found, section=section, content=content, base=base, now=NOW
    )


def _endorsing(decision: str) -> Callable[..., Any]:
    return lambda actor, found: operations.endorse(actor=actor, commitment=found, decision=decision, now=NOW)


def _records(action: str) -> int:
    statement = sa.select(sa.func.count()).select_from(HistoryRecord).where(HistoryRecord.action == action)
    return db.session.scalar(statement) or 0


def test_both_parties_signing_at_once_freeze_the_text_once(committed_app):
    commitment, of = commitments.complete()
    base = commitments.present_fingerprint(commitment)
    codes = {party: fresh_code(of.signer(party)) for party in Party}
    calls = [_as(of.signer(party), commitment, _signing(party, base, codes[party])) for party in (*Party, *Party)]
    answers = at_once(committed_app, calls)
    assert answers.count("done") == 2
    assert all(isinstance(answer, Denied) for answer in answers if answer != "done"), answers
    db.session.rollback()
    assert commitment.fingerprint == base
    assert _records("commitment.signed") == 2
    assert _records("commitment.sealed") == 1


def test_one_code_signs_one_of_two_commitments_at_once(committed_app):
    cycle = commitments.drafting_cycle()
    (first, of), (second, other) = commitments.complete(cycle), commitments.complete(cycle)
    grant(of.official, Role.OFFICIAL, other.lead)
    code = fresh_code(of.official)
    calls = [
        _as(of.official, found, _signing(Party.LEAD, commitments.present_fingerprint(found), code))
        for found in (first, second)
    ]
    answers = at_once(committed_app, calls)
    assert answers.count("done") == 1, answers
    assert [answer.field for answer in answers if isinstance(answer, Invalid)] == ["code"]
    db.session.rollback()
    assert _records("commitment.signed") == 1


def test_the_forum_never_backs_a_text_that_was_edited(committed_app):
    chamber = forums.chamber(StageKind.PREPARATION, StageKind.PROPOSALS, StageKind.DRAFTING)
    commitment, of = commitments.complete(chamber.cycle)
    said = str(endorsing.wording(commitment.reference, commitments.present_fingerprint(commitment)))
    agreement = agreements.adopted(chamber.session(), chamber.facilitator, chamber.titulars, said)
    written = sections.fingerprint(commitment, sections.BY_SLUG["solucion"])
    answers = at_once(
        committed_app,
        [
            _as(of.facilitator, commitment, _writing(written, "Otra cosa")),
            _as(chamber.facilitator, commitment, _endorsing(agreement.reference)),
            _as(chamber.facilitator, commitment, _endorsing(agreement.reference)),
        ],
    )
    assert all(answer == "done" or isinstance(answer, Invalid | Denied) for answer in answers), answers
    db.session.rollback()
    assert db.session.get(ForumEndorsement, commitment.id) is None
    assert _records("commitment.endorsed") == _records("commitment.endorsement_voided") <= 1


def test_no_signature_ever_stands_on_a_text_that_was_edited(committed_app):
    commitment, of = commitments.complete()
    base = commitments.present_fingerprint(commitment)
    written = sections.fingerprint(commitment, sections.BY_SLUG["solucion"])
    codes = {party: fresh_code(of.signer(party)) for party in Party}
    calls = [_as(of.signer(party), commitment, _signing(party, base, codes[party])) for party in Party]
    answers = at_once(committed_app, [*calls, _as(of.facilitator, commitment, _writing(written, "Otra cosa"))])
    assert all(answer == "done" or isinstance(answer, Conflict | Denied) for answer in answers), answers
    db.session.rollback()
    present = commitments.present_fingerprint(commitment)
    assert {signature.fingerprint for signature in commitment.signatures} <= {present}
    if commitment.is_signed:
        assert sha256(canonical_json(commitment.signed_text).encode()).hexdigest() == commitment.fingerprint


def test_of_many_editors_one_saves_and_the_others_are_told(committed_app):
    commitment, of = commitments.complete()
    base = sections.fingerprint(commitment, sections.BY_SLUG["solucion"])
    version = commitment.version
    people = (of.facilitator, of.official, of.watcher)
    answers = at_once(
        committed_app, [_as(person, commitment, _writing(base, f"De {person.id}")) for person in people * 2]
    )
    assert answers.count("done") == 1
    assert all(isinstance(answer, Conflict) for answer in answers if answer != "done"), answers
    db.session.rollback()
    assert commitment.version == version + 1


def test_a_proposal_is_taken_up_once_and_numbers_do_not_repeat(committed_app):
    cycle = commitments.drafting_cycle()
    facilitator = cycles.facilitator(cycle)
    selected: list[Proposal] = [commitments.selected(cycle) for _ in range(3)]

    def begin(actor: Person, found: Proposal) -> None:
        operations.draft_from_proposal(actor=actor, proposal=found, now=NOW)

    answers = at_once(committed_app, [_as(facilitator, proposal, begin) for proposal in selected * 2])
    assert answers.count("done") == 3
    db.session.rollback()
    assert sorted(db.session.scalars(sa.select(Commitment.number))) == [1, 2, 3]


def _taking(actor: Person, found: Commitment) -> None:
    operations.take_turn(actor=actor, commitment=found, section=sections.BY_SLUG["solucion"], now=NOW)


def test_of_two_who_open_a_section_at_once_one_has_the_turn(committed_app):
    commitment, of = commitments.complete()
    outcomes = at_once(committed_app, [_as(one, commitment, _taking) for one in (of.official, of.watcher)])
    assert [type(one) for one in outcomes if one != "done"] == [operations.Busy]
    db.session.rollback()
    assert db.session.query(SectionLock).count() == 1


def test_of_two_who_take_over_an_expired_turn_one_has_it(committed_app):
    commitment, of = commitments.complete()
    expired = SectionLock(
        commitment_id=commitment.id, section="solucion", holder_id=of.facilitator.id, expires_at=NOW
    )
    db.session.add(expired)
    db.session.commit()
    outcomes = at_once(committed_app, [_as(one, commitment, _taking) for one in (of.official, of.watcher)])
    assert [type(one) for one in outcomes if one != "done"] == [operations.Busy]


def test_of_two_answers_at_once_each_comment_has_one(committed_app):
    cycle = review.reviewed_cycle()
    comments = [review.comment(cycle) for _ in range(3)]
    ids = [comment.id for comment in comments]

    def answering(said, order):
        def act(actor, found):
            operations.answer_comments(
                actor=actor, cycle=found, comments=[db.session.get_one(PlanComment, ids[n]) for n in order],
                reply=said, now=NOW,
            )  # fmt: skip

        return act

    orders = (review.reply(reasons="Una."), (0, 1, 2)), (review.reply(reasons="Otra."), (2, 1, 0))
    calls = [_as(cycles.facilitator(cycle), cycle, answering(*one)) for one in orders]
    answers = at_once(committed_app, calls)
    assert sorted(str(one) for one in answers) == ["Conflict", "done"], answers
    db.session.rollback()
    assert len({db.session.get_one(PlanComment, number).answer_id for number in ids}) == 1
    assert _records("plan_comment.answered") == 3


def test_a_comment_sent_twice_at_once_is_kept_once(committed_app):
    cycle, author = review.reviewed_cycle(), person()

    def act(key):
        return lambda actor, found: operations.comment_plan(
            actor=actor, cycle=found, part=PlanPart.PLAN, body="Falta el mapa.", form_key=key, now=NOW
        )

    answers = at_once(committed_app, [_as(author, cycle, act(key)) for key in ("a", "a", "b")])
    assert all(one == "done" or isinstance(one, Invalid) for one in answers), answers
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PlanComment)) == 1


def test_no_plan_is_published_over_a_comment_that_came_first(committed_app):
    cycle = review.reviewed_cycle()
    commitments.signed(cycle)

    def comment(actor, found):
        operations.comment_plan(actor=actor, cycle=found, part=PlanPart.PLAN, body="Falta el mapa.", now=NOW)

    def publish(actor, found):
        operations.publish_plan(actor=actor, cycle=found, title="Plan", introduction="", left_out={}, now=NOW)

    answers = at_once(committed_app, [_as(person(), cycle, comment), _as(cycles.steward(cycle), cycle, publish)])
    assert answers[0] == "done"
    db.session.rollback()
    order = sa.select(HistoryRecord.action).where(
        HistoryRecord.action.in_(("plan_comment.published", "plan.published"))
    )
    told = list(db.session.scalars(order.order_by(HistoryRecord.id)))
    published = answers[1] == "done"
    assert told == (["plan.published", "plan_comment.published"] if published else ["plan_comment.published"])
