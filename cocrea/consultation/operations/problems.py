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
from cocrea.discussion.models import Channel, ContributionKind, Visibility
from cocrea.discussion.operations import Repeated, contribution_fields, count, note, once
from cocrea.extensions import db

MOST_TARGETS = 10
DETAILS = ("affected", "causes", "effects", "sources")


@dataclass(frozen=True)
class Content:
    """What a problem says. `body` is markdown, the rest plain text; `territory` a federal entity's code or empty,
    `municipality` one of that entity by name or empty; `targets` are SDG codes."""

    title: str
    body: str
    affected: str = ""
    causes: str = ""
    effects: str = ""
    sources: str = ""
    territory: str = ""
    municipality: str = ""
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
    """Make a problem public. The same actor with the same `form_key` gets the one published before; `Repeated` where
    they published the same words in another form.

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
    if not recorded:
        _refuse_repeated(actor, cycle, content)
    fields = contribution_fields(
        actor=actor, kind=ContributionKind.PROBLEM, cycle=cycle, now=now, title=content.title, body=content.body,
        channel=channel, attribution=attribution,
    )  # fmt: skip
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
    old = _recorded(problem, problem.topic)
    lock_topics(problem.topic, topic)
    count(problem, -1)
    problem.topic_id = topic.id
    count(problem, 1)
    problem.title, problem.body_source = text.plain(content.title), text.block(content.body)
    problem.body_html = text.to_html(problem.body_source)
    for field, value in _details(content).items():
        setattr(problem, field, value)
    new = _recorded(problem, topic)
    changed = [name for name in new if new[name] != old[name]]
    if changed:
        told = {"old": {name: old[name] for name in changed}, "new": {name: new[name] for name in changed}}
        note(actor, problem, "problem.edited", now, **told)
    return problem


def lock_topics(*topics: Topic) -> None:
    """Lock topics whose counts are about to move, in the one order: of two opposite moves at once the second waits."""
    for topic in sorted(set(topics), key=lambda topic: topic.id):
        lock(topic, is_referred_to=True)


def _recorded(problem: Problem, topic: Topic) -> dict[str, Any]:
    """What the history keeps of it: codes, and fingerprints of what people wrote."""
    return {
        "topic": topic.slug,
        "text": problem.fingerprint,
        "territory": problem.territory,
        "municipality": text.fingerprint(problem.municipality) if problem.municipality else None,
        "targets": problem.codes,
    }


def _refuse_repeated(actor: Any, cycle: Cycle, content: Content) -> None:
    """Nobody publishes the same title and body twice, whatever their capitals and accents; others may say the same.
    Called after `once`: of two forms sent at the same time the second finds what the first one made."""
    own = sa.select(Problem.reference, Problem.title, Problem.body_source)
    public = own.filter_by(author_id=actor.id, cycle_id=cycle.id, visibility=Visibility.PUBLIC)
    typed = text.folded(content.title), text.folded(content.body)
    for row in db.session.execute(public):
        if (text.folded(row.title), text.folded(row.body_source)) == typed:
            wrong = _l("Ya la publicaste: %(reference)s.", reference=row.reference)
            raise Repeated(wrong, "title", row.reference)


def _check(content: Content, topic: Topic, cycle: Cycle) -> None:
    if topic.cycle_id != cycle.id:
        raise Invalid(_l("Elige un tema de este ciclo."), "topic")
    for field in ("title", "body", "affected"):
        if not text.plain(getattr(content, field)):
            raise Invalid(_l("Este dato hace falta."), field)
    check_place(content.territory, content.municipality)
    if not all(sdg.is_code(code) for code in content.targets):
        raise Invalid(_l("Elige objetivos y metas de la lista."), "targets")
    if len(content.targets) > MOST_TARGETS:
        raise Invalid(_l("Elige como máximo %(most)s objetivos o metas.", most=MOST_TARGETS), "targets")


def check_place(territory: str, municipality: str) -> None:
    """That a place is an entity of the list, or a municipality of one, or none."""
    if territory and territory not in territories.NAMES:
        raise Invalid(_l("Elige una entidad de la lista."), "territory")
    if text.plain(municipality) and not territory:
        raise Invalid(_l("Elige también en qué entidad está ese municipio."), "territory")
    if len(municipality) > territories.LONGEST_MUNICIPALITY:
        limit = territories.LONGEST_MUNICIPALITY
        raise Invalid(_l("Escribe como máximo %(limit)s caracteres.", limit=limit), "municipality")


def _details(content: Content) -> dict[str, Any]:
    plain = asdict(content)
    texts: dict[str, Any] = {field: text.block(plain[field]) for field in DETAILS}
    targets = [ProblemTarget(code=code) for code in sdg.in_order(content.targets)]
    place = {"territory": content.territory or None, "municipality": text.plain(content.municipality)}
    return {**texts, **place, "targets": targets}
