"""Who may steer a space and its forums."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import PLATFORM, Role
from cocrea.accounts.policies import can_administer
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.forums.models import Forum, HolderKind, Offer, Seat, SeatHolder, Space, SpaceLevel


def can_steer(actor: Any, space: Space, now: datetime) -> Decision:
    """Install forums in a space."""
    return allow_if(
        actor.holds(Role.ADMINISTRATOR, PLATFORM) or actor.holds(Role.STEWARD, space),
        _l("Solo quien es responsable del espacio puede hacer esto."),
    )


def can_add_municipality(actor: Any, space: Space, now: datetime) -> Decision:
    """Open spaces inside a state: whoever administers the platform."""
    if space.level is not SpaceLevel.STATE:
        return deny(_l("Un municipio está dentro de un estado."))
    return can_administer(actor, None, now)


def can_steer_forum(actor: Any, forum: Forum, now: datetime) -> Decision:
    """Give seats in a forum and set its rules."""
    return can_steer(actor, forum.space, now)


def can_name_holder(actor: Any, place: tuple[Seat, HolderKind], now: datetime) -> Decision:
    """Say who holds a seat: whoever answers for the space."""
    return can_steer_forum(actor, place[0].forum, now)


def can_withdraw_offer(actor: Any, offer: Offer, now: datetime) -> Decision:
    """Whoever offers a seat also takes the offer back."""
    return can_steer_forum(actor, offer.seat.forum, now)


def can_relieve(actor: Any, holder: SeatHolder, now: datetime) -> Decision:
    """Whoever names also relieves."""
    return can_steer_forum(actor, holder.seat.forum, now)
