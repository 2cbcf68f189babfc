"""Reading roadmaps, activities and the board; figures are added up by the database."""

from cocrea.followup.queries.assessments import Found, assessments, own_assessment, to_assess, visible_report
from cocrea.followup.queries.board import (
    EXPORTED,
    WEEK,
    BoardRow,
    Filter,
    State,
    attention,
    changes,
    due_dates,
    grouped,
    leads,
    listing,
    taken_along,
    whole,
)
from cocrea.followup.queries.commitment_reports import whole_reports
from cocrea.followup.queries.exchange import directory, numbers_taken, standing, standing_one
from cocrea.followup.queries.figures import By, Figures, figures, together
from cocrea.followup.queries.offers import offered_file, offers, visible_offer
from cocrea.followup.queries.reminding import Occasion, activities_to_remind
from cocrea.followup.queries.roadmap import (
    key_actions,
    planned,
    progress_of,
    references,
    today,
    visible_action,
    visible_activity,
    visible_evidence,
)
from cocrea.followup.queries.work import followed_activities, todo, work

__all__ = [
    "EXPORTED",
    "WEEK",
    "BoardRow",
    "By",
    "Figures",
    "Filter",
    "Found",
    "Occasion",
    "State",
    "activities_to_remind",
    "assessments",
    "attention",
    "changes",
    "directory",
    "due_dates",
    "figures",
    "followed_activities",
    "grouped",
    "key_actions",
    "leads",
    "listing",
    "numbers_taken",
    "offered_file",
    "offers",
    "own_assessment",
    "planned",
    "progress_of",
    "references",
    "standing",
    "standing_one",
    "taken_along",
    "to_assess",
    "today",
    "todo",
    "together",
    "visible_action",
    "visible_activity",
    "visible_evidence",
    "visible_offer",
    "visible_report",
    "whole",
    "whole_reports",
    "work",
]
