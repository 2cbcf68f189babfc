"""Which groups work on a topic, as the domains that have groups tell it, without being known here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cocrea.consultation.models import Topic

Provider = Callable[[Topic], Iterable[str]]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Add groups: `provider(topic)` gives the scopes in which their functions are held. Called by `create_app`."""
    if provider not in _providers:
        _providers.append(provider)


def scopes(topic: Topic) -> list[str]:
    """The scopes (`table:9`) of the groups that work on a topic."""
    return [scope for provider in _providers for scope in provider(topic)]
