"""Which commitments of a cycle an answer may say that it feeds: a higher domain knows them, which is not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from cocrea.cycles.models import Cycle

Loader = Callable[[Cycle], Mapping[str, str]]
_loaders: list[Loader] = []


class Feeds(Protocol):
    """An answer, one of its versions, or what is to become one."""

    @property
    def feeds(self) -> Sequence[str]: ...


def provide(load: Loader) -> None:
    """Say who knows them: `load(cycle)` gives the titles of what is public there by reference, in their order."""
    if load not in _loaders:
        _loaders.append(load)


def commitments(cycle: Cycle) -> dict[str, str]:
    """What an answer to a proposal of the cycle may name: titles by reference."""
    return {reference: title for load in _loaders for reference, title in load(cycle).items()}


def named(cycle: Cycle, answers: Iterable[Feeds]) -> dict[str, str]:
    """The titles of what answers name; read only where one names something."""
    return commitments(cycle) if any(answer.feeds for answer in answers) else {}
