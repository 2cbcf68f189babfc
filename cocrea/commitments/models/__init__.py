"""Commitments, the plan that they make, and what is commented on its draft."""

from cocrea.commitments.models.commitments import (
    ActionPlan,
    AmendmentState,
    Commitment,
    CommitmentAmendment,
    CommitmentPartner,
    CommitmentTarget,
    CommitmentVersion,
    ForumEndorsement,
    Origin,
    Party,
    PlanText,
    PlanVersion,
    SectionLock,
    Signature,
)
from cocrea.commitments.models.review import Outcome, PlanAnswer, PlanAnswerText, PlanComment, PlanPart

__all__ = [
    "ActionPlan",
    "AmendmentState",
    "Commitment",
    "CommitmentAmendment",
    "CommitmentPartner",
    "CommitmentTarget",
    "CommitmentVersion",
    "ForumEndorsement",
    "Origin",
    "Outcome",
    "Party",
    "PlanAnswer",
    "PlanAnswerText",
    "PlanComment",
    "PlanPart",
    "PlanText",
    "PlanVersion",
    "SectionLock",
    "Signature",
]
