"""The shape of tables, sessions and what is said in them."""

from __future__ import annotations

import secrets

from wtforms import DateField, DateTimeLocalField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from cocrea.core.forms import Form, line, members, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import SessionMode
from cocrea.tables.operations import BODY_LIMIT

_NEEDED = InputRequired(_l("Este dato hace falta."))
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class TableForm(Form):
    """A new table."""

    name = line(_l("Nombre de la mesa"), limit=160)
    topic = SelectField(_l("Tema"), coerce=int)
    purpose = paragraph(_l("Para qué es esta mesa"), limit=2000)
    information = paragraph(
        _l("Información para empezar"),
        required=False,
        description=_l("Qué conviene saber antes de la primera sesión."),
    )


class AssignForm(Form):
    """Problems to give to a table. `table` empty takes them from theirs."""

    problems = SelectMultipleField(_l("Problemáticas"), validate_choice=False)
    table = SelectField(_l("¿A qué mesa van?"))
    reason = line(_l("Razón"), limit=500, description=_l("Se publica en el historial."))


class SessionForm(Form):
    """A session to call, its times in the cycle's zone."""

    title = line(_l("De qué trata"), limit=160)
    mode = RadioField(_l("Cómo es"), [_NEEDED], choices=members(SessionMode))
    place = line(
        _l("Lugar o enlace"), required=False, limit=300, description=_l("Dirección, o enlace a una videollamada.")
    )
    starts_at = DateTimeLocalField(_l("Empieza"), [_NEEDED], format=_MOMENT)
    ends_at = DateTimeLocalField(_l("Termina"), [_NEEDED], format=_MOMENT)


class OnceForm(Form):
    """A form whose hidden key makes sending it twice harmless."""

    client_key = HiddenField(default=lambda: secrets.token_hex(16))


class MessageForm(OnceForm):
    """Something to say."""

    body = paragraph(_l("Tu mensaje"), limit=BODY_LIMIT)


class InPersonForm(OnceForm):
    """Something that was said in person."""

    within = "dicho"

    attribution = line(_l("Quién lo dijo"), limit=120, description=_l("Una persona, un grupo o «la sala»."))
    body = paragraph(_l("Qué dijo"), limit=BODY_LIMIT)


class AgreementForm(OnceForm):
    """What was decided, who owes it and by when."""

    within = "acuerdo"

    body = paragraph(_l("Qué se acordó"), limit=2000)
    responsible = line(_l("Quién lo cumple"), required=False)
    due = DateField(_l("Para cuándo"), [Optional()])


class RemovalForm(Form):
    """Why a seat is taken away."""

    reason = line(
        _l("¿Por qué retiras el asiento?"),
        limit=500,
        description=_l(
            "Queda en el historial público y se le envía a la persona. Di qué regla no se cumplió, sin nombrar a nadie."
        ),
    )


class NamingForm(Form):
    """Whom to name to which function. `person` chooses among those found by name."""

    office = SelectField(_l("Función"), [_NEEDED])
    who = line(
        _l("¿A quién?"),
        limit=254,
        description=_l("Su nombre, si ya participa en este ciclo. Si no, su correo: le enviamos una invitación."),
    )
    person = RadioField(_l("¿Cuál de estas personas?"), [Optional()], choices=[], validate_choice=False)


class DismissalForm(Form):
    """Why a function is taken from someone."""

    reason = line(_l("¿Por qué se retira la función?"), limit=500, description=_l("Queda en el historial público."))


class ReasonForm(Form):
    """Why a message is hidden."""

    reason = line(_l("¿Por qué lo ocultas?"), limit=500, description=_l("Se muestra en lugar del mensaje."))
