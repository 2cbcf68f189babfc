"""Topics and the supports people give them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cocrea.consultation import policies, queries
from cocrea.consultation.models import Topic, TopicSupport
from cocrea.consultation.operations.history import note
from cocrea.consultation.rules import supports_per_person
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, add_once, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.extensions import db

TAKEN = _l("Ya hay un tema con ese título en este ciclo.")


def add_topic(*, actor: Any, cycle: Cycle, axis: str, title: str, summary: str, now: datetime) -> Topic:
    """Ask about one more thing. The facilitation decides the topics of its cycle."""
    enforce(can_facilitate, actor, cycle, now)
    words = _words(axis, title, summary)
    topic = Topic(
        reference=references.allot(cycle.prefix, "TEM"),
        cycle_id=cycle.id,
        slug=text.slugify(title, taken="nuevo"),
        **words,
    )
    try:
        with db.session.begin_nested():
            add(topic)
    except IntegrityError:
        raise Invalid(TAKEN, "title") from None
    note(actor, topic, "topic.added", now, new={"text": _fingerprint(topic)})
    return topic


def correct_topic(
    *, actor: Any, topic: Topic, axis: str, title: str, summary: str, reason: str, now: datetime
) -> Topic:
    """Change how a topic is put, saying in public why: people may have supported it as it was. Its address stays."""
    enforce(policies.can_edit_topic, actor, topic, now)
    lock(topic.cycle)
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Di por qué cambia: quien ya lo apoyó leerá tu razón."), "reason")
    words, old = _words(axis, title, summary), _fingerprint(topic)
    same = sa.select(Topic.id).filter_by(cycle_id=topic.cycle_id, title=words["title"]).where(Topic.id != topic.id)
    if db.session.scalar(same):
        raise Invalid(TAKEN, "title")
    for name, value in words.items():
        setattr(topic, name, value)
    if (new := _fingerprint(topic)) != old:
        note(actor, topic, "topic.corrected", now, old={"text": old}, new={"text": new}, reason=why)
    return topic


def _words(axis: str, title: str, summary: str) -> dict[str, str]:
    words = {"axis": text.plain(axis), "title": text.plain(title), "summary_source": text.block(summary)}
    for name, value in words.items():
        if not value:
            raise Invalid(_l("Este dato hace falta."), name.removesuffix("_source"))
    return {**words, "summary_html": text.to_html(words["summary_source"])}


def _fingerprint(topic: Topic) -> str:
    return text.fingerprint(topic.axis, topic.title, topic.summary_source)


def support_topic(*, actor: Any, topic: Topic, now: datetime) -> bool:
    """Give a topic one of one's few supports. Whether it is new; `Conflict` when none is left."""
    enforce(policies.can_support_topic, actor, topic, now)
    given = queries.supported_topics(lock(actor, is_referred_to=True), topic.cycle)
    if topic.id in given:
        return False
    if len(given) >= (most := supports_per_person(topic.cycle)):
        raise Conflict(_l("Ya diste tus %(all)s apoyos. Retira uno y dáselo a este tema.", all=most))
    add_once(TopicSupport, topic_id=topic.id, person_id=actor.id, created_at=now)
    return True


def unsupport_topic(*, actor: Any, topic: Topic, now: datetime) -> bool:
    """Take a support back, to leave it or to give it to another topic. Whether there was one."""
    enforce(policies.can_support_topic, actor, topic, now)
    own = sa.delete(TopicSupport).where(TopicSupport.topic_id == topic.id, TopicSupport.person_id == actor.id)
    return bool(getattr(db.session.execute(own), "rowcount", 0))
