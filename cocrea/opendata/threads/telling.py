"""What happened to the things of a thread, whatever it is, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Organisation
from cocrea.audit.models import HistoryRecord
from cocrea.commitments.models import Commitment, CommitmentVersion, Party, Signature
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Amendment, ProposalVersion
from cocrea.tables.models import Agreement, AgreementStep, Session
from cocrea.tables.queries import is_whole

JUDGED = ("activity.complete", "activity.disputed", "activity.verified")
WORDS = ("reference", "said", "sector", "what", "part", "visibility")


class Told(StrEnum):
    """The sorts of what is told."""

    VERSION = "version"
    SIGNATURE = "signature"
    AMENDMENT = "amendment"
    AGREEMENT = "agreement"
    JUDGEMENT = "judgement"


def told(
    *, proposals: Collection[int], commitments: Collection[int], tables: Collection[int], activities: Collection[str]
) -> list[Any]:
    """Oldest first: its `sort`, the id `of` what it happened to (of an activity the `reference`), `number`, `at`, and
    as text, or None, whatever of `WORDS` it has."""
    parts = [
        *((_proposed(proposals), _amended(proposals)) if proposals else ()),
        *((_drafted(commitments), _signed(commitments)) if commitments else ()),
        *((_agreed(tables),) if tables else ()),
        *((_judged(activities),) if activities else ()),
    ]
    return list(db.session.execute(sa.union_all(*parts).order_by("at", "number"))) if parts else []


def _telling(sort: Told, of: Any, number: Any, at: Any, **words: Any) -> Any:
    texts = (sa.cast(words.get(name, sa.null()), sa.Text).label(name) for name in WORDS)
    return sa.select(
        sa.literal(sort.value).label("sort"), of.label("of"), number.label("number"), at.label("at"), *texts
    )


def _proposed(proposals: Collection[int]) -> Any:
    version = ProposalVersion
    telling = _telling(Told.VERSION, version.proposal_id, version.number, version.created_at, said=version.why)
    return telling.where(version.proposal_id.in_(proposals))


def _drafted(commitments: Collection[int]) -> Any:
    version = CommitmentVersion
    telling = _telling(Told.VERSION, version.commitment_id, version.number, version.created_at, said=version.section)
    return telling.where(version.commitment_id.in_(commitments))


def _signed(commitments: Collection[int]) -> Any:
    commitment, party = Commitment.__table__.c, Organisation
    by_party = sa.case((Signature.party == Party.LEAD, commitment.lead_id), else_=commitment.counterpart_id)
    own = {"said": party.name, "sector": party.sector}
    return (
        _telling(Told.SIGNATURE, Signature.commitment_id, sa.literal(0), Signature.signed_at, **own)
        .join_from(Signature, Commitment.__table__, commitment.id == Signature.commitment_id)
        .outerjoin(party, party.id == by_party)
        .where(Signature.commitment_id.in_(commitments))
    )


def _amended(proposals: Collection[int]) -> Any:
    """What others proposed to change, as far as it was ever public; of what was hidden, that it was."""
    amendment, shared = Amendment.__table__.c, Contribution.__table__.c
    own = {"said": amendment.status_reason, "what": amendment.status, "part": amendment.part}
    common = {"reference": shared.reference, "visibility": shared.visibility, "sector": shared.author_sector}
    return (
        _telling(Told.AMENDMENT, amendment.proposal_id, shared.id, shared.published_at, **own, **common)
        .join_from(Amendment.__table__, shared.id.table, shared.id == amendment.id)
        .where(amendment.proposal_id.in_(proposals), shared.visibility != Visibility.DRAFT)
    )


def _agreed(tables: Collection[int]) -> Any:
    """What was adopted at these tables."""
    own = {"reference": Agreement.reference, "said": Agreement.text}
    return (
        _telling(Told.AGREEMENT, Session.table_id, Agreement.id, Agreement.closed_at, **own)
        .join_from(Agreement, Session, Session.id == Agreement.session_id)
        .where(Session.table_id.in_(tables), is_whole(), Agreement.step == AgreementStep.ADOPTED)
    )


def _judged(activities: Collection[str]) -> Any:
    """When activities were reported complete, disputed and verified, as the history has it."""
    own = {"reference": HistoryRecord.subject, "what": HistoryRecord.action}
    telling = _telling(Told.JUDGEMENT, sa.literal(0), HistoryRecord.id, HistoryRecord.at, **own)
    return telling.where(HistoryRecord.subject.in_(activities), HistoryRecord.action.in_(JUDGED))
