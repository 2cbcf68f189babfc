"""The shape of what is announced of a session."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateTimeLocalField, HiddenField, RadioField
from wtforms.validators import InputRequired

from cocrea.core.forms import Form, line, members
from cocrea.core.i18n import lazy as _l
from cocrea.core.moments import moment, on_the_wall
from cocrea.cycles.models import Cycle
from cocrea.tables.models import Session, SessionMode, SittingKind, Table
from cocrea.tables.operations import ENDS_LATER, LONGEST_LINK, PLACE_NEEDED, SessionPlan

_NEEDED = InputRequired(_l("Este dato hace falta."))
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class SessionForm(Form):
    """A session to call, its times in the cycle's zone."""

    sitting = RadioField(
        _l("Qué sesión del foro es"),
        [_NEEDED],
        choices=members(SittingKind),
        default=SittingKind.ORDINARY.value,
        description=_l("Lleva número dentro de las de su tipo. Una extraordinaria se convoca con menos días."),
    )
    title = line(_l("De qué trata"), limit=160)
    starts_at = DateTimeLocalField(_l("Empieza"), [_NEEDED], format=_MOMENT)
    ends_at = DateTimeLocalField(_l("Termina"), [_NEEDED], format=_MOMENT)
    mode = RadioField(_l("Cómo es"), [_NEEDED], choices=members(SessionMode))
    place = line(
        _l("Lugar"),
        required=False,
        limit=300,
        description=_l("Si se reúnen en persona: la dirección y cómo llegar. Es pública."),
    )
    link = line(
        _l("Enlace a la videollamada"),
        required=False,
        limit=LONGEST_LINK,
        description=_l("Empieza con https:// y se abre aparte. Lo ven quienes tienen un asiento."),
    )
    link_is_public = BooleanField(
        _l("Mostrar el enlace a cualquiera"),
        description=_l("Cualquier persona podrá entrar a la videollamada, también sin cuenta."),
    )

    @classmethod
    def of(cls, table: Table) -> SessionForm:
        """For a new session of a table: only a forum's is of a kind."""
        form = cls()
        if not table.is_plenary:
            del form.sitting
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """All that is wrong at once, also what the operation would say of two fields together."""
        fits = super().validate(extra_validators)
        starts, ends = self.starts_at.data, self.ends_at.data
        if starts and ends and starts >= ends:
            self.ends_at.errors, fits = [*self.ends_at.errors, ENDS_LATER], False
        if self.mode.data in {SessionMode.IN_PERSON, SessionMode.HYBRID} and not self.place.data:
            self.place.errors, fits = [*self.place.errors, PLACE_NEEDED], False
        return fits

    def plan(self, cycle: Cycle) -> SessionPlan:
        """What was written, its times by the clocks of the cycle."""
        return SessionPlan(
            title=self.title.data or "",
            mode=SessionMode(self.mode.data),
            starts_at=moment(self.starts_at.data, cycle.timezone, "starts_at"),
            ends_at=moment(self.ends_at.data, cycle.timezone, "ends_at"),
            place=self.place.data or "",
            link=self.link.data or "",
            link_is_public=self.link_is_public.data,
            sitting=SittingKind(self.sitting.data) if self.sitting else None,
        )


class EditSessionForm(SessionForm):
    """What changes of a session that was called, and why. `revision` is the one that was read."""

    sitting = None
    revision = HiddenField(default="0")

    reason = line(
        _l("¿Por qué cambia?"), limit=500, description=_l("Queda en el historial público. No nombres a nadie.")
    )

    def base(self) -> int | None:
        """The revision that was read; None where the form does not say."""
        read = str(self.revision.data)
        return int(read) if read.isascii() and read.isdigit() and len(read) < 9 else None

    def start_from(self, session: Session) -> None:
        """Its times as the clocks of the cycle show them."""
        for field in (self.starts_at, self.ends_at):
            field.data = on_the_wall(getattr(session, field.name), session.cycle.timezone)


class CancelSessionForm(Form):
    """Why a session is called off."""

    reason = line(
        _l("¿Por qué se cancela?"),
        limit=500,
        description=_l("Se muestra en su página y queda en el historial público. No nombres a nadie."),
    )
