"""What is kept of proposals, by what it is about."""

from cocrea.proposals.models.amendments import AMENDMENT_TRANSITIONS, Amendment, AmendmentStatus
from cocrea.proposals.models.answering import ANSWER_STEPS, AnswerDraft, AnswerNote, AnswerStep, answer_step
from cocrea.proposals.models.parts import Part
from cocrea.proposals.models.proposals import (
    STATUS_LABELS,
    TRANSITIONS,
    Proposal,
    ProposalProblem,
    ProposalStatus,
    ProposalTarget,
    ProposalVersion,
)
from cocrea.proposals.models.rearrangements import (
    PENDING,
    REARRANGEMENT_TRANSITIONS,
    Rearrangement,
    RearrangementAnswer,
    RearrangementKind,
    RearrangementSource,
    RearrangementState,
    RearrangementText,
)
from cocrea.proposals.models.responses import AnswerQuestion, Response, ResponseKind, ResponseVersion
from cocrea.proposals.models.reviews import Criterion, Finding, Found, ProposalReview
from cocrea.proposals.models.routings import DayOff, Duty, Routing

__all__ = [
    "AMENDMENT_TRANSITIONS",
    "ANSWER_STEPS",
    "PENDING",
    "REARRANGEMENT_TRANSITIONS",
    "STATUS_LABELS",
    "TRANSITIONS",
    "Amendment",
    "AmendmentStatus",
    "AnswerDraft",
    "AnswerNote",
    "AnswerQuestion",
    "AnswerStep",
    "Criterion",
    "DayOff",
    "Duty",
    "Finding",
    "Found",
    "Part",
    "Proposal",
    "ProposalProblem",
    "ProposalReview",
    "ProposalStatus",
    "ProposalTarget",
    "ProposalVersion",
    "Rearrangement",
    "RearrangementAnswer",
    "RearrangementKind",
    "RearrangementSource",
    "RearrangementState",
    "RearrangementText",
    "Response",
    "ResponseKind",
    "ResponseVersion",
    "Routing",
    "answer_step",
]
