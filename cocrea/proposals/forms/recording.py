"""The shape of a proposal that a facilitator writes down for those who made it."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from cocrea.accounts.models import Person
from cocrea.core.forms import line, members, pairs
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel
from cocrea.proposals.forms.writing import ProposalForm


class RecordForm(ProposalForm):
    """A proposal made on paper or in person; by a group, or by one person who wants to be named."""

    channel = RadioField(
        _l("¿Cómo llegó?"),
        [InputRequired(_l("Elige cómo llegó."))],
        choices=members((Channel.IN_PERSON, Channel.PAPER)),
    )
    attribution = line(
        _l("¿Quiénes la plantearon, dónde y cuándo?"),
        description=_l("Por ejemplo: «Asamblea vecinal en Comala, 14 de mayo». Sin nombres de quien no lo pidió."),
    )
    person = SelectField(
        _l("Si es de una sola persona que quiere aparecer con su nombre"),
        [Optional()],
        description=_l("Personas sin correo que tú registraste. Su nombre se muestra como autora."),
    )
    newcomer = line(
        _l("O escribe su nombre, si todavía no está registrada"),
        required=False,
        limit=80,
        description=_l("Se registra sin correo y queda dicho que tú actúas por ella. Solo si te lo pidió."),
    )

    def offer_people(self, people: Iterable[Person]) -> None:
        """Those for whom the recorder may act."""
        self.person.choices = pairs(
            [("", _l("Nadie: es de un grupo")), *((person.public_id, person.name) for person in people)]
        )
