"""An institution's answer, and what its officials tell each other before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import Optional

from cocrea.core.errors import Invalid
from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.core.moments import moment, on_the_wall
from cocrea.proposals.models import AnswerDraft, ResponseKind
from cocrea.proposals.operations import Answer


class SaidForm(Form):
    """One of the five answers, why, what happens next and what it feeds. `base` is the text that this one began from,
    by its fingerprint."""

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
    feeds = SelectMultipleField(
        _l("Compromisos que alimenta"),
        choices=[],
        description=_l("Los de este ciclo en los que se retoma la propuesta. Son públicos."),
    )
    base = HiddenField()

    def offer(self, commitments: Mapping[str, str]) -> None:
        """Let these be named: titles by reference. Where there are none nothing is asked."""
        self.feeds.choices = pairs((reference, f"{reference} · {title}") for reference, title in commitments.items())

    def start_from(self, kept: Any) -> None:
        """Say that what is written here begins from this draft or answer, if any."""
        self.base.data = kept.fingerprint if kept else ""

    def answer(self) -> Answer:
        kind = ResponseKind(self.kind.data) if self.kind.data else None
        said = (self.reasons.data or "", self.next_steps.data or "")
        return Answer(kind, *said, tuple(self.feeds.data or ()))


class AnswerForm(SaidForm):
    """What is prepared, which may lack anything, and when it becomes public by itself."""

    publish_on = DateTimeLocalField(
        _l("Publicarla después"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_l("Día y hora en que se hace pública, junto con las que pongas para el mismo momento."),
    )

    def go_on_with(self, draft: AnswerDraft | None, tz: str) -> None:
        """Begin from this draft, if any, and from the moment that it is set for."""
        self.start_from(draft)
        self.publish_on.data = on_the_wall(draft.publish_at, tz) if draft and draft.publish_at else None

    def publish_at(self, tz: str) -> datetime:
        """The moment that was chosen, by the clocks of that zone."""
        if self.publish_on.data is None:
            raise Invalid(_l("Escribe el día y la hora en que se publica."), "publish_on")
        return moment(self.publish_on.data, tz, "publish_on")


class CorrectionForm(SaidForm):
    """What a published answer is to say from now on, and why."""

    reason = line(
        _l("¿Por qué se corrige?"),
        limit=500,
        description=_l("Es pública y queda en el historial, junto con el texto de antes."),
    )


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
