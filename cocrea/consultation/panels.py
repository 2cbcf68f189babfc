"""What higher domains add to the page of a problem (the proposals that address it), without being known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.consultation.models import Problem

Loader = Callable[[Any, Problem, datetime], Any]


@dataclass(frozen=True)
class Panel:
    """A partial and what it shows, found in the page as `panel`."""

    template: str
    panel: Any


_providers: dict[str, Loader] = {}


def provide(template: str, load: Loader) -> None:
    """Add a partial to every problem's page; `load(actor, problem, now)` gives what it shows."""
    _providers[template] = load


def of(actor: Any, problem: Problem, now: datetime) -> list[Panel]:
    return [Panel(template, load(actor, problem, now)) for template, load in _providers.items()]
