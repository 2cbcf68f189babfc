"""Which functions there are in a cycle and at its tables, and where each is held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cocrea.accounts.models import Role
from cocrea.accounts.offices import Office
from cocrea.accounts.policies import Post
from cocrea.cycles.models import Cycle
from cocrea.tables.models import Table

ROLES = (Role.FACILITATOR, Role.RAPPORTEUR, Role.EXPERT, Role.OBSERVER)
IN_CYCLES = (*ROLES, Role.EVALUATOR)
AT_TABLES = (*ROLES, Role.COFACILITATOR)
AT_PLENARIES = (Role.FACILITATOR, Role.RAPPORTEUR, Role.COFACILITATOR)  # the others would have no seat to speak from


@dataclass(frozen=True)
class Staff:
    """A cycle with its tables, as the places where functions are held."""

    cycle: Cycle
    tables: Sequence[Table]

    @property
    def places(self) -> dict[str, str]:
        """Scope → what it is called, the cycle first."""
        return {self.cycle.scope: self.cycle.title, **{table.scope: table.name for table in self.tables}}

    def offices(self) -> Iterator[Office]:
        """Every function that can be given here."""
        around = f"space:{self.cycle.space_id}"
        for role in IN_CYCLES:
            yield Office(Post(role, self.cycle.scope, (around,)), self.cycle.title)
        for table in self.tables:
            for role in AT_PLENARIES if table.is_plenary else AT_TABLES:
                yield Office(Post(role, table.scope, (self.cycle.scope, around)), table.name)

    def office(self, key: Any) -> Office | None:
        return next((office for office in self.offices() if office.key == key), None)
