"""Who sets booths up, who serves at them and when, and who may ask for a paper: shifts are the only key of a booth."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_facilitate, is_facilitator
from cocrea.voting.models import Booth, Contest, Shift, ShiftKind
from cocrea.voting.policies.contests import can_manage, can_vote

NO_PAPER = _l("En una votación abierta se publica qué votó cada quien, y una boleta de papel no lleva nombre.")
ANNULLED = _l("Esta casilla se anuló.")
COUNTED = _l("Esta votación ya se contó.")
CANCELLED = _l("Esta votación se canceló.")
ONLY_IN_A_SHIFT = _l(
    "Esto lo hace solo quien tiene turno en esta casilla, y durante su turno. Ningún otro cargo lo sustituye, tampoco "
    "la facilitación."
)


def can_see_booths(actor: Any, contest: Contest, now: datetime) -> Decision:
    """The page of all booths of a contest, with their officers."""
    return can_facilitate(actor, contest.cycle, now) if contest.is_secret else deny(NO_PAPER)


def can_set_up_booths(actor: Any, contest: Contest, now: datetime) -> Decision:
    """From the calling until the close."""
    return can_manage(actor, contest, now) if contest.is_secret else deny(NO_PAPER)


def can_change_booth(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Its place and days: the facilitation, until the close."""
    return deny(ANNULLED) if booth.annulled_at else can_set_up_booths(actor, booth.contest, now)


def can_annul_booth(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Until the count: papers may be lost after the close too, and the count waits for those of every booth."""
    return _until_the_count(booth) and can_facilitate(actor, booth.contest.cycle, now)


def can_assign(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Give shifts and take them back: the facilitation, until the count."""
    return _until_the_count(booth) and can_facilitate(actor, booth.contest.cycle, now)


def can_relieve(actor: Any, shift: Shift, now: datetime) -> Decision:
    """Take a shift back before it is over; who served in one that is over stays known."""
    if shift.ends_at <= now:
        return deny(_l("Ese turno ya terminó: queda quién lo tuvo."))
    return can_assign(actor, shift.booth, now)


def can_attend(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Mark people as having voted at a booth: in a shift to attend it, while the box is open."""
    on_duty = _until_the_count(booth) and _on_duty(actor, booth, now, (ShiftKind.ATTEND,))
    return on_duty and can_vote(actor, booth.contest, now)


def can_enter_signatures(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Copy a signed sheet: in any shift at the booth, once it has opened, until the count."""
    if booth.days and now < booth.days[0].opens_at:
        return deny(_l("La casilla todavía no abre: nadie ha firmado su hoja."))
    return _until_the_count(booth) and _on_duty(actor, booth, now, tuple(ShiftKind))


def can_serve(actor: Any, booth: Booth, now: datetime) -> Decision:
    """The page of a booth: whoever has, or had, a shift at it, and the facilitation, which may only look."""
    if any(shift.person_id == actor.id for shift in booth.shifts):
        return ALLOW
    return allow_if(is_facilitator(actor, booth.contest.cycle), _l("Esta página es de quienes atienden la casilla."))


def can_read_sheet(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Who asked to vote at a booth, by name: its officers and the facilitation, from the freezing of the roll on."""
    if booth.contest.frozen_at is None:
        return deny(_l("La lista se forma con el padrón, cuando abre la votación."))
    return _until_the_count(booth) and can_serve(actor, booth, now)


def can_print_ballots(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Its officers and the facilitation, from the calling until the close."""
    if now >= booth.contest.closes_at:
        return deny(_l("La votación ya cerró."))
    return _until_the_count(booth) and can_serve(actor, booth, now)


def can_ask_for_paper(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Ask to vote at a booth, or give that back: until it opens its first day. The roll is checked apart."""
    if booth.annulled_at is not None:
        return deny(ANNULLED)
    if not has_to_open(booth, now):
        return deny(_l("La casilla ya abrió: quien la atiende tiene la lista. Pídelo ahí, a quien tiene turno."))
    return can_vote(actor, booth.contest, now)


def has_to_open(booth: Booth, now: datetime) -> bool:
    """Whether its first day is to come: from then on its signed sheet decides."""
    return bool(booth.days) and now < booth.days[0].opens_at


def _until_the_count(booth: Booth) -> Decision:
    if booth.annulled_at is not None:
        return deny(ANNULLED)
    if booth.contest.cancelled_at is not None:
        return deny(CANCELLED)
    return allow_if(booth.contest.counted_at is None, COUNTED)


def _on_duty(actor: Any, booth: Booth, now: datetime, kinds: Iterable[ShiftKind]) -> Decision:
    own = [shift for shift in booth.shifts if shift.person_id == actor.id and shift.kind in kinds]
    if any(shift.window.is_open(now) for shift in own):
        return ALLOW
    to_come = [shift for shift in own if shift.starts_at > now]
    if to_come:
        return deny(_l("Tu turno empieza el %(when)s.", when=in_words(to_come[0].starts_at, _zone(booth))))
    if own:
        return deny(_l("Tu turno terminó el %(when)s.", when=in_words(own[-1].ends_at, _zone(booth))))
    return deny(ONLY_IN_A_SHIFT)


def _zone(booth: Booth) -> str:
    return booth.contest.cycle.timezone
