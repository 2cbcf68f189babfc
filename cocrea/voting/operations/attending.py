"""Who votes on paper: asked for beforehand, marked at the booth, copied from its signed sheet. One vote per line of the
roll, whatever the channel: the contest is held first, then the line locked, as whoever casts a ballot does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.audit.reasons import public_reason
from cocrea.core.access import Policy, enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.voting import policies, queries
from cocrea.voting.models import Booth, Contest, RollEntry
from cocrea.voting.operations.casting import hold_the_box_open, locked_entry
from cocrea.voting.operations.history import note_booth
from cocrea.voting.operations.roll import freeze

MOST_PRINTED = 200  # ballots at once
ELSEWHERE = _l("Pidió votar en otra casilla. Solo quien atiende esa casilla puede devolverle el voto en línea.")


def ask_for_paper(*, actor: Any, booth: Booth, now: datetime) -> RollEntry:
    """Vote at this booth and not online; at another than asked before, too. Raises `Conflict` for who has voted."""
    enforce(policies.can_ask_for_paper, actor, booth, now)
    if booth.contest.frozen_at is None:
        freeze(contest=booth.contest, now=now)
    entry = _held_entry(policies.can_ask_for_paper, actor, booth, actor, now)
    if entry.took_part:
        raise Conflict(_l("Ya votaste: esa boleta es la que cuenta."))
    if entry.booth_id is not None and entry.booth_id != booth.id:
        _check_given_back(entry, now)
    entry.booth_id = booth.id
    return entry


def give_back(*, actor: Any, booth: Booth, now: datetime) -> RollEntry:
    """Vote online after all: until the booth opens its first day."""
    entry = _held_entry(policies.can_ask_for_paper, actor, booth, actor, now)
    if entry.took_part:
        raise Conflict(_l("Ya votaste: esa boleta es la que cuenta."))
    if entry.booth_id == booth.id:
        entry.booth_id = None
    return entry


def mark(*, actor: Any, booth: Booth, person: Person, now: datetime) -> RollEntry:
    """Note that somebody on the roll votes at this booth: no history record, no time, as with any vote.

    Raises `Denied` off the roll, `Conflict` for whoever has voted or asked for another booth.
    """
    entry = _held_entry(policies.can_attend, actor, booth, person, now)
    if entry.took_part:
        raise Conflict(_l("Esa persona ya votó: no se le entrega boleta."))
    if entry.booth_id not in (None, booth.id):
        raise Conflict(ELSEWHERE)
    entry.took_part, entry.channel, entry.booth_id = True, Channel.PAPER, booth.id
    return entry


def free(*, actor: Any, booth: Booth, person: Person, reason: str, now: datetime) -> RollEntry:
    """Undo a mark, or give the vote online back to who asked for this booth: with a public reason, without whom."""
    entry = _held_entry(policies.can_attend, actor, booth, person, now)
    if entry.booth_id != booth.id:
        raise Conflict(_l("Esa persona no está anotada en esta casilla."))
    why = public_reason(reason, _l("Escribe la razón: será pública, sin el nombre de la persona."), person.name)
    action = "booth.unmarked" if entry.took_part else "booth.released"
    entry.took_part, entry.channel, entry.booth_id = False, None, None
    note_booth(actor, booth, action, now, {}, reason=why)
    return entry


def enter_signatures(*, actor: Any, booth: Booth, people: Collection[str], now: datetime) -> int:
    """Mark those who signed the sheet, by public id; returns how many of them had not been marked.

    Only people who asked for this booth, so that none of them can have voted online: until the count.
    """
    _hold_before_the_count(booth.contest)
    db.session.expire(booth)
    enforce(policies.can_enter_signatures, actor, booth, now)
    theirs = sa.select(RollEntry).join(Person, Person.id == RollEntry.person_id)
    asked = theirs.where(RollEntry.booth_id == booth.id, RollEntry.took_part.is_(False))
    signed = frozenset(people)  # of any number, so compared here
    locked = asked.order_by(RollEntry.person_id).with_for_update(of=RollEntry)
    found = db.session.execute(locked.add_columns(Person.public_id).execution_options(populate_existing=True))
    entries = [entry for entry, public_id in found if public_id in signed]
    for entry in entries:
        entry.took_part, entry.channel = True, Channel.PAPER
    if entries:
        note_booth(actor, booth, "booth.signatures_entered", now, {"marked": len(entries)})
    return len(entries)


def note_sheet_printed(*, actor: Any, booth: Booth, now: datetime) -> int:
    """Put on record that the list of who asked for a booth is printed; how many names are on it."""
    enforce(policies.can_read_sheet, actor, booth, now)
    names = len(queries.sheet(booth))
    note_booth(actor, booth, "booth.roll_printed", now, {"names": names})
    return names


def note_ballots_printed(*, actor: Any, booth: Booth, first: int, number: int, now: datetime) -> None:
    """Put on record that so many ballots are printed, from the `first` on; `Conflict` if others were meanwhile."""
    enforce(policies.can_print_ballots, actor, lock(booth), now)
    if not 1 <= number <= MOST_PRINTED:
        raise Invalid(_l("Imprime entre 1 y %(most)s boletas a la vez.", most=MOST_PRINTED), "number")
    if booth.printed != first:
        raise Conflict(_l("Alguien imprimió boletas al mismo tiempo. Vuelve a intentarlo."))
    booth.printed += number
    note_booth(actor, booth, "booth.ballots_printed", now, {"printed": booth.printed}, old={"printed": first})


def _held_entry(policy: Policy, actor: Any, booth: Booth, person: Any, now: datetime) -> RollEntry:
    """The locked line of the roll, after the booth and its shifts were judged as they stand while the box is open."""
    hold_the_box_open(booth.contest)
    db.session.expire(booth)
    enforce(policy, actor, booth, now)
    return locked_entry(person, booth.contest)


def _check_given_back(entry: RollEntry, now: datetime) -> None:
    """Who asked for another booth that has opened may have signed there."""
    other = db.session.get_one(Booth, entry.booth_id)
    if not policies.has_to_open(other, now):
        raise Conflict(_l("Ya pediste votar en otra casilla, y esa ya abrió: pide ahí que te lo devuelvan."))


def _hold_before_the_count(contest: Contest) -> None:
    """Share the contest's lock, so that it is not counted between check and commit."""
    state = sa.select(Contest.counted_at, Contest.cancelled_at).where(Contest.id == contest.id)
    if any(db.session.execute(state.with_for_update(read=True)).one()):
        raise Conflict(_l("Esta votación ya se contó o se canceló."))
