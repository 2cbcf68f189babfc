"""What spaces show of the domains above them: their cycles, and who is known there. Handed to it when the application
is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Grant
from cocrea.core.access import Decision, Policy, deny
from cocrea.core.pagination import Page
from cocrea.forums.models import Space

Counts = Callable[[], Mapping[int, int]]
Cycles = Callable[[Any, datetime, Space], Page[Any]]
Known = Callable[[Space], sa.Select[Any]]


class Agenda:
    """Bound once by `create_app`; until then no space has a cycle."""

    def __init__(self) -> None:
        self._counts: Counts = dict
        self._cycles: Cycles = lambda _actor, _now, _space: Page([])
        self._policy: Policy = lambda _actor, _space, _now: deny("")
        self._known: Known = lambda _space: sa.select(Grant.person_id).where(sa.false())

    def bind(self, *, counts: Counts, cycles: Cycles, can_create: Policy, known: Known) -> None:
        """`counts()` maps space ids to public cycles; `cycles(actor, now, space)` is a page of what
        `cycles/_cards.html` shows; `can_create` judges who may begin one; `known(space)` selects the ids of those whose
        names its cycles show."""
        self._counts, self._cycles, self._policy, self._known = counts, cycles, can_create, known

    def counts(self) -> Mapping[int, int]:
        return self._counts()

    def cycles(self, actor: Any, now: datetime, space: Space) -> Page[Any]:
        return self._cycles(actor, now, space)

    def known(self, space: Space) -> sa.Select[Any]:
        return self._known(space)

    def can_create(self, actor: Any, space: Space, now: datetime) -> Decision:
        return self._policy(actor, space, now)


agenda = Agenda()
