"""Texts for the table to agree on: drafted, changed, put to their test, withdrawn, taken up again, or written down
from what a meeting agreed on without devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Organisation, Person
from cocrea.audit.reasons import public_reason
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import (
    Agreement,
    AgreementStep,
    AgreementTest,
    AgreementVersion,
    Duty,
    EventKind,
    LiveEvent,
    Put,
    Session,
    Table,
)
from cocrea.tables.operations.events import announce, append, event_of
from cocrea.tables.operations.history import note_table

MOST_AGREEMENTS, MOST_DUTIES, LONGEST_AGREEMENT, LONGEST_DUTY = 60, 8, 2_000, 300


@dataclass(frozen=True)
class DutyContent:
    """What is owed: by whom (a member or an institution by their name, or other words), what, by when."""

    responsible: str = ""
    due_at: datetime | None = None
    what: str = ""


@dataclass(frozen=True)
class AgreementContent:
    """A text to agree on, and what it makes whom owe."""

    text: str
    duties: Sequence[DutyContent] = ()


def draft_agreement(
    *, actor: Any, session: Session, content: AgreementContent, now: datetime, client_key: str = ""
) -> Agreement:
    """Begin a text that everyone in the room sees. A form sent twice begins one."""
    enforce(policies.can_draft_agreement, actor, queries.room(actor, lock(session)), now)
    known = event_of(actor, session, client_key, EventKind.AGREEMENT)
    if known is not None:
        return queries.agreement(known.payload["reference"])
    made = make(actor, session, content, now)
    tell(actor, made, "drafted", now, client_key)
    note(actor, made, "agreement.drafted", now, new={"version": made.version, "text": _fingerprint(made)})
    return made


def edit_agreement(*, actor: Any, agreement: Agreement, content: AgreementContent, base: int, now: datetime) -> None:
    """Another version. What was being decided is a draft again: the answers stay with the version they were given to.

    `Conflict` when somebody changed it since version `base`. The same content again changes nothing.
    """
    enforce(policies.can_edit_agreement, actor, locked(actor, agreement), now)
    written, duties = _checked(agreement.session.table, content, agreement.duties)
    if written == agreement.text and [_plain(duty) for duty in agreement.duties] == [_plain(duty) for duty in duties]:
        return
    if base != agreement.version:
        raise Conflict(_l("Alguien cambió el texto mientras escribías. Léelo, ajusta el tuyo y guarda otra vez."))
    before = _fingerprint(agreement)
    agreement.duties.clear()
    db.session.flush()
    agreement.text, agreement.duties, agreement.version = written, duties, agreement.version + 1
    _begin_again(agreement)
    _keep(actor, agreement, now)
    new = {"version": agreement.version, "text": _fingerprint(agreement)}
    note(actor, agreement, "agreement.changed", now, old={"text": before}, new=new)
    tell(actor, agreement, "changed", now)


def put_agreement(
    *,
    actor: Any,
    agreement: Agreement,
    version: int,
    test: AgreementTest,
    quorum: int,
    now: datetime,
    by_sector: bool = False,
) -> None:
    """Ask the table about the text as it stands in `version`, by a test that no longer changes.

    `quorum` is the part of the members, in hundredths, that must answer; with `by_sector` in each sector as well. A
    forum has its own rule instead, which counts seats.
    """
    enforce(policies.can_put_agreement, actor, locked(actor, agreement), now)
    if version != agreement.version:
        raise Conflict(_l("El texto cambió mientras decidías. Léelo otra vez antes de someterlo."))
    if not 0 <= quorum <= 100:
        raise Invalid(_l("Escribe un porcentaje de 0 a 100."), "quorum")
    sectors = queries.electorate(agreement.session.table)
    agreement.step, agreement.put_at = AgreementStep.PUT, now
    agreement.test, agreement.quorum, agreement.by_sector = test, quorum, by_sector
    agreement.members, agreement.sectors = sum(sectors.values()), sectors
    of_forum = _by_seats(agreement)
    new = {"version": version, "test": test, "members": agreement.members}
    new |= of_forum or {"quorum": quorum, "by_sector": by_sector}
    note(actor, agreement, "agreement.put", now, new=new)
    tell(actor, agreement, "put", now)


def withdraw_agreement(*, actor: Any, agreement: Agreement, reason: str, now: datetime) -> None:
    """Take back what is not decided. Its text, its versions and the reason stay to be read."""
    enforce(policies.can_withdraw_agreement, actor, locked(actor, agreement), now)
    why = public_reason(reason, _l("Di por qué se retira: es público."))
    agreement.step, agreement.closed_at, agreement.reason = AgreementStep.WITHDRAWN, now, why
    note(actor, agreement, "agreement.withdrawn", now, new={"version": agreement.version}, reason=why)
    tell(actor, agreement, "withdrawn", now)


def rework_agreement(
    *, actor: Any, agreement: Agreement, session: Session, now: datetime, client_key: str = ""
) -> Agreement:
    """Begin another draft from a text that was not adopted; that one stays as it was. Asked for twice, it is one."""
    room = queries.room(actor, lock(session))
    enforce(policies.can_rework_agreement, actor, Put(lock(agreement), room), now)
    known = event_of(actor, session, client_key, EventKind.AGREEMENT)
    if known is not None:
        return queries.agreement(known.payload["reference"])
    if queries.is_reworked(agreement):
        raise Conflict(_l("Ya hay un borrador que retoma este texto."))
    owed = [DutyContent(str(duty.owed_by), duty.due_at, duty.what) for duty in agreement.duties]
    content = AgreementContent(agreement.text, owed)
    made = make(actor, session, content, now, former=agreement.duties, reworks_id=agreement.id)
    new = {"version": made.version, "reworks": agreement.reference, "text": _fingerprint(made)}
    note(actor, made, "agreement.drafted", now, new=new)
    tell(actor, made, "drafted", now, client_key)
    return made


def make(
    actor: Any,
    session: Session,
    content: AgreementContent,
    now: datetime,
    *,
    former: Sequence[Duty] = (),
    **columns: Any,
) -> Agreement:
    """A new text in a session, with its first version; `former` is what the text it takes up made people owe."""
    if queries.agreements_held(session) >= MOST_AGREEMENTS:
        raise Conflict(_l("Una sesión tiene como máximo %(most)s textos de acuerdo.", most=MOST_AGREEMENTS))
    written, duties = _checked(session.table, content, former)
    made = add(
        Agreement(
            reference=references.allot(session.cycle.prefix, "ACU"),
            session=session,
            text=written,
            version=1,
            drafted_by_id=actor.id,
            created_at=now,
            duties=duties,
            **columns,
        )
    )
    _keep(actor, made, now)
    return made


def locked(actor: Any, agreement: Agreement) -> Put:
    """The agreement as it stands while its session is held: what changes in a room waits its turn there."""
    lock(agreement.session)
    return queries.agreement_put(actor, lock(agreement))


def note(actor: Any, agreement: Agreement, action: str, now: datetime, **details: Any) -> None:
    table, reference = agreement.session.table, agreement.reference
    note_table(actor, table, reference, action, now, subject_id=agreement.id, **details)


def tell(actor: Any, agreement: Agreement, act: str, now: datetime, client_key: str = "") -> LiveEvent:
    """Tell the room what happened to an agreement: never who answered, nor what."""
    session, payload = agreement.session, {"reference": agreement.reference, "act": act}
    event = append(actor, session, EventKind.AGREEMENT, now, client_key=client_key, payload=payload)
    return announce(session, event)


def _by_seats(agreement: Agreement) -> dict[str, int]:
    """Where a forum decides, by its rule of now; nothing at other tables."""
    table = agreement.session.table
    if not table.is_plenary:
        return {}
    rule = queries.quorum_at(table)
    found = {"least": rule.least, "of_each": rule.of_each}
    agreement.forum_quorum = {**found, "seats": queries.seats_at(table)}
    # Hands always say their sector: only so is a seat seen that is counted twice.
    agreement.quorum, agreement.by_sector = 0, True
    return found


def _begin_again(agreement: Agreement) -> None:
    """A draft, with nothing answered or counted."""
    agreement.step, agreement.put_at = AgreementStep.DRAFT, None
    agreement.members, agreement.sectors, agreement.forum_quorum = 0, {}, None
    agreement.in_person, agreement.in_person_sectors, agreement.in_person_reason = {}, {}, ""


def _keep(actor: Any, agreement: Agreement, now: datetime) -> None:
    own = {"agreement_id": agreement.id, "number": agreement.version, "author_id": actor.id}
    add(AgreementVersion(**own, text=agreement.text, saved_at=now))


def _checked(table: Table, content: AgreementContent, former: Sequence[Duty] = ()) -> tuple[str, list[Duty]]:
    agreed = text.block(content.text)
    if not agreed or len(agreed) > LONGEST_AGREEMENT:
        raise Invalid(_l("Escribe qué se acuerda, en %(limit)s caracteres o menos.", limit=LONGEST_AGREEMENT), "body")
    if len(content.duties) > MOST_DUTIES:
        raise Invalid(_l("Un acuerdo tiene como máximo %(most)s tareas.", most=MOST_DUTIES))
    return agreed, [_duty(table, position, duty, former) for position, duty in enumerate(content.duties, 1)]


def _duty(table: Table, position: int, content: DutyContent, former: Sequence[Duty]) -> Duty:
    name = text.plain(content.responsible)[:200]
    person_id, organisation_id = _owing(table, position, name, former) if name else (None, None)
    return Duty(
        position=position,
        what=text.plain(content.what)[:LONGEST_DUTY],
        responsible="" if person_id or organisation_id else name,
        person_id=person_id,
        organisation_id=organisation_id,
        due_at=content.due_at,
    )


def _owing(table: Table, position: int, name: str, former: Sequence[Duty]) -> tuple[int | None, int | None]:
    """Ids of the person or the institution of this name. Forms send names alone: whom the same name stood for before,
    first in the same place, it stands for still, also once they left the table or share it with somebody."""
    same = [duty for duty in former if text.folded(str(duty.owed_by)) == text.folded(name)]
    same.sort(key=lambda duty: duty.position != position)
    for duty in same:
        if duty.person_id or duty.organisation_id:
            return duty.person_id, duty.organisation_id
    found = queries.responsible_called(table, name)
    return (
        found.id if isinstance(found, Person) else None,
        found.id if isinstance(found, Organisation) else None,
    )


def _plain(duty: Duty) -> tuple[Any, ...]:
    return (duty.what, duty.responsible, duty.person_id, duty.organisation_id, duty.due_at)


def _fingerprint(agreement: Agreement) -> str:
    """Of the text and of all that is owed."""
    return text.fingerprint(agreement.text, *(str(part) for duty in agreement.duties for part in _plain(duty)))
