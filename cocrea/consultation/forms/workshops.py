"""The shape of a workshop: what is announced, who came, why it was called off."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from cocrea.accounts.models import Gender, Sector
from cocrea.consultation.importing import MOST_ROWS
from cocrea.consultation.models import Answer, Topic, Trait, Workshop
from cocrea.consultation.operations import Content, Said
from cocrea.consultation.operations.workshops import MOST_PEOPLE, Counts, Plan
from cocrea.core import territories, text
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.cycles.models import Cycle

KINDS = ("topic_", "statement_")
_NEEDED = InputRequired(_l("Este dato hace falta."))
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class WorkshopForm(Form):
    """What is announced of a workshop, its time in the cycle's zone."""

    title = line(
        _l("Nombre de la jornada"), limit=120, description=_l("Por ejemplo: «Jornada por el agua en Comala».")
    )
    place = line(_l("Lugar"), description=_l("Dónde se reúnen, con la dirección: la gente tiene que llegar."))
    territory = SelectField(
        _l("Entidad"),
        [InputRequired(_l("Elige una entidad, o todo el país."))],
        choices=[
            SelectChoice("", _l("Elige una entidad")),
            *itertools.starmap(SelectChoice, territories.names().items()),
            SelectChoice(territories.NATIONAL, _l("Todo el país o varios estados")),
        ],
        default="",
    )
    municipality = line(_l("Municipio o alcaldía"), required=False, limit=territories.LONGEST_MUNICIPALITY)
    starts_at = DateTimeLocalField(_l("Día y hora"), [_NEEDED], format=_MOMENT)
    already_held = BooleanField(
        _l("Ya se realizó: la registro ahora"),
        description=_l("Marca esta casilla solo si la jornada fue antes de hoy o ya empezó."),
    )
    organiser = line(
        _l("Quién la organiza"), description=_l("La organización, la institución o el grupo que convoca.")
    )
    method = paragraph(
        _l("Cómo se trabaja"),
        limit=3000,
        description=_l("Qué harán las personas que vayan y cómo se recoge lo que digan."),
    )

    def start_from(self, workshop: Workshop) -> None:
        """Fill in what was announced."""
        self.starts_at.data = workshop.starts_at.astimezone(zone(workshop.cycle.timezone))
        self.territory.data = workshop.territory or territories.NATIONAL

    def plan(self, cycle: Cycle) -> Plan:
        texts: dict[str, Any] = {
            name: self[name].data or "" for name in ("title", "place", "organiser", "method", "municipality")
        }
        territory = "" if self.territory.data == territories.NATIONAL else self.territory.data
        local: datetime = self.starts_at.data
        return Plan(
            **texts,
            territory=territory,
            starts_at=local.replace(tzinfo=zone(cycle.timezone)),
            already_held=self.already_held.data,
        )


class CancelWorkshopForm(Form):
    """Why it is called off."""

    reason = line(_l("¿Por qué se cancela?"), limit=500, description=_l("Es pública: la leerá quien pensaba ir."))


def _people(label: Any, *first: Any) -> IntegerField:
    limits = NumberRange(0, MOST_PEOPLE, _l("Escribe un número entre 0 y %(most)s.", most=MOST_PEOPLE))
    return IntegerField(label, [*(first or [Optional()]), limits])


class AttendanceForm(Form):
    """How many came, in all and by what they say of themselves."""

    attended = _people(_l("Personas en total"), _NEEDED)

    def of(self, trait: Trait) -> list[Any]:
        return [field for field in self if field.name.startswith(f"{trait}_")]

    def start_from(self, workshop: Workshop) -> None:
        self.attended.data = workshop.attended
        for row in workshop.attendance:
            self[f"{row.trait}_{row.value}"].data = row.people

    def counts(self) -> Counts:
        return {trait: {f.name.removeprefix(f"{trait}_"): f.data or 0 for f in self.of(trait)} for trait in Trait}


for _trait, _kind in ((Trait.SECTOR, Sector), (Trait.GENDER, Gender)):
    for _value in _kind:
        setattr(AttendanceForm, f"{_trait}_{_value}", _people(_value.label))


class PaperForm(Form):
    """What the sheets say: a number for each topic, three for each statement. `paper_form` gives it its fields."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Also says what can no longer be kept: what was typed for a statement hidden since the page was opened."""
        fits = super().validate(extra_validators)
        if gone := self._gone():
            lost = _l(
                "Algo que contabas se ocultó y ya no está en la lista. De eso habías anotado: %(all)s.", all=gone
            )
            self.form_errors.append(lost)
        return fits and not gone

    def _gone(self) -> str:
        sent = request.form.items()
        gone = (text.plain(typed) for name, typed in sent if name.startswith(KINDS) and name not in self)
        return ", ".join(filter(None, gone))

    def of_statement(self, statement: int) -> list[Any]:
        return [self[f"statement_{statement}_{side}"] for side in Said._fields]

    base = HiddenField()

    def start_from(
        self, supports: Mapping[int, int], answers: Mapping[int, tuple[int, int, int]], version: str
    ) -> None:
        self.base.data = version
        for topic, people in supports.items():
            self[f"topic_{topic}"].data = people
        for statement, said in answers.items():
            for field, number in zip(self.of_statement(statement), said, strict=True):
                field.data = number

    def supports(self, topics: Iterable[Topic]) -> dict[int, int]:
        return {topic.id: self[f"topic_{topic.id}"].data or 0 for topic in topics}

    def answers(self, statements: Iterable[int]) -> dict[int, Said]:
        return {key: Said(*(field.data or 0 for field in self.of_statement(key))) for key in statements}


def paper_form(topics: Iterable[Topic], statements: Iterable[int]) -> PaperForm:
    """A form with the fields for these topics and statements (by id), where they can still be read."""
    fields = {f"topic_{topic.id}": _people(topic.title) for topic in topics}
    sides = dict(zip(Said._fields, Answer, strict=True))
    for statement in statements:
        fields |= {f"statement_{statement}_{side}": _people(answer.label) for side, answer in sides.items()}
    made: PaperForm = type("PaperForm", (PaperForm,), fields)()
    return made


class PhotosForm(Form):
    """Photographs of the sheets and what is on them."""

    photos = MultipleFileField(
        _l("Fotos de las hojas"),
        description=_l(
            "JPEG, PNG o WebP; unas diez en cada envío. Se guarda solo la imagen: no dónde ni con qué teléfono se tomó."
        ),
    )
    caption = line(_l("Qué se ve"), required=False, description=_l("Por ejemplo: «Mesa 2, hojas de apoyos»."))

    def ask_for_files(self) -> None:
        """After an error: a browser shows what was typed again, but not the files that were chosen."""
        if self.errors and self.photos.data and not self.photos.errors:
            self.photos.errors = [_l("Vuelve a elegir las fotos: es lo único que no se conserva.")]


class RemovePhotoForm(Form):
    """Why a photograph is taken away."""

    reason = line(
        _l("¿Por qué se quita?"),
        limit=500,
        description=_l("Queda en el historial público. Por ejemplo: «Se ve la firma de una persona»."),
    )


class EntryForm(Form):
    """One contribution, as fast as it can be typed. `key` makes one sent twice leave one problem."""

    title = line(_l("Qué pasa"), description=_l("Una frase. Con Enter se guarda y sigues con la próxima."))
    affected = line(
        _l("A quién afecta"),
        limit=500,
        description=_l("Queda lo de la anterior: cámbialo si es otra gente. Sin nombres."),
    )
    causes = line(_l("Por qué pasa"), required=False, limit=500)
    topic = SelectField(_l("Tema"), [InputRequired(_l("Elige el tema que más se acerca."))])
    body = paragraph(_l("Con más detalle"), required=False, limit=3000)
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))

    def offer(self, topics: Sequence[Topic]) -> None:
        """The topics to choose from, under their axes."""
        self.topic.choices = [SelectChoice(topic.slug, topic.title, optgroup=topic.axis) for topic in topics]

    def follow(self, last: Any) -> None:
        """Begin with the topic and the people of what was entered before."""
        if last is not None:
            self.topic.data, self.affected.data = last.slug, last.affected

    def content(self) -> Content:
        """What was said; who gave no detail said it all in the sentence."""
        title = self.title.data or ""
        return Content(title, self.body.data or title, self.affected.data or "", self.causes.data or "")


class ImportForm(Form):
    """A spreadsheet of contributions."""

    file = FileField(
        _l("Archivo"),
        [Optional()],
        description=_l(
            "CSV, Excel (XLSX) u OpenDocument (ODS), con las columnas de la plantilla y hasta %(most)s filas.",
            most=MOST_ROWS,
        ),
    )
