"""Topics and the supports people give them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cocrea.audit.operations import record
from cocrea.consultation import policies, queries
from cocrea.consultation.models import Topic, TopicSupport
from cocrea.consultation.rules import supports_per_person
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, add_once, lock, step
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.extensions import db


def add_topic(*, actor: Any, cycle: Cycle, axis: str, title: str, summary: str, now: datetime) -> Topic:
    """Ask about one more thing. The facilitation decides the topics of its cycle."""
    enforce(can_facilitate, actor, cycle, now)
    source = text.block(summary)
    topic = Topic(
        cycle_id=cycle.id,
        slug=text.slugify(title, taken="nuevo"),
        axis=text.plain(axis),
        title=text.plain(title),
        summary_source=source,
        summary_html=text.to_html(source),
    )
    try:
        with db.session.begin_nested():
            add(topic)
    except IntegrityError:
        raise Invalid(_l("Ya hay un tema con ese título en este ciclo."), "title") from None
    record(
        actor=actor, action="topic.added", subject=cycle.scope, scope=cycle.scope, now=now, new={"topic": topic.slug}
    )
    return topic


def support_topic(*, actor: Any, topic: Topic, now: datetime) -> bool:
    """Give a topic one of one's few supports. Whether it is new; `Conflict` when none is left."""
    enforce(policies.can_support_topic, actor, topic, now)
    given = queries.supported_topics(lock(actor, is_referred_to=True), topic.cycle)
    if topic.id in given:
        return False
    if len(given) >= (most := supports_per_person(topic.cycle)):
        raise Conflict(_l("Ya diste tus %(all)s apoyos. Retira uno y dáselo a este tema.", all=most))
    add_once(TopicSupport, topic_id=topic.id, person_id=actor.id, created_at=now)
    step(Topic.support_count, topic.id, 1)
    return True


def unsupport_topic(*, actor: Any, topic: Topic, now: datetime) -> bool:
    """Take a support back, to leave it or to give it to another topic. Whether there was one."""
    enforce(policies.can_support_topic, actor, topic, now)
    own = sa.delete(TopicSupport).where(TopicSupport.topic_id == topic.id, TopicSupport.person_id == actor.id)
    taken = bool(getattr(db.session.execute(own), "rowcount", 0))
    if taken:
        step(Topic.support_count, topic.id, -1)
    return taken
