"""Small groups: a session divides for some minutes, and what each group comes to is brought back to it.

Whoever touches both the session and its groups holds the session first, then the groups in the order of their ids.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, add_once, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import dealing, policies, queries
from cocrea.tables.models import (
    Breakout,
    BreakoutGroup,
    BreakoutSeat,
    Deal,
    EventKind,
    Grouped,
    Round,
    Session,
    TableMember,
)
from cocrea.tables.operations.events import announce, append, event_of
from cocrea.tables.operations.floor import give_up_turn
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.notices import pin_notice
from cocrea.tables.operations.returning import bring_back, end_round

FEWEST_GROUPS, MOST_GROUPS, MOST_ROUNDS = 2, 12, 20
FEWEST_MINUTES, MOST_GROUP_MINUTES = 3, 60
LONGEST_QUESTION, LONGEST_RESULT = 300, 1500
SAVED_MEANWHILE = _l(
    "Alguien de tu grupo guardó otro texto mientras escribías. Arriba está; junta los dos y guarda otra vez."
)


@dataclass(frozen=True)
class RoundPlan:
    """How a session divides. `questions` is one for all groups, or one for each."""

    groups: int
    minutes: int
    questions: Sequence[str]
    deal: Deal = Deal.MIXED


def open_groups(
    *,
    actor: Any,
    session: Session,
    plan: RoundPlan,
    now: datetime,
    here: Collection[str] = (),
    seed: str = "",
    client_key: str = "",
) -> None:
    """Divide the session. A form sent twice divides it once.

    Dealt are the members `here`, by public id, and those who said that they came; by hand, nobody yet.
    """
    lock(session)
    if event_of(actor, session, client_key, EventKind.BREAKOUT):
        return
    enforce(policies.can_open_groups, actor, queries.room(actor, session), now)
    questions = _checked(plan)
    for left in queries.rounds_to_return(session):
        end_round(None, session, left, now)
    opened = _round(actor, session, plan, seed or secrets.token_hex(8), now)
    groups = [_group(actor, opened, number, question, now) for number, question in enumerate(questions, 1)]
    people = queries.to_be_dealt(session, here) if plan.deal is Deal.MIXED else []
    _deal(opened, groups, people, now)
    told = {"round": opened.number, "groups": plan.groups, "minutes": plan.minutes, "deal": plan.deal}
    new = {**told, "seed": opened.seed, "dealt": len(people), "text": text.fingerprint(*questions)}
    _note(actor, session, "session.groups_opened", now, new=new)
    event = _tell(actor, session, "opened", now, {"round": opened.number}, client_key)
    session.ruled_seq = event.seq


def enter_group(*, actor: Any, session: Session, now: datetime) -> Session:
    """The room of one's own group; who has none is put into the smallest, unless the facilitation deals by hand. Asked
    twice, also at once, it is one."""
    room = queries.room(actor, lock(session))
    enforce(policies.can_enter_group, actor, room, now)
    last = _last(session)
    known = queries.own_group(actor, last.breakout)
    if known is not None:
        return db.session.get_one(Session, known)
    if last.breakout.deal is Deal.BY_HAND:
        raise Denied(policies.PUT_BY_HAND)
    groups = {group.session_id: group for group in last.groups}
    chosen = groups[dealing.smallest(queries.sizes(last.breakout), groups)]
    own = {"breakout_id": last.breakout.id, "person_id": actor.id, "group_id": chosen.session_id}
    if add_once(BreakoutSeat, **own, sector=room.member.sector if room.member else None, seated_at=now):
        _tell_both(actor, session, [chosen], "entered", now)
    return chosen.session


def move_person(*, actor: Any, session: Session, person: str, number: int, now: datetime) -> None:
    """Put a member, by public id, into a group of the round under way. The history says which, not who.
    In the group they leave they wait and speak no more."""
    enforce(policies.can_conduct_groups, actor, queries.room(actor, lock(session)), now)
    last = _last(session)
    groups = {group.number: group for group in last.groups}
    if number not in groups:
        raise Invalid(_l("Elige un grupo de la lista."), "group")
    member, target = queries.seatable(session, person), groups[number]
    seat = db.session.get(BreakoutSeat, (last.breakout.id, member.person_id), populate_existing=True)
    before = next((group for group in last.groups if seat and group.session_id == seat.group_id), None)
    if before is target:
        return
    if seat is None:
        _deal(last.breakout, [target], [member], now)
    else:
        seat.group_id, seat.seated_at = target.session_id, now
    touched = sorted(filter(None, (before, target)), key=lambda group: group.session_id)
    for group in touched:
        lock(group.session)
    if before:
        give_up_turn(actor, before.session, member.person_id, now)
    old = {"group": before.number} if before else None
    _note(actor, session, "session.group_moved", now, old=old, new={"round": last.breakout.number, "group": number})
    _tell_both(actor, session, touched, "moved", now)


def extend_groups(*, actor: Any, session: Session, minutes: int, now: datetime) -> None:
    """Give the groups at work so many minutes more."""
    enforce(policies.can_conduct_groups, actor, queries.room(actor, lock(session)), now)
    if not 1 <= minutes <= MOST_GROUP_MINUTES:
        raise Invalid(_l("Escribe de 1 a %(most)s minutos.", most=MOST_GROUP_MINUTES), "minutes")
    last = _last(session)
    before, breakout = last.breakout.ends_at, last.breakout
    breakout.ends_at = before + timedelta(minutes=minutes)
    for group in last.groups:
        lock(group.session)
        group.session.ended_at = group.session.ends_at = breakout.ends_at
    new = {"round": breakout.number, "ends_at": breakout.ends_at}
    _note(actor, session, "session.groups_extended", now, old={"ends_at": before}, new=new)
    _tell_both(actor, session, last.groups, "extended", now)


def end_groups(*, actor: Any, session: Session, now: datetime) -> None:
    """Call the groups back now, with what they have come to. Done twice, also at once, it is done once."""
    enforce(policies.can_conduct_groups, actor, queries.room(actor, lock(session)), now)
    for found in queries.rounds_to_return(session):
        end_round(actor, session, found, now)


def tell_groups(*, actor: Any, session: Session, body: str, now: datetime) -> None:
    """Pin a notice in the room of every group."""
    enforce(policies.can_conduct_groups, actor, queries.room(actor, lock(session)), now)
    for group in queries.groups_at_work(session, now):
        pin_notice(actor=actor, session=group, body=body, now=now)


def ask_for_results(*, actor: Any, session: Session, now: datetime) -> None:
    """Bring back what groups have written so far, before their time is over. Of those, the text is final."""
    enforce(policies.can_conduct_groups, actor, queries.room(actor, lock(session)), now)
    written = [group for group in map(_locked, _last(session).groups) if group.result and not group.is_returned]
    if not written:
        raise Conflict(_l("Todavía ningún grupo ha guardado algo nuevo."))
    for group in written:
        bring_back(session, group, now)
        _tell(actor, group.session, "returned", now)


def save_result(*, actor: Any, group: BreakoutGroup, body: str, base: int, now: datetime) -> None:
    """Write down what the group has come to. `Conflict` when somebody saved since version `base`."""
    db.session.refresh(_locked(group).breakout)
    enforce(policies.can_save_result, actor, Grouped(group, queries.room(actor, group.session)), now)
    written = text.block(body)
    if not written or len(written) > LONGEST_RESULT:
        raise Invalid(_l("Escribe entre 1 y %(limit)s caracteres.", limit=LONGEST_RESULT), "result")
    if written == group.result:
        return
    if base != group.version:
        raise Conflict(SAVED_MEANWHILE)
    group.result, group.result_html = written, text.to_html(written)
    group.version, group.saved_by_id = group.version + 1, actor.id
    _tell(actor, group.session, "saved", now, {"version": group.version})


def _checked(plan: RoundPlan) -> list[str]:
    """The question of each group."""
    if not FEWEST_GROUPS <= plan.groups <= MOST_GROUPS:
        raise Invalid(_l("Elige de %(fewest)s a %(most)s grupos.", fewest=FEWEST_GROUPS, most=MOST_GROUPS), "groups")
    if not FEWEST_MINUTES <= plan.minutes <= MOST_GROUP_MINUTES:
        told = {"fewest": FEWEST_MINUTES, "most": MOST_GROUP_MINUTES}
        raise Invalid(_l("Elige de %(fewest)s a %(most)s minutos.", **told), "minutes")
    questions = [question for question in map(text.plain, plan.questions) if question]
    if not questions:
        raise Invalid(_l("Escribe una pregunta para todos, o una por grupo, cada una en su renglón."), "questions")
    if len(questions) not in {1, plan.groups}:
        told = {"questions": len(questions), "groups": plan.groups}
        words = _l(
            "Hay %(questions)s preguntas y %(groups)s grupos: escribe una para todos, o una por grupo.", **told
        )
        raise Invalid(words, "questions")
    if any(len(question) > LONGEST_QUESTION for question in questions):
        raise Invalid(_l("Cada pregunta tiene como máximo %(most)s caracteres.", most=LONGEST_QUESTION), "questions")
    return questions if len(questions) == plan.groups else questions * plan.groups


def _round(actor: Any, session: Session, plan: RoundPlan, seed: str, now: datetime) -> Breakout:
    before = queries.last_round(session)
    number = before.breakout.number + 1 if before else 1
    if number > MOST_ROUNDS:
        raise Conflict(_l("Una sesión se divide como máximo %(most)s veces.", most=MOST_ROUNDS))
    ends_at = now + timedelta(minutes=plan.minutes)
    own = {"session": session, "number": number, "opened_by": actor, "starts_at": now, "ends_at": ends_at}
    return add(Breakout(**own, deal=plan.deal, seed=seed))


def _group(actor: Any, breakout: Breakout, number: int, question: str, now: datetime) -> BreakoutGroup:
    """A group and its room, which goes by the rules that the session has now."""
    whole = breakout.session
    suffix = f"G{number}" if breakout.number == 1 else f"R{breakout.number}G{number}"
    with in_language(DEFAULT_LOCALE):
        title = _("Grupo %(number)s · %(title)s", number=number, title=whole.title)
    same = ("table_id", "mode", "place", "floor_mode", "floor_minutes")
    rules = ("locked_at", "locked_because", "slow_seconds", "slow_because")
    moments = {"starts_at": now, "opened_at": now, "convened_at": now, "changed_at": now}
    room = Session(
        reference=f"{whole.reference}-{suffix}",
        parent_id=whole.id,
        title=title[:160],
        ends_at=breakout.ends_at,
        ended_at=breakout.ends_at,
        **moments,
        **{name: getattr(whole, name) for name in same + rules},
    )
    add(room)
    event = append(actor, room, EventKind.OPENED, now)
    room.ruled_seq = event.seq
    return add(BreakoutGroup(session=room, breakout=breakout, number=number, question=question))


def _deal(breakout: Breakout, groups: Sequence[BreakoutGroup], people: Sequence[TableMember], now: datetime) -> None:
    members = {member.person.public_id: member for member in people}
    dealt = dealing.deal({one: member.sector for one, member in members.items()}, len(groups), breakout.seed)
    for group, own in zip(groups, dealt, strict=True):
        for one in own:
            seat = {"breakout_id": breakout.id, "person_id": members[one].person_id, "group_id": group.session_id}
            db.session.add(BreakoutSeat(**seat, sector=members[one].sector, seated_at=now))
    db.session.flush()


def _last(session: Session) -> Round:
    """The round under way of a session, which is locked. What was brought back is over, whenever the button for more
    was pressed."""
    found = queries.last_round(session)
    if found is None or found.breakout.returned_at is not None:
        raise Conflict(policies.NO_GROUPS)
    return found


def _locked(group: BreakoutGroup) -> BreakoutGroup:
    """The room of a group, then what it has come to: read afresh, and kept."""
    lock(group.session)
    return lock(group)


def _note(actor: Any, session: Session, action: str, now: datetime, **details: Any) -> None:
    note_table(actor, session.table, session.reference, action, now, subject_id=session.id, **details)


def _tell_both(actor: Any, session: Session, groups: Sequence[BreakoutGroup], act: str, now: datetime) -> None:
    """The session hears it, and each of these groups."""
    _tell(actor, session, act, now, {"round": groups[0].breakout.number})
    for group in groups:
        _tell(actor, group.session, act, now)


def _tell(
    actor: Any, session: Session, act: str, now: datetime, told: dict[str, Any] | None = None, client_key: str = ""
) -> Any:
    payload = {"act": act, **(told or {})}
    return announce(session, append(actor, session, EventKind.BREAKOUT, now, client_key=client_key, payload=payload))
