"""The shape of a forum, its rules and its seats."""

from __future__ import annotations

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.forums.operations import MOST_SEATS

_RULES = _l("Quién se sienta, cada cuándo sesiona, cómo decide y cómo se cambian estas reglas. Puedes usar listas.")


class MunicipalityForm(Form):
    """A municipality that gets a space."""

    name = line(_l("Nombre del municipio"), limit=120)
    code = line(
        _l("Clave del INEGI"),
        limit=5,
        description=_l("Cinco dígitos: los dos del estado y los tres del municipio."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class ForumForm(Form):
    """A new forum."""

    name = line(_l("Nombre del foro"), limit=160, description=_l("Por ejemplo: Secretariado Técnico Local."))
    installed_on = DateField(_l("Día en que se instaló"), [Optional()])
    rules = paragraph(_l("Reglas del foro"), required=False, description=_RULES)


class RulesForm(Form):
    """The rules of a forum, whole."""

    rules = paragraph(_l("Reglas del foro"), description=_RULES)


class SeatForm(Form):
    """A seat for an organisation."""

    organisation = SelectField(_l("Organización"), [InputRequired(_l("Elige una organización de la lista."))])


class HolderForm(Form):
    """Who is to hold a seat. `person` chooses among those found by name."""

    who = line(
        _l("¿Quién?"),
        limit=254,
        description=_l("Su nombre, si ya participa en este espacio. Si no, su correo: le enviamos una invitación."),
    )
    person = RadioField(_l("¿Cuál de estas personas?"), [Optional()], choices=[], validate_choice=False)
    shown = HiddenField()  # the name of which the people found were shown already


class RelievingForm(Form):
    """Why someone no longer holds a seat. `named` is who the page says holds it."""

    named = HiddenField()
    reason = line(
        _l("¿Por qué se releva a esta persona?"),
        limit=500,
        description=_l("Queda en el historial público. No nombres a nadie."),
    )


class QuorumForm(Form):
    """How many seats let a forum decide."""

    seats = IntegerField(
        _l("Cuántos asientos al menos"),
        [Optional(), NumberRange(1, MOST_SEATS)],
        description=_l("Vacío: más de la mitad de los que tenga el foro."),
    )
    of_each = IntegerField(
        _l("Cuántos de cada sector al menos"),
        [InputRequired(_l("Este dato hace falta.")), NumberRange(0, MOST_SEATS)],
        description=_l("De cada sector que tenga asientos. 0: no se pide por sector."),
    )
    reason = line(_l("¿Por qué cambia?"), limit=500, description=_l("Queda en el historial público."))
