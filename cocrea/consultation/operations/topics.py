"""Topics and the supports people give them."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import sqlalchemy as sa

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


def add_topic(*, actor: Any, cycle: Cycle, axis: str, title: str, summary: str, now: datetime) -> Topic:
    """Ask about one more thing. The facilitation decides the topics of its cycle."""
    enforce(can_facilitate, actor, cycle, now)
    words = _words(axis, title, summary)
    others = _others(cycle, words["title"])
    own = {"reference": references.allot(cycle.prefix, "TEM"), "slug": _free_slug(title, others)}
    topic = add(Topic(cycle_id=cycle.id, **own, **words))
    note(actor, topic, "topic.added", now, new={"text": topic.fingerprint})
    return topic


def correct_topic(
    *, actor: Any, topic: Topic, axis: str, title: str, summary: str, reason: str, read: str, now: datetime
) -> Topic:
    """Change how a topic is put, saying in public why: people may have supported it as it was. Its address stays.

    `read` is the fingerprint of the text that is corrected; `Conflict` when it is another one by now.
    """
    enforce(policies.can_edit_topic, actor, topic, now)
    words, why = _words(axis, title, summary), text.plain(reason)
    if not why:
        raise Invalid(_l("Di por qué cambia: quien ya lo apoyó leerá tu razón."), "reason")
    _others(topic.cycle, words["title"], but=topic)
    if lock(topic).fingerprint != read:
        raise Conflict(
            _l("Alguien corrigió este tema mientras escribías. Ábrelo en otra pestaña y junta los cambios.")
        )
    former = topic.title, topic.summary_html
    for name, value in words.items():
        setattr(topic, name, value)
    if topic.fingerprint != read:
        topic.former_title, topic.former_summary = former
        topic.corrected_at, topic.correction_reason = now, why
        told = {"old": {"text": read}, "new": {"text": topic.fingerprint}}
        note(actor, topic, "topic.corrected", now, reason=why, **told)
    return topic


def _others(cycle: Cycle, title: str, *, but: Topic | None = None) -> set[str]:
    """The addresses of the cycle's other topics. `Invalid` where one has this title, whatever its capitals and accents;
    the cycle is locked, so that of two at once the second finds the first."""
    lock(cycle, is_referred_to=True)
    rows = db.session.execute(sa.select(Topic.id, Topic.title, Topic.slug).filter_by(cycle_id=cycle.id)).all()
    others = [row for row in rows if but is None or row.id != but.id]
    if any(text.fold(row.title) == text.fold(title) for row in others):
        raise Invalid(_l("Ya hay un tema con ese título en este ciclo."), "title")
    return {row.slug for row in others}


def _free_slug(title: str, taken: set[str]) -> str:
    """An address from the title; a corrected topic may keep the one that would be meant."""
    slug = text.slugify(title, taken="nuevo")
    numbered = (f"{slug}-{number}" for number in itertools.count(2))
    return next(found for found in itertools.chain([slug], numbered) if found not in taken)


def _words(axis: str, title: str, summary: str) -> dict[str, str]:
    words = {"axis": text.plain(axis), "title": text.plain(title), "summary_source": text.block(summary)}
    for name, value in words.items():
        if not value:
            raise Invalid(_l("Este dato hace falta."), name.removesuffix("_source"))
    return {**words, "summary_html": text.to_html(words["summary_source"])}


def support_topic(*, actor: Any, topic: Topic, now: datetime) -> bool:
    """Give a topic one of one's few supports. Whether it is new; `Conflict` when none is left."""
    enforce(policies.can_support_topic, actor, topic, now)
    given = queries.supported_topics(lock(actor, is_referred_to=True), topic.cycle)
    if topic.id in given:
        return False
    if len(given) >= (most := supports_per_person(topic.cycle.stages, now)):
        raise Conflict(_l("Ya diste tus %(all)s apoyos. Retira uno y dáselo a este tema.", all=most))
    add_once(TopicSupport, topic_id=topic.id, person_id=actor.id, created_at=now)
    return True


def unsupport_topic(*, actor: Any, topic: Topic, now: datetime) -> bool:
    """Take a support back, to leave it or to give it to another topic. Whether there was one."""
    enforce(policies.can_support_topic, actor, topic, now)
    own = sa.delete(TopicSupport).where(TopicSupport.topic_id == topic.id, TopicSupport.person_id == actor.id)
    return bool(getattr(db.session.execute(own), "rowcount", 0))
