"""The shapes of an act, of a batch, and of papers as they are typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import IntegerField, MultipleFileField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from cocrea.core import text
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l

MOST = 1_000_000


def _how_many(label: Any, description: Any = "") -> IntegerField:
    needed = InputRequired(_l("Escribe un número entero desde cero."))
    fits = NumberRange(0, MOST, _l("Escribe un número entero desde cero."))
    return IntegerField(label, [needed, fits], description=description, render_kw={"inputmode": "numeric"})


def _version() -> IntegerField:
    """Which one a form would make, so that sent twice it makes one."""
    return IntegerField(validators=[Optional()], widget=HiddenInput())


class ActForm(Form):
    """What officers state of a box."""

    number = _version()
    received = _how_many(_l("Boletas recibidas"))
    spoiled = _how_many(_l("Inutilizadas"), _l("Las que se cambiaron o se dañaron antes de depositarse."))
    left_over = _how_many(_l("Sobrantes"), _l("Las que nadie pidió."))
    in_box = _how_many(_l("Encontradas en la urna"))
    remarks = paragraph(
        _l("Observaciones"),
        required=False,
        limit=2_000,
        description=_l("Explica cualquier diferencia. Es público: no escribas nombres ni qué dice una boleta."),
    )
    reason = line(
        _l("Qué se corrige y por qué"),
        required=False,
        limit=500,
        description=_l("Es público: no escribas nombres ni qué dice una boleta."),
    )
    scans = MultipleFileField(
        _l("Hojas del acta firmada"),
        [Optional()],
        description=_l("Fotos o PDF, hasta diez. Serán públicas: que no muestren nombres de quienes votaron."),
    )


class BatchForm(Form):
    """How many papers a pile has."""

    number = _version()
    size = IntegerField(
        _l("Cuántas boletas lleva"),
        [InputRequired(_l("Escribe cuántas boletas lleva el paquete.")), NumberRange(1, 100, _l("De 1 a 100."))],
        description=_l("De 1 a 100, mezcladas y numeradas por detrás desde el 1."),
        render_kw={"inputmode": "numeric"},
    )


class WithdrawForm(Form):
    """Why a batch is read anew."""

    reason = line(_l("Razón"), limit=500, description=_l("Será pública. No escribas nombres ni qué dice una boleta."))


class RecountForm(Form):
    """Why something else was read before; the lines of papers are added to it."""

    reason = line(
        _l("Por qué se había leído otra cosa"),
        required=False,
        limit=500,
        description=_l(
            "Hace falta si algo no coincide. Será público con el resultado: no escribas nombres ni qué votó alguien."
        ),
    )


def lines_form(folios: Iterable[int], base: type[Form] = Form, **kwargs: Any) -> Form:
    """A form with one line for each of some papers, `line_<number>`."""
    fields = {f"line_{folio}": StringField(_l("Boleta %(n)s", n=folio), filters=[text.plain]) for folio in folios}
    form: Form = type("LinesForm", (base,), fields)(**kwargs)
    return form


def typed_lines(form: Form) -> dict[int, str]:
    """What was typed, by the number of the paper."""
    given: Mapping[str, Any] = form.data
    return {int(name[5:]): said or "" for name, said in given.items() if name.startswith("line_")}
