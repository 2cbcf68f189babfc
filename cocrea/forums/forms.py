"""The shape of a forum, its rules and its seats."""

from __future__ import annotations

from wtforms import DateField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional

from cocrea.accounts.models import Gender
from cocrea.core.forms import Form, line, members, paragraph
from cocrea.core.i18n import lazy as _l

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
    gender = SelectField(
        _l("Género de quien ocupa el asiento"),
        default="",
        choices=[SelectChoice("", _l("Prefiere no decirlo")), *members(Gender)],
        description=_l("Solo si esa persona lo declara. Se publica nada más en el balance del foro."),
    )
