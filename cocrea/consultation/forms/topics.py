"""The shape of a topic."""

from __future__ import annotations

from wtforms import HiddenField

from cocrea.consultation.models import Topic
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l

SHORT = 3000


class TopicForm(Form):
    """One more topic to ask about."""

    axis = line(_l("Eje"), limit=120, description=_l("El grupo bajo el que aparece, por ejemplo «Bienestar»."))
    title = line(_l("Título"), limit=160)
    summary = paragraph(_l("De qué trata"), limit=SHORT, description=_l("Dos o tres frases en lenguaje claro."))

    def said(self) -> dict[str, str]:
        """What the operation asks for."""
        return {name: field.data or "" for name, field in self._fields.items() if name != "csrf_token"}


class CorrectTopicForm(TopicForm):
    """How a topic is put, corrected. `read` is the fingerprint of the text that the page began with."""

    reason = line(
        _l("¿Por qué cambia?"),
        limit=500,
        description=_l("Queda en el historial público. Quien ya lo apoyó sabrá así qué cambió y por qué."),
    )

    read = HiddenField()

    def start_from(self, topic: Topic) -> None:
        self.read.data = topic.fingerprint
        self.axis.data, self.title.data, self.summary.data = topic.axis, topic.title, topic.summary_source
