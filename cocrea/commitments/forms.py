"""The shape of what people send about commitments: one form per section, the signature, the plan."""

from __future__ import annotations

import secrets
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from cocrea.commitments import sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.sections import LABELS, Section
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l


def _text(key: str, description: Any = "") -> Any:
    return paragraph(LABELS[key], required=False, description=description)


def _day(key: str) -> DateField:
    return DateField(LABELS[key], [Optional()])


class SectionForm(Form):
    """A section of a commitment. `base` is the fingerprint of the text the writer began from."""

    base = HiddenField()

    def content(self, section: Section) -> dict[str, Any]:
        return {key: self[key].data for key in section.keys}

    def start_from(self, commitment: Commitment, section: Section) -> None:
        """Say that what is written here begins from the present text."""
        self.base.data = sections.fingerprint(commitment, section)


class ProblemForm(SectionForm):
    title = line(LABELS["title"], description=_l("Una frase que diga qué cambiará."))
    problem = _text("problem", _l("Qué pasa, a quién afecta y por qué. Cita las problemáticas de la consulta."))


class SolutionForm(SectionForm):
    body = _text("body", _l("Acciones concretas. Puedes usar listas con guiones."))
    solution = _text("solution", _l("Por qué esas acciones atienden las causas, no solo los efectos."))


class ObjectiveForm(SectionForm):
    objective = _text("objective", _l("Qué será distinto al terminar."))
    scope_text = _text("scope_text", _l("Dónde, para quién y hasta dónde llega."))
    indicator = _text("indicator", _l("Qué se medirá. Que otra persona pueda medirlo igual."))
    baseline = line(LABELS["baseline"], required=False, description=_l("Cuánto es hoy. Por ejemplo: 12 de 32."))
    goal = line(LABELS["goal"], required=False, description=_l("Cuánto será al terminar. Por ejemplo: 32 de 32."))
    unit = line(LABELS["unit"], required=False, limit=80)


class ValuesForm(SectionForm):
    transparency = _text("transparency", _l("Qué información se podrá conocer que hoy no."))
    accountability = _text("accountability", _l("Quién tendrá que dar cuentas, y ante quién."))
    participation = _text("participation", _l("En qué decidirán las personas."))
    inclusion = _text("inclusion", _l("A quién se incluye que hoy queda fuera."))
    targets = SelectMultipleField(
        LABELS["targets"], validate_choice=False, description=_l("Abre un objetivo para elegir sus metas.")
    )


class ResourcesForm(SectionForm):
    starts_on = _day("starts_on")
    ends_on = _day("ends_on")
    budget = _text("budget", _l("Monto, fuente y clave del programa. Si no hay recursos propios, dilo."))
    sources = _text("sources", _l("De dónde salen los datos que citas."))


class PartiesForm(SectionForm):
    lead = SelectField(LABELS["lead"], coerce=int, description=_l("La que responde por cumplirlo."))
    counterpart = SelectField(LABELS["counterpart"], coerce=int, description=_l("La que verificará cada avance."))
    partners = SelectMultipleField(LABELS["partners"], coerce=int)
    other_actors = _text("other_actors")


FORMS: dict[str, type[SectionForm]] = {
    "problema": ProblemForm,
    "solucion": SolutionForm,
    "objetivo": ObjectiveForm,
    "valores": ValuesForm,
    "recursos": ResourcesForm,
    "partes": PartiesForm,
}


class LeadForm(Form):
    """Which institution will answer for a commitment that takes up a proposal."""

    lead = SelectField(LABELS["lead"], coerce=int)


class ProactiveForm(Form):
    """What an institution begins a commitment with. `key` makes a form sent twice begin one."""

    lead = SelectField(_l("Tu institución"), coerce=int)
    title = line(LABELS["title"], description=_l("Una frase que diga qué cambiará."))
    problem = _text("problem", _l("Qué problema público resuelve. Puedes completarlo después."))
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))


class SignForm(Form):
    """A signature. `base` is the fingerprint of the text that was read."""

    base = HiddenField()
    confirm = BooleanField(
        _l("Leí el texto completo y lo firmo en nombre de mi organización."),
        [InputRequired(_l("Marca la casilla para firmar."))],
    )


class PlanForm(Form):
    """The plan's cover. Views add one field per commitment without signatures, named by its reference."""

    title = line(_l("Título del plan"))
    introduction = paragraph(
        _l("Introducción"), required=False, description=_l("Cómo se hizo este plan y qué puede esperar quien lo lee.")
    )

    @classmethod
    def asking_why(cls, left_out: list[Commitment]) -> PlanForm:
        """With one reason to give for each of `left_out`."""
        label = _l("¿Por qué queda fuera?")
        fields = {commitment.reference: line(label, required=False, limit=500) for commitment in left_out}
        made: PlanForm = type("PlanForm", (cls,), fields)()
        return made
