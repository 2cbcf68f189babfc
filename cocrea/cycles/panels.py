"""What higher domains add to the page of a cycle (the forum that may be called), without being known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.cycles.models import Cycle

Loader = Callable[[Any, Cycle, datetime], Any]


@dataclass(frozen=True)
class Panel:
    """A partial and what it shows, found in the page as `panel`."""

    template: str
    panel: Any


_providers: dict[str, Loader] = {}


def provide(template: str, load: Loader) -> None:
    """Add a partial to every cycle's page; `load(actor, cycle, now)` gives what it shows."""
    _providers[template] = load


def of(actor: Any, cycle: Cycle, now: datetime) -> list[Panel]:
    return [Panel(template, load(actor, cycle, now)) for template, load in _providers.items()]
