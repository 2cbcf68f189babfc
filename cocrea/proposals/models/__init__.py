"""What is kept of proposals, by what it is about."""

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
    "STATUS_LABELS",
    "TRANSITIONS",
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
