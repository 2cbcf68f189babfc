"""What higher domains add to the page of a proposal (its vote, its commitment), without being known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.proposals.models import Proposal

Loader = Callable[[Any, Proposal, datetime], Any]


@dataclass(frozen=True)
class Panel:
    """A partial and what it shows, found in the page as `panel`."""

    template: str
    panel: Any


_providers: dict[str, Loader] = {}


def provide(template: str, load: Loader) -> None:
    """Add a partial to every proposal's page; `load(actor, proposal, now)` gives what it shows, None for nothing."""
    _providers[template] = load


def of(actor: Any, proposal: Proposal, now: datetime) -> list[Panel]:
    found = [Panel(template, load(actor, proposal, now)) for template, load in _providers.items()]
    return [shown for shown in found if shown.panel is not None]
