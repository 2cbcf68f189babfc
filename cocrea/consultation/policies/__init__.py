"""Who may do what in a consultation, by what it is about."""

from cocrea.consultation.policies.merging import can_merge, can_undo_merge
from cocrea.consultation.policies.problems import can_edit, can_publish, can_record, can_support_topic
from cocrea.consultation.policies.statements import (
    can_admit,
    can_answer,
    can_answer_anonymously,
    can_decline,
    can_edit_statement,
    can_give_answer,
    can_know_of,
    can_propose,
    can_read_opinions,
    can_read_text,
    can_take_back,
)
from cocrea.consultation.policies.topics import can_edit_topic
from cocrea.consultation.policies.trees import can_edit_branch, can_edit_tree
from cocrea.consultation.policies.workshops import (
    can_cancel_workshop,
    can_count_people,
    can_enter,
    can_run_workshop,
    can_see_photos,
    can_send_entries,
)

__all__ = [
    "can_admit",
    "can_answer",
    "can_answer_anonymously",
    "can_cancel_workshop",
    "can_count_people",
    "can_decline",
    "can_edit",
    "can_edit_branch",
    "can_edit_statement",
    "can_edit_topic",
    "can_edit_tree",
    "can_enter",
    "can_give_answer",
    "can_know_of",
    "can_merge",
    "can_propose",
    "can_publish",
    "can_read_opinions",
    "can_read_text",
    "can_record",
    "can_run_workshop",
    "can_see_photos",
    "can_send_entries",
    "can_support_topic",
    "can_take_back",
    "can_undo_merge",
]
