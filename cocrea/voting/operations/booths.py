"""Booths: set up, changed and annulled by the facilitation; and who serves at them when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError

from cocrea.accounts.mails import tell, write
from cocrea.accounts.models import Credential, Person
from cocrea.audit.reasons import public_reason
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid, NotFound
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.voting import policies
from cocrea.voting.models import Booth, BoothDay, Contest, RollEntry, Shift, ShiftKind
from cocrea.voting.operations.history import note_booth

MOST_BOOTHS = 200
Days = Sequence[tuple[datetime, datetime]]
ASK_REASON = _l("Escribe la razón: será pública.")


def create_booth(
    *, actor: Any, contest: Contest, place: str, address: str, days: Days, form_key: str, now: datetime
) -> Booth:
    """Set up a booth; the same form sent twice sets up one. Raises `Invalid`, naming the field: days are counted in it
    from 0 (`opens_0`)."""
    enforce(policies.can_set_up_booths, actor, lock(contest), now)
    known = db.session.scalar(sa.select(Booth).filter_by(contest_id=contest.id, form_key=form_key))
    if known is not None:
        return known
    own = sa.select(sa.func.max(Booth.number)).where(Booth.contest_id == contest.id)
    number = (db.session.scalar(own) or 0) + 1
    if number > MOST_BOOTHS:
        raise Invalid(_l("Una votación lleva como máximo %(most)s casillas.", most=MOST_BOOTHS), "place")
    ordered = _checked(contest, days, now)
    told = _place(place, address)
    booth = add(Booth(contest_id=contest.id, number=number, form_key=form_key, created_at=now, **told))
    booth.days = [BoothDay(opens_at=opens, closes_at=closes) for opens, closes in ordered]
    db.session.flush()
    note_booth(actor, booth, "booth.set_up", now, _facts(booth))
    return booth


def change_booth(
    *, actor: Any, booth: Booth, place: str, address: str, days: Days, reason: str, now: datetime
) -> Booth:
    """Change where or when, with a public reason; who asked to vote there is written to.

    A day that has begun keeps its hour of opening and one that is over does not change. Shifts must still fit.
    """
    lock(booth.contest)
    enforce(policies.can_change_booth, actor, lock(booth), now)
    why = public_reason(reason, ASK_REASON)
    ordered = _checked(booth.contest, days, now, booth.days)
    before = _facts(booth)
    for column, value in _place(place, address).items():
        setattr(booth, column, value)
    _set_days(booth, ordered)
    for shift in booth.shifts:
        if not _fits(booth, shift.kind, shift.starts_at, shift.ends_at):
            raise Invalid(_l("Hay turnos que ya no caben en esos días: quítalos primero."), "opens_0")
    after = _facts(booth)
    if after == before:
        raise Invalid(_l("No cambiaste nada."), "place")
    note_booth(actor, booth, "booth.changed", now, after, old=before, reason=why)
    _tell_those_of(booth, _l("Cambió la casilla donde votarás"), "voting/booth_changed", reason=why)
    return booth


def annul_booth(*, actor: Any, booth: Booth, reason: str, now: datetime) -> Booth:
    """Close a booth for good, with a public reason; its papers do not count.

    Before the close whoever asked for it or voted there is free to vote again, and written to; later the roll stays.
    """
    contest = lock(booth.contest)
    enforce(policies.can_annul_booth, actor, lock(booth), now)
    why = public_reason(reason, ASK_REASON)
    booth.annulled_at, booth.annul_reason = now, why
    there = sa.select(sa.func.count()).where(RollEntry.booth_id == booth.id, RollEntry.took_part)
    told = {"marked": db.session.scalar(there) or 0}
    if contest.sealed_at is None and now < contest.closes_at:
        _tell_those_of(booth, _l("Se anuló la casilla donde votarías"), "voting/booth_annulled")
        free = {"booth_id": None, "channel": None, "took_part": False}
        db.session.execute(sa.update(RollEntry).where(RollEntry.booth_id == booth.id).values(free))
    note_booth(actor, booth, "booth.annulled", now, told, reason=why)
    return booth


def assign(
    *,
    actor: Any,
    booth: Booth,
    person: Person,
    kind: ShiftKind,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> Shift:
    """Give somebody a shift at a booth and tell them; the same twice gives one."""
    lock(booth.contest)
    enforce(policies.can_assign, actor, lock(booth), now)
    if not person.is_verified or not person.is_active:
        raise Invalid(_l("No hay una cuenta confirmada con ese correo."), "email")
    if ends_at <= max(starts_at, now):
        raise Invalid(_l("El turno debe terminar después de empezar, y en el futuro."), "ends_at")
    _refuse_misfits(booth, kind, starts_at, ends_at)
    known = sa.select(Shift).filter_by(booth_id=booth.id, person_id=person.id, kind=kind)
    for shift in db.session.scalars(known):
        if (shift.starts_at, shift.ends_at) == (starts_at, ends_at):
            return shift
        if shift.starts_at < ends_at and starts_at < shift.ends_at:
            raise Conflict(_l("Esa persona ya tiene un turno a esa hora en esta casilla."))
    window = {"starts_at": starts_at, "ends_at": ends_at}
    shift = add(Shift(booth_id=booth.id, person_id=person.id, kind=kind, **window))
    db.session.expire(booth, ["shifts"])
    note_booth(actor, booth, "booth.shift_given", now, {"kind": kind, **window})
    tell(person, _l("Tienes un turno en una casilla"), "voting/shift_given", shift=shift, booth=booth)
    return shift


def relieve(*, actor: Any, shift: Shift, now: datetime) -> None:
    """Take a shift back: one to come disappears, one that is under way ends now.

    Raises `NotFound` or `Conflict` where somebody else took it back meanwhile.
    """
    try:
        booth, until = shift.booth, shift.ends_at
        lock(booth.contest)
        lock(shift)
    except InvalidRequestError:
        raise NotFound from None
    if shift.ends_at != until:  # shifts change by being taken back alone
        raise Conflict(_l("Alguien más acaba de retirar ese turno."))
    enforce(policies.can_relieve, actor, shift, now)
    window = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
    if now > shift.starts_at:
        shift.ends_at = now
    else:
        db.session.delete(shift)
    db.session.flush()
    db.session.expire(booth, ["shifts"])
    note_booth(actor, booth, "booth.shift_ended", now, {"kind": shift.kind, **window})
    tell(shift.person, _l("Ya no tienes ese turno en la casilla"), "voting/shift_ended", booth=booth, **window)


def _place(place: str, address: str) -> dict[str, str]:
    told = {"place": text.plain(place)[:200], "address": text.plain(address)[:300]}
    for field, said in told.items():
        if not said:
            raise Invalid(_l("Este dato hace falta."), field)
    return told


def _facts(booth: Booth) -> dict[str, Any]:
    """What the history keeps of a booth: of its place, which may be somebody's home, only a fingerprint."""
    days = [{"opens_at": day.opens_at.isoformat(), "closes_at": day.closes_at.isoformat()} for day in booth.days]
    return {"days": days, "place": text.fingerprint(booth.place, booth.address)}


def _set_days(booth: Booth, days: Days) -> None:
    known = {day.opens_at: day for day in booth.days}
    for opens, closes in days:
        if opens in known:
            known.pop(opens).closes_at = closes
        else:
            booth.days.append(BoothDay(opens_at=opens, closes_at=closes))
    for day in known.values():
        booth.days.remove(day)
    db.session.flush()
    db.session.expire(booth, ["days"])


def _checked(contest: Contest, days: Days, now: datetime, before: Sequence[BoothDay] = ()) -> Days:
    """The days in their order."""
    known = {day.opens_at: day.closes_at for day in before}
    ordered = sorted(days)
    if not ordered:
        raise Invalid(_l("Escribe al menos un día, con la hora en que abre y en que cierra."), "opens_0")
    for at, (opens, closes) in enumerate(days):
        if closes <= opens:
            raise Invalid(_l("La casilla debe cerrar después de abrir."), f"closes_{at}")
        if opens < contest.opens_at or closes > contest.closes_at:
            raise Invalid(
                _l("Los días de la casilla van entre la apertura y el cierre de la votación."), f"opens_{at}"
            )
        if opens < now and opens not in known:
            raise Invalid(_l("Esa hora ya pasó."), f"opens_{at}")
        if closes < now and known.get(opens) != closes:
            raise Invalid(_l("Esa hora ya pasó."), f"closes_{at}")
    if any(first[1] > second[0] for first, second in pairwise(ordered)):
        raise Invalid(_l("Dos de los días se enciman."), "opens_0")
    if any(opens <= now and opens not in dict(ordered) for opens in known):
        raise Invalid(_l("Un día que ya empezó no se quita ni cambia de hora de apertura."), "opens_0")
    return ordered


def _fits(booth: Booth, kind: ShiftKind, starts_at: datetime, ends_at: datetime) -> bool:
    if kind is ShiftKind.COUNT:
        return starts_at >= booth.days[-1].closes_at
    return any(day.opens_at <= starts_at and ends_at <= day.closes_at for day in booth.days)


def _refuse_misfits(booth: Booth, kind: ShiftKind, starts_at: datetime, ends_at: datetime) -> None:
    """Raise `Invalid` for a shift in which there would be nothing to do."""
    if kind is ShiftKind.COUNT and ends_at <= booth.contest.closes_at:
        closes = in_words(booth.contest.closes_at, booth.contest.cycle.timezone)
        why = _l(
            "Las boletas se leen desde que cierra la votación, el %(when)s: el turno termina antes.", when=closes
        )
        raise Invalid(why, "ends_at")
    if not _fits(booth, kind, starts_at, ends_at):
        raise Invalid(_outside(kind), "starts_at")


def _outside(kind: ShiftKind) -> Any:
    if kind is ShiftKind.COUNT:
        return _l("Las boletas se capturan desde que la casilla cierra su último día.")
    return _l("La casilla se atiende dentro de las horas de uno de sus días.")


def _tell_those_of(booth: Booth, subject: Any, template: str, **values: Any) -> None:
    """Write to everybody who asked for a booth or voted there."""
    theirs = sa.select(Credential).join(RollEntry, RollEntry.person_id == Credential.person_id)
    for credential in db.session.scalars(theirs.where(RollEntry.booth_id == booth.id)).unique():
        write(credential, subject, template, booth=booth, **values)
