"""The shape of a problem, written by who lives it or recorded for them."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from cocrea.consultation.models import Problem, Topic, Workshop
from cocrea.consultation.operations import DETAILS, Content
from cocrea.core import territories
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel

SHORT = 3000


class ProblemForm(Form):
    """A problem, in the groups in which the page asks. `key` makes a form sent twice leave one problem."""

    title = line(
        _l("Título"),
        description=_l("Una frase que diga el problema, no la solución: «Nadie avisa cuándo abre la clínica»."),
    )
    topic = SelectField(
        _l("Tema"),
        [InputRequired(_l("Elige el tema que más se acerca."))],
        description=_l("El que más se acerque: ahí la encontrarán quienes trabajan en él."),
    )
    body = paragraph(
        _l("¿Qué pasa?"),
        description=_l("Cuenta qué ocurre, desde cuándo y dónde. No hacen falta palabras técnicas."),
    )
    affected = paragraph(
        _l("¿A quién afecta?"),
        limit=SHORT,
        description=_l("Qué personas o comunidades lo viven y cómo. No escribas nombres ni datos de nadie."),
    )
    causes = paragraph(
        _l("¿Por qué pasa?"), required=False, limit=SHORT, description=_l("Las causas que conoces o supones.")
    )
    effects = paragraph(
        _l("¿Qué provoca?"), required=False, limit=SHORT, description=_l("Lo que ocurre si nadie lo atiende.")
    )
    sources = paragraph(
        _l("¿Cómo lo sabes?"),
        required=False,
        limit=SHORT,
        description=_l("Tu experiencia, noticias, estudios o datos públicos. Puedes pegar direcciones."),
    )
    territory = SelectField(
        _l("¿Dónde pasa?"),
        choices=[
            SelectChoice("", _l("En todo el país o en varios estados")),
            *itertools.starmap(SelectChoice, territories.names().items()),
        ],
        default="",
        description=_l("Sirve para encontrarla y para saber qué territorios hablan."),
    )
    municipality = line(
        _l("Municipio o alcaldía"),
        required=False,
        limit=territories.LONGEST_MUNICIPALITY,
        description=_l("Si quieres decirlo. Solo su nombre: ninguna dirección."),
    )
    targets = SelectMultipleField(
        _l("Objetivos de Desarrollo Sostenible"),
        validate_choice=False,
        description=_l("Si sabes con cuáles se relaciona, márcalos. Hasta diez."),
    )
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))
    kept_at: datetime | None = None  # when the draft it shows was saved
    workshop = HiddenField()

    def offer(self, topics: Sequence[Topic]) -> None:
        """The topics to choose from, under their axes."""
        first = [SelectChoice("", _l("Elige un tema"))] if len(topics) > 1 else []
        self.topic.choices = first + [SelectChoice(topic.slug, topic.title, optgroup=topic.axis) for topic in topics]

    def come_from(self, workshop: Workshop | None) -> None:
        """Keep the workshop whose sheet led here; what is not one of the cycle's is dropped."""
        self.workshop.data = workshop.reference if workshop else ""
        self.workshop.description = workshop.title if workshop else ""
        if workshop and not self.is_submitted() and not self.kept_at:
            self.territory.data, self.municipality.data = workshop.territory or "", workshop.municipality

    def content(self) -> Content:
        texts: dict[str, Any] = {name: self[name].data or "" for name in ("title", "body", "municipality", *DETAILS)}
        return Content(**texts, territory=self.territory.data or "", targets=tuple(self.targets.data or ()))


class EditForm(ProblemForm):
    """A problem as it was published. `base` is the version that what is written here began from."""

    base = HiddenField()

    def start_from(self, problem: Problem) -> None:
        """Fill in what a problem says now."""
        self.body.data, self.topic.data = problem.body_source, problem.topic.slug
        self.territory.data, self.targets.data = problem.territory or "", problem.codes
        self.base.data = problem.version


class RecordForm(ProblemForm):
    """A problem that people said on paper or in person, written down by a facilitator."""

    channel = RadioField(
        _l("¿Cómo llegó?"),
        [InputRequired(_l("Elige cómo llegó."))],
        choices=[SelectChoice(channel.value, channel.label) for channel in (Channel.IN_PERSON, Channel.PAPER)],
    )
    attribution = line(
        _l("¿Quiénes lo plantearon, dónde y cuándo?"),
        description=_l("Por ejemplo: «Asamblea vecinal en Comala, 14 de mayo». Sin nombres de quien no lo pidió."),
    )
