"""The life of a proposal, by who acts on it."""

from cocrea.proposals.operations.responding import respond
from cocrea.proposals.operations.routing import declare_days_off, drop_day_off, route, unroute
from cocrea.proposals.operations.steps import admit, move, reject
from cocrea.proposals.operations.writing import Content, draft, publish, revise, withdraw

__all__ = [
    "Content",
    "admit",
    "declare_days_off",
    "draft",
    "drop_day_off",
    "move",
    "publish",
    "reject",
    "respond",
    "revise",
    "route",
    "unroute",
    "withdraw",
]
