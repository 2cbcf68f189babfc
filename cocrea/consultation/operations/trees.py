"""Editing the problem tree: branches that say in few words what many lines say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import InvalidRequestError

from cocrea.consultation import policies, queries
from cocrea.consultation.models import Branch, BranchLine, Side, Topic
from cocrea.consultation.operations.history import note
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid, NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db

MOST_LINES = 200


def add_branch(*, actor: Any, topic: Topic, side: Side, title: str, keys: Iterable[str], now: datetime) -> Branch:
    """Put lines of one side under a branch with words of its own."""
    enforce(policies.can_edit_tree, actor, queries.ground(topic), now)
    branch = Branch(topic_id=topic.id, side=side, title=_title(title), lines=_lines(keys))
    add(branch)
    note(actor, topic, "branch.added", now, new=_said(branch))
    return branch


def edit_branch(*, actor: Any, branch: Branch, title: str, keys: Iterable[str], now: datetime) -> None:
    """Change the words of a branch or what is under it. `NotFound` where somebody removed it meanwhile."""
    enforce(policies.can_edit_tree, actor, queries.ground(_still(branch).topic), now)
    old, wanted = _said(branch), set(keys)
    _check_number(wanted)
    branch.title = _title(title)
    branch.lines = [line for line in branch.lines if line.key in wanted] + _lines(wanted - set(branch.keys))
    note(actor, branch.topic, "branch.edited", now, old=old, new=_said(branch))


def remove_branch(*, actor: Any, branch: Branch, now: datetime) -> None:
    """Take a branch away; its lines are again as people gave them. `NotFound` where somebody did so meanwhile."""
    enforce(policies.can_edit_tree, actor, queries.ground(_still(branch).topic), now)
    note(actor, branch.topic, "branch.removed", now, old=_said(branch))
    db.session.delete(branch)


def _still(branch: Branch) -> Branch:
    try:
        return lock(branch)
    except InvalidRequestError:
        raise NotFound(_l("Alguien quitó esta rama mientras tanto.")) from None


def _title(title: str) -> str:
    cleaned = text.plain(title)
    if not cleaned:
        raise Invalid(_l("Este dato hace falta."), "title")
    return cleaned


def _lines(keys: Iterable[str]) -> list[BranchLine]:
    found = set(keys)
    _check_number(found)
    return [BranchLine(key=key) for key in sorted(found)]


def _check_number(keys: set[str]) -> None:
    if len(keys) > MOST_LINES:
        raise Invalid(_l("Elige como máximo %(most)s líneas.", most=MOST_LINES), "lines")


def _said(branch: Branch) -> dict[str, Any]:
    return {"text": text.fingerprint(branch.title), "side": branch.side, "lines": len(branch.lines)}
