"""The shape of what people send about each other's contributions."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from cocrea.accounts.models import Organisation
from cocrea.core import text
from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import STANCED, Comment, Contribution, Stance

COMMENT_LIMIT = 5000


class StanceForm(Form):
    """A text about something, and from which stance where one makes sense."""

    stance = RadioField(
        _l("Tu postura"), [Optional()], choices=members(Stance), default=Stance.NEUTRAL.value, filters=[text.plain]
    )

    @property
    def chosen_stance(self) -> Stance:
        return Stance(self.stance.data) if "stance" in self and self.stance.data else Stance.NEUTRAL


class CommentForm(StanceForm):
    """A comment, or a reply to the one that `parent` names. `key` makes a form sent twice leave one comment."""

    institution = SelectField(_l("Hablas por"), coerce=int)
    body = paragraph(
        _l("Tu comentario"),
        limit=COMMENT_LIMIT,
        description=_l(
            "Pregunta, aporta un dato o di qué cambiarías. Lo lee cualquier persona. Caben %(limit)s caracteres.",
            limit=f"{COMMENT_LIMIT:,}",
        ),
    )
    parent = HiddenField(filters=[text.plain])
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))
    answered: Comment | None = None
    speaks_for = ""
    is_official = False

    def about(self, subject: Contribution, served: Sequence[Organisation]) -> CommentForm:
        """Ask for a stance where the subject takes one, and for an institution of those who answer for several."""
        if subject.kind not in STANCED:
            del self.stance
        if len(served) > 1:
            self.institution.choices = pairs((each.id, each.name) for each in served)
        else:
            self.speaks_for = served[0].name if served else ""
            del self.institution
        return self

    def answering(self, comment: Comment | None) -> CommentForm:
        """The same form as a reply, which takes no stance."""
        if comment is not None:
            self.answered = comment
            self.parent.data = comment.reference
            self.body.label.text = _l("Tu respuesta")
            if "stance" in self:
                del self.stance
        return self

    @property
    def chosen_institution(self) -> int | None:
        return self.institution.data if "institution" in self else None


class MendForm(StanceForm):
    """A comment once more, by its author. `base` is the version that is being mended."""

    body = paragraph(_l("Tu comentario"), limit=COMMENT_LIMIT)
    base = IntegerField(widget=HiddenInput())

    @classmethod
    def of(cls, comment: Comment) -> MendForm:
        form = cls(data={"body": comment.body_source, "stance": comment.stance.value, "base": comment.version})
        if comment.parent_id is not None or comment.subject.kind not in STANCED:
            del form.stance
        return form


class WithdrawForm(Form):
    """Why something is withdrawn, for those who care to say."""

    reason = line(
        _l("Motivo"),
        required=False,
        limit=500,
        description=_l("Si lo escribes, queda en la página y en el historial público."),
    )
