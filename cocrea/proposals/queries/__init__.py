"""Reading proposals, by what for."""

from cocrea.proposals.queries.amendments import (
    amendment_counts,
    amendments,
    credited,
    origin,
    rivals,
    visible_amendment,
)
from cocrea.proposals.queries.figures import figures
from cocrea.proposals.queries.lists import (
    EXPORTED,
    Filter,
    compared,
    count,
    institutions,
    listing,
    tables,
    taken_along,
)
from cocrea.proposals.queries.proposals import (
    addressing,
    problem_choices,
    problems_by_reference,
    visible_proposal,
    with_status,
)
from cocrea.proposals.queries.responses import institutions_of, responses, responses_to
from cocrea.proposals.queries.routings import (
    QueueState,
    days_off,
    days_off_from,
    institution,
    public_institutions,
    queue,
    routings,
    unrouted,
    unrouted_counts,
    waiting,
)
from cocrea.proposals.queries.versioning import (
    numbered,
    version_list,
    versioned_proposal,
    versions,
    visible_version,
)
from cocrea.proposals.queries.work import todo

__all__ = [
    "EXPORTED",
    "Filter",
    "QueueState",
    "addressing",
    "amendment_counts",
    "amendments",
    "compared",
    "count",
    "credited",
    "days_off",
    "days_off_from",
    "figures",
    "institution",
    "institutions",
    "institutions_of",
    "listing",
    "numbered",
    "origin",
    "problem_choices",
    "problems_by_reference",
    "public_institutions",
    "queue",
    "responses",
    "responses_to",
    "rivals",
    "routings",
    "tables",
    "taken_along",
    "todo",
    "unrouted",
    "unrouted_counts",
    "version_list",
    "versioned_proposal",
    "versions",
    "visible_amendment",
    "visible_proposal",
    "visible_version",
    "waiting",
    "with_status",
]
