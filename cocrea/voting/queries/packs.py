"""Reading the information pack of a contest."""

from __future__ import annotations

from typing import Any

from cocrea.consultation.models import PackItem
from cocrea.consultation.queries import Pack, Told, pack, pack_document, pack_version
from cocrea.core.errors import NotFound
from cocrea.voting.models import Contest
from cocrea.voting.queries.contests import visible_contest


def visible_pack(actor: Any, reference: str) -> tuple[Contest, Pack]:
    """A contest that this actor may read, and its pack; raises `NotFound` while it has none."""
    contest = visible_contest(actor, reference)
    found = pack(actor, contest.scope)
    if found is None:
        raise NotFound
    return contest, found


def visible_pack_version(actor: Any, reference: str, number: int) -> tuple[Contest, Told]:
    """A version of the pack of a contest that this actor may read."""
    contest = visible_contest(actor, reference)
    return contest, pack_version(contest.scope, number)


def visible_pack_item(actor: Any, reference: str, number: int, position: int) -> PackItem:
    """A document of a version of a contest's pack."""
    return pack_document(visible_contest(actor, reference).scope, number, position)
