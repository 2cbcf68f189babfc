"""An answer of an institution read back before it is published: what it says, to which proposals, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import render_template, request

from cocrea.core import clock
from cocrea.proposals import feeding, operations
from cocrea.proposals.forms import AnswerForm
from cocrea.proposals.models import Routing


def is_confirmed() -> bool:
    """Whether what is sent was read back already."""
    return "confirmed" in request.form


def is_to_change() -> bool:
    """Whether what was read back is to be changed first."""
    return "change" in request.form


def page(
    form: AnswerForm, routings: Sequence[Routing], moment: datetime | None, url: str, *, apart: Sequence[Routing] = ()
) -> str:
    """What `url` is to publish, at that moment or at once, with all that was typed; `Invalid` if it cannot be so.

    `apart`: those for which another text of a colleague's stays unpublished.
    """
    answer, now, cycle = form.answer(), clock.now(), routings[0].proposal.cycle
    operations.check_ready(answer=answer, routings=routings, publish_at=moment, now=now)
    return render_template(
        "proposals/answer_read_back.html",
        answer=answer.columns(),
        named=feeding.named(cycle, [answer]),
        routings=routings,
        late=[routing for routing in routings if routing.due_at <= (moment or now)],
        moment=moment,
        zone=cycle.timezone,
        apart=apart,
        sent=form.typed(),
        url=url,
    )
