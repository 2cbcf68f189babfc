"""Agreements for tests, drafted, put and answered through the operations people use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.tables import operations
from cocrea.tables.models import Agreement, AgreementTest, Session
from cocrea.tables.operations import AgreementContent, DutyContent, Hands
from tests.conftest import NOW
from tests.factories import cycles, tables


def drafted(
    session: Session, by: Person, body: str = "Publicar los datos", *duties: DutyContent, key: str = ""
) -> Any:
    """A draft of the session."""
    with transaction():
        return operations.draft_agreement(
            actor=by, session=session, content=AgreementContent(body, duties), now=NOW, client_key=key
        )


def edited(agreement: Agreement, by: Person, body: str, *duties: DutyContent, base: int | None = None) -> None:
    with transaction():
        operations.edit_agreement(
            actor=by,
            agreement=agreement,
            content=AgreementContent(body, duties),
            base=agreement.version if base is None else base,
            now=NOW,
        )


def put(
    agreement: Agreement,
    by: Person,
    test: AgreementTest = AgreementTest.CONSENT,
    *,
    quorum: int = 0,
    version: int | None = None,
    by_sector: bool = False,
) -> Agreement:
    with transaction():
        operations.put_agreement(
            actor=by,
            agreement=agreement,
            version=agreement.version if version is None else version,
            test=test,
            quorum=quorum,
            by_sector=by_sector,
            now=NOW,
        )
    return agreement


def answered(agreement: Agreement, by: Person, choice: str, reason: str = "", version: int | None = None) -> None:
    with transaction():
        operations.answer_agreement(
            actor=by,
            agreement=agreement,
            version=agreement.version if version is None else version,
            choice=choice,
            reason=reason,
            now=NOW,
        )


def counted(agreement: Agreement, by: Person, *, reason: str = "", sectors: Any = None, **people: int) -> None:
    """Hands in the room, as agree=3."""
    with transaction():
        operations.count_agreement(actor=by, agreement=agreement, hands=Hands(people, sectors or {}, reason), now=NOW)


def closed(agreement: Agreement, by: Person) -> None:
    with transaction():
        operations.close_agreement(actor=by, agreement=agreement, now=NOW)


def withdrawn(agreement: Agreement, by: Person, reason: str = "Ya no hace falta") -> None:
    with transaction():
        operations.withdraw_agreement(actor=by, agreement=agreement, reason=reason, now=NOW)


def reworked(agreement: Agreement, by: Person, session: Session, key: str = "") -> Agreement:
    with transaction():
        return operations.rework_agreement(actor=by, agreement=agreement, session=session, now=NOW, client_key=key)


def adopted(session: Session, by: Person, members: Iterable[Person], said: str) -> Agreement:
    """A text that all of these members said yes to."""
    found = put(drafted(session, by, said), by)
    for member in members:
        answered(found, member, "agree")
    closed(found, by)
    assert found.is_adopted
    return found


def decision(cycle: Cycle) -> Agreement:
    """What a table of the cycle adopted."""
    leader = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=leader)
    member = tables.member(table)
    return adopted(tables.session(table, leader), leader, [member], "Que se junten")
