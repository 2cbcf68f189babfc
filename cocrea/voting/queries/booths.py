"""Reading booths: where and when one votes on paper, who serves there, and who asked for it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from cocrea.accounts.models import Credential, Person
from cocrea.accounts.queries import normal_email
from cocrea.core import text
from cocrea.core.errors import NotFound
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.extensions import db
from cocrea.voting.models import Booth, Contest, Option, OptionOrder, RollEntry, Shift

FOUND_AT_MOST = 5
FEWEST_LETTERS = 3
LONGEST_SOUGHT = 254
ACCENTS = dict(zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunaeiouun", strict=True))


def visible_booth(actor: Any, reference: str, number: int) -> Booth:
    """The booth with its contest, days and shifts; raises `NotFound`."""
    found = _whole(sa.select(Booth).join(Contest)).options(joinedload(Booth.contest).joinedload(Contest.cycle))
    booth: Booth | None = db.session.scalar(found.where(Contest.reference == reference, Booth.number == number))
    if booth is None or not can_read_cycle(actor, booth.contest.cycle, booth.contest.created_at):
        raise NotFound
    return booth


def visible_shift(actor: Any, reference: str, number: int, shift: int) -> Shift:
    """A shift at a booth; raises `NotFound`."""
    for found in visible_booth(actor, reference, number).shifts:
        if found.id == shift:
            return found
    raise NotFound


def booths(contest: Contest) -> list[Booth]:
    """The booths of a contest by number, annulled ones too, with days, shifts and officers. Three statements."""
    own = _whole(sa.select(Booth)).where(Booth.contest_id == contest.id).order_by(Booth.number)
    return list(db.session.scalars(own))


def places(contest: Contest) -> list[Booth]:
    """The same for whoever only wants to know where and when. None, without asking, where there is no paper."""
    if not contest.is_secret:
        return []
    own = sa.select(Booth).where(Booth.contest_id == contest.id).options(selectinload(Booth.days))
    return list(db.session.scalars(own.order_by(Booth.number)))


def on_paper(contest: Contest) -> dict[int, tuple[int, int]]:
    """By booth, how many asked to vote there or did, and how many of them did."""
    columns = (RollEntry.booth_id, sa.func.count(), sa.func.count().filter(RollEntry.took_part))
    own = sa.select(*columns).where(RollEntry.contest_id == contest.id, RollEntry.booth_id.is_not(None))
    rows = db.session.execute(own.group_by(RollEntry.booth_id))
    return {booth: (asked, marked) for booth, asked, marked in rows if booth is not None}


def sheet(booth: Booth) -> list[Any]:
    """Who asked to vote at a booth or did, by name: rows of public_id, name, took_part. For its officers alone."""
    columns = sa.select(Person.public_id, Person.name, RollEntry.took_part)
    theirs = columns.join(RollEntry, RollEntry.person_id == Person.id).where(RollEntry.booth_id == booth.id)
    return sorted(db.session.execute(theirs), key=lambda row: (text.fold(row.name), row.public_id))


def on_the_roll_by(contest: Contest, sought: str) -> list[Any]:
    """People on the roll of a contest by their e-mail, whole, or words of their name; one more than are shown.

    Rows of public_id, name, took_part, booth_id. Fewer than three letters find nobody.
    """
    said = text.plain(sought)[:LONGEST_SOUGHT]
    if len(said) < FEWEST_LETTERS:
        return []
    columns = sa.select(Person.public_id, Person.name, RollEntry.took_part, RollEntry.booth_id)
    people = columns.join(RollEntry, RollEntry.person_id == Person.id).where(RollEntry.contest_id == contest.id)
    if "@" in said:
        people = people.join(Credential).where(Credential.email == normal_email(said))
    else:
        name = _without_accents()
        people = people.where(*(name.contains(word, autoescape=True) for word in text.fold(said).split()))
    return list(db.session.execute(people.order_by(Person.name, Person.id).limit(FOUND_AT_MOST + 1)))


def on_paper_order(booth: Booth, paper: int) -> list[Option]:
    """The options as the paper with this place in a booth's print run names them, from 0 (decision 0023)."""
    contest = booth.contest
    if contest.option_order is OptionOrder.FIXED:
        return list(contest.options)
    drawn = f"{contest.seed_commitment}:{booth.number}"
    base = sorted(contest.options, key=lambda one: sha256(f"{drawn}:{one.position}".encode()).hexdigest())
    first = paper % len(base)
    return base[first:] + base[:first]


def _whole(statement: sa.Select[Any]) -> sa.Select[Any]:
    officers = selectinload(Booth.shifts).joinedload(Shift.person).lazyload("*")
    return statement.options(selectinload(Booth.days), officers)


def _without_accents() -> Any:
    """Names as they are searched: neither database folds accents by itself."""
    name: Any = Person.name
    for accented, plain in ACCENTS.items():
        name = sa.func.replace(name, accented, plain)
    return sa.func.lower(name)
