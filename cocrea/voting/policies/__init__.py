"""Who may put a question, who may answer it, and who serves at its booths."""

from cocrea.voting.policies.booths import (
    can_annul_booth,
    can_ask_for_paper,
    can_assign,
    can_attend,
    can_change_booth,
    can_enter_signatures,
    can_print_ballots,
    can_read_sheet,
    can_relieve,
    can_see_booths,
    can_serve,
    can_set_up_booths,
    has_to_open,
)
from cocrea.voting.policies.contests import (
    can_create,
    can_download,
    can_edit_pack,
    can_list,
    can_manage,
    can_register_late,
    can_vote,
    voting_is_to_come,
)
from cocrea.voting.policies.scrutiny import can_count, can_tally

__all__ = [
    "can_annul_booth",
    "can_ask_for_paper",
    "can_assign",
    "can_attend",
    "can_change_booth",
    "can_count",
    "can_create",
    "can_download",
    "can_edit_pack",
    "can_enter_signatures",
    "can_list",
    "can_manage",
    "can_print_ballots",
    "can_read_sheet",
    "can_register_late",
    "can_relieve",
    "can_see_booths",
    "can_serve",
    "can_set_up_booths",
    "can_tally",
    "can_vote",
    "has_to_open",
    "voting_is_to_come",
]
