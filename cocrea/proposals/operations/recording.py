"""Proposals that people made on paper or in person, written down by whoever facilitates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Person
from cocrea.accounts.operations import Profile, register_assisted
from cocrea.consultation.models import Problem
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Channel
from cocrea.proposals import policies, queries
from cocrea.proposals.models import Proposal
from cocrea.proposals.operations.writing import Content, draft


def record(
    *,
    actor: Any,
    cycle: Cycle,
    content: Content,
    problems: Iterable[Problem],
    channel: Channel,
    attribution: str,
    now: datetime,
    acting_for: Person | None = None,
    newcomer: str = "",
    form_key: str = "",
) -> Proposal:
    """Begin a proposal that others made, as a draft of whoever records it.

    `attribution` says who made it, where and when. `acting_for`: a person without e-mail whom the actor registered, who
    is then its author; `newcomer` is the name of one who is registered now.
    """
    enforce(policies.can_record, actor, cycle, now)
    if channel is Channel.ONLINE:
        raise Invalid(_l("Elige cómo llegó."), "channel")
    if not text.plain(attribution):
        raise Invalid(_l("Di quiénes la plantearon, dónde y cuándo."), "attribution")
    if acting_for is not None and not policies.may_act_for(actor, acting_for):
        raise Invalid(_l("Elige a una persona que tú registraste."), "person")
    lock(actor)  # of a form sent twice the second finds what the first one made, and registers nobody again
    if text.plain(newcomer) and not queries.begun_from(actor, form_key):
        acting_for = _register(actor, cycle, newcomer, now)
    return draft(
        actor=actor,
        cycle=cycle,
        content=content,
        problems=problems,
        channel=channel,
        attribution=attribution,
        acting_for=acting_for,
        form_key=form_key,
        now=now,
    )


def _register(actor: Any, cycle: Cycle, name: str, now: datetime) -> Person:
    scopes = (cycle.scope, f"space:{cycle.space_id}")
    return register_assisted(actor=actor, profile=Profile(name), scopes=scopes, cycle_scope=cycle.scope, now=now)
