"""The life of a proposal, by who acts on it."""

from cocrea.proposals.operations.amendments import accept, amend, decline, promote, take_back
from cocrea.proposals.operations.responding import respond
from cocrea.proposals.operations.routing import declare_days_off, drop_day_off, route, unroute
from cocrea.proposals.operations.steps import admit, move, reject
from cocrea.proposals.operations.writing import Content, draft, publish, revise, withdraw

__all__ = [
    "Content",
    "accept",
    "admit",
    "amend",
    "declare_days_off",
    "decline",
    "draft",
    "drop_day_off",
    "move",
    "promote",
    "publish",
    "reject",
    "respond",
    "revise",
    "route",
    "take_back",
    "unroute",
    "withdraw",
]
