"""Editing the problem tree: branches that say in few words what many lines say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cocrea.audit.operations import record
from cocrea.consultation import policies
from cocrea.consultation.models import Branch, BranchLine, Side, Topic
from cocrea.consultation.models.trees import subject
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db

MOST_LINES = 200


def add_branch(*, actor: Any, topic: Topic, side: Side, title: str, keys: Iterable[str], now: datetime) -> Branch:
    """Put lines of one side under a branch with words of its own."""
    enforce(policies.can_edit_tree, actor, topic, now)
    branch = Branch(topic_id=topic.id, side=side, title=_title(title), lines=_lines(keys))
    add(branch)
    _note(actor, topic, "branch.added", now, new=_said(branch))
    return branch


def edit_branch(*, actor: Any, branch: Branch, title: str, keys: Iterable[str], now: datetime) -> None:
    """Change the words of a branch or what is under it."""
    enforce(policies.can_edit_tree, actor, branch.topic, now)
    old = _said(lock(branch))
    branch.title = _title(title)
    wanted = set(keys)
    branch.lines = [line for line in branch.lines if line.key in wanted] + _lines(wanted - set(branch.keys))
    _note(actor, branch.topic, "branch.edited", now, old=old, new=_said(branch))


def remove_branch(*, actor: Any, branch: Branch, now: datetime) -> None:
    """Take a branch away; its lines are again as people gave them."""
    enforce(policies.can_edit_tree, actor, branch.topic, now)
    _note(actor, branch.topic, "branch.removed", now, old=_said(branch))
    db.session.delete(branch)


def _title(title: str) -> str:
    cleaned = text.plain(title)
    if not cleaned:
        raise Invalid(_l("Este dato hace falta."), "title")
    return cleaned


def _lines(keys: Iterable[str]) -> list[BranchLine]:
    found = sorted(set(keys))
    if len(found) > MOST_LINES:
        raise Invalid(_l("Elige como máximo %(most)s líneas.", most=MOST_LINES), "lines")
    return [BranchLine(key=key) for key in found]


def _said(branch: Branch) -> dict[str, Any]:
    return {"title": branch.title, "side": branch.side, "lines": len(branch.lines)}


def _note(actor: Any, topic: Topic, action: str, now: datetime, **details: Any) -> None:
    record(actor=actor, action=action, subject=subject(topic), scope=topic.cycle.scope, now=now, **details)
