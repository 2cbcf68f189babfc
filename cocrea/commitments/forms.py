"""The shape of what people send about commitments: one form per section, the signature, the plan."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from cocrea.accounts.models import Organisation
from cocrea.commitments import amending, sections
from cocrea.commitments.content import MOST_PESOS
from cocrea.commitments.models import Commitment, Outcome
from cocrea.commitments.passages import LONGEST
from cocrea.commitments.sections import LABELS, Section
from cocrea.core import text
from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l

COMMENT_LIMIT = 5000  # as of other comments


def _text(key: str, description: Any = "") -> Any:
    return paragraph(LABELS[key], required=False, description=description)


def _day(key: str) -> DateField:
    return DateField(LABELS[key], [Optional()])


class SectionForm(Form):
    """A section of a commitment. `base` is the fingerprint of the text the writer began from; `kept_at`: when
    the draft that was put back was saved."""

    base = HiddenField()
    kept_at: datetime | None = None

    def content(self, section: Section) -> dict[str, Any]:
        return {key: self[key].data for key in section.keys}

    def start_from(self, commitment: Commitment, section: Section) -> None:
        """Say that what is written here begins from the present text."""
        self.base.data = sections.fingerprint(commitment, section)


class ProblemForm(SectionForm):
    title = line(LABELS["title"])
    problem = _text("problem")
    causes = _text("causes")


class SolutionForm(SectionForm):
    body = _text("body", _l("Puedes usar listas con guiones."))
    solution = _text("solution")


class ObjectiveForm(SectionForm):
    objective = _text("objective")
    scope_text = _text("scope_text")
    indicator = _text("indicator")
    baseline = line(LABELS["baseline"], required=False)
    goal = line(LABELS["goal"], required=False)
    unit = line(LABELS["unit"], required=False, limit=80)
    indicator_source = _text("indicator_source")


class ValuesForm(SectionForm):
    transparency = _text("transparency")
    accountability = _text("accountability")
    participation = _text("participation")
    inclusion = _text("inclusion")
    targets = SelectMultipleField(
        LABELS["targets"], validate_choice=False, description=_l("Abre un objetivo para elegir sus metas.")
    )


class ResourcesForm(SectionForm):
    starts_on = _day("starts_on")
    ends_on = _day("ends_on")
    is_costless = BooleanField(
        LABELS["is_costless"], description=_l("Márcalo solo si se hará con lo que ya hay, y di por qué.")
    )
    costless_reason = _text("costless_reason", _l("Solo si no necesita dinero adicional."))
    budget_amount = IntegerField(
        LABELS["budget_amount"],
        [Optional(), NumberRange(0, MOST_PESOS, _l("Escribe el monto en pesos completos, sin signos."))],
        description=_l("El total de todo el periodo, en pesos completos. Si aún no se sabe, déjalo en blanco."),
    )
    budget_source = line(LABELS["budget_source"], required=False)
    programme_key = line(LABELS["programme_key"], required=False, limit=80)
    budget = _text("budget")
    sources = _text("sources")


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


def code_line() -> Any:
    """A code of the authenticator, asked at the moment of signing; never filled in again."""
    return line(
        _l("Código de tu aplicación"),
        required=False,
        limit=40,
        description=_l("Las seis cifras de este momento. Sirven para esta firma y para nada más."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )


class SignForm(Form):
    """A signature. `base` is the fingerprint of the text that was read."""

    base = HiddenField()
    code = code_line()
    confirm = BooleanField(
        _l("Leí el texto completo y lo firmo en nombre de mi organización."),
        [InputRequired(_l("Marca la casilla para firmar."))],
    )


class EndorseForm(Form):
    """Which decision of the forum backs the text, by its reference."""

    decision = RadioField(_l("Decisión del foro"), [InputRequired(_l("Elige la decisión."))])


class PlanForm(Form):
    """The plan's cover. Views add one field per commitment without signatures, named by its reference."""

    title = line(_l("Título del plan"))
    introduction = paragraph(
        _l("Introducción"), required=False, description=_l("Cómo se hizo este plan y qué puede esperar quien lo lee.")
    )

    @classmethod
    def asking_why(cls, left_out: list[Commitment], **texts: str) -> PlanForm:
        """With one reason to give for each of `left_out`; `texts` are what the fields say at first."""
        label = _l("¿Por qué queda fuera?")
        fields = {commitment.reference: line(label, required=False, limit=500) for commitment in left_out}
        made: PlanForm = type("PlanForm", (cls,), fields)(data=texts)
        return made


class PlanTextForm(Form):
    """The plan's own texts. Views add one place per commitment, named by its reference."""

    base = HiddenField(default="0")
    title = line(_l("Título del plan"), required=False, description=_l("Di de quién es, y los años que cubre."))
    period = line(
        _l("Periodo"), required=False, limit=120, description=_l("Por ejemplo: de enero de 2026 a diciembre de 2027.")
    )
    presented_by = line(
        _l("Quién lo presenta"),
        required=False,
        limit=300,
        description=_l("El foro o las instituciones y organizaciones que responden por él."),
    )
    introduction = paragraph(
        _l("Introducción"),
        required=False,
        description=_l(
            "Por qué hay un plan, a qué problemas responde y qué puede esperar quien lo lee. Cómo se hizo no hace "
            "falta contarlo: se arma con los informes de las etapas."
        ),
    )

    @classmethod
    def ordering(cls, commitments: Sequence[Commitment], **texts: Any) -> PlanTextForm:
        """With the place of each commitment, as they stand now."""
        label = _l("Lugar")
        fields: dict[str, Any] = {
            one.reference: IntegerField(label, [Optional(), NumberRange(1, 9999)], default=place)
            for place, one in enumerate(commitments, 1)
        }
        made: PlanTextForm = type("PlanTextForm", (cls,), fields)(data=texts)
        return made

    def order(self, commitments: Sequence[Commitment]) -> list[str]:
        """Their references by the places that were given; those without one stay last."""
        found = sorted(commitments, key=lambda one: self[one.reference].data or 10_000)
        return [one.reference for one in found]


class PlanVersionForm(Form):
    reason = line(
        _l("Para qué es esta versión"), limit=500, description=_l("Es pública: di qué cambió en el plan y por qué.")
    )


class PlanCommentForm(Form):
    """A comment on a part of the plan. Views say which parts there are. `key` makes a form sent twice leave one."""

    part = SelectField(_l("Sobre qué parte"))
    body = paragraph(
        _l("Tu comentario"),
        limit=COMMENT_LIMIT,
        description=_l(
            "Di qué falta, qué está mal o qué cambiarías, y por qué. Lo lee cualquier persona. "
            "Caben %(limit)s caracteres.",
            limit=f"{COMMENT_LIMIT:,}",
        ),
    )
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))


class PlanAnswerForm(Form):
    """An answer to comments on the plan."""

    outcome = RadioField(
        _l("Respuesta"), [InputRequired(_l("Elige una respuesta."))], choices=members(Outcome), filters=[text.plain]
    )
    reasons = paragraph(
        _l("Razones"), limit=COMMENT_LIMIT, description=_l("Son públicas, y las recibe quien comentó.")
    )
    changed = paragraph(
        _l("Qué cambió en el plan"),
        required=False,
        limit=COMMENT_LIMIT,
        description=_l("Hace falta si se acepta, también en parte: di qué texto cambió y dónde se lee."),
    )


class PlanCorrectionForm(PlanAnswerForm):
    """Another text of an answer. `base`: the version that is corrected."""

    base = HiddenField()
    reason = line(
        _l("Por qué se corrige"), limit=500, description=_l("Es pública. Lo que decía antes se sigue leyendo.")
    )


class AmendForm(Form):
    """An amendment as a party proposes it. Views add a field per text and two per activity."""

    base = HiddenField()
    reason = paragraph(
        _l("Razón de la enmienda"), description=_l("Es pública. Di qué cambió y por qué no se previó.")
    )
    code = code_line()

    @classmethod
    def of(cls, in_force: Mapping[str, Any], references: Sequence[str]) -> AmendForm:
        """The form with every field that may change, as the text in force says it; dates named by the place of their
        activity."""
        fields: dict[str, Any] = {key: _amended_field(key) for key in amending.KEYS}
        for number, _reference in enumerate(references):
            fields |= {f"{day}_{number}": DateField(LABELS[day]) for day in amending.DAYS}
        data = {key: in_force[key] for key in amending.TEXTS}
        data |= {key: date.fromisoformat(in_force[key]) for key in amending.DAYS if in_force[key]}
        steps = [step for action in in_force["roadmap"] for step in action["activities"]]
        for number, step in enumerate(steps):
            data |= {f"{day}_{number}": date.fromisoformat(step[day]) for day in amending.DAYS}
        made: AmendForm = type("AmendForm", (cls,), fields)(data=data)
        return made

    def changes(self, in_force: Mapping[str, Any], references: Sequence[str]) -> amending.Changes:
        """What is written otherwise than the text in force says."""
        fields = {key: self[key].data or "" for key in amending.TEXTS}
        days = {key: self[key].data for key in amending.DAYS if self[key].data}
        said = {key: value for key, value in fields.items() if value.replace("\r\n", "\n") != in_force[key]}
        moved = {key: day for key, day in days.items() if day.isoformat() != in_force[key]}
        dates = {
            reference: (self[f"starts_on_{number}"].data, self[f"ends_on_{number}"].data)
            for number, reference in enumerate(references)
        }
        return amending.Changes({**said, **moved}, dates)


def _amended_field(key: str) -> Any:
    if key in amending.DAYS:
        return DateField(LABELS[key])
    if key in amending.LINES:
        return line(LABELS[key], required=False, limit=80 if key == "unit" else 200)
    return paragraph(LABELS[key], required=False)


class AdoptForm(Form):
    """The other party's signature. `base` is the fingerprint of the text that was read."""

    base = HiddenField()
    confirm = BooleanField(
        _l("Leí qué cambia y lo firmo en nombre de mi organización."),
        [InputRequired(_l("Marca la casilla para firmar."))],
    )
    code = code_line()


class DeclineForm(Form):
    reason = paragraph(_l("Por qué no la aceptas"), description=_l("Es pública y queda junto a la enmienda."))


class PassageCommentForm(Form):
    """A comment on words of a text. `key` makes a form sent twice leave one comment."""

    passage = paragraph(
        _l("El pasaje"),
        limit=LONGEST,
        description=_l("Tal como está arriba, y bastante para que no haya otro igual."),
    )
    institution = SelectField(_l("Hablas por"), coerce=int)
    body = paragraph(_l("Tu comentario"), limit=COMMENT_LIMIT)
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))
    speaks_for = ""

    @classmethod
    def of(cls, served: Sequence[Organisation], passage: str) -> PassageCommentForm:
        """With the passage that the address brings; asks those who answer for several institutions for which."""
        form = cls(data={"passage": passage})
        if len(served) > 1:
            form.institution.choices = pairs((each.id, each.name) for each in served)
        else:
            form.speaks_for = served[0].name if served else ""
            del form.institution
        return form

    @property
    def chosen_institution(self) -> int | None:
        return self.institution.data if "institution" in self else None
