"""«Por hacer»: what each role is expected to do next, gathered from the domains that know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Todo:
    """One thing expected of the person who reads it. `due` sorts the list; without it the item comes last.

    `day`: where it is due by the end of a day, that day; it is said in place of the moment.
    `when` says in words what the day it is due does not: that it is under way and until when.
    `is_everyones`: it is asked of whoever takes part, and comes after what only this person can do.
    """

    title: Any
    text: Any
    href: str
    due: datetime | None = None
    is_everyones: bool = False
    when: Any = ""
    day: date | None = None


Provider = Callable[[Any, datetime], list[Todo]]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Register `provider(actor, now) -> [Todo]`, asked whenever a signed-in person opens the home page."""
    if provider not in _providers:
        _providers.append(provider)


def gather(actor: Any, now: datetime) -> list[Todo]:
    """All that is expected of this person: what a role asks first, then what everyone is asked; soonest due first."""
    items = [item for provider in _providers for item in provider(actor, now)]
    return sorted(items, key=lambda item: (item.is_everyones, item.due is None, item.due or now))
