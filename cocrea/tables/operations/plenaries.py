"""Where a forum meets: its table in a cycle, who sits there, and its sessions in their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocrea.core import live, references
from cocrea.core.access import enforce
from cocrea.core.db import add, after_commit, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.forums.models import Forum, SeatHolder
from cocrea.tables import policies, queries
from cocrea.tables.models import Convening, Entry, Plenary, Session, Sitting, SittingKind, Table, TableMember
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.seats import free, role_at

LONGEST_TITLE = 160
PURPOSE = _l("Conducir este ciclo: aquí sesiona el foro, con un asiento por organización.")


def open_plenary(*, actor: Any, convening: Convening, now: datetime) -> Table:
    """The table at which a forum meets in a cycle, made when it is first asked for."""
    enforce(policies.can_convene_forum, actor, convening, now)
    forum, cycle = lock(convening.forum), convening.cycle
    known = queries.forum_table(convening)
    if known is not None:
        return known
    with in_language(DEFAULT_LOCALE):
        purpose = str(PURPOSE)
    reference = references.allot(cycle.prefix, "MES")
    own = {"cycle_id": cycle.id, "name": forum.name, "purpose": purpose, "entry": Entry.INVITATION}
    table = add(Table(reference=reference, created_at=now, **own))
    add(Plenary(forum_id=forum.id, cycle_id=cycle.id, table_id=table.id))
    db.session.refresh(table)
    note_table(actor, table, reference, "table.plenary_opened", now, new={"forum": forum.slug})
    _follow(actor, table, now)
    return table


def follow_seats(*, actor: Any, forum: Forum, now: datetime) -> None:
    """Let those sit at the plenaries of a forum who hold its seats, and nobody else."""
    for table in queries.plenaries_of(forum):
        _follow(actor, table, now)


def next_sitting(table: Table, kind: SittingKind | None) -> Sitting | None:
    """Which session the forum of a table holds next, its order kept until the commit; None at any other table."""
    if not table.is_plenary:
        return None
    forum = lock(db.session.get_one(Forum, table.forum_id))
    kind = kind or SittingKind.ORDINARY
    return Sitting(forum_id=forum.id, kind=kind, number=queries.last_sitting(forum, kind) + 1)


def keep_sitting(session: Session, sitting: Sitting | None) -> None:
    if sitting is not None:
        sitting.session_id = session.id
        add(sitting)


def keep_quorum(session: Session) -> None:
    """The session, which is locked, ends: keep the quorum of its forum as it stands."""
    standing, sitting = queries.standing_now(session), queries.sitting_of(session)
    if standing is not None and sitting is not None:
        sitting.quorum = standing.kept()


def correct_quorum(session: Session, before: Mapping[str, int]) -> None:
    """Somebody was written down, or taken off, after the session ended: add what that changed of the seats that were
    there `before`. Not counted anew: seats have changed hands since."""
    sitting = queries.sitting_of(session)
    if sitting is None or sitting.quorum is None:
        return
    after, kept = queries.seats_there(session), sitting.quorum
    moved = {sector: after.get(sector, 0) - before.get(sector, 0) for sector in {*before, *after}}
    there = {sector: kept["there"].get(sector, 0) + moved.get(sector, 0) for sector in {*kept["there"], *moved}}
    sitting.quorum = {**kept, "there": {sector: seats for sector, seats in sorted(there.items()) if seats > 0}}


def titled(sitting: Sitting, title: str) -> str:
    """The title of a session of a forum, which says which one it is."""
    found = sitting.titled(title)
    if len(found) > LONGEST_TITLE:
        raise Invalid(_l("Escribe un título más corto: se le antepone «%(name)s».", name=sitting.name), "title")
    return found


def _follow(actor: Any, table: Table, now: datetime) -> None:
    holders = {holder.person_id: holder for holder in queries.holders_at(table)}
    for member in queries.all_members(table):
        holder = holders.pop(member.person_id, None)
        if holder is None:
            free(actor, member, now)
            after_commit(live.disconnect, f"person:{member.person_id}")
        else:
            _seat(member, holder)
    for holder in holders.values():
        member = TableMember(table=table, person=holder.person, joined_at=now)
        _seat(member, holder)
        add(member)


def _seat(member: TableMember, holder: SeatHolder) -> None:
    member.seat_id, member.sector = holder.seat_id, holder.seat.sector
    member.is_alternate = holder.is_alternate
    member.role = role_at(holder.person, member.table, member.sector)
