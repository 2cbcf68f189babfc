"""Who may publish, record and change problems, and support topics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Problem, Topic
from cocrea.core.access import Decision, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate
from cocrea.discussion.policies import NOT_PUBLIC, is_owner


def can_publish(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    return can_contribute(actor, cycle, Action.PUBLISH_PROBLEM, now)


def can_record(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Facilitators write down what people said on paper or in person, in the same window as everyone."""
    facilitates = can_facilitate(actor, cycle, now)
    return can_publish(actor, cycle, now) if facilitates else facilitates


def can_edit(actor: Any, problem: Problem, now: datetime) -> Decision:
    """Who wrote (or recorded) it, until someone supports or comments the text as it stands."""
    if not is_owner(actor, problem):
        return deny(_l("Solo quien escribió la problemática puede cambiarla."))
    if not problem.is_public:
        return deny(NOT_PUBLIC)
    if problem.support_count or problem.comment_count:
        return deny(_l("Ya tiene apoyos o comentarios: su texto no cambia, para que nadie haya apoyado otra cosa."))
    return can_publish(actor, problem.cycle, now)


def can_support_topic(actor: Any, topic: Topic, now: datetime) -> Decision:
    """Give or take back one of one's few supports; how many are left is counted when giving."""
    return can_contribute(actor, topic.cycle, Action.SUPPORT, now)
