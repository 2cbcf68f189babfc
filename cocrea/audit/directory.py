"""What the history asks of higher domains in order to be read: names of people, and which scopes are public.

The history stands below the domains it tells of, so they are handed to it when the application is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa

from cocrea.core.i18n import lazy as _l

PLATFORM = "platform"
Names = Callable[[Collection[str]], Mapping[str, Any]]
Scopes = Callable[[], sa.Select[Any]]


class Directory:
    """Bound once by `create_app`; until then nobody has a name and only the platform's own scope is public."""

    def __init__(self) -> None:
        self._names: Names = lambda _public_ids: {}
        self._scopes: tuple[Scopes, ...] = ()

    def bind(self, *, names: Names, scopes: Collection[Scopes]) -> None:
        """`names` maps public ids to what to show; each of `scopes` selects (scope name, title) of what is public."""
        self._names, self._scopes = names, tuple(scopes)

    def names(self, public_ids: Collection[str]) -> Mapping[str, Any]:
        return self._names(public_ids) if public_ids else {}

    def public_scopes(self) -> sa.Subquery:
        """Every scope whose records anyone may read, as rows of `scope` and `title`. What is not here is withheld."""
        platform = sa.select(sa.literal(PLATFORM).label("scope"), sa.literal("").label("title"))
        return sa.union_all(platform, *(scopes() for scopes in self._scopes)).subquery("public_scopes")


def title_of(scope: str, title: str) -> Any:
    return _l("Toda la plataforma") if scope == PLATFORM else title


directory = Directory()
