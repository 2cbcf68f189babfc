"""Counting votes, and checking a published count, without database or application."""

from __future__ import annotations

from cocrea.voting.counting.again import agrees, second_count
from cocrea.voting.counting.ballots import CHOICES, BallotFault, blank, fault, normal
from cocrea.voting.counting.checks import (
    CHECKS,
    FORMAT,
    WITH_PAPERS,
    ballots_root,
    checked,
    differences,
    faults,
    terms_of,
)
from cocrea.voting.counting.contests import count, is_represented
from cocrea.voting.counting.elections import Ballot, Candidate, Election, Kind, Outcome, Tie, published
from cocrea.voting.counting.rolls import entry_fault, proof_of_entry, proves_entry, roll_fingerprint
from cocrea.voting.counting.rules import RULES, SETS, Unfit, tally
from cocrea.voting.counting.terms import WITH_BUDGET, WITH_THRESHOLD, Base, Style, Terms
from cocrea.voting.counting.typed import MOST_CHARACTERS, LineFault, Unread, read_line

__all__ = [
    "CHECKS",
    "CHOICES",
    "FORMAT",
    "MOST_CHARACTERS",
    "RULES",
    "SETS",
    "WITH_BUDGET",
    "WITH_PAPERS",
    "WITH_THRESHOLD",
    "Ballot",
    "BallotFault",
    "Base",
    "Candidate",
    "Election",
    "Kind",
    "LineFault",
    "Outcome",
    "Style",
    "Terms",
    "Tie",
    "Unfit",
    "Unread",
    "agrees",
    "ballots_root",
    "blank",
    "checked",
    "count",
    "differences",
    "entry_fault",
    "fault",
    "faults",
    "is_represented",
    "normal",
    "proof_of_entry",
    "proves_entry",
    "published",
    "read_line",
    "roll_fingerprint",
    "second_count",
    "tally",
    "terms_of",
]
