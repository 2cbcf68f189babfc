"""The life of a proposal, by who acts on it."""

from cocrea.proposals.operations.amendments import accept, amend, decline, promote, take_back
from cocrea.proposals.operations.asking import ask_back, reply
from cocrea.proposals.operations.attaching import attach, detach
from cocrea.proposals.operations.coauthors import invite_coauthor, leave, take_offered, withdraw_offer
from cocrea.proposals.operations.correcting import correct
from cocrea.proposals.operations.drafts import keep_new, keep_text, says_the_same
from cocrea.proposals.operations.preparing import (
    check_ready,
    prepare,
    prepare_each,
    publish_due,
    publish_each,
    publish_prepared,
    schedule,
    write_note,
)
from cocrea.proposals.operations.rearranging import (
    LONGEST_WAIT,
    MOST_MERGED,
    MOST_PARTS,
    Plan,
    answer,
    cancel,
    conclude,
    lapse_due,
    propose,
    reading,
    settle_consented,
    unasked,
    undo,
)
from cocrea.proposals.operations.recording import record
from cocrea.proposals.operations.reminding import remind_of_answers, tell_of_moving, tell_of_routings
from cocrea.proposals.operations.responding import (
    AT_ONCE,
    Answer,
    respond,
    respond_to_each,
)
from cocrea.proposals.operations.routing import declare_days_off, drop_day_off, route, unroute
from cocrea.proposals.operations.steps import admit, move, reject
from cocrea.proposals.operations.writing import Content, draft, publish, revise, withdraw

__all__ = [
    "AT_ONCE",
    "LONGEST_WAIT",
    "MOST_MERGED",
    "MOST_PARTS",
    "Answer",
    "Content",
    "Plan",
    "accept",
    "admit",
    "amend",
    "answer",
    "ask_back",
    "attach",
    "cancel",
    "check_ready",
    "conclude",
    "correct",
    "declare_days_off",
    "decline",
    "detach",
    "draft",
    "drop_day_off",
    "invite_coauthor",
    "keep_new",
    "keep_text",
    "lapse_due",
    "leave",
    "move",
    "prepare",
    "prepare_each",
    "promote",
    "propose",
    "publish",
    "publish_due",
    "publish_each",
    "publish_prepared",
    "reading",
    "record",
    "reject",
    "remind_of_answers",
    "reply",
    "respond",
    "respond_to_each",
    "revise",
    "route",
    "says_the_same",
    "schedule",
    "settle_consented",
    "take_back",
    "take_offered",
    "tell_of_moving",
    "tell_of_routings",
    "unasked",
    "undo",
    "unroute",
    "withdraw",
    "withdraw_offer",
    "write_note",
]
