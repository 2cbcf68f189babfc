"""What a thread is made of: things that were said, done or decided, and which came of which."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cocrea.accounts.models import Sector
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle

Moment = datetime | date | None


class Stop(StrEnum):
    """The parts of the way, in its order."""

    PROBLEM = "problem"
    TABLE = "table"
    PROPOSAL = "proposal"
    RESPONSE = "response"
    CONTEST = "contest"
    COMMITMENT = "commitment"
    ACTIVITY = "activity"

    @property
    def label(self) -> Any:
        return STOPS[self][0]

    @property
    def gap(self) -> Any:
        """What is said where the thread has nothing of it."""
        return STOPS[self][1]

    @property
    def happens(self) -> bool:
        """Whether it is something that takes place, not something that is there: PROV tells them apart."""
        return self in {Stop.TABLE, Stop.CONTEST, Stop.ACTIVITY}


STOPS: dict[Stop, tuple[Any, Any]] = {
    Stop.PROBLEM: (_l("Las problemáticas"), _l("Sin problemáticas registradas.")),
    Stop.TABLE: (_l("La mesa y sus acuerdos"), _l("Ninguna mesa trabajó en esto.")),
    Stop.PROPOSAL: (_l("Las propuestas"), _l("Sin propuestas registradas.")),
    Stop.RESPONSE: (_l("Las respuestas de las instituciones"), _l("Ninguna institución ha respondido.")),
    Stop.CONTEST: (_l("La votación"), _l("No hubo votación.")),
    Stop.COMMITMENT: (_l("El compromiso"), _l("No ha llegado a un compromiso.")),
    Stop.ACTIVITY: (_l("Las actividades y su evidencia"), _l("Sin hoja de ruta registrada.")),
}


@dataclass(frozen=True)
class Step:
    """Something that happened to a node: a version, a signature, a piece of evidence. `made`: whether it is a thing of
    its own, and not only a moment in the life of the node. `revises`: whether it is a text of the node."""

    key: str
    what: Any
    at: Moment
    sector: Sector | None = None
    said: str = ""
    url: str = ""
    made: bool = True
    revises: bool = False


@dataclass
class Node:
    """One thing on the way. `title` is what became of it where its text is not to be read. `ended_at`: of what took
    place, until when. `gaps` say in words what is missing."""

    key: str
    stop: Stop
    title: Any
    url: str
    at: Moment = None
    ended_at: Moment = None
    sectors: tuple[Sector, ...] = ()
    who: str = ""
    state: tuple[Any, str] | None = None
    reason: str = ""
    is_tombstone: bool = False
    steps: list[Step] = field(default_factory=list)
    gaps: list[Any] = field(default_factory=list)
    comes_from: list[Node] = field(default_factory=list)
    goes_to: list[Node] = field(default_factory=list)

    def leads_to(self, other: Node) -> None:
        """Say that the other came of this one; once, however often it is said."""
        if other not in self.goes_to and other is not self:
            self.goes_to.append(other)
            other.comes_from.append(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Thread:
    """The way of one thing (`about`, the key of its node, or that of what was asked for), with all its branches."""

    about: str
    cycle: Cycle
    nodes: list[Node]

    def at(self, stop: Stop) -> list[Node]:
        return [node for node in self.nodes if node.stop is stop]

    @property
    def stops(self) -> list[tuple[Stop, list[Node]]]:
        return [(stop, self.at(stop)) for stop in Stop]

    @property
    def start(self) -> Node:
        return next(node for node in self.nodes if node.key == self.about)
