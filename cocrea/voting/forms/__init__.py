"""The shapes of a contest, of a ballot, and of the search for a receipt."""

from cocrea.voting.forms.calling import CancelForm, ContestForm, ExtendForm, contest_form, deciding, new_options
from cocrea.voting.forms.casting import ReceiptForm, ballot_choices, ballot_form

__all__ = [
    "CancelForm",
    "ContestForm",
    "ExtendForm",
    "ReceiptForm",
    "ballot_choices",
    "ballot_form",
    "contest_form",
    "deciding",
    "new_options",
]
