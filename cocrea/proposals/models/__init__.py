"""What is kept of proposals, by what it is about."""

from cocrea.proposals.models.amendments import AMENDMENT_TRANSITIONS, Amendment, AmendmentStatus
from cocrea.proposals.models.parts import Part
from cocrea.proposals.models.proposals import (
    STATUS_LABELS,
    TRANSITIONS,
    Proposal,
    ProposalProblem,
    ProposalStatus,
    ProposalVersion,
)
from cocrea.proposals.models.responses import Response, ResponseKind
from cocrea.proposals.models.routings import DayOff, Duty, Routing

__all__ = [
    "AMENDMENT_TRANSITIONS",
    "STATUS_LABELS",
    "TRANSITIONS",
    "Amendment",
    "AmendmentStatus",
    "DayOff",
    "Duty",
    "Part",
    "Proposal",
    "ProposalProblem",
    "ProposalStatus",
    "ProposalVersion",
    "Response",
    "ResponseKind",
    "Routing",
]
