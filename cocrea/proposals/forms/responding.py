"""An institution's answer, and what its officials tell each other before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, HiddenField, RadioField
from wtforms.validators import Optional

from cocrea.core.errors import Invalid
from cocrea.core.forms import Form, members, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.core.moments import moment
from cocrea.proposals.models import AnswerDraft, ResponseKind
from cocrea.proposals.operations import Answer


class AnswerForm(Form):
    """One of the five answers, why, and what happens next. A draft may lack any of them.

    `base` is the draft that this one began from.
    """

    kind = RadioField(_l("Respuesta"), [Optional()], choices=members(ResponseKind))
    reasons = paragraph(
        _l("Razones"), required=False, description=_l("Por qué. Las lee quien hizo la propuesta y son públicas.")
    )
    next_steps = paragraph(
        _l("Qué sigue"),
        required=False,
        limit=5000,
        description=_l("Qué hará la institución, quién y cuándo; o qué puede hacer quien propuso."),
    )
    publish_on = DateTimeLocalField(
        _l("Publicarla después"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_l("Día y hora en que se hace pública, junto con las que pongas para el mismo momento."),
    )
    base = HiddenField()

    def start_from(self, draft: AnswerDraft | None) -> None:
        """Say that what is written here begins from this draft."""
        self.base.data = draft.fingerprint if draft else ""

    def publish_at(self, tz: str) -> datetime:
        """The moment that was chosen, by the clocks of that zone."""
        if self.publish_on.data is None:
            raise Invalid(_l("Escribe el día y la hora en que se publica."), "publish_on")
        return moment(self.publish_on.data, tz, "publish_on")

    def answer(self) -> Answer:
        kind = ResponseKind(self.kind.data) if self.kind.data else None
        return Answer(kind, self.reasons.data or "", self.next_steps.data or "")


class BackForm(Form):
    """What is asked back about an answer, or replied; a page may hold several, each `within` its own answer."""

    body = paragraph(_l("Tu texto"), limit=5000, description=_l("Es público y se escribe una sola vez."))

    def __init__(self, response_id: int, **kwargs: Any) -> None:
        self.within = f"respuesta-{response_id}"
        super().__init__(**kwargs)


class NoteForm(Form):
    """A note to one's colleagues."""

    within = "nota"

    body = paragraph(_l("Tu nota"), limit=5000, description=_l("Solo la leen quienes responden por tu institución."))
