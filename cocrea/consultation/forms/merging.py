"""The shape of a merge of problems, and of undoing it."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from cocrea.consultation.models import Problem
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l

NEW = "sintesis"


class MergeForm(Form):
    """Which problem stays, or the synthesis that gathers them all; and why."""

    into = RadioField(_l("¿Cuál queda?"), [InputRequired(_l("Elige una opción."))])
    title = line(_l("Título de la síntesis"), required=False)
    body = paragraph(_l("¿Qué pasa?"), required=False)
    affected = paragraph(_l("¿A quién afecta?"), required=False, limit=3000)
    reason = line(
        _l("Razón"),
        limit=500,
        description=_l("Es pública y llega por correo a quienes las escribieron y a quienes las apoyan."),
    )

    def offer(self, problems: Sequence[Problem]) -> None:
        """The problems that may stay as they are, or a text of the facilitation's."""
        self.into.choices = [
            *(SelectChoice(problem.reference, f"{problem.reference} · {problem.title}") for problem in problems),
            SelectChoice(NEW, _l("Ninguna: escribo una síntesis que dé crédito a todas")),
        ]


class UndoMergeForm(Form):
    """Why a merge is undone."""

    reason = line(
        _l("Razón"),
        limit=500,
        description=_l("Es pública y llega por correo a quienes la escribieron y a quienes la apoyan."),
    )
