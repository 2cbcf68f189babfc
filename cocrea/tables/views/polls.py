"""Straw polls in the room of a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import Form
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import AnswerForm, PollForm, ShowsForm, hands, hands_form
from cocrea.tables.models import AgendaItem, Asked, PollShows, Room
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp
from cocrea.tables.views.sessions import room_page


@panels.panel("poll")
def context(
    room: Room,
    poll_form: PollForm | None = None,
    poll_returned: Form | None = None,
    poll_refused: Any = "",
    agenda: list[AgendaItem] | None = None,
    **_others: Any,
) -> Mapping[str, Any]:
    """`poll_returned` is the form of one poll that comes back with errors; it takes the place of that poll's own."""
    actor, now = current_actor(), clock.now()
    cards = queries.polls(actor, room)
    forms = [form for card in cards for form in _forms(card.asked)]
    may_open = policies.can_open_poll(actor, room, now)
    if may_open and poll_form is None:
        poll_form = PollForm(queries.agenda(room.session) if agenda is None else agenda, formdata=None)
    may_answer = {card.poll.id: policies.can_answer_poll(actor, card.asked, now) for card in cards}
    return {
        "polls": cards,
        "may_open_poll": may_open,
        "may_answer": may_answer,
        "awaited_polls": [card.poll.id for card in cards if may_answer[card.poll.id] and not card.asked.answer],
        "poll_form": may_open and poll_form,
        "poll_forms": {form.within: form for form in [*forms, *([poll_returned] if poll_returned else [])]},
        "poll_refused": poll_refused,
    }


def _forms(asked: Asked) -> list[Form]:
    """Those that stand at a poll."""
    poll = asked.poll
    answer = [AnswerForm(asked, formdata=None), ShowsForm(poll, formdata=None)] if poll.is_open else []
    return [*answer, hands_form(poll, formdata=None)]


@bp.post("/sesiones/<reference>/sondeos")
@requires(policies.can_open_poll, queries.visible_room)
def open_poll(room: Room) -> Any:
    form = PollForm(queries.agenda(room.session))
    if form.validate_on_submit():
        try:
            with transaction():
                operations.open_poll(
                    actor=current_actor(),
                    session=room.session,
                    content=form.content(),
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return panels.answer(room, "poll", _("El sondeo está abierto."))
        except CocreaError as error:
            form.reject(error)
    return panels.again(room, "poll", room_page, poll_form=form)


@bp.post("/sesiones/<reference>/sondeos/<int:poll>/respuesta")
@visible(queries.visible_poll)
def answer_poll(asked: Asked) -> Any:
    """The operation judges: whoever answers a poll that was closed meanwhile is told so, where its result stands."""
    form = AnswerForm(asked)

    def answer() -> None:
        reason = form.data.get("reason") or ""
        operations.answer_poll(
            actor=current_actor(), poll=asked.poll, choices=form.chosen(), reason=reason, now=clock.now()
        )

    return _sent(asked, form, answer, _("Contamos tu respuesta. Puedes cambiarla hasta que se cierre el sondeo."))


@bp.post("/sesiones/<reference>/sondeos/<int:poll>/reserva")
@requires(policies.can_conduct_poll, queries.visible_poll)
def tighten_poll(asked: Asked) -> Any:
    form = ShowsForm(asked.poll)

    def tighten() -> None:
        shows = PollShows(form.shows.data)
        operations.tighten_poll(actor=current_actor(), poll=asked.poll, shows=shows, now=clock.now())

    return _sent(asked, form, tighten, _("Los resultados son ahora más reservados."))


@bp.post("/sesiones/<reference>/sondeos/<int:poll>/sala")
@requires(policies.can_count_poll, queries.visible_poll)
def count_in_person(asked: Asked) -> Any:
    form = hands_form(asked.poll)

    def count() -> None:
        operations.count_in_person(actor=current_actor(), poll=asked.poll, counts=hands(form), now=clock.now())

    return _sent(asked, form, count, _("Guardamos lo que contaste en la sala."))


@bp.post("/sesiones/<reference>/sondeos/<int:poll>/cierre")
@requires(policies.can_conduct_poll, queries.visible_poll)
def close_poll(asked: Asked) -> Any:
    with transaction():
        operations.close_poll(actor=current_actor(), poll=asked.poll, now=clock.now())
    return panels.answer(asked.room, "poll", _("El sondeo se cerró y su resultado está a la vista."))


def _sent(asked: Asked, form: Form, operation: Callable[[], None], words: str) -> Any:
    """Carry out what a form of one poll asks for; else give it back, or say why it can no longer be done."""
    return panels.carry_out(asked.room, "poll", room_page, form, operation, words)
