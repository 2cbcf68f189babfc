"""The list of speakers in the room of a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _

from cocrea.accounts.models import Gender, Sector
from cocrea.core import clock, live
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.cycles.figures import REST
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import FloorRuleForm, MoveForm, SpeakerForm, TurnForm
from cocrea.tables.models import FloorMode, Room, Session, Turn, TurnKind
from cocrea.tables.queries.floor import Seated
from cocrea.tables.speaking import UNDECLARED
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp
from cocrea.tables.views.sessions import room_page


@panels.panel("floor")
def context(
    room: Room,
    turn_form: TurnForm | None = None,
    speaker_form: SpeakerForm | None = None,
    rule_form: FloorRuleForm | None = None,
    move_forms: Mapping[int, MoveForm] | None = None,
    **_others: Any,
) -> Mapping[str, Any]:
    actor, session = current_actor(), room.session
    floor, conducts = queries.floor(session), bool(policies.can_conduct_floor(actor, room, clock.now()))
    waiting = [position.turn.id for position in floor.line] if conducts else []
    seated = queries.seated(session.table)
    rule = {"mode": session.floor_mode.value, "minutes": session.floor_minutes}
    return {
        "floor": floor,
        "own_turn": floor.turn_of(actor),
        "may_ask": policies.can_ask_for_floor(actor, room, clock.now()),
        "conducts_floor": conducts,
        "turn_form": turn_form or TurnForm(formdata=None),
        "speaker_form": speaker_form or SpeakerForm(formdata=None),
        "rule_form": rule_form or FloorRuleForm(formdata=None, data=rule),
        "move_forms": {turn: MoveForm(turn, formdata=None) for turn in waiting} | dict(move_forms or {}),
        "spoken_time": _told(
            queries.time_by_group(seated, floor.turns, is_over=session.ended_at is not None and not session.is_group)
        ),
        "sectors": _by_sector(seated),
    }


@bp.post("/sesiones/<reference>/turnos")
@requires(policies.can_ask_for_floor, queries.visible_room)
def ask_for_floor(room: Room) -> Any:
    form = TurnForm()
    if form.validate_on_submit():
        said = {"kind": TurnKind(form.kind.data), "client_key": form.client_key.data or ""}
        if _did(form, operations.ask_for_floor, session=room.session, **said):
            return panels.answer(room, "floor", _("Pediste la palabra. Abajo ves tu lugar en la lista."))
    return panels.again(room, "floor", room_page, turn_form=form)


@bp.post("/sesiones/<reference>/turnos/presenciales")
@requires(policies.can_conduct_floor, queries.visible_room)
def add_speaker(room: Room) -> Any:
    form = SpeakerForm()
    if form.validate_on_submit():
        said = {"speaker": form.speaker(), "client_key": form.client_key.data or ""}
        if _did(form, operations.add_speaker, session=room.session, **said):
            return panels.answer(room, "floor", _("Quedó en la lista de la palabra."))
    return panels.again(room, "floor", room_page, speaker_form=form)


@bp.post("/sesiones/<reference>/turnos/<int:turn>/lugar")
@requires(policies.can_move_turn, queries.visible_turn)
def move_turn(turn: Turn) -> Any:
    form, session, number = MoveForm(turn.id), turn.session, turn.id
    if form.validate_on_submit():
        said = {"up": request.form.get("direction") == "up", "reason": form.reason.data or ""}
        if _did(form, operations.move_turn, turn=turn, **said):
            return panels.answer(_room(session), "floor", _("Cambió el orden de la palabra."))
    return panels.again(_room(session), "floor", room_page, move_forms={number: form})


@bp.post("/sesiones/<reference>/palabra/regla")
@requires(policies.can_conduct_floor, queries.visible_room)
def set_floor_rule(room: Room) -> Any:
    form = FloorRuleForm()
    if form.validate_on_submit():
        said = {"mode": FloorMode(form.mode.data), "minutes": form.minutes.data, "reason": form.reason.data or ""}
        if _did(form, operations.set_floor_rule, session=room.session, **said):
            return panels.answer(room, "floor", _("La palabra se da ahora con esta regla."))
    return panels.again(room, "floor", room_page, rule_form=form)


@bp.post("/sesiones/<reference>/palabra/apertura")
@requires(policies.can_conduct_floor, queries.visible_room)
def open_floor(room: Room) -> Any:
    return _done(room.session, _("La lista está abierta."), operations.open_floor, session=room.session)


@bp.post("/sesiones/<reference>/palabra/cierre")
@requires(policies.can_conduct_floor, queries.visible_room)
def close_floor(room: Room) -> Any:
    words = _("La lista está cerrada: quienes esperan conservan su lugar.")
    return _done(room.session, words, operations.close_floor, session=room.session)


@bp.post("/sesiones/<reference>/turnos/<int:turn>/retiro")
@requires(policies.can_withdraw_turn, queries.visible_turn)
def withdraw_turn(turn: Turn) -> Any:
    return _done(turn.session, _("La petición quedó retirada."), operations.withdraw_turn, turn=turn)


@bp.post("/sesiones/<reference>/turnos/<int:turn>/inicio")
@requires(policies.can_give_floor, queries.visible_turn)
def give_floor(turn: Turn) -> Any:
    return _done(turn.session, _("Empezó el turno."), operations.give_floor, turn=turn)


@bp.post("/sesiones/<reference>/turnos/<int:turn>/pausa")
@requires(policies.can_pause_turn, queries.visible_turn)
def pause_turn(turn: Turn) -> Any:
    return _done(turn.session, _("El tiempo está en pausa."), operations.pause_turn, turn=turn)


@bp.post("/sesiones/<reference>/turnos/<int:turn>/reanudacion")
@requires(policies.can_resume_turn, queries.visible_turn)
def resume_turn(turn: Turn) -> Any:
    return _done(turn.session, _("El tiempo corre otra vez."), operations.resume_turn, turn=turn)


@bp.post("/sesiones/<reference>/turnos/<int:turn>/fin")
@requires(policies.can_end_turn, queries.visible_turn)
def end_turn(turn: Turn) -> Any:
    return _done(turn.session, _("El turno terminó."), operations.end_turn, turn=turn)


def _did(form: Any, operation: Any, **said: Any) -> bool:
    """Whether an operation took what the form says; else its error stands in the form."""
    try:
        live.spend(current_actor())
        with transaction():
            operation(actor=current_actor(), now=clock.now(), **said)
    except CocreaError as error:
        form.reject(error)
        return False
    return True


def _done(where: Session, words: str, operation: Any, **said: Any) -> Any:
    with transaction():
        operation(actor=current_actor(), now=clock.now(), **said)
    return panels.answer(_room(where), "floor", words)


def _room(session: Session) -> Room:
    return queries.room(current_actor(), session)


def _told(time: Mapping[str, Mapping[str, int]]) -> dict[str, list[tuple[Any, int]]]:
    """Seconds by group, with the names of the groups, in their order."""
    undeclared = {"sector": _("Sin sector declarado"), "gender": _("No lo dijeron")}
    joined = {"sector": _("Otros sectores (menos de cinco)"), "gender": _("Otros géneros o no lo dijeron")}
    names = {"sector": {s.value: s.label for s in Sector}, "gender": {g.value: g.label for g in Gender}}
    return {
        trait: [
            (name, time[trait][group])
            for group, name in (*names[trait].items(), (UNDECLARED, undeclared[trait]), (REST, joined[trait]))
            if group in time[trait]
        ]
        for trait in time
    }


def _by_sector(seated: Seated) -> Counter[Sector | None]:
    sectors = Counter[Sector | None]()
    for (sector, _gender), people in seated.items():
        sectors[sector] += people
    return sectors
