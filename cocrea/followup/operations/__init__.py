"""Writing the roadmap before the signatures, and reporting and verifying progress after them."""

from cocrea.followup.operations.assessments import REASONS_LIMIT, Coding, assess, coding_of
from cocrea.followup.operations.commitment_reports import REPORT_LIMIT, WholeReport, report_whole, whole_report_of
from cocrea.followup.operations.importing import Imported, import_commitments, judge
from cocrea.followup.operations.offers import accept_offer, decline_offer, offer_evidence
from cocrea.followup.operations.progress import dispute, verify
from cocrea.followup.operations.reminding import remind_of_activities
from cocrea.followup.operations.reporting import (
    AT_ONCE,
    Report,
    content_problems,
    hindrance,
    problems,
    report,
    report_several,
    state_of,
)
from cocrea.followup.operations.roadmap import (
    ActionText,
    ActivityText,
    action_text,
    activity_text,
    add_action,
    add_activity,
    change_action,
    change_activity,
    remove_action,
    remove_activity,
    reschedule,
)

__all__ = [
    "AT_ONCE",
    "REASONS_LIMIT",
    "REPORT_LIMIT",
    "ActionText",
    "ActivityText",
    "Coding",
    "Imported",
    "Report",
    "WholeReport",
    "accept_offer",
    "action_text",
    "activity_text",
    "add_action",
    "add_activity",
    "assess",
    "change_action",
    "change_activity",
    "coding_of",
    "content_problems",
    "decline_offer",
    "dispute",
    "hindrance",
    "import_commitments",
    "judge",
    "offer_evidence",
    "problems",
    "remind_of_activities",
    "remove_action",
    "remove_activity",
    "report",
    "report_several",
    "report_whole",
    "reschedule",
    "state_of",
    "verify",
    "whole_report_of",
]
