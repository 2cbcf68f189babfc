"""The shape of a merge and of a split, and of what people answer to them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from cocrea.core.forms import Form, line, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.proposals.models import Part, Proposal
from cocrea.proposals.operations import LONGEST_WAIT, Content, reading
from cocrea.tables.models import Agreement

NOBODY = ""
PARTS = tuple(Part)


class DecisionForm(Form):
    """Which recorded decision stands in for the consent of the authors, if any."""

    agreement = SelectField(
        _l("¿Lo acordó una mesa o el foro?"),
        description=_l(
            "Si nombras un acuerdo adoptado en este ciclo, se hace por esa decisión, sin esperar respuestas."
        ),
    )

    def offer(self, agreements: Sequence[Agreement], *, may_ask: bool = True) -> None:
        """The decisions that may be named; one has to be where nobody can be asked."""
        none = _l("No: se pide el consentimiento de quienes las escribieron") if may_ask else _l("Elige el acuerdo")
        named = [(found.reference, f"{found.reference} · {found.text[:90]}") for found in agreements]
        self.agreement.choices = pairs([(NOBODY, none), *named])
        self._agreements = {found.reference: found for found in agreements}
        if not may_ask:
            self.agreement.label.text = _l("¿Qué acuerdo lo decidió?")
            self.agreement.description = _l("De una mesa o del foro, adoptado en este ciclo. Se hace al enviar esto.")

    @property
    def has_decisions(self) -> bool:
        return bool(self._agreements)

    def chosen(self) -> Agreement | None:
        return self._agreements.get(self.agreement.data or NOBODY)


class ConcludeForm(DecisionForm):
    """Letting it take effect."""

    within = "efecto"


class RearrangeForm(DecisionForm):
    """The texts, the reason and how long the authors have. `rearrange_form` adds the fields of each text.

    `key` makes a form sent twice one; `read` is the `reading` of the sources that it began from.
    """

    reason = line(
        _l("¿Por qué?"),
        limit=500,
        description=_l("Es pública y la leen quienes las escribieron y quienes las apoyan."),
    )
    days = IntegerField(
        _l("Días para contestar"),
        [InputRequired(_l("Este dato hace falta.")), NumberRange(1, LONGEST_WAIT)],
        default=10,
        description=_l("Cuántos tienen quienes las escribieron. Mientras, sus textos no cambian."),
    )
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))
    read = HiddenField()

    places: Sequence[int] = ()

    def offer(self, agreements: Sequence[Agreement], *, may_ask: bool = True) -> None:
        super().offer(agreements, may_ask=may_ask)
        if not may_ask:
            del self.days

    @property
    def chosen_days(self) -> int:
        """How long the authors have; where nobody is asked, nobody waits."""
        return self.days.data or 0 if "days" in self else 1

    def start_from(self, proposals: Sequence[Proposal]) -> None:
        """Say that what is written here was read in these texts."""
        self.read.data = reading(proposals)

    def fill(self, place: int, **said: str) -> None:
        for name, value in said.items():
            self[f"{name}_{place}"].data = value

    def of(self, place: int) -> list[Any]:
        """The fields of one text."""
        return [self[f"{part.value}_{place}"] for part in PARTS]

    def contents(self) -> list[Content]:
        """The texts that were written; what was left wholly empty does not count."""
        said: list[tuple[Any, ...]] = [tuple(field.data or "" for field in self.of(place)) for place in self.places]
        return [Content(*one) for one in said if any(one)]


def rearrange_form(texts: int, **kwargs: Any) -> RearrangeForm:
    """A form for so many texts."""
    fields: dict[str, Any] = {"places": range(1, texts + 1)}
    for place in fields["places"]:
        for part in PARTS:
            make = line if part is Part.TITLE else paragraph
            fields[f"{part.value}_{place}"] = make(part.label, required=False, limit=part.longest)
    made: RearrangeForm = type("TextsForm", (RearrangeForm,), fields)(**kwargs)
    return made


class ConsentForm(Form):
    """What an author answers."""

    within = "respuesta"

    consents = RadioField(
        _l("¿Estás de acuerdo?"),
        [InputRequired(_l("Elige una opción."))],
        choices=pairs([("si", _l("Sí, estoy de acuerdo")), ("no", _l("No, que se queden como están"))]),
    )
    reason = line(
        _l("¿Por qué?"),
        required=False,
        limit=500,
        description=_l("Hace falta si no estás de acuerdo. La leen la facilitación y las otras personas autoras."),
    )


class CancelForm(Form):
    """Why it is given up."""

    within = "cancelacion"

    reason = line(_l("¿Por qué?"), limit=500, description=_l("La leen quienes las escribieron."))


class UndoForm(Form):
    """Why it is undone."""

    within = "reversion"

    reason = line(
        _l("¿Por qué?"), limit=500, description=_l("Es pública y llega a quienes las escribieron y apoyan.")
    )
