"""What is done to commitments."""

from cocrea.commitments.operations.amendments import (
    adopt_amendment,
    decline_amendment,
    propose_amendment,
    withdraw_amendment,
)
from cocrea.commitments.operations.drafting import (
    NEW,
    draft_from_proposal,
    draft_proactive,
    import_draft,
    refuse_second_plan,
    revise,
    sign,
    text_changed,
)
from cocrea.commitments.operations.endorsing import endorse
from cocrea.commitments.operations.keeping import keep_section, says_the_same
from cocrea.commitments.operations.passages import comment_on_passage
from cocrea.commitments.operations.plans import publish_plan, publish_version, write_plan
from cocrea.commitments.operations.review import PlanReply, answer_comments, comment_plan, correct_plan_answer
from cocrea.commitments.operations.turns import TURN, Busy, ask_for_turn, release_turn, take_turn

__all__ = [
    "NEW",
    "TURN",
    "Busy",
    "PlanReply",
    "adopt_amendment",
    "answer_comments",
    "ask_for_turn",
    "comment_on_passage",
    "comment_plan",
    "correct_plan_answer",
    "decline_amendment",
    "draft_from_proposal",
    "draft_proactive",
    "endorse",
    "import_draft",
    "keep_section",
    "propose_amendment",
    "publish_plan",
    "publish_version",
    "refuse_second_plan",
    "release_turn",
    "revise",
    "says_the_same",
    "sign",
    "take_turn",
    "text_changed",
    "withdraw_amendment",
    "write_plan",
]
