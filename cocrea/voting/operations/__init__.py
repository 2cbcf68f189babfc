"""Calling a contest, freezing its electorate, casting ballots, sealing the box and counting it.

Nothing here writes a history record, a log line or a time for a single ballot: only that a person took part.
"""

from cocrea.voting.operations.calling import MAX_OPTIONS, NewOption, cancel, create_contest, extend
from cocrea.voting.operations.casting import cast, new_receipt
from cocrea.voting.operations.closing import seal
from cocrea.voting.operations.roll import empty_list, freeze, list_addresses, register_late, strike_address

__all__ = [
    "MAX_OPTIONS",
    "NewOption",
    "cancel",
    "cast",
    "create_contest",
    "empty_list",
    "extend",
    "freeze",
    "list_addresses",
    "new_receipt",
    "register_late",
    "seal",
    "strike_address",
]
