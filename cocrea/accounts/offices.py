"""Which functions there are outside the cycles, and where each is held, as the domains that have the places tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cocrea.accounts.models import Grant, Invitation
from cocrea.accounts.policies import Post


def key_of(held: Post | Grant | Invitation) -> str:
    """What names the office in which something is held, or was offered."""
    return f"{held.role}@{held.scope}"


@dataclass(frozen=True)
class Office:
    """A function somewhere: of the platform, a space, an organisation, a whole cycle or one table."""

    post: Post
    place: Any

    @property
    def key(self) -> str:
        """Names it in forms and addresses."""
        return key_of(self.post)


Provider = Callable[[], Iterable[Office]]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Add offices that administrators give; called by `create_app`."""
    if provider not in _providers:
        _providers.append(provider)


def offices() -> list[Office]:
    """All that administrators give. What is inside a cycle is given by those who lead it, on the cycle's own page."""
    return [office for provider in _providers for office in provider()]
