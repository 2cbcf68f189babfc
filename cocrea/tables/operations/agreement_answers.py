"""Deciding on a text: answered, counted in the room, closed with its result; or written down from notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.tables import agreeing, policies, queries
from cocrea.tables.agreeing import Terms, Verdict, Why
from cocrea.tables.models import (
    BLOCK,
    THUMBS,
    Agreement,
    AgreementAnswer,
    AgreementStep,
    AgreementTest,
    EventKind,
    Put,
    Session,
)
from cocrea.tables.operations.agreements import AgreementContent, locked, make, note, tell
from cocrea.tables.operations.events import event_of
from cocrea.tables.operations.polls import LONGEST_REASON, MOST_IN_PERSON

NEEDS_REASON = _l("Quien bloquea dice por qué: sin razón el bloqueo no cuenta.")


@dataclass(frozen=True)
class Hands:
    """What was shown of hands in the room: by choice, of which sectors, and why some block it."""

    counts: Mapping[str, int] = field(default_factory=dict)
    sectors: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""


def answer_agreement(
    *, actor: Any, agreement: Agreement, version: int, choice: str, now: datetime, reason: str = ""
) -> None:
    """Answer the text as it stands in `version`, or change one's answer. The same answer again changes nothing."""
    put = locked(actor, agreement)
    enforce(policies.can_answer_agreement, actor, put, now)
    if version != agreement.version:
        raise Denied(_l("El texto cambió mientras contestabas. Léelo otra vez antes de contestar."))
    if choice not in THUMBS:
        raise Invalid(_l("Elige una respuesta de la lista."), "choice")
    why = text.plain(reason)[:LONGEST_REASON] if choice == BLOCK else ""
    if choice == BLOCK and not why:
        raise Invalid(NEEDS_REASON, "reason")
    before = put.answer
    if before is not None and (before.person_id, before.choice, before.reason) == (actor.id, choice, why):
        return
    _answer(actor, put, choice, why, now)
    # Told in the name of whoever drafted it: until it closes the event says only that someone answered.
    tell(agreement.drafted_by, agreement, "answered", now)


def count_agreement(*, actor: Any, agreement: Agreement, hands: Hands, now: datetime) -> None:
    """Write down how many members in the room, who do not answer by themselves, showed each choice."""
    enforce(policies.can_conduct_agreement, actor, locked(actor, agreement), now)
    counts, sectors, why = _shown(hands, agreement.by_sector)
    _check_people(agreement, counts, sectors)
    before = (agreement.in_person, agreement.in_person_sectors, agreement.in_person_reason)
    if before == (counts, sectors, why):
        return
    agreement.in_person, agreement.in_person_sectors, agreement.in_person_reason = counts, sectors, why
    # The sum alone: what was shown of hands is told no earlier than the rest.
    note(actor, agreement, "agreement.counted", now, new={"in_person": sum(counts.values())})
    tell(actor, agreement, "counted", now)


def close_agreement(*, actor: Any, agreement: Agreement, now: datetime) -> None:
    """Take no more answers and say, by its test, whether it is adopted."""
    enforce(policies.can_conduct_agreement, actor, locked(actor, agreement), now)
    _check_people(agreement, agreement.in_person, agreement.in_person_sectors)
    _close(actor, agreement, now)


def close_agreements(actor: Any, session: Session, now: datetime) -> None:
    """What is still being decided when the session ends, closes with it, with the answers it has; where those are more
    than the people who may answer, without being adopted."""
    for agreement in queries.open_agreements(session):
        _close(actor, agreement, now)


def record_agreement(
    *,
    actor: Any,
    session: Session,
    content: AgreementContent,
    now: datetime,
    test: AgreementTest = AgreementTest.CONSENT,
    hands: Hands | None = None,
    client_key: str = "",
) -> Agreement:
    """Write down in one step what a meeting without devices decided, with the hands that were counted, if they were.

    Its test judges the hands. A form sent twice makes one agreement.
    """
    enforce(policies.can_record_agreement, actor, queries.room(actor, lock(session)), now)
    known = event_of(actor, session, client_key, EventKind.AGREEMENT)
    if known is not None:
        return queries.agreement(known.payload["reference"])
    counts, _sectors, why = _shown(hands or Hands(), by_sector=False)
    if not counts and test not in {AgreementTest.CONSENT, AgreementTest.UNANIMITY}:
        raise Invalid(_l("Una mayoría se cuenta: escribe cuántas manos hubo."), "people_agree")
    shown: dict[str, Any] = {"in_person": counts, "in_person_reason": why}
    made = make(actor, session, content, now, test=test, put_at=now, closed_at=now, **shown, **_NOTED)
    if counts:
        _settle(made, _verdict(made, {}, {}), {}, now)
    _tell_result(actor, made, now, client_key)
    return made


_NOTED: dict[str, Any] = {
    "step": AgreementStep.ADOPTED,
    "result": {"why": Why.NOTED.value, "answered": 0, "needed": 0, "counts": {}},
}


def _answer(actor: Any, put: Put, choice: str, why: str, now: datetime) -> None:
    answer, agreement, member = put.answer, put.agreement, put.room.member
    if answer is not None:
        answer.person_id, answer.choice, answer.reason, answer.at = actor.id, choice, why, now
        return
    own = {"agreement_id": agreement.id, "version": agreement.version, "person_id": actor.id}
    own["voice"] = put.room.voice(actor)
    add(AgreementAnswer(**own, choice=choice, reason=why, sector=member.sector if member else None, at=now))


def _shown(hands: Hands, by_sector: bool) -> tuple[dict[str, int], dict[str, int], str]:
    """What was counted, without noughts."""
    counts = {choice: hands.counts.get(choice, 0) for choice in THUMBS}
    people = [*counts.values(), *hands.sectors.values()]
    if any(not 0 <= number <= MOST_IN_PERSON for number in people):
        raise Invalid(_l("Escribe de 0 a %(most)s personas.", most=MOST_IN_PERSON))
    if by_sector and sum(hands.sectors.values()) != sum(counts.values()):
        raise Invalid(_l("Los sectores suman otra cantidad que las manos: reparte las mismas personas."))
    why = text.plain(hands.reason)[:LONGEST_REASON] if counts[BLOCK] else ""
    if counts[BLOCK] and not why:
        raise Invalid(NEEDS_REASON, "reason")
    sectors = {sector: number for sector, number in hands.sectors.items() if number and by_sector}
    return {choice: number for choice, number in counts.items() if number}, sectors, why


def _check_people(agreement: Agreement, hands: Mapping[str, int], sectors: Mapping[str, int]) -> None:
    """Whoever answers by themselves is not counted in the room as well; nor has a forum more seats of a sector."""
    online, online_sectors = queries.agreement_result(agreement)
    if _excess(agreement, _summed(online_sectors, sectors)):
        raise Conflict(_l("Hay más respuestas que asientos de un sector: cuenta solo los que no contestan aquí."))
    if hands and sum(online.values()) + sum(hands.values()) > agreement.members:
        raise Conflict(
            _l(
                "Hay más respuestas que integrantes (%(members)s). Cuenta en la sala solo a integrantes que no "
                "contestan aquí.",
                members=agreement.members,
            )
        )


def _excess(agreement: Agreement, answered: Mapping[str, int]) -> Verdict | None:
    """That in a forum a sector answered with more seats than it has: one of them is counted twice."""
    for sector, number in answered.items() if agreement.seat_quorum else ():
        seats = agreement.sectors.get(sector, 0)
        if number > seats:
            return Verdict(Why.TOO_MANY, number, seats, 0, sector)
    return None


def _summed(online: Mapping[str, int], hands: Mapping[str, int]) -> dict[str, int]:
    return {sector: online.get(sector, 0) + hands.get(sector, 0) for sector in {*online, *hands}}


def _close(actor: Any, agreement: Agreement, now: datetime) -> None:
    online, sectors = queries.agreement_result(agreement)
    answered = sum(online.values()) + sum(agreement.in_person.values())
    verdict = _excess(agreement, _summed(sectors, agreement.in_person_sectors))
    if answered > agreement.members:
        verdict = Verdict(Why.TOO_MANY, answered, agreement.members, 0)
    verdict = verdict or _verdict(agreement, online, sectors)
    _settle(agreement, verdict, online, now)
    _tell_result(actor, agreement, now)


def _verdict(agreement: Agreement, online: Mapping[str, int], sectors: Mapping[str, int]) -> Verdict:
    terms = Terms(
        agreement.test or AgreementTest.CONSENT,
        Fraction(agreement.quorum, 100),
        agreement.members,
        agreement.sectors if agreement.by_sector else {},
        agreement.seat_quorum,
    )
    counts = {choice: online.get(choice, 0) + agreement.in_person.get(choice, 0) for choice in THUMBS}
    return agreeing.judge(terms, counts, _summed(sectors, agreement.in_person_sectors))


def _settle(agreement: Agreement, verdict: Verdict, online: Mapping[str, int], now: datetime) -> None:
    agreement.step = AgreementStep.ADOPTED if verdict.why.is_adopted else AgreementStep.REJECTED
    agreement.closed_at = now
    agreement.result = {
        "why": verdict.why.value,
        "answered": verdict.answered,
        "members": verdict.members,
        "needed": verdict.needed,
        "sector": verdict.sector,
        "counts": dict(online),
    }


def _tell_result(actor: Any, agreement: Agreement, now: datetime, client_key: str = "") -> None:
    act = agreement.step.value
    event = tell(actor, agreement, act, now, client_key)
    kept = json.dumps([agreement.result, agreement.in_person], ensure_ascii=False, sort_keys=True)
    new = {
        "session": agreement.session.reference,
        "event": event.seq,
        "version": agreement.version,
        "test": agreement.test,
        "why": (agreement.result or {})["why"],
        "answered": (agreement.result or {})["answered"],
        "members": agreement.members,
        "text": text.fingerprint(agreement.text),
        "result": text.fingerprint(kept),
    }
    note(actor, agreement, f"agreement.{act}", now, new=new)
