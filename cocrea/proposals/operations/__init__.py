"""The life of a proposal, by who acts on it."""

from cocrea.proposals.operations.responding import respond
from cocrea.proposals.operations.steps import admit, move, reject
from cocrea.proposals.operations.writing import Content, draft, publish, revise, withdraw

__all__ = ["Content", "admit", "draft", "move", "publish", "reject", "respond", "revise", "withdraw"]
