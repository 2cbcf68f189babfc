"""The base of all forms and the few fields that every domain uses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from cocrea.core import text
from cocrea.core.errors import CocreaError
from cocrea.core.i18n import lazy as _l

LINE_LIMIT = 200
TEXT_LIMIT = 20_000
YEARS = range(1900, 2200)


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose built-in messages speak the reader's language.

    `within` keeps the ids of its fields apart where a page holds several forms; names stay as they are.
    """

    within = ""
    repeats = ""  # the reference of what says the same, where an operation refused it for that

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.within:
            for field in self:
                field.id = f"{self.within}-{field.id}"
                field.label.field_id = field.id

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> Any:
            return get_translations(["es" if str(get_locale()).startswith("es") else "en"])

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuses years that no cycle has: shown in another zone, some of them leave the calendar."""
        fits = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field.data, date) and field.data.year not in YEARS:
                field.errors = [*field.errors, _l("Escribe un año entre 1900 y 2199.")]
                fits = False
        return fits

    def typed(self) -> dict[str, Any]:
        """What was sent in its fields, as typed and unjudged: to be kept as a draft and put back by `data=`."""
        several = {field.name: isinstance(field, SelectMultipleField) for field in self if field.name != "csrf_token"}
        sent = {name: request.form.getlist(name) for name in several}
        return {name: values if several[name] else values[0] for name, values in sent.items() if values}

    def reject(self, error: CocreaError) -> None:
        """Show an operation's error at the field it names (`Invalid`), else above the form."""
        field = self._fields.get(getattr(error, "field", None) or "")
        if field is not None:
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors.append(error.message)
        self.repeats = getattr(error, "reference", "")


def line(label: Any, *, required: bool = True, limit: int = LINE_LIMIT, **kwargs: Any) -> StringField:
    """One line of text, trimmed and normalised."""
    return StringField(label, _rules(required, limit), filters=[_clean_line], **kwargs)


def paragraph(label: Any, *, required: bool = True, limit: int = TEXT_LIMIT, **kwargs: Any) -> TextAreaField:
    """Several lines of text (markdown where the page says so), normalised."""
    return TextAreaField(label, _rules(required, limit), filters=[_clean_block], **kwargs)


def pairs(of: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Values with the words for them, to choose from in a field."""
    return [SelectChoice(value, label) for value, label in of]


def members(of: Iterable[Any]) -> list[SelectChoice]:
    """Members of an enum that carry a `label`, to choose from in a field."""
    return [SelectChoice(member.value, member.label) for member in of]


def _rules(required: bool, limit: int) -> list[Any]:
    long = _l("Escribe como máximo %(limit)s caracteres.", limit=limit)
    first: Any = InputRequired(_l("Este dato hace falta.")) if required else Optional()
    return [first, *([_not_blank] if required else []), Length(max=limit, message=long)]


def _not_blank(_form: Any, field: Any) -> None:
    if not field.data:
        raise ValidationError(str(_l("Este dato hace falta.")))


def _clean_line(value: str | None) -> str:
    return text.plain(value)


def _clean_block(value: str | None) -> str:
    return text.block(value)


class SampleForm(Form):
    """One field of each kind, for the components page."""

    title = line(_l("Título"), description=_l("Una frase: qué pasa y a quién."))
    body = paragraph(_l("¿Qué pasa?"))
    email = EmailField(_l("Correo"), [Optional()], render_kw={"autocomplete": "email"})
    day = DateField(_l("Día"), [Optional()])
    number = IntegerField(_l("Asistentes"), [Optional()])
    vote = RadioField(
        _l("¿Estás de acuerdo?"),
        [InputRequired(_l("Elige una opción."))],
        choices=pairs([("si", _l("Sí")), ("no", _l("No"))]),
    )
    file = FileField(_l("Medio de verificación"), [Optional()])
    accepts = BooleanField(_l("Acepto que se publique con mi nombre"))
