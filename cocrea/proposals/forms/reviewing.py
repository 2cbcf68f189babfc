"""The shape of a review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import AnyOf, InputRequired

from cocrea.core.forms import Form, line, members, pairs
from cocrea.core.i18n import lazy as _l
from cocrea.proposals.models import Criterion, Finding

NEEDED = _l("Elige una opción.")
CHANGED = _l("Los criterios cambiaron mientras revisabas. Léelos y envía otra vez.")


class ReviewForm(Form):
    """Admit or not, and why; `review_form` adds what is found of each criterion."""

    within = "revision"

    decision = RadioField(
        _l("Decisión"),
        [InputRequired(NEEDED)],
        choices=pairs([("admit", _l("Admitir: cumple los criterios")), ("reject", _l("No admitir"))]),
        description=_l("Se admite cuando no hay ningún criterio que no cumpla. Con uno que no cumpla, no se admite."),
    )
    reason = line(
        _l("Razón general"), required=False, limit=500, description=_l("Es pública y llega a quien la escribió.")
    )

    criteria: Sequence[Criterion] = ()

    @property
    def pairs(self) -> list[tuple[Criterion, Any, Any]]:
        """Each criterion with its two fields."""
        return [(one, self[f"finding_{n}"], self[f"reason_{n}"]) for n, one in enumerate(self.criteria)]

    def findings(self) -> list[tuple[Finding, str]]:
        return [(Finding(finding.data), reason.data or "") for _criterion, finding, reason in self.pairs]


def review_form(criteria: Sequence[Criterion], asked: str, **kwargs: Any) -> ReviewForm:
    """A form with two fields for each criterion: what was found, and why. `asked`: fingerprint of the criteria, so that
    none is answered that was not read."""
    fields: dict[str, Any] = {
        "criteria": criteria,
        "asked": HiddenField(None, [AnyOf([asked], CHANGED)], default=asked),
    }
    for number, criterion in enumerate(criteria):
        fields[f"finding_{number}"] = RadioField(
            criterion.name, [InputRequired(NEEDED)], choices=members(Finding), description=criterion.why
        )
        fields[f"reason_{number}"] = line(
            _l("Por qué («%(criterion)s»)", criterion=criterion.name),
            required=False,
            limit=500,
            description=_l("Hace falta cuando no cumple. Es pública."),
        )
    made: ReviewForm = type("CheckedForm", (ReviewForm,), fields)(**kwargs)
    return made
