"""Moments by the clock on a wall, as people type and read them."""

from __future__ import annotations

from datetime import UTC, datetime

from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone


def moment(local: datetime, tz: str, field: str) -> datetime:
    """The moment at which clocks of that zone show this time.

    `Invalid` at the field when a change of clocks leaves the time out, or lets it come twice: nobody could tell which.
    """
    first, second = (local.replace(tzinfo=zone(tz), fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone(tz)).replace(tzinfo=None) != local:
        raise Invalid(_l("Ese día los relojes se adelantan y esa hora no existe. Elige otra."), field)
    if first.utcoffset() != second.utcoffset():
        raise Invalid(_l("Ese día los relojes se atrasan y esa hora llega dos veces. Elige otra."), field)
    return first


def on_the_wall(moment: datetime, tz: str) -> datetime:
    """What clocks of that zone show at this moment, as a form's field has it."""
    return moment.astimezone(zone(tz)).replace(tzinfo=None)
