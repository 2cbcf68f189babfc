"""What the pages on which one answer and many are prepared share: an answer is read back before it is published, and
what became of it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, render_template, request
from flask_babel import ngettext

from cocrea.core import clock
from cocrea.core.access import current_actor
from cocrea.core.i18n import day_in_words, in_words
from cocrea.core.moments import on_the_wall
from cocrea.proposals import feeding, operations, queries
from cocrea.proposals.forms import AnswerForm
from cocrea.proposals.models import AnswerDraft, Routing


@dataclass(frozen=True)
class Scheduled:
    """When what is prepared is published by itself, in order, and what of it will be late. False where nothing is."""

    moments: list[datetime]
    late: list[Routing]

    def __bool__(self) -> bool:
        return bool(self.moments)


def scheduled(routings: Sequence[Routing], drafts: Sequence[AnswerDraft]) -> Scheduled:
    """What of these is set to be published."""
    at = {draft.pair: draft.publish_at for draft in drafts if draft.publish_at}
    waiting = [(at[routing.pair], routing) for routing in routings if routing.pair in at]
    late = [routing for moment, routing in waiting if routing.due_at <= moment]
    return Scheduled(sorted(moment for moment, _routing in waiting), late)


def is_confirmed() -> bool:
    """Whether what is sent was read back already."""
    return "confirmed" in request.form


def is_to_change() -> bool:
    """Whether what was read back is to be changed first."""
    return "change" in request.form


def moment_to_read_back(form: AnswerForm, drafts: Sequence[AnswerDraft], tz: str) -> datetime | None:
    """For when saving would set this answer anew: at the moment that was chosen, where it is not the one kept, or at
    the one kept, where the text is not. It must be read back first. None where saving does neither, or is refused."""
    answer, base = form.answer(), form.base.data or ""
    if "save" not in request.form or not answer.is_whole or any(draft.fingerprint != base for draft in drafts):
        return None
    kept = {draft.publish_at for draft in drafts if draft.publish_at}
    chosen = form.publish_at(tz) if form.publish_on.data else min(kept, default=None)
    return None if chosen in kept and answer.fingerprint == base else chosen


def is_public(form: AnswerForm, routings: Sequence[Routing]) -> bool:
    """Whether all of these have this very answer from whoever sends it: they confirmed twice."""
    said = (current_actor().id, form.answer().fingerprint)
    given = queries.answers_to(routings)
    return len(given) == len(routings) and all((one.author_id, one.fingerprint) == said for one in given)


def read_back(
    form: AnswerForm, routings: Sequence[Routing], moment: datetime | None, url: str, *, apart: Sequence[Routing] = ()
) -> str:
    """The page that says what `url` is to publish, at that moment or at once; it sends again all that was typed.
    `Invalid` if it cannot be published so.

    `apart`: those for which another text of a colleague's stays unpublished.
    """
    answer, now, cycle = form.answer(), clock.now(), routings[0].proposal.cycle
    operations.check_ready(answer=answer, routings=routings, publish_at=moment, now=now)
    sent = form.typed()
    if moment and form.publish_on.data is None:
        sent["publish_on"] = on_the_wall(moment, cycle.timezone).isoformat(timespec="minutes")
    return render_template(
        "proposals/answer_read_back.html",
        answer=answer.columns(),
        named=feeding.named(cycle, [answer]),
        routings=routings,
        late=_late(routings, moment or now),
        moment=moment,
        zone=cycle.timezone,
        apart=apart,
        sent=sent,
        url=url,
    )


def say_if_late(routings: Sequence[Routing], moment: datetime) -> None:
    """Say what of these, published at that moment, counts as late."""
    late = _late(routings, moment)
    if late:
        told = ngettext(
            "Cuenta como respuesta con retraso. Plazo: hasta el %(day)s.",
            "%(num)s cuentan como respuestas con retraso. El primer plazo: hasta el %(day)s.",
            len(late),
            day=day_in_words(min(routing.due_on for routing in late)),
        )
        flash(told, "warning")


def say_if_scheduled(before: Scheduled, after: Scheduled, tz: str) -> None:
    """Say, once a draft was saved, that it is still published by itself, or that it no longer is."""
    if after:
        told = ngettext(
            "Sigue programada: se publica sola el %(when)s.",
            "%(num)s siguen programadas: la primera se publica sola el %(when)s.",
            len(after.moments),
            when=in_words(after.moments[0], tz),
        )
        flash(told, "info")
    elif before:
        told = ngettext(
            "Ya no está programada: no se publica hasta que la programes o la publiques.",
            "%(num)s ya no están programadas: no se publican hasta que las programes o las publiques.",
            len(before.moments),
        )
        flash(told, "warning")


def _late(routings: Sequence[Routing], moment: datetime) -> list[Routing]:
    return [routing for routing in routings if routing.due_at <= moment]
