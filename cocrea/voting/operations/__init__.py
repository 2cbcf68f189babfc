"""Calling a contest, freezing its electorate, casting ballots, sealing the box and counting it.

Nothing here writes a history record, a log line or a time for a single ballot: only that a person took part.
"""

from cocrea.voting.operations.acting import Figures, scans, write_act
from cocrea.voting.operations.attending import (
    MOST_PRINTED,
    ask_for_paper,
    enter_signatures,
    free,
    give_back,
    mark,
    note_ballots_printed,
    note_sheet_printed,
)
from cocrea.voting.operations.booths import annul_booth, assign, change_booth, create_booth, relieve
from cocrea.voting.operations.calling import MAX_OPTIONS, NewOption, cancel, create_contest, extend
from cocrea.voting.operations.casting import cast, new_receipt
from cocrea.voting.operations.closing import seal
from cocrea.voting.operations.counting import tally
from cocrea.voting.operations.packs import publish_pack
from cocrea.voting.operations.reading import (
    MOST_PAPERS,
    decide,
    differing,
    hand_in,
    register_batch,
    save_draft,
    take,
    withdraw_batch,
)
from cocrea.voting.operations.recounting import confirm, dismiss, recount
from cocrea.voting.operations.roll import empty_list, freeze, list_addresses, register_late, strike_address

__all__ = [
    "MAX_OPTIONS",
    "MOST_PAPERS",
    "MOST_PRINTED",
    "Figures",
    "NewOption",
    "annul_booth",
    "ask_for_paper",
    "assign",
    "cancel",
    "cast",
    "change_booth",
    "confirm",
    "create_booth",
    "create_contest",
    "decide",
    "differing",
    "dismiss",
    "empty_list",
    "enter_signatures",
    "extend",
    "free",
    "freeze",
    "give_back",
    "hand_in",
    "list_addresses",
    "mark",
    "new_receipt",
    "note_ballots_printed",
    "note_sheet_printed",
    "publish_pack",
    "recount",
    "register_batch",
    "register_late",
    "relieve",
    "save_draft",
    "scans",
    "seal",
    "strike_address",
    "take",
    "tally",
    "withdraw_batch",
    "write_act",
]
