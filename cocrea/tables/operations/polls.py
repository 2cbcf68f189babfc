"""Straw polls: opened, answered, counted in the room, closed. They decide nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import (
    BLOCK,
    AgendaItem,
    Asked,
    EventKind,
    Poll,
    PollAnswer,
    PollElectorate,
    PollKind,
    PollShows,
    Session,
)
from cocrea.tables.operations.events import announce, append, event_of
from cocrea.tables.operations.history import note_table

MOST_POLLS, FEWEST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 40, 2, 10, 120
LONGEST_REASON, LONGEST_WORD, MOST_IN_PERSON = 300, 30, 10_000
AROUND_WORDS = " .,;:!¡?¿\"'«»“”()"


@dataclass(frozen=True)
class PollContent:
    """What is asked, and how. `options` matter to the kinds that have them, `most` to a multiple choice (0: all).

    A cloud is never named.
    """

    question: str
    kind: PollKind
    options: Sequence[str] = ()
    most: int = 0
    shows: PollShows = PollShows.AFTER_CLOSE
    is_named: bool = False
    electorate: PollElectorate = PollElectorate.MEMBERS
    item: AgendaItem | None = None


def open_poll(*, actor: Any, session: Session, content: PollContent, now: datetime, client_key: str = "") -> None:
    """Ask the room. A form sent twice asks once."""
    enforce(policies.can_open_poll, actor, queries.room(actor, lock(session)), now)
    if event_of(actor, session, client_key, EventKind.POLL):
        return
    if queries.polls_held(session) >= MOST_POLLS:
        raise Conflict(_l("Una sesión tiene como máximo %(most)s sondeos.", most=MOST_POLLS))
    asked = _checked(session, content)
    poll = add(Poll(session=session, opened_by=actor, opened_at=now, **asked))
    new = {
        "kind": poll.kind,
        "shows": poll.shows,
        "named": poll.is_named,
        "electorate": poll.electorate,
        "text": text.fingerprint(poll.question, *poll.options),
    }
    _note(actor, poll, "poll.opened", now, new=new)
    _tell(actor, poll, "opened", now, client_key)


def answer_poll(*, actor: Any, poll: Poll, choices: Sequence[str], now: datetime, reason: str = "") -> None:
    """Answer, or change one's answer. The same answer again changes nothing. `reason` is kept with a block alone."""
    asked = _locked(actor, poll)
    enforce(policies.can_answer_poll, actor, asked, now)
    chosen = _chosen(poll, choices)
    why = text.plain(reason)[:LONGEST_REASON] if chosen == [BLOCK] else ""
    answer = asked.answer
    if answer is None:
        member = asked.room.member
        own = {"poll_id": poll.id, "voice": poll.voice(actor, asked.room), "person_id": actor.id}
        add(PollAnswer(**own, choices=chosen, reason=why, sector=member.sector if member else actor.sector, at=now))
    elif (answer.person_id, answer.choices, answer.reason) == (actor.id, chosen, why):
        return
    else:
        answer.person_id, answer.choices, answer.reason, answer.at = actor.id, chosen, why, now
    # The event is told in the name of whoever asked: it says that someone answered, and keeps nowhere who.
    _tell(poll.opened_by, poll, "answered", now)


def tighten_poll(*, actor: Any, poll: Poll, shows: PollShows, now: datetime) -> None:
    """Show less of the results until the poll closes. Nobody finds shown what was promised to be kept."""
    enforce(policies.can_conduct_poll, actor, _locked(actor, poll), now)
    if shows not in poll.shows.tighter:
        raise Invalid(_l("Lo que se prometió reservar no se muestra antes: elige algo más reservado."), "shows")
    before, poll.shows = poll.shows, shows
    _note(actor, poll, "poll.tightened", now, old={"shows": before}, new={"shows": shows})
    _tell(actor, poll, "tightened", now)


def count_in_person(*, actor: Any, poll: Poll, counts: Mapping[str, int], now: datetime) -> None:
    """Write down how many in the room showed each choice (or said each word); what is not in `counts` stays."""
    enforce(policies.can_count_poll, actor, _locked(actor, poll), now)
    if any(not 0 <= people <= MOST_IN_PERSON for people in counts.values()):
        raise Invalid(_l("Escribe de 0 a %(most)s personas.", most=MOST_IN_PERSON))
    added = {_chosen(poll, [choice])[0]: people for choice, people in counts.items()}
    again = set(map(text.fold, added))
    stays = {choice: people for choice, people in poll.in_person.items() if text.fold(choice) not in again}
    counted = {choice: people for choice, people in {**stays, **added}.items() if people}
    if counted == poll.in_person:
        return
    poll.in_person = counted
    # The sum alone: what was shown of hands is told no earlier than the rest.
    _note(actor, poll, "poll.counted", now, new={"in_person": sum(counted.values())})
    _tell(actor, poll, "counted", now)


def close_poll(*, actor: Any, poll: Poll, now: datetime) -> None:
    """Take no more answers and show the result. Of an anonymous poll only the counts are left."""
    enforce(policies.can_conduct_poll, actor, _locked(actor, poll), now)
    _close(actor, poll, now)


def close_polls(actor: Any, session: Session, now: datetime) -> None:
    """What is still open when the session ends, closes with it. Without an actor, its time was over."""
    for poll in queries.open_polls(session):
        _close(actor, poll, now)


def _close(actor: Any, poll: Poll, now: datetime) -> None:
    poll.result = result = queries.poll_result(poll)
    poll.closed_at = now
    if not poll.is_named:
        db.session.execute(sa.delete(PollAnswer).where(PollAnswer.poll_id == poll.id))
    kept = text.fingerprint(json.dumps([result, poll.in_person], ensure_ascii=False, sort_keys=True))
    _note(actor, poll, "poll.closed", now, new={"answered": result["answered"], "result": kept})
    _tell(actor or poll.opened_by, poll, "closed", now)


def _locked(actor: Any, poll: Poll) -> Asked:
    """The poll as it stands while its session is held: what changes in a room waits its turn there."""
    lock(poll.session)
    return queries.asked(actor, lock(poll))


def _checked(session: Session, content: PollContent) -> dict[str, Any]:
    question = text.plain(content.question)
    if not question:
        raise Invalid(_l("Este dato hace falta."), "question")
    if content.item is not None and content.item.session_id != session.id:
        raise Invalid(_l("Este punto es de otra sesión."), "item")
    options = _options(content.options) if content.kind.has_options else []
    return {
        "question": question,
        "kind": content.kind,
        "options": options,
        "most": _most(content.most, options) if content.kind is PollKind.MULTIPLE else 1,
        "shows": content.shows,
        "is_named": content.is_named and content.kind is not PollKind.CLOUD,
        "electorate": content.electorate,
        "item": content.item,
    }


def _options(written: Sequence[str]) -> list[str]:
    options = [option for option in map(text.plain, written) if option]
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise Invalid(
            _l("Escribe de %(least)s a %(most)s opciones.", least=FEWEST_OPTIONS, most=MOST_OPTIONS), "options"
        )
    if len({text.fold(option) for option in options}) < len(options):
        raise Invalid(_l("Hay dos opciones iguales."), "options")
    if any(len(option) > LONGEST_OPTION for option in options):
        raise Invalid(_l("Cada opción tiene como máximo %(most)s caracteres.", most=LONGEST_OPTION), "options")
    return options


def _most(most: int, options: list[str]) -> int:
    if not 0 <= most <= len(options):
        raise Invalid(_l("Escribe de 1 a %(most)s opciones.", most=len(options)), "most")
    return most or len(options)


def _chosen(poll: Poll, choices: Sequence[str]) -> list[str]:
    """What was chosen, in the order of the poll; each thing once."""
    if poll.kind is PollKind.CLOUD:
        return [_word(choices[0] if choices else "")]
    field = "choices" if poll.kind is PollKind.MULTIPLE else "choice"
    chosen = [choice for choice in poll.choices if choice in choices]
    if not chosen or not set(choices) <= set(chosen):
        raise Invalid(_l("Elige una respuesta de la lista."), field)
    if len(chosen) > poll.most:
        raise Invalid(_l("Elige como máximo %(most)s.", most=poll.most), field)
    return chosen


def _word(written: str) -> str:
    word = text.plain(written).strip(AROUND_WORDS)
    if len(word.split()) != 1 or len(word) > LONGEST_WORD or not any(map(str.isalnum, word)):
        raise Invalid(_l("Escribe una sola palabra, de hasta %(most)s letras.", most=LONGEST_WORD), "word")
    return word


def _note(actor: Any, poll: Poll, action: str, now: datetime, *, new: dict[str, Any], **more: Any) -> None:
    session = poll.session
    told = {"poll": poll.id, **new}
    note_table(actor, session.table, session.reference, action, now, new=told, subject_id=session.id, **more)


def _tell(actor: Any, poll: Poll, act: str, now: datetime, client_key: str = "") -> None:
    payload = {"act": act, "poll": poll.id}
    event = append(actor, poll.session, EventKind.POLL, now, client_key=client_key, payload=payload)
    announce(poll.session, event)
