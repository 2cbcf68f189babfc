"""Counting votes, and checking a published count, without database or application."""

from __future__ import annotations

from cocrea.voting.counting.again import agrees, second_count
from cocrea.voting.counting.ballots import CHOICES, BallotFault, blank, fault, normal
from cocrea.voting.counting.checks import CHECKS, FORMAT, ballots_root, faults, terms_of
from cocrea.voting.counting.contests import count, is_represented
from cocrea.voting.counting.elections import Ballot, Candidate, Election, Kind, Outcome, Tie, published
from cocrea.voting.counting.rolls import proof_of_entry, proves_entry, roll_fingerprint
from cocrea.voting.counting.rules import RULES, SETS, Unfit, tally
from cocrea.voting.counting.terms import Base, Style, Terms

__all__ = [
    "CHECKS",
    "CHOICES",
    "FORMAT",
    "RULES",
    "SETS",
    "Ballot",
    "BallotFault",
    "Base",
    "Candidate",
    "Election",
    "Kind",
    "Outcome",
    "Style",
    "Terms",
    "Tie",
    "Unfit",
    "agrees",
    "ballots_root",
    "blank",
    "count",
    "fault",
    "faults",
    "is_represented",
    "normal",
    "proof_of_entry",
    "proves_entry",
    "published",
    "roll_fingerprint",
    "second_count",
    "tally",
    "terms_of",
]
