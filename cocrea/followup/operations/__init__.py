"""Writing the roadmap before the signatures, and reporting and verifying progress after them."""

from cocrea.followup.operations.progress import add_evidence, dispute, set_status, verify
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
)

__all__ = [
    "ActionText",
    "ActivityText",
    "action_text",
    "activity_text",
    "add_action",
    "add_activity",
    "add_evidence",
    "change_action",
    "change_activity",
    "dispute",
    "remove_action",
    "remove_activity",
    "set_status",
    "verify",
]
