"""How the facilitation keeps the conversation of a session in order, and how everyone sees that it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Gender, Sector
from cocrea.core import clock, presence
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.cycles.figures import REST, SMALLEST
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import LockForm, RestrictForm, SlowForm
from cocrea.tables.models import Message, Participant, Restriction, RestrictionKind, Room
from cocrea.tables.speaking import UNDECLARED
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp
from cocrea.tables.views.sessions import room_page


@panels.panel("rules")
def context(room: Room, **_others: Any) -> Mapping[str, Any]:
    """Whether one may write now and if not, why or how long not; costs no statement."""
    actor, now = current_actor(), clock.now()
    return {
        "may_write": policies.can_post(actor, room, now),
        "may_speak": policies.can_speak(actor, room, now),
        "restriction": room.kept(now),
        "wait": policies.wait_left(actor, room, now),
        "moderates": policies.can_moderate(actor, room, now),
    }


@panels.panel("moderation")
def tools(
    room: Room, lock_form: LockForm | None = None, slow_form: SlowForm | None = None, **_others: Any
) -> Mapping[str, Any]:
    """What the facilitation does about the whole conversation; costs no statement."""
    pace = {"seconds": room.session.slow_seconds or 30}
    return {
        "moderates": policies.can_moderate(current_actor(), room, clock.now()),
        "lock_form": lock_form or LockForm(formdata=None),
        "slow_form": slow_form or SlowForm(formdata=None, data=pace),
    }


@bp.post("/sesiones/<reference>/conversacion/cierre")
@requires(policies.can_moderate, queries.visible_room)
def lock_conversation(room: Room) -> Any:
    form, session = LockForm(), room.session
    if form.validate_on_submit():
        try:
            with transaction():
                operations.lock_conversation(
                    actor=current_actor(), session=session, reason=form.reason.data or "", now=clock.now()
                )
            return _answer(room, "moderation", _("La conversación está cerrada, con tu razón a la vista."))
        except CocreaError as error:
            form.reject(error)
    return panels.again(room, "moderation", room_page, lock_form=form)


@bp.post("/sesiones/<reference>/conversacion/apertura")
@requires(policies.can_moderate, queries.visible_room)
def unlock_conversation(room: Room) -> Any:
    with transaction():
        operations.unlock_conversation(actor=current_actor(), session=room.session, now=clock.now())
    return _answer(room, "rules", _("La conversación está abierta otra vez."))


@bp.post("/sesiones/<reference>/conversacion/ritmo")
@requires(policies.can_moderate, queries.visible_room)
def set_slow_mode(room: Room) -> Any:
    form, session = SlowForm(), room.session
    if form.validate_on_submit():
        said = {"seconds": form.seconds.data, "reason": form.reason.data or ""}
        try:
            with transaction():
                operations.set_slow_mode(actor=current_actor(), session=session, now=clock.now(), **said)
            return _answer(room, "moderation", _("Cambió el ritmo de la conversación, con tu razón a la vista."))
        except CocreaError as error:
            form.reject(error)
    return panels.again(room, "moderation", room_page, slow_form=form)


@bp.get("/sesiones/<reference>/integrantes")
@requires(policies.can_see_participants, queries.visible_room)
def participants(room: Room) -> str:
    """The members of the table in this session, with what the facilitation may do."""
    session, here = room.session, presence.people(operations.live_room(room.session))
    found, voices = queries.participants(session, clock.now()), queries.voices(session)
    members = found[: queries.SHOWN_MEMBERS]
    return render_template(
        "tables/participants.html",
        cycle=session.cycle,
        table=session.table,
        session=session,
        people=members,
        is_cut=len(found) > len(members),
        is_someone_here=any(one.member.person.public_id in here for one in members),
        unheard=[one for one in members if one.is_awaited and one.member.person.public_id in here],
        voices=_told(voices),
        actor=current_actor(),
        moderates=policies.can_moderate(current_actor(), room, clock.now()),
    )


@bp.get("/sesiones/<reference>/mensajes/<int:seq>/autoria")
@requires(policies.can_moderate_author, queries.visible_message)
def moderate_author(message: Message) -> Any:
    """From a message to what can be done about whoever wrote it."""
    session, author = message.session, message.author
    found = queries.participant(session, author) if author else None
    if author and found and policies.can_restrict(current_actor(), found, clock.now()):
        return redirect(url_for("tables.restrict", reference=session.reference, person=author.public_id), 303)
    return redirect(url_for("tables.participants", reference=session.reference), 303)


@bp.route("/sesiones/<reference>/integrantes/<person>/medida", methods=["GET", "POST"])
@requires(policies.can_restrict, queries.visible_participant)
def restrict(participant: Participant) -> Any:
    """Mute someone or take them out of the room, after saying what that does."""
    form, session, person = RestrictForm(), participant.session, participant.member.person
    if form.validate_on_submit():
        try:
            with transaction():
                operations.restrict(
                    actor=current_actor(),
                    session=session,
                    person=person,
                    kind=RestrictionKind(form.kind.data),
                    reason=form.reason.data or "",
                    minutes=form.minutes.data,
                    now=clock.now(),
                )
            return _to_list(session.reference, _("Queda hecho, con tu razón. Puedes deshacerlo aquí mismo."))
        except CocreaError as error:
            form.reject(error)
    shown = {"cycle": session.cycle, "table": session.table, "session": session, "person": person}
    kept = participant.restriction if participant.restriction and participant.restriction.holds(clock.now()) else None
    page = render_template("tables/restrict.html", **shown, form=form, restriction=kept)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sesiones/<reference>/integrantes/<person>/medida/retiro")
@requires(policies.can_lift, queries.visible_restriction)
def lift_restriction(restriction: Restriction) -> Any:
    session, person = restriction.session, restriction.person
    with transaction():
        operations.lift_restriction(actor=current_actor(), session=session, person=person, now=clock.now())
    return _to_list(session.reference, _("Ya puede participar otra vez en esta sesión."))


def _told(voices: queries.Voices) -> dict[str, list[tuple[Any, ...]]]:
    """Rows with the names of the groups, in their order."""
    few = _("menos de %(smallest)s", smallest=SMALLEST)
    rest, undeclared = {REST: _("Otros grupos, juntos")}, {UNDECLARED: _("No lo dijeron")}
    sectors = {**{sector.value: sector.label for sector in Sector}, UNDECLARED: _("Sin sector declarado")}
    genders = {**{gender.value: gender.label for gender in Gender}, **undeclared}
    return {
        "sector": [
            (name, heard if heard >= SMALLEST else few, there)
            for group, name in (sectors | rest).items()
            for heard, there in [voices.by_sector.get(group, (0, 0))]
            if there
        ],
        "gender": [
            (name, voices.by_gender[group]) for group, name in (genders | rest).items() if group in voices.by_gender
        ],
    }


def _answer(room: Room, panel: str, words: str) -> Any:
    return panels.answer(queries.room(current_actor(), room.session), panel, words)


def _to_list(reference: str, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("tables.participants", reference=reference), 303)
