"""The shape of what people send about proposals."""

from cocrea.proposals.forms.amending import AcceptForm, AmendForm, DeclineForm
from cocrea.proposals.forms.attaching import AttachForm, DetachForm
from cocrea.proposals.forms.coauthors import CoauthorForm
from cocrea.proposals.forms.rearranging import (
    CancelForm,
    ConcludeForm,
    ConsentForm,
    RearrangeForm,
    UndoForm,
    rearrange_form,
)
from cocrea.proposals.forms.recording import RecordForm
from cocrea.proposals.forms.responding import AnswerForm, BackForm, CorrectionForm, NoteForm
from cocrea.proposals.forms.reviewing import review_form
from cocrea.proposals.forms.routing import DaysOffForm, RoutingForm, UnroutingForm
from cocrea.proposals.forms.writing import TEXTS, ProposalForm, ReasonForm

__all__ = [
    "TEXTS",
    "AcceptForm",
    "AmendForm",
    "AnswerForm",
    "AttachForm",
    "BackForm",
    "CancelForm",
    "CoauthorForm",
    "ConcludeForm",
    "ConsentForm",
    "CorrectionForm",
    "DaysOffForm",
    "DeclineForm",
    "DetachForm",
    "NoteForm",
    "ProposalForm",
    "RearrangeForm",
    "ReasonForm",
    "RecordForm",
    "RoutingForm",
    "UndoForm",
    "UnroutingForm",
    "rearrange_form",
    "review_form",
]
