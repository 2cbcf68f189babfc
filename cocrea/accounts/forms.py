"""The shape of what people type about themselves and to enter."""

from __future__ import annotations

import itertools
from typing import Any

from wtforms import BooleanField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length

from cocrea.accounts.models import Gender, Person, Sector
from cocrea.accounts.operations import Profile
from cocrea.accounts.operations.profile import LONGEST_NAME
from cocrea.accounts.passwords import LONGEST, SHORTEST
from cocrea.core import territories, text
from cocrea.core.forms import Form, line, members
from cocrea.core.i18n import LOCALES
from cocrea.core.i18n import lazy as _l

NEEDED = _l("Este dato hace falta.")
UNSAID = _l("Prefiero no decirlo")


def email_field() -> Any:
    return StringField(
        _l("Correo electrónico"),
        [InputRequired(NEEDED), Length(max=254), Email(_l("Escribe un correo como nombre@ejemplo.mx."))],
        filters=[text.plain],
        render_kw={"type": "email", "autocomplete": "email"},
    )


def password_field(label: Any, *, new: bool = False, **kwargs: Any) -> PasswordField:
    rules = [InputRequired(NEEDED), Length(max=LONGEST, message=_l("Usa como máximo %(n)s caracteres.", n=LONGEST))]
    return PasswordField(
        label, rules, render_kw={"autocomplete": "new-password" if new else "current-password"}, **kwargs
    )


def new_password_field(label: Any) -> PasswordField:
    hint = _l("Al menos %(n)s caracteres. Cuatro palabras que no vayan juntas funcionan bien.", n=SHORTEST)
    return password_field(label, new=True, description=hint)


def optional_choice(label: Any, kind: type[Sector] | type[Gender], description: Any) -> SelectField:
    """One member of an enum, or nothing said."""
    return SelectField(
        label,
        choices=lambda: [SelectChoice("", UNSAID), *(SelectChoice(member.value, member.label) for member in kind)],
        coerce=lambda value: kind(value) if value else None,
        description=description,
    )


class ProfileForm(Form):
    """What a person shows and may tell; every question says what it is for."""

    name = line(
        _l("Nombre que verán los demás"),
        limit=LONGEST_NAME,
        render_kw={"autocomplete": "nickname"},
        description=_l("Puede ser tu nombre o un seudónimo. Aparece junto a todo lo que aportes."),
    )
    is_pseudonym = BooleanField(
        _l("Es un seudónimo"), description=_l("Así nadie creerá que es tu nombre. Aportas igual.")
    )
    sector = optional_choice(
        _l("Sector"),
        Sector,
        _l("Para mostrar si en cada mesa y votación hay voces de todos los sectores. Aparece junto a tu nombre."),
    )
    organisation = line(
        _l("Organización o institución"),
        required=False,
        render_kw={"list": "organizaciones", "autocomplete": "organization"},
        description=_l("Si participas en nombre de una. Elige de la lista o escríbela."),
    )
    gender = optional_choice(
        _l("Género"),
        Gender,
        _l("Solo para sumar cuántas mujeres y hombres participan. Nunca aparece junto a tu nombre."),
    )
    territory = SelectField(
        _l("Entidad federativa"),
        choices=lambda: [SelectChoice("", UNSAID), *itertools.starmap(SelectChoice, territories.names().items())],
        coerce=lambda value: value or None,
        description=_l("Solo para saber qué regiones faltan por escuchar. Nunca aparece junto a tu nombre."),
    )

    def profile(self, locale: str) -> Profile:
        return Profile(
            name=self.name.data,
            is_pseudonym=self.is_pseudonym.data,
            sector=self.sector.data,
            organisation=self.organisation.data or "",
            gender=self.gender.data,
            territory=self.territory.data,
            locale=locale,
        )


class RegistrationForm(ProfileForm):
    email = email_field()
    password = new_password_field(_l("Contraseña"))
    rules = BooleanField(
        _l("Acepto las reglas de convivencia y el aviso de privacidad"),
        [InputRequired(_l("Sin esto no se puede abrir la cuenta."))],
    )


class EditProfileForm(ProfileForm):
    locale = SelectField(
        _l("Idioma"),
        choices=list(itertools.starmap(SelectChoice, LOCALES.items())),
        description=_l("El de las páginas y el de los correos."),
    )

    @classmethod
    def of(cls, person: Person) -> EditProfileForm:
        """The form filled with what the person said before (or with what was just sent)."""
        named = ("name", "is_pseudonym", "sector", "gender", "territory", "locale")
        return cls(
            data={field: getattr(person, field) for field in named} | {"organisation": person.organisation_name}
        )


class EmailForm(Form):
    email = email_field()


class SignInForm(Form):
    # No rule on the address: whatever was registered may enter, and the answer to the rest is always the same.
    email = line(_l("Correo electrónico"), limit=254, render_kw={"type": "email", "autocomplete": "username"})
    password = password_field(_l("Contraseña"))


class CodeForm(Form):
    code = line(
        _l("Código"),
        limit=40,
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"},
    )


class NewPasswordForm(Form):
    password = new_password_field(_l("Contraseña nueva"))


class ChangePasswordForm(Form):
    current_password = password_field(_l("Contraseña actual"))
    password = new_password_field(_l("Contraseña nueva"))


class OwnPasswordForm(Form):
    password = password_field(_l("Tu contraseña"))


class OrganisationForm(Form):
    """What an organisation is called."""

    name = line(_l("Nombre completo"), description=_l("Como firma sus documentos."))
    short_name = line(_l("Siglas"), required=False, limit=60, description=_l("Como se le conoce, si las usa."))


class NewOrganisationForm(OrganisationForm):
    """An organisation or institution."""

    sector = SelectField(
        _l("Sector"),
        [InputRequired(NEEDED)],
        choices=lambda: members(Sector),
        description=_l("Después ya no cambia: de él dependen sus asientos y qué puede firmar."),
    )


class AppointmentForm(Form):
    """Which function to offer, and to which address."""

    office = SelectField(_l("Función"), [InputRequired(NEEDED)])
    email = email_field()


class DismissalForm(Form):
    """Why a function is taken from someone."""

    reason = line(_l("¿Por qué se retira la función?"), limit=500, description=_l("Queda en el historial público."))


class SuspensionForm(Form):
    """Why an account is suspended, or why that is lifted."""

    reason = line(
        _l("Razón"),
        limit=500,
        description=_l("Queda en el historial público y se le envía a la persona. Sin nombres ni datos de nadie."),
    )
