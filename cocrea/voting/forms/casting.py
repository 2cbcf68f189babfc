"""The shape of a ballot, by its style, and of a receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, ValidationError

from cocrea.core.forms import Form, line, members, pairs
from cocrea.core.i18n import lazy as _l
from cocrea.voting.counting import Style
from cocrea.voting.models import Choice, Contest, Option


class ReceiptForm(Form):
    """Looking for one's receipt in the published list."""

    receipt = line(
        _l("Tu comprobante"), limit=40, description=_l("16 letras y números, por ejemplo 7KQ2-M9TX-4HWD-PB3R.")
    )


def ballot_form(contest: Contest, options: Sequence[Option], **kwargs: Any) -> Form:
    """The form of a ballot, its options in this order: one field per option (`option_<position>`), or `options`."""
    fields = FIELDS[contest.terms.style](contest, options)
    form: Form = type("BallotForm", (Form,), dict(fields))(**kwargs)
    return form


def ballot_choices(contest: Contest, form: Form) -> Any:
    """What was voted, as `counting.ballots` has it, of a valid form; whether it fits is judged by the operation."""
    style = contest.terms.style
    if style is Style.ONE:
        return [form["options"].data] if form["options"].data else []
    if style is Style.SEVERAL:
        return sorted(form["options"].data or [], key=int)
    given = {name.removeprefix("option_"): said for name, said in form.data.items() if name.startswith("option_")}
    if style is Style.ANSWERS:
        return {position: said for position, said in given.items() if said}
    if style is Style.POINTS:
        return {position: int(said) for position, said in given.items() if said and said != "0"}
    return sorted((position for position, said in given.items() if said), key=lambda position: int(given[position]))


def _answers(_contest: Contest, options: Sequence[Option]) -> dict[str, Any]:
    needed = InputRequired(_l("Elige una respuesta; si no quieres decidir, elige «Me abstengo»."))
    return {_name(one): RadioField(one.title, [needed], choices=members(Choice)) for one in options}


def _one(_contest: Contest, options: Sequence[Option]) -> dict[str, Any]:
    return {"options": RadioField(_l("Elige una"), [Optional()], choices=_titles(options))}


def _several(_contest: Contest, options: Sequence[Option]) -> dict[str, Any]:
    return {"options": SelectMultipleField(_l("Marca las que quieras"), choices=_titles(options))}


def _points(contest: Contest, options: Sequence[Option]) -> dict[str, Any]:
    none = _l("Sin calificar") if contest.average else "0"  # a mean is of those who give points
    scale = pairs([("0", none), *((str(points), str(points)) for points in range(1, contest.max_points + 1))])
    return {_name(one): RadioField(one.title, [Optional()], choices=scale) for one in options}


def _order(_contest: Contest, options: Sequence[Option]) -> dict[str, Any]:
    places = pairs([("", _l("Sin lugar")), *((str(place), f"{place}.º") for place in range(1, len(options) + 1))])
    return {_name(one): SelectField(one.title, [Optional(), _alone], choices=places) for one in options}


def _alone(form: Form, field: Any) -> None:
    """Only one option has this place."""
    if sum(other.data == field.data for other in form if isinstance(other, SelectField)) > 1:
        raise ValidationError(str(_l("Otra opción también lleva el lugar %(place)s: cambia una.", place=field.data)))


def _titles(options: Sequence[Option]) -> list[Any]:
    return pairs((str(one.position), one.title) for one in options)


def _name(option: Option) -> str:
    return f"option_{option.position}"


FIELDS: Mapping[Style, Callable[[Contest, Sequence[Option]], dict[str, Any]]] = {
    Style.ANSWERS: _answers,
    Style.ONE: _one,
    Style.SEVERAL: _several,
    Style.POINTS: _points,
    Style.ORDER: _order,
}
