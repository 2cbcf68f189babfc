"""The shapes of a contest, of a ballot, and of the search for a receipt."""

from cocrea.voting.forms.calling import CancelForm, ContestForm, ExtendForm, contest_form, deciding, new_options
from cocrea.voting.forms.casting import ReceiptForm, ballot_choices, ballot_form
from cocrea.voting.forms.roll import AddressesForm, EmptyListForm, LateForm, late_form

__all__ = [
    "AddressesForm",
    "CancelForm",
    "ContestForm",
    "EmptyListForm",
    "ExtendForm",
    "LateForm",
    "ReceiptForm",
    "ballot_choices",
    "ballot_form",
    "contest_form",
    "deciding",
    "late_form",
    "new_options",
]
