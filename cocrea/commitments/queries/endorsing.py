"""Decisions of the forum that back the text of a commitment."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, lazyload

from cocrea.commitments import endorsing
from cocrea.commitments.models import Commitment
from cocrea.extensions import db
from cocrea.tables.models import Agreement, AgreementStep, Session, Table
from cocrea.tables.queries import is_whole
from cocrea.voting.models import Contest, ElectorateRule
from cocrea.voting.rules import RuleName

Decision = Agreement | Contest


def endorsing_decisions(commitment: Commitment, fingerprint: str) -> list[Decision]:
    """Agreements that the forum's plenary adopted, and votes of its seats that said yes, in the commitment's cycle,
    whose words name it and this fingerprint of its text. Two statements."""
    said: list[tuple[Decision, str]] = [*_agreements(commitment), *_contests(commitment)]
    return [one for one, words in said if endorsing.backs(words, commitment.reference, fingerprint)]


def _agreements(commitment: Commitment) -> Iterator[tuple[Agreement, str]]:
    statement = (
        sa.select(Agreement)
        .join(Agreement.session)
        .join(Session.table)
        .where(
            is_whole(),
            Table.cycle_id == commitment.cycle_id,
            Table.forum_id.is_not(None),
            Agreement.step == AgreementStep.ADOPTED,
            Agreement.text.icontains(commitment.reference, autoescape=True),
        )
        .options(contains_eager(Agreement.session), lazyload(Agreement.duties))
        .order_by(Agreement.closed_at)
    )
    return ((agreement, agreement.text) for agreement in db.session.scalars(statement))


def _contests(commitment: Commitment) -> Iterator[tuple[Contest, str]]:
    """Votes on one thing, so that what won is what the words say."""
    statement = (
        sa.select(Contest)
        .where(
            Contest.cycle_id == commitment.cycle_id,
            Contest.electorate == ElectorateRule.FORUM,
            Contest.rule == RuleName.YES_NO,
            Contest.counted_at.is_not(None),
            Contest.cancelled_at.is_(None),
        )
        .order_by(Contest.counted_at)
    )
    for contest in db.session.scalars(statement):
        if len(contest.options) == 1 and contest.result["winners"]:
            yield contest, " ".join((contest.question, contest.explanation_source, contest.options[0].title))
