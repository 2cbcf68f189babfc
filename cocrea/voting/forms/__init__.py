"""The shapes of a contest, of a ballot, and of the search for a receipt."""

from cocrea.voting.forms.booths import (
    AnnulForm,
    BoothForm,
    FreeForm,
    LookUpForm,
    MarkForm,
    PlainForm,
    PrintForm,
    ShiftForm,
    SignaturesForm,
    booth_form,
)
from cocrea.voting.forms.calling import CancelForm, ContestForm, ExtendForm, contest_form, deciding, new_options
from cocrea.voting.forms.casting import ReceiptForm, ballot_choices, ballot_form
from cocrea.voting.forms.roll import AddressesForm, EmptyListForm, LateForm, late_form
from cocrea.voting.forms.scrutiny import ActForm, BatchForm, RecountForm, WithdrawForm, lines_form, typed_lines

__all__ = [
    "ActForm",
    "AddressesForm",
    "AnnulForm",
    "BatchForm",
    "BoothForm",
    "CancelForm",
    "ContestForm",
    "EmptyListForm",
    "ExtendForm",
    "FreeForm",
    "LateForm",
    "LookUpForm",
    "MarkForm",
    "PlainForm",
    "PrintForm",
    "ReceiptForm",
    "RecountForm",
    "ShiftForm",
    "SignaturesForm",
    "WithdrawForm",
    "ballot_choices",
    "ballot_form",
    "booth_form",
    "contest_form",
    "deciding",
    "late_form",
    "lines_form",
    "new_options",
    "typed_lines",
]
