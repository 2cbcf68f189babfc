"""The shape of a branch of a problem tree."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import SelectChoice, SelectMultipleField

from cocrea.consultation.models import Branch
from cocrea.consultation.queries.trees import Line
from cocrea.core.forms import Form, line
from cocrea.core.i18n import lazy as _l


class BranchForm(Form):
    """The words of a branch and the lines that it gathers."""

    title = line(
        _l("Título"), description=_l("En pocas palabras, lo que dicen en común: «No hay información pública».")
    )
    lines = SelectMultipleField(
        _l("¿Qué reúne?"),
        validate_choice=False,
        description=_l("Lo que las personas escribieron, tal cual. Marca lo que dice lo mismo o casi."),
    )

    def offer(self, given: Iterable[Line]) -> None:
        self.lines.choices = [SelectChoice(said.key, said.text) for said in given]

    def start_from(self, branch: Branch) -> None:
        self.title.data, self.lines.data = branch.title, branch.keys

    def keys(self, *, of: Branch | None = None) -> list[str]:
        """The chosen lines, of those that were offered; what a branch holds that nobody can see now stays with it."""
        offered = {str(choice.value) for choice in self.lines.choices or ()}
        unseen = set(of.keys) - offered if of else set()
        return [*(key for key in self.lines.data or () if key in offered), *unseen]
