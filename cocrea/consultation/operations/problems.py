"""Saying what hurts: problems, published and corrected."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.consultation import policies
from cocrea.consultation.models import Problem, ProblemTarget, Topic
from cocrea.core import sdg, territories, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Channel, ContributionKind
from cocrea.discussion.operations import contribution_fields, count, note, once
from cocrea.extensions import db

MOST_TARGETS = 10
DETAILS = ("affected", "causes", "effects", "sources")


@dataclass(frozen=True)
class Content:
    """What a problem says. `body` is markdown, the rest plain text; `territory` a federal entity's code or empty;
    `targets` are SDG codes."""

    title: str
    body: str
    affected: str = ""
    causes: str = ""
    effects: str = ""
    sources: str = ""
    territory: str = ""
    targets: tuple[str, ...] = ()


def publish_problem(
    *,
    actor: Any,
    cycle: Cycle,
    topic: Topic,
    content: Content,
    now: datetime,
    form_key: str = "",
    channel: Channel = Channel.ONLINE,
    attribution: str = "",
) -> Problem:
    """Make a problem public. The same actor with the same `form_key` gets the one published before.

    With another channel than online a facilitator records what people said: `attribution` names them and the place.
    """
    recorded = channel is not Channel.ONLINE
    enforce(policies.can_record if recorded else policies.can_publish, actor, cycle, now)
    if recorded is not bool(text.plain(attribution)):
        raise Invalid(_l("Di quiénes lo plantearon, dónde y cuándo."), "attribution")
    _check(content, topic, cycle)
    key = once(actor, form_key)
    known: Problem | None = db.session.scalar(sa.select(Problem).where(Problem.form_key == key))
    if known is not None:
        return known
    fields = contribution_fields(
        actor=actor,
        kind=ContributionKind.PROBLEM,
        cycle=cycle,
        now=now,
        title=content.title,
        body=content.body,
        channel=channel,
        attribution=attribution,
    )
    problem = add(Problem(**fields, **_details(content), topic_id=topic.id, form_key=key))
    count(problem, 1)
    new = {"topic": topic.slug, "channel": channel, "text": problem.fingerprint}
    note(actor, problem, "problem.published", now, new=new)
    return problem


def edit_problem(
    *, actor: Any, problem: Problem, topic: Topic, content: Content, now: datetime, base: str | None = None
) -> Problem:
    """Correct a problem that nobody has supported or commented yet.

    `base`: the version the writer began from; `Conflict` when it is another now.
    """
    enforce(policies.can_edit, actor, lock(problem), now)
    if base is not None and base != problem.version:
        raise Conflict(_l("Cambió mientras la editabas. Abajo está lo que se guardó; compáralo con lo tuyo."))
    _check(content, topic, problem.cycle)
    old = {"topic": problem.topic.slug, "text": problem.fingerprint}
    count(problem, -1)
    problem.topic_id = topic.id
    count(problem, 1)
    problem.title, problem.body_source = text.plain(content.title), text.block(content.body)
    problem.body_html = text.to_html(problem.body_source)
    for field, value in _details(content).items():
        setattr(problem, field, value)
    new = {"topic": topic.slug, "text": problem.fingerprint}
    note(actor, problem, "problem.edited", now, old=old, new=new)
    return problem


def _check(content: Content, topic: Topic, cycle: Cycle) -> None:
    if topic.cycle_id != cycle.id:
        raise Invalid(_l("Elige un tema de este ciclo."), "topic")
    for field in ("title", "body", "affected"):
        if not text.plain(getattr(content, field)):
            raise Invalid(_l("Este dato hace falta."), field)
    if content.territory and content.territory not in territories.NAMES:
        raise Invalid(_l("Elige una entidad de la lista."), "territory")
    if not all(sdg.is_code(code) for code in content.targets):
        raise Invalid(_l("Elige objetivos y metas de la lista."), "targets")
    if len(content.targets) > MOST_TARGETS:
        raise Invalid(_l("Elige como máximo %(most)s objetivos o metas.", most=MOST_TARGETS), "targets")


def _details(content: Content) -> dict[str, Any]:
    plain = asdict(content)
    texts: dict[str, Any] = {field: text.block(plain[field]) for field in DETAILS}
    targets = [ProblemTarget(code=code) for code in sdg.in_order(content.targets)]
    return {**texts, "territory": content.territory or None, "targets": targets}
