"""The public board, the roadmap of a commitment, and its activities with their evidence."""

from cocrea.followup import words
from cocrea.followup.views import (
    activity,
    assessments,
    board,
    commitment_reports,
    embeds,
    exchange,
    offers,
    roadmap,
    taking_along,
    work,
)
from cocrea.followup.views.base import bp, commitment_panel

__all__ = [
    "activity",
    "assessments",
    "board",
    "bp",
    "commitment_panel",
    "commitment_reports",
    "embeds",
    "exchange",
    "offers",
    "roadmap",
    "taking_along",
    "words",
    "work",
]
