"""Who divides a session into small groups, sits in them, and writes what a group has come to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_contribute
from cocrea.tables.models import Grouped, MemberRole, RestrictionKind, Room
from cocrea.tables.policies.rooms import GROUP_ENDED, JOIN_FIRST, OF_SEATS, can_speak, in_session
from cocrea.tables.policies.tables import facilitates

NO_GROUPS = _l("Ahora no hay grupos trabajando.")
PUT_BY_HAND = _l("La facilitación te pondrá en un grupo.")
RETURNED = _l("Lo que lleva este grupo ya está en la sesión: su texto no cambia.")


def can_open_groups(actor: Any, room: Room, now: datetime) -> Decision:
    """The facilitation divides a live session, once its groups are back; a group is not divided again."""
    if room.session.is_group:
        return deny(_l("Un grupo no se divide en otros grupos."))
    conducts = in_session(actor, room.session, now)
    if not conducts:
        return conducts
    return allow_if(not _are_working(room, now), _l("Los grupos ya están trabajando: primero termina su tiempo."))


def can_conduct_groups(actor: Any, room: Room, now: datetime) -> Decision:
    """While they work: move people, give more time, tell them something, call them back."""
    conducts = in_session(actor, room.session, now)
    if not conducts:
        return conducts
    return allow_if(_are_working(room, now), NO_GROUPS)


def can_enter_group(actor: Any, room: Room, now: datetime) -> Decision:
    """Whoever may take part and came when the groups were already at work; who was muted may listen."""
    if not _are_working(room, now):
        return deny(NO_GROUPS)
    if facilitates(actor, room.session.table):
        return deny(_l("La facilitación visita los grupos sin estar en ninguno."))
    if room.member is None:
        return deny(OF_SEATS if room.session.table.is_plenary else JOIN_FIRST)
    if room.restriction is not None and room.restriction.kind is RestrictionKind.REMOVED:
        return deny(room.restriction.kind.told)
    if room.member.role is MemberRole.OBSERVER:
        return deny(_l("Estás como observación: puedes leer."))
    return can_contribute(actor, room.session.cycle, room.session.table.meets, now)


def can_save_result(actor: Any, grouped: Grouped, now: datetime) -> Decision:
    """Whoever may take part in the group, until its result is brought back."""
    if grouped.group.is_returned:
        return deny(RETURNED)
    if grouped.group.breakout.returned_at is not None or grouped.room.session.has_ended(now):
        return deny(GROUP_ENDED)
    return can_speak(actor, grouped.room, now)


def _are_working(room: Room, now: datetime) -> bool:
    return not room.session.is_group and room.groups_until is not None and now < room.groups_until
