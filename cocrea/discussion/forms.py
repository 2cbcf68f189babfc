"""The shape of what people send about each other's contributions."""

from __future__ import annotations

import secrets

from wtforms import HiddenField

from cocrea.core import text
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l

COMMENT_LIMIT = 5000


class CommentForm(Form):
    """A comment, or a reply to the one that `parent` names. `key` makes a form sent twice leave one comment."""

    body = paragraph(
        _l("Tu comentario"),
        limit=COMMENT_LIMIT,
        description=_l("Pregunta, aporta un dato o di qué cambiarías. Lo lee cualquier persona."),
    )
    parent = HiddenField(filters=[text.plain])
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))

    def answering(self, reference: str) -> CommentForm:
        """The same form as a reply; its own ids, because a page holds several."""
        self.parent.data = reference
        self.body.id = f"respuesta-{reference}"
        self.body.label.text = _l("Tu respuesta")
        return self


class WithdrawForm(Form):
    """Why something is withdrawn, for those who care to say."""

    reason = line(
        _l("Motivo"),
        required=False,
        limit=500,
        description=_l("Si lo escribes, queda en la página y en el historial público."),
    )
