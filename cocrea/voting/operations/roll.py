"""The electorate: taken as it stands when the contest opens, with a fingerprint that is public from then on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.accounts.queries import email_of
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import insert, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.voting import electorates, policies, queries
from cocrea.voting.addresses import MOST_ADDRESSES
from cocrea.voting.counting import roll_fingerprint
from cocrea.voting.models import Contest, ElectorateRule, RollAddress, RollEntry
from cocrea.voting.operations.history import note

AT_ONCE = 5_000  # rows of one statement


def freeze(*, contest: Contest, now: datetime) -> Contest:
    """Take the electorate as it stood at the opening and publish its fingerprint; once, whoever asks first.

    Of an uploaded list nothing stays but how many of it had no confirmed account.
    """
    lock(contest)
    if contest.frozen_at is not None or contest.cancelled_at is not None or now < contest.opens_at:
        return contest
    voters = db.session.execute(electorates.at_opening(contest)).all()
    rows = [{"contest_id": contest.id, "person_id": who, "sector": sector} for who, _public_id, sector in voters]
    if rows:
        db.session.execute(sa.insert(RollEntry), rows)
    contest.frozen_at = now
    _publish(contest)
    told = {"roll": contest.roll_size, "fingerprint": contest.roll_fingerprint}
    if contest.electorate is ElectorateRule.UPLOADED:
        contest.roll_unmatched = queries.listed(contest) - contest.roll_size
        forget_addresses(contest)
        told["without_account"] = contest.roll_unmatched
    note(None, contest, "contest.opened", now, told)
    return contest


def register_late(*, actor: Any, contest: Contest, person: Person, reason: str, now: datetime) -> RollEntry:
    """Enter one more person while the contest is open, with a public reason; the history never says whom.

    Raises `Invalid` where they do not meet the rule, `Conflict` where they are on the roll or the box is closed.
    """
    enforce(policies.can_register_late, actor, contest, now)
    said = text.plain(reason)
    if not said:
        raise Invalid(_l("Escribe la razón: será pública."), "reason")
    freeze(contest=contest, now=now)  # and locks it: before the roll entry, as whoever votes or seals does
    if contest.sealed_at is not None or contest.cancelled_at is not None:
        raise Conflict(_l("La urna ya se cerró: el padrón se queda como está."))
    if db.session.get(RollEntry, (contest.id, person.id), populate_existing=True) is not None:
        raise Conflict(_l("Esa persona ya está en el padrón."))
    found = db.session.execute(electorates.later(contest, now).where(Person.id == person.id)).first()
    if found is None:
        raise Invalid(_l("Esa persona no cumple la regla de esta votación."), "email")
    entry = RollEntry(contest_id=contest.id, person_id=person.id, sector=found[2], is_late=True)
    db.session.add(entry)
    old = {"roll": contest.roll_size, "fingerprint": contest.roll_fingerprint}
    _publish(contest)
    new = {"roll": contest.roll_size, "fingerprint": contest.roll_fingerprint}
    note(actor, contest, "contest.registered_late", now, new, old=old, reason=said)
    return entry


def list_addresses(*, actor: Any, contest: Contest, addresses: Collection[str], now: datetime) -> int:
    """Add addresses (as `accounts.queries.normal_email` writes them) to the list from which the roll will be taken;
    returns how many are new."""
    enforce(policies.can_list, actor, contest, now)
    _lock_before_the_opening(contest)
    before = queries.listed(contest)
    rows = [{"contest_id": contest.id, "email": one} for one in sorted(set(addresses))]
    for start in range(0, len(rows), AT_ONCE):
        statement = insert()(RollAddress.__table__).on_conflict_do_nothing()
        db.session.execute(statement, rows[start : start + AT_ONCE])
    after = queries.listed(contest)
    if after > MOST_ADDRESSES:
        raise Invalid(_l("La lista lleva como máximo %(most)s direcciones.", most=MOST_ADDRESSES), "addresses")
    note(actor, contest, "contest.listed", now, {"listed": after}, old={"listed": before})
    return after - before


def empty_list(*, actor: Any, contest: Contest, now: datetime) -> None:
    """Delete the whole list, to give another one."""
    enforce(policies.can_list, actor, contest, now)
    _lock_before_the_opening(contest)
    before = queries.listed(contest)
    forget_addresses(contest)
    note(actor, contest, "contest.listed", now, {"listed": 0}, old={"listed": before})


def forget_addresses(contest: Contest) -> None:
    """Delete what was kept to take the roll."""
    db.session.execute(sa.delete(RollAddress).where(RollAddress.contest_id == contest.id))


def strike_address(person: Person) -> None:
    """Whoever deletes their account is on no list that waits for an opening."""
    db.session.execute(sa.delete(RollAddress).where(RollAddress.email == email_of(person)))


def _publish(contest: Contest) -> None:
    """Set size and fingerprint of the roll as it is now."""
    db.session.flush()
    members = queries.roll_members(contest)
    contest.roll_size, contest.roll_fingerprint = len(members), roll_fingerprint(contest.roll_salt, members)


def _lock_before_the_opening(contest: Contest) -> None:
    """What `can_list` judged may have changed meanwhile."""
    lock(contest)
    if contest.frozen_at is not None or contest.cancelled_at is not None:
        raise Conflict(_l("El padrón ya se formó: la lista ya no cambia."))
