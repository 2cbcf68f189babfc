"""What the facilitation does with the proposals of a status, and in which stage. Higher domains add their own step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action
from cocrea.proposals.models import ProposalStatus


@dataclass(frozen=True)
class Step:
    """One kind of work: what it is called, the action whose stage it needs, and its page.

    `endpoint` takes the cycle's slug and `arguments`. `ahead`: how long before the stage opens the work begins.
    `condition`: what else must hold of the `Cycle`, in SQL.
    """

    title: Any
    action: Action
    endpoint: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    ahead: timedelta = timedelta()
    condition: sa.ColumnElement[bool] = field(default_factory=sa.true)


STEPS: dict[ProposalStatus, Step] = {
    ProposalStatus.PUBLISHED: Step(
        _l("Revisa las propuestas que esperan decisión"),
        Action.REVIEW_PROPOSAL,
        "proposals.index",
        {"estado": ProposalStatus.PUBLISHED.value},
    )
}


def provide(status: ProposalStatus, step: Step) -> None:
    """Say what is done with the proposals of a status; called by `create_app`."""
    STEPS[status] = step
