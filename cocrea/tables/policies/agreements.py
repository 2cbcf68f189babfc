"""Who drafts agreements, puts them to their test, answers, and says that what is owed is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_contribute
from cocrea.tables.models import Agreement, AgreementStep, Duty, Put, RestrictionKind, Room, Session, is_spoken_for
from cocrea.tables.policies.rooms import (
    CANCELLED,
    ELECTING,
    ENDED,
    IN_WHOLE,
    MEMBERS_ANSWER,
    NOT_YET,
    SEATS_ANSWER,
    TITULAR_ANSWERED,
    can_conduct_floor,
    can_minute,
    can_record,
    can_write_here,
)
from cocrea.tables.policies.tables import facilitates

AGREEMENT_PUT = _l("Este texto ya se está decidiendo.")
AGREEMENT_CLOSED = _l("Este texto ya se cerró: no cambia y no recibe más respuestas.")
LATER_MEMBER = _l("Contestan quienes ya integraban la mesa cuando se sometió a decisión.")
LATER_SEAT = _l("Contestan los asientos que el foro ya tenía cuando se sometió a decisión.")


def can_draft_agreement(actor: Any, room: Room, now: datetime) -> Decision:
    """The facilitation and the rapporteurs write the text, while the session is live and its stage open. A small group
    agrees on nothing for the table."""
    if room.session.is_group:
        return deny(IN_WHOLE)
    if not can_write_here(actor, room, now):
        return can_write_here(actor, room, now)
    if room.session.opened_at is not None and not can_minute(actor, room, now):
        return deny(_l("Escriben los acuerdos la facilitación y la relatoría."))
    return _meeting(actor, room, now)


def can_edit_agreement(actor: Any, put: Put, now: datetime) -> Decision:
    """Also while it is being decided: then what was answered no longer counts."""
    return _unsettled(put.agreement) and can_draft_agreement(actor, put.room, now)


def can_record_agreement(actor: Any, room: Room, now: datetime) -> Decision:
    """Write down what was agreed aloud, where anything is agreed; not in a forum, where it must be known which seats
    answered."""
    if room.session.is_group:
        return deny(IN_WHOLE)
    if room.session.table.is_plenary:
        return deny(
            _l(
                "En el foro cada acuerdo se somete a decisión en la sala, para que conste el quórum: cuenta ahí las "
                "manos."
            )
        )
    return can_record(actor, room, now)


def can_put_agreement(actor: Any, put: Put, now: datetime) -> Decision:
    """The facilitation puts a draft to its test."""
    if not put.agreement.is_draft:
        return deny(AGREEMENT_PUT if put.agreement.is_put else AGREEMENT_CLOSED)
    return _conducts(actor, put.agreement.session, now) and _meeting(actor, put.room, now)


def can_answer_agreement(actor: Any, put: Put, now: datetime) -> Decision:
    """Whoever sat at the table when it was put, observers and experts not, while it is open; in a forum whoever holds
    a seat that it had then. The muted answer, too."""
    agreement, member, kept = put.agreement, put.room.member, put.room.restriction
    may_answer = _being_put(agreement) and _meeting(actor, put.room, now)
    if not may_answer:
        return may_answer
    if kept is not None and kept.kind is RestrictionKind.REMOVED:
        return deny(_l("%(what)s Razón: «%(why)s».", what=kept.kind.told, why=kept.reason))
    if member is None or member.role not in ELECTING:
        return deny(SEATS_ANSWER if agreement.session.table.is_plenary else MEMBERS_ANSWER)
    if is_spoken_for(member, put.answer.person_id if put.answer else None):
        return deny(TITULAR_ANSWERED)
    if agreement.session.table.is_plenary:
        return allow_if(agreement.counts(member), LATER_SEAT)
    return allow_if(agreement.counts(member), LATER_MEMBER)


def can_conduct_agreement(actor: Any, put: Put, now: datetime) -> Decision:
    """Count hands and close, to the session's end, also when its stage has closed meanwhile."""
    return _being_put(put.agreement) and _conducts(actor, put.agreement.session, now)


def can_withdraw_agreement(actor: Any, put: Put, now: datetime) -> Decision:
    """The facilitation takes back, with a public reason, what is not decided."""
    return _unsettled(put.agreement) and _conducts(actor, put.agreement.session, now)


def can_rework_agreement(actor: Any, put: Put, now: datetime) -> Decision:
    """Begin another draft from a text that was not adopted, or was left unfinished, in a live session of its table."""
    left = put.agreement.is_draft and put.agreement.session_id != put.room.session.id
    if not left and put.agreement.step not in {AgreementStep.REJECTED, AgreementStep.WITHDRAWN}:
        return deny(_l("Este texto no espera que se retome."))
    return can_draft_agreement(actor, put.room, now)


def can_fulfil(actor: Any, duty: Duty, _now: datetime) -> Decision:
    """Whoever owes it and the facilitation say that it is done, also after the stage of tables has closed."""
    agreement = duty.agreement
    if not agreement.is_adopted:
        return deny(_l("Este texto no se ha adoptado: nadie debe nada todavía."))
    if duty.done_at is not None:
        return deny(_l("Este acuerdo ya se dio por cumplido."))
    return allow_if(
        owes(actor, duty) or facilitates(actor, agreement.session.table),
        _l("Lo dan por cumplido quien lo debe y la facilitación."),
    )


def owes(actor: Any, duty: Duty) -> bool:
    """Whether it is this person's to do, in their own name, their institution's or for the seat they hold."""
    if not actor.is_authenticated:
        return False
    if duty.person_id == actor.id or duty.organisation_id in actor.organisation_ids(Role.OFFICIAL):
        return True
    return any(person.id == actor.id for person in duty.holders)


def _meeting(actor: Any, room: Room, now: datetime) -> Decision:
    """The session is live and its stage open to this person."""
    session = room.session
    if not session.is_live:
        return deny(CANCELLED if session.is_cancelled else ENDED if session.ended_at else NOT_YET)
    return can_contribute(actor, session.cycle, session.table.meets, now)


def _conducts(actor: Any, session: Session, now: datetime) -> Decision:
    return can_conduct_floor(actor, Room(session, None), now)


def _unsettled(agreement: Agreement) -> Decision:
    return allow_if(agreement.is_unsettled, AGREEMENT_CLOSED)


def _being_put(agreement: Agreement) -> Decision:
    if agreement.is_draft:
        return deny(_l("Este texto es un borrador: todavía no se somete a decisión."))
    return allow_if(agreement.is_put, AGREEMENT_CLOSED)
