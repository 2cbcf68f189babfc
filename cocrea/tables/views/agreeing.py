"""Agreements in the room of a session: drafted, put to their test, answered, counted, closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.forms import Form
from cocrea.forums import quorums
from cocrea.tables import agreeing, operations, policies, queries, rules
from cocrea.tables.forms import (
    AgreementAnswerForm,
    AgreementForm,
    PutForm,
    RecordForm,
    WithdrawForm,
    count_form,
    counted,
    edit_form,
    hands,
)
from cocrea.tables.models import AgreementTest, Put, Room
from cocrea.tables.operations import Hands
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp
from cocrea.tables.views.sessions import room_page


@panels.panel("agreement")
def context(
    room: Room,
    agreement_form: AgreementForm | None = None,
    record_form: RecordForm | None = None,
    agreement_returned: Form | None = None,
    agreement_refused: Any = "",
    **_others: Any,
) -> Mapping[str, Any]:
    """`agreement_returned` is the form of one agreement that comes back with errors; it takes that one's place."""
    actor, now = current_actor(), clock.now()
    cards, left = queries.agreement_cards(actor, room)
    may_draft = policies.can_draft_agreement(actor, room, now)
    forms = [form for card in cards for form in _forms(card.put, now)]
    put = [card for card in cards if card.agreement.is_put]
    may_answer = {card.agreement.id: policies.can_answer_agreement(actor, card.put, now) for card in put}
    return {
        "agreements": cards,
        "left_agreements": left if may_draft else [],
        "agreement_in_words": agreeing.in_words,
        "agreement_quorum": agreeing.quorum_in_words,
        "quorum_missing": agreeing.quorum_missing,
        "agreement_tests": list(AgreementTest),
        "may_draft": may_draft,
        "may_record": policies.can_record(actor, room, now),
        "may_record_agreement": policies.can_record_agreement(actor, room, now),
        "forum_standing": _standing(room),
        "agreement_standing": _answered,
        "conducts_agreements": policies.facilitates(actor, room.session.table) and room.session.is_live,
        "may_answer_agreement": may_answer,
        "awaited_agreements": [
            card.agreement.id for card in put if may_answer[card.agreement.id] and not card.put.answer
        ],
        "agreement_form": agreement_form or AgreementForm(formdata=None),
        "record_form": record_form or RecordForm(formdata=None),
        "agreement_forms": {
            form.within: form for form in [*forms, *([agreement_returned] if agreement_returned else [])]
        },
        "agreement_refused": agreement_refused,
    }


def _standing(room: Room) -> str:
    """In a forum that meets now: what it takes to decide, which seats are there, and what is lacking. Once it is over
    only what each decision kept holds: seats change hands."""
    session = room.session
    if not session.table.is_plenary or not session.is_live:
        return ""
    quorum = queries.quorum_at(session.table)
    if not quorum.total:
        return quorums.rule(quorum)
    there = quorums.standing(quorum, queries.seats_there(session))
    return str(_("%(rule)s Según la asistencia: %(there)s", rule=quorums.rule(quorum), there=there))


def _answered(card: queries.AgreementCard) -> str:
    """The same of the seats that answered a text; nothing at other tables."""
    quorum = card.agreement.seat_quorum
    return quorums.standing(quorum, card.sectors) if quorum else ""


def _forms(put: Put, now: Any) -> list[Form]:
    """Those that stand at an agreement which is not settled."""
    agreement = put.agreement
    if not agreement.is_unsettled:
        return []
    cycle = put.room.session.cycle
    return [
        edit_form(agreement, cycle.timezone, formdata=None),
        PutForm(agreement, rules.agreement_quorum(cycle, now), formdata=None),
        AgreementAnswerForm(put, formdata=None),
        count_form(agreement, formdata=None),
        WithdrawForm(agreement, formdata=None),
    ]


@bp.post("/sesiones/<reference>/acuerdos/borradores")
@requires(policies.can_draft_agreement, queries.visible_room)
def draft_agreement(room: Room) -> Any:
    form = AgreementForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.draft_agreement(
                    actor=current_actor(),
                    session=room.session,
                    content=form.content(room.session.cycle.timezone),
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return panels.answer(room, "agreement", _("El borrador ya se ve en toda la sala."))
        except CocreaError as error:
            form.reject(error)
    return panels.again(room, "agreement", room_page, agreement_form=form)


@bp.post("/sesiones/<reference>/acuerdos")
@requires(policies.can_record_agreement, queries.visible_room)
def record_agreement(room: Room) -> Any:
    form = RecordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.record_agreement(
                    actor=current_actor(),
                    session=room.session,
                    content=form.content(room.session.cycle.timezone),
                    test=AgreementTest(form.test.data),
                    hands=Hands(hands(form), reason=form.reason.data or ""),
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return panels.answer(room, "agreement", _("Lo que se decidió ya es público."))
        except CocreaError as error:
            form.reject(error)
    return panels.again(room, "agreement", room_page, record_form=form)


@bp.post("/sesiones/<reference>/acuerdos/<agreement>/texto")
@requires(policies.can_edit_agreement, queries.visible_put)
def edit_agreement(put: Put) -> Any:
    """Whoever wrote on a version that is no longer the last reads that one, and sends again what they make of both."""
    tz = put.room.session.cycle.timezone
    form = edit_form(put.agreement, tz)

    def edit() -> None:
        try:
            content, base = form.content(tz), _number(form.base.data)
            operations.edit_agreement(
                actor=current_actor(), agreement=put.agreement, content=content, base=base, now=clock.now()
            )
        except Conflict:
            form.base.data = str(put.agreement.version)
            raise

    return _sent(put, form, edit, _("Guardamos el texto. Lo que se hubiera contestado al anterior ya no cuenta."))


@bp.post("/sesiones/<reference>/acuerdos/<agreement>/decision")
@requires(policies.can_put_agreement, queries.visible_put)
def put_agreement(put: Put) -> Any:
    form = PutForm(put.agreement, 0)

    def ask() -> None:
        operations.put_agreement(
            actor=current_actor(),
            agreement=put.agreement,
            version=_number(form.version.data),
            test=AgreementTest(form.test.data),
            quorum=form.quorum.data if form.quorum else 0,
            by_sector=bool(form.by_sector and form.by_sector.data),
            now=clock.now(),
        )

    return _sent(put, form, ask, _("El texto ya está a decisión."))


@bp.post("/sesiones/<reference>/acuerdos/<agreement>/respuesta")
@visible(queries.visible_put)
def answer_agreement(put: Put) -> Any:
    """The operation judges: whoever answers what was closed or changed meanwhile is told so, where it stands."""
    form = AgreementAnswerForm(put)

    def answer() -> None:
        operations.answer_agreement(
            actor=current_actor(),
            agreement=put.agreement,
            version=_number(form.version.data),
            choice=form.choice.data or "",
            reason=form.reason.data or "",
            now=clock.now(),
        )

    return _sent(put, form, answer, _("Contamos tu respuesta. Puedes cambiarla hasta que se cierre."))


@bp.post("/sesiones/<reference>/acuerdos/<agreement>/manos")
@requires(policies.can_conduct_agreement, queries.visible_put)
def count_agreement(put: Put) -> Any:
    form = count_form(put.agreement)

    def count() -> None:
        operations.count_agreement(
            actor=current_actor(), agreement=put.agreement, hands=counted(form), now=clock.now()
        )

    return _sent(put, form, count, _("Guardamos lo que contaste en la sala."))


@bp.post("/sesiones/<reference>/acuerdos/<agreement>/cierre")
@requires(policies.can_conduct_agreement, queries.visible_put)
def close_agreement(put: Put) -> Any:
    with transaction():
        operations.close_agreement(actor=current_actor(), agreement=put.agreement, now=clock.now())
    return panels.answer(put.room, "agreement", agreeing.in_words(put.agreement))


@bp.post("/sesiones/<reference>/acuerdos/<agreement>/retiro")
@requires(policies.can_withdraw_agreement, queries.visible_put)
def withdraw_agreement(put: Put) -> Any:
    form = WithdrawForm(put.agreement)

    def withdraw() -> None:
        reason = form.reason.data or ""
        operations.withdraw_agreement(actor=current_actor(), agreement=put.agreement, reason=reason, now=clock.now())

    return _sent(put, form, withdraw, _("El texto se retiró, con la razón a la vista."))


@bp.post("/sesiones/<reference>/acuerdos/<agreement>/retoma")
@requires(policies.can_rework_agreement, queries.visible_reworked)
def rework_agreement(put: Put) -> Any:
    with transaction():
        operations.rework_agreement(
            actor=current_actor(),
            agreement=put.agreement,
            session=put.room.session,
            client_key=request.form.get("client_key", ""),
            now=clock.now(),
        )
    return panels.answer(put.room, "agreement", _("Hay un nuevo borrador con ese texto. Lo decidido antes queda."))


def _sent(put: Put, form: Form, operation: Callable[[], None], words: str) -> Any:
    """Carry out what a form of one agreement asks for; else give it back, or say why it can no longer be done."""
    return panels.carry_out(put.room, "agreement", room_page, form, operation, words)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
