"""The shape of sessions and of what is said in them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from cocrea.accounts.models import Sector
from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import HIGHEST
from cocrea.tables.models import (
    AgendaItem,
    Asked,
    FloorMode,
    Poll,
    PollElectorate,
    PollKind,
    PollShows,
    Purpose,
    TurnKind,
)
from cocrea.tables.operations import (
    BODY_LIMIT,
    LONGEST,
    LONGEST_CORRECTION,
    LONGEST_NOTICE,
    LONGEST_REASON,
    MOST_IN_PERSON,
    MOST_MINUTES,
    MOST_OPTIONS,
    MOST_TURN_MINUTES,
    ItemContent,
    PollContent,
    Speaker,
)

_NEEDED = InputRequired(_l("Este dato hace falta."))
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class OnceForm(Form):
    """A form whose hidden key makes sending it twice harmless."""

    client_key = HiddenField(default=lambda: secrets.token_hex(16))


class AgendaItemForm(OnceForm):
    """An item of the agenda."""

    within = "punto"

    title = line(_l("Punto"))
    purpose = RadioField(_l("Para qué"), [_NEEDED], choices=members(Purpose), default=Purpose.DISCUSS.value)
    minutes = IntegerField(_l("Minutos"), [_NEEDED, NumberRange(1, MOST_MINUTES)], default=15)
    presenter = line(_l("Quién lo presenta"), required=False, limit=120)
    documents = paragraph(
        _l("Documentos"),
        required=False,
        limit=2000,
        description=_l("Enlaces a lo que conviene leer antes, uno por línea."),
    )

    def content(self) -> ItemContent:
        return ItemContent(
            title=self.title.data or "",
            purpose=Purpose(self.purpose.data),
            minutes=self.minutes.data,
            presenter=self.presenter.data or "",
            documents=self.documents.data or "",
        )


class TurnForm(OnceForm):
    """What one asks for the floor for."""

    within = "turno"

    kind = SelectField(_l("Para qué"), choices=lambda: members(TurnKind))


class SpeakerForm(OnceForm):
    """Someone who asks for the floor in the hall."""

    within = "presencial"

    name = line(_l("Quién pide la palabra"), limit=120, description=_l("Su nombre, su lugar o su grupo."))
    sector = SelectField(
        _l("Sector"),
        [Optional()],
        choices=lambda: [*pairs([("", _l("Sin sector declarado"))]), *members(Sector)],
    )
    kind = SelectField(_l("Para qué"), choices=lambda: members(TurnKind))

    def speaker(self) -> Speaker:
        sector = Sector(self.sector.data) if self.sector.data else None
        return Speaker(self.name.data or "", sector, TurnKind(self.kind.data))


class MoveForm(Form):
    """Why a turn changes places with its neighbour."""

    reason = line(
        _l("¿Por qué cambia el orden?"),
        limit=500,
        description=_l("Se muestra en la lista y queda en el historial público. No nombres a nadie."),
    )

    def __init__(self, turn: int, **more: Any) -> None:
        self.within = f"turno-{turn}"
        super().__init__(**more)


class FloorRuleForm(Form):
    """By which rule the floor is given, and for how long."""

    within = "regla"

    mode = RadioField(_l("Orden"), [_NEEDED], choices=members(FloorMode))
    minutes = IntegerField(_l("Minutos por turno"), [_NEEDED, NumberRange(1, MOST_TURN_MINUTES)])
    reason = line(_l("Razón del cambio"), required=False, limit=500, description=_l("Queda en el historial público."))


class NoticeForm(Form):
    """What everyone should have in sight."""

    within = "aviso"

    notice = paragraph(
        _l("Aviso"), limit=LONGEST_NOTICE, description=_l("Breve: queda arriba de la sala, a la vista de cualquiera.")
    )


class MessageForm(OnceForm):
    """Something to say."""

    body = paragraph(_l("Tu mensaje"), limit=BODY_LIMIT)
    is_question = BooleanField(_l("Es una pregunta"))
    parent = IntegerField(
        _l("Responde al mensaje número"), [Optional(), NumberRange(1, HIGHEST)], widget=HiddenInput()
    )


class InPersonForm(OnceForm):
    """Something that was said in person."""

    within = "dicho"

    attribution = line(_l("Quién lo dijo"), limit=120, description=_l("Una persona, un grupo o «la sala»."))
    body = paragraph(_l("Qué dijo"), limit=BODY_LIMIT)
    is_question = BooleanField(_l("Es una pregunta"))
    parent = IntegerField(
        _l("Responde al mensaje número"), [Optional(), NumberRange(1, HIGHEST)], widget=HiddenInput()
    )


class MinutesForm(Form):
    """The text of the minutes. `base` is the version it was begun on."""

    source = paragraph(
        _l("Texto de la minuta"),
        limit=LONGEST,
        description=_l(
            "Una línea vacía separa párrafos. Un renglón que empieza con ## es un título; con un guion, un punto de "
            "una lista; lo que va entre **dos asteriscos** se lee en negritas."
        ),
    )
    base = HiddenField(default="0")


class CorrectionsForm(Form):
    """For how long corrections are asked for."""

    days = IntegerField(_l("Días para pedir correcciones"), [_NEEDED, NumberRange(1, 30)], default=5)


class CorrectionForm(OnceForm):
    """What should be put right."""

    within = "correccion"

    body = paragraph(
        _l("¿Qué hay que corregir?"),
        limit=LONGEST_CORRECTION,
        description=_l("Di qué parte y cómo debería decir. Se publica con tu nombre."),
    )


class DecisionForm(Form):
    """Whether a correction goes in, and why."""

    accepted = RadioField(
        _l("¿Procede?"),
        [_NEEDED],
        choices=[SelectChoice("yes", _l("Sí procede")), SelectChoice("no", _l("No procede"))],
    )
    reason = line(_l("¿Por qué?"), limit=500, description=_l("La razón es pública."))


class ReasonForm(Form):
    """Why a message is hidden."""

    reason = line(_l("¿Por qué lo ocultas?"), limit=500, description=_l("Se muestra en lugar del mensaje."))


class PollForm(OnceForm):
    """A poll to be opened. `options` and `most` matter to the kinds that have them."""

    within = "sondeo"

    question = line(_l("Qué preguntas"), description=_l("Una sola cosa, que se entienda sin contexto."))
    kind = RadioField(_l("Cómo se contesta"), [_NEEDED], choices=members(PollKind), default=PollKind.THUMBS.value)
    options = paragraph(
        _l("Opciones"),
        required=False,
        limit=2000,
        description=_l("Solo si se elige entre opciones: de 2 a 10, una por línea."),
    )
    most = IntegerField(
        _l("Cuántas se pueden elegir"),
        [Optional(), NumberRange(1, MOST_OPTIONS)],
        description=_l("Solo si se eligen varias. Vacío: todas las que quieran."),
    )
    item = SelectField(_l("Punto del orden del día"), coerce=int)
    shows = RadioField(
        _l("Cuándo se ven los resultados"),
        [_NEEDED],
        choices=members(PollShows),
        default=PollShows.AFTER_CLOSE.value,
        description=_l("Después solo se puede hacer más reservado."),
    )
    electorate = RadioField(
        _l("Quién contesta"), [_NEEDED], choices=members(PollElectorate), default=PollElectorate.MEMBERS.value
    )
    is_named = BooleanField(
        _l("Con el nombre de quien contesta"),
        description=_l("No cambia después. Una palabra por persona es siempre sin nombre."),
    )

    def __init__(self, items: Sequence[AgendaItem], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._items = {item.id: item for item in items}
        self.item.choices = pairs([(0, _l("Ninguno en particular")), *((item.id, item.title) for item in items)])

    def content(self) -> PollContent:
        return PollContent(
            question=self.question.data or "",
            kind=PollKind(self.kind.data),
            options=(self.options.data or "").splitlines(),
            most=self.most.data or 0,
            shows=PollShows(self.shows.data),
            is_named=self.is_named.data,
            electorate=PollElectorate(self.electorate.data),
            item=self._items.get(self.item.data),
        )


class AnswerForm(Form):
    """An answer to one poll: a choice, several, or a word. What was answered before is filled in."""

    choice = RadioField(_l("Tu respuesta"), [InputRequired(_l("Elige una respuesta."))])
    choices = SelectMultipleField(_l("Tu respuesta"))
    word = line(_l("Tu palabra"), limit=200)
    reason = line(
        _l("Si lo bloqueas, ¿por qué?"),
        required=False,
        limit=LONGEST_REASON,
        description=_l("Se publica con los resultados."),
    )
    fields_of: ClassVar = {
        PollKind.THUMBS: {"choice", "reason"},
        PollKind.FIST_TO_FIVE: {"choice"},
        PollKind.SINGLE: {"choice"},
        PollKind.MULTIPLE: {"choices"},
        PollKind.CLOUD: {"word"},
    }

    def __init__(self, asked: Asked, **kwargs: Any) -> None:
        self.within = f"respuesta-{asked.poll.id}"
        given = asked.answer.choices if asked.answer else []
        first = next(iter(given), None)
        before = {"choice": first, "choices": given, "word": first, "reason": asked.answer and asked.answer.reason}
        super().__init__(data=before, **kwargs)
        self.choice.choices = self.choices.choices = pairs(asked.poll.choices.items())
        for name in {"choice", "choices", "word", "reason"} - self.fields_of[asked.poll.kind]:
            delattr(self, name)

    def chosen(self) -> list[str]:
        """What is answered, whatever the kind of the poll."""
        found = self.data.get("choices") or [self.data.get("choice") or self.data.get("word")]
        return [choice for choice in found if choice]


class ShowsForm(Form):
    """Showing less of a poll's results."""

    shows = RadioField(_l("Cuándo se ven los resultados"), [_NEEDED])

    def __init__(self, poll: Poll, **kwargs: Any) -> None:
        self.within = f"reserva-{poll.id}"
        super().__init__(**kwargs)
        self.shows.choices = members(poll.shows.tighter)


def hands_form(poll: Poll, **kwargs: Any) -> Form:
    """A form with the people in the room who showed each choice, named `people_<choice>`, or who said a word."""
    fields = hands_fields(poll.choices)
    if poll.kind is PollKind.CLOUD:
        fields["word"] = line(_l("Palabra"), limit=200)
        fields["people"] = IntegerField(_l("Cuántas personas la dijeron"), [_NEEDED, NumberRange(0, MOST_IN_PERSON)])
    form: Form = type("HandsForm", (Form,), {"within": f"sala-{poll.id}", **fields})(**kwargs)
    return form


def hands_fields(choices: Mapping[str, Any]) -> dict[str, Any]:
    """A field for how many in the room showed each choice."""
    people: Any = [Optional(), NumberRange(0, MOST_IN_PERSON)]
    return {f"people_{choice}": IntegerField(words, people) for choice, words in choices.items()}


def hands(form: Form) -> dict[str, int]:
    """The counts of such a form by choice or word; what was left empty is not among them."""
    if "word" in form.data:
        return {form.data["word"]: form.data["people"]}
    counts = {
        name.removeprefix("people_"): people for name, people in form.data.items() if name.startswith("people_")
    }
    return {choice: people for choice, people in counts.items() if people is not None}
