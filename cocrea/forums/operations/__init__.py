"""Verbs of spaces and forums, by what they are about."""

from cocrea.forums.operations.seats import (
    MOST_SEATS,
    add_seat,
    follow_by,
    invite_to_hold,
    name_holder,
    refuse_pseudonym,
    relieve_holder,
    set_quorum,
    take_offered,
    withdraw_offer,
)
from cocrea.forums.operations.spaces import (
    add_mexico,
    add_municipality,
    install_forum,
    install_mexico,
    set_rules,
)

__all__ = [
    "MOST_SEATS",
    "add_mexico",
    "add_municipality",
    "add_seat",
    "follow_by",
    "install_forum",
    "install_mexico",
    "invite_to_hold",
    "name_holder",
    "refuse_pseudonym",
    "relieve_holder",
    "set_quorum",
    "set_rules",
    "take_offered",
    "withdraw_offer",
]
