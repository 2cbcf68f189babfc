"""Reading contributions of any kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from cocrea.core.errors import NotFound
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Coauthor, Contribution, Support, Visibility
from cocrea.discussion.policies import can_read
from cocrea.extensions import db

AT_ONCE = 1000
_shared = Contribution.__table__.c


def headings(references: Collection[str]) -> dict[str, Any]:
    """What to call contributions now, by reference: the title or what became of it. A statement for each thousand."""
    found: dict[str, Any] = {}
    wanted = sorted(references)
    for start in range(0, len(wanted), AT_ONCE):
        mine = _shared.reference.in_(wanted[start : start + AT_ONCE])
        told = sa.select(_shared.reference, _shared.title, _shared.visibility)
        for reference, title, state in db.session.execute(told.where(mine, _shared.visibility != Visibility.DRAFT)):
            found[reference] = title if state is Visibility.PUBLIC else state.label
    return found


def by_author(kind: type[Contribution]) -> Any:
    """Loads the author in the same statement, and nothing that hangs from them."""
    return joinedload(kind.author).options(lazyload("*"))


def with_authors(kind: type[Contribution]) -> tuple[Any, Any]:
    """As `by_author`, with those who write it too. The caller takes unique rows."""
    return by_author(kind), joinedload(kind.coauthors).joinedload(Coauthor.person).lazyload("*")


def visible_contribution(
    actor: Any, reference: str, of: type[Contribution] = Contribution, options: Sequence[Any] = ()
) -> Any:
    """The contribution with author and cycle, if this actor may read it; tombstones come without their text.

    Raises `NotFound` for what does not exist, drafts of others and cycles that are not public.
    """
    statement = sa.select(of).where(of.reference == reference)
    loaded = statement.options(*with_authors(of), joinedload(of.cycle), *options)
    found = db.session.scalars(loaded).unique().one_or_none()
    if found is None:
        raise NotFound
    if not can_read(actor, found, found.created_at) or not can_read_cycle(actor, found.cycle, found.created_at):
        raise NotFound
    return found


def coauthored_ids(actor: Any, ids: Iterable[int]) -> set[int]:
    """Which of these contributions the actor accepted to write with their first author; no statement for visitors."""
    if not actor.is_authenticated:
        return set()
    statement = sa.select(Coauthor.contribution_id)
    statement = statement.where(Coauthor.person_id == actor.id, Coauthor.contribution_id.in_(list(ids)))
    return set(db.session.scalars(statement))


def supported_ids(actor: Any, ids: Iterable[int]) -> set[int]:
    """Which of these contributions the actor supports; no statement for visitors."""
    if not actor.is_authenticated:
        return set()
    statement = sa.select(Support.contribution_id)
    statement = statement.where(Support.person_id == actor.id, Support.contribution_id.in_(list(ids)))
    return set(db.session.scalars(statement))
