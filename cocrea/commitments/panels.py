"""What higher domains add to the page of a commitment (its roadmap and progress), without being known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.commitments.models import Commitment

Loader = Callable[[Any, Commitment, datetime], Any]


@dataclass(frozen=True)
class Panel:
    """A partial and what it shows, found in the page as `panel`."""

    template: str
    panel: Any


_providers: dict[str, Loader] = {}


def provide(template: str, load: Loader) -> None:
    """Add a partial to every commitment's page; `load(actor, commitment, now)` gives what it shows."""
    _providers[template] = load


def of(actor: Any, commitment: Commitment, now: datetime) -> list[Panel]:
    return [Panel(template, load(actor, commitment, now)) for template, load in _providers.items()]
