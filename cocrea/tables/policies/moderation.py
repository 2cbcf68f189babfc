"""Who may close the conversation of a session, slow it down, and keep someone from it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import Message, Participant, Restriction, Room
from cocrea.tables.policies.rooms import in_session
from cocrea.tables.policies.tables import NOT_YOURS, facilitates


def can_moderate(actor: Any, room: Room, now: datetime) -> Decision:
    """The facilitation of a live session decides how its conversation goes."""
    return in_session(actor, room.session, now)


def can_see_participants(actor: Any, room: Room, _now: datetime) -> Decision:
    """Who was heard and who was not, by name, is for the facilitation: nobody is pointed at for being silent."""
    return allow_if(facilitates(actor, room.session.table), NOT_YOURS)


def can_moderate_author(actor: Any, message: Message, _now: datetime) -> Decision:
    """Whoever may see the members may go to one of them from what they wrote."""
    return allow_if(facilitates(actor, message.session.table), NOT_YOURS)


def can_restrict(actor: Any, participant: Participant, now: datetime) -> Decision:
    """Members of the table, but nobody who facilitates: functions are taken where they were given."""
    moderates = in_session(actor, participant.session, now)
    if not moderates:
        return moderates
    if participant.member.person_id == actor.id:
        return deny(_l("Esto no te lo puedes hacer a ti."))
    return allow_if(
        not participant.is_leading,
        _l("A quien facilita no se le quita la palabra: su función la retira quien se la dio."),
    )


def can_lift(actor: Any, restriction: Restriction, _now: datetime) -> Decision:
    """Whoever may keep someone from the conversation may let them in again, but not themselves."""
    if not facilitates(actor, restriction.session.table):
        return deny(NOT_YOURS)
    return allow_if(restriction.person_id != actor.id, _l("Esto no te lo puedes hacer a ti."))


def wait_left(actor: Any, room: Room, now: datetime) -> int:
    """Seconds until this person may write again in slow mode. The facilitation does not wait."""
    slow, wrote_at = room.session.slow_seconds, room.wrote_at
    if not slow or wrote_at is None or facilitates(actor, room.session.table):
        return 0
    return max(0, math.ceil(slow - (now - wrote_at).total_seconds()))
