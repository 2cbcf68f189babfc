"""Verbs of the consultation, by what they are about."""

from cocrea.consultation.operations.drafts import keep_draft
from cocrea.consultation.operations.entries import enter, tell_workshop
from cocrea.consultation.operations.merging import MOST_MERGED, merge_into_synthesis, merge_problems, undo_merge
from cocrea.consultation.operations.opinions import analysed, keep_opinions
from cocrea.consultation.operations.packs import publish_pack, publish_version, see_pack, told
from cocrea.consultation.operations.paper import Said, count_paper
from cocrea.consultation.operations.photos import add_photos, photographs, remove_photo
from cocrea.consultation.operations.problems import DETAILS, MOST_TARGETS, Content, edit_problem, publish_problem
from cocrea.consultation.operations.statements import (
    admit_statement,
    answer_anonymously,
    answer_statement,
    decline_statement,
    edit_statement,
    propose_statement,
    take_back_statement,
)
from cocrea.consultation.operations.topics import add_topic, correct_topic, support_topic, unsupport_topic
from cocrea.consultation.operations.trees import add_branch, edit_branch, remove_branch
from cocrea.consultation.operations.workshops import Plan, cancel_workshop, count_people, edit_workshop, plan_workshop

__all__ = [
    "DETAILS",
    "MOST_MERGED",
    "MOST_TARGETS",
    "Content",
    "Plan",
    "Said",
    "add_branch",
    "add_photos",
    "add_topic",
    "admit_statement",
    "analysed",
    "answer_anonymously",
    "answer_statement",
    "cancel_workshop",
    "correct_topic",
    "count_paper",
    "count_people",
    "decline_statement",
    "edit_branch",
    "edit_problem",
    "edit_statement",
    "edit_workshop",
    "enter",
    "keep_draft",
    "keep_opinions",
    "merge_into_synthesis",
    "merge_problems",
    "photographs",
    "plan_workshop",
    "propose_statement",
    "publish_pack",
    "publish_problem",
    "publish_version",
    "remove_branch",
    "remove_photo",
    "see_pack",
    "support_topic",
    "take_back_statement",
    "tell_workshop",
    "told",
    "undo_merge",
    "unsupport_topic",
]
