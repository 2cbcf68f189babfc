"""Reading proposals, by what for."""

from cocrea.proposals.queries.figures import figures
from cocrea.proposals.queries.lists import EXPORTED, Filter, answering, compared, count, listing, tables, taken_along
from cocrea.proposals.queries.proposals import (
    addressing,
    problem_choices,
    problems_by_reference,
    visible_proposal,
    with_status,
)
from cocrea.proposals.queries.responses import institutions_of, responses, responses_to
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
    "addressing",
    "answering",
    "compared",
    "count",
    "figures",
    "institutions_of",
    "listing",
    "numbered",
    "problem_choices",
    "problems_by_reference",
    "responses",
    "responses_to",
    "tables",
    "taken_along",
    "todo",
    "version_list",
    "versioned_proposal",
    "versions",
    "visible_proposal",
    "visible_version",
    "with_status",
]
