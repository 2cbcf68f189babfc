"""The shape of what opens small groups, conducts them, and says what they have come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from cocrea.core.forms import Form, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.tables.forms.rooms import OnceForm
from cocrea.tables.models import BreakoutGroup, Deal
from cocrea.tables.operations import (
    FEWEST_GROUPS,
    FEWEST_MINUTES,
    LONGEST_NOTICE,
    LONGEST_QUESTION,
    LONGEST_RESULT,
    MOST_GROUP_MINUTES,
    MOST_GROUPS,
    RoundPlan,
)
from cocrea.tables.queries import Dealt

_NEEDED = InputRequired(_l("Este dato hace falta."))


class GroupsForm(OnceForm):
    """How a session divides."""

    within = "grupos"

    questions = paragraph(
        _l("Qué conversan los grupos"),
        limit=(LONGEST_QUESTION + 1) * MOST_GROUPS,
        description=_l("Una pregunta para todos; o una por grupo, cada una en su renglón."),
    )
    groups = IntegerField(_l("Cuántos grupos"), [_NEEDED, NumberRange(FEWEST_GROUPS, MOST_GROUPS)], default=3)
    minutes = IntegerField(
        _l("Cuántos minutos"), [_NEEDED, NumberRange(FEWEST_MINUTES, MOST_GROUP_MINUTES)], default=10
    )
    deal = RadioField(_l("Cómo se reparten"), [_NEEDED], choices=lambda: members(Deal), default=Deal.MIXED.value)

    def plan(self) -> RoundPlan:
        questions = (self.questions.data or "").splitlines()
        return RoundPlan(self.groups.data, self.minutes.data, questions, Deal(self.deal.data))


class MoreTimeForm(Form):
    """So many minutes more."""

    within = "mas-tiempo"

    minutes = IntegerField(_l("Minutos de más"), [_NEEDED, NumberRange(1, MOST_GROUP_MINUTES)], default=5)


class GroupsNoticeForm(Form):
    """What every group is told."""

    within = "aviso-grupos"

    notice = paragraph(_l("Aviso para todos los grupos"), limit=LONGEST_NOTICE)


class SeatForm(Form):
    """Who is put into which group."""

    within = "mover"

    person = SelectField(_l("A quién"), [_NEEDED])
    group = SelectField(_l("A qué grupo"), [_NEEDED], coerce=int)

    def __init__(self, people: Sequence[Dealt], groups: Sequence[BreakoutGroup], **more: Any) -> None:
        super().__init__(**more)
        self.person.choices = pairs((one.public_id, _standing(one)) for one in people)
        self.group.choices = pairs((group.number, _l("Grupo %(number)s", number=group.number)) for group in groups)


class ResultForm(Form):
    """What a group has come to. `base` is the version it was begun on."""

    within = "lo-que-lleva"

    result = paragraph(
        _l("Lo que lleva el grupo"),
        limit=LONGEST_RESULT,
        description=_l(
            "Breve: cualquiera del grupo puede cambiarlo. Al terminar el tiempo, se publica en la sesión."
        ),
    )
    base = HiddenField(default="0")


def result_form(group: BreakoutGroup, **more: Any) -> ResultForm:
    """A form with what the group has saved."""
    return ResultForm(data={"result": group.result, "base": str(group.version)}, **more)


def _standing(one: Dealt) -> Any:
    if one.group is None:
        return _l("%(name)s (sin grupo)", name=one.name)
    return _l("%(name)s (grupo %(number)s)", name=one.name, number=one.group)
