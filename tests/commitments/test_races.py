"""Two signatures at once, signing while someone edits, taking up a proposal twice: on real connections."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.audit.canonical import canonical_json
from cocrea.audit.models import HistoryRecord
from cocrea.commitments import operations, sections
from cocrea.commitments.models import Commitment, Party
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied
from cocrea.extensions import db
from cocrea.proposals.models import Proposal
from tests.conftest import NOW
from tests.factories import commitments, cycles
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


def _signing(party: Party, base: str) -> Callable[..., Any]:
    return lambda actor, found: operations.sign(actor=actor, commitment=found, party=party, base=base, now=NOW)


def _writing(base: str, text: str) -> Callable[..., Any]:
    section = sections.BY_SLUG["solucion"]
    content = {"body": text, "solution": "Así"}
    return lambda actor, found: operations.revise(
        actor=actor, commitment=found, section=section, content=content, base=base, now=NOW
    )


def _records(action: str) -> int:
    statement = sa.select(sa.func.count()).select_from(HistoryRecord).where(HistoryRecord.action == action)
    return db.session.scalar(statement) or 0


def test_both_parties_signing_at_once_freeze_the_text_once(committed_app):
    commitment, of = commitments.complete()
    base = commitments.present_fingerprint(commitment)
    calls = [_as(of.signer(party), commitment, _signing(party, base)) for party in (*Party, *Party)]
    answers = at_once(committed_app, calls)
    assert answers.count("done") == 2
    assert all(isinstance(answer, Denied) for answer in answers if answer != "done"), answers
    db.session.rollback()
    assert commitment.fingerprint == base
    assert _records("commitment.signed") == 2
    assert _records("commitment.sealed") == 1


def test_no_signature_ever_stands_on_a_text_that_was_edited(committed_app):
    commitment, of = commitments.complete()
    base = commitments.present_fingerprint(commitment)
    written = sections.fingerprint(commitment, sections.BY_SLUG["solucion"])
    calls = [_as(of.signer(party), commitment, _signing(party, base)) for party in Party]
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
