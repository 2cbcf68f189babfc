"""The life of a proposal, by who acts on it."""

from cocrea.proposals.operations.amendments import accept, amend, decline, promote, take_back
from cocrea.proposals.operations.asking import ask_back, reply
from cocrea.proposals.operations.coauthors import invite_coauthor, leave, take_offered, withdraw_offer
from cocrea.proposals.operations.responding import (
    AT_ONCE,
    Answer,
    prepare,
    publish_due,
    publish_prepared,
    respond,
    respond_to_each,
    schedule,
    write_note,
)
from cocrea.proposals.operations.routing import declare_days_off, drop_day_off, route, unroute
from cocrea.proposals.operations.steps import admit, move, reject
from cocrea.proposals.operations.writing import Content, draft, publish, revise, withdraw

__all__ = [
    "AT_ONCE",
    "Answer",
    "Content",
    "accept",
    "admit",
    "amend",
    "ask_back",
    "declare_days_off",
    "decline",
    "draft",
    "drop_day_off",
    "invite_coauthor",
    "leave",
    "move",
    "prepare",
    "promote",
    "publish",
    "publish_due",
    "publish_prepared",
    "reject",
    "reply",
    "respond",
    "respond_to_each",
    "revise",
    "route",
    "schedule",
    "take_back",
    "take_offered",
    "unroute",
    "withdraw",
    "withdraw_offer",
    "write_note",
]
