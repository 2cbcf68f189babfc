"""Workshops for tests, called through the operations people use."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from cocrea.accounts.models import Person
from cocrea.consultation import operations
from cocrea.consultation.models import Workshop
from cocrea.consultation.operations import Plan
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from tests.conftest import NOW
from tests.factories import cycles

_numbers = itertools.count(1)


def plan(**changes: Any) -> Plan:
    said = {
        "title": f"Jornada {next(_numbers)}",
        "place": "Casa de la Cultura, Comala",
        "starts_at": NOW - timedelta(hours=3),
        "organiser": "Red Vecinal",
        "method": "Mesas de seis personas; una relatora por mesa.",
        "territory": "MX-COL",
        "already_held": True,
    }
    return Plan(**{**said, **changes})


def workshop(cycle: Cycle, *, by: Person | None = None, now: datetime = NOW, **changes: Any) -> Workshop:
    """One that began three hours ago, unless `starts_at` says otherwise."""
    by = by or cycles.facilitator(cycle)
    with transaction():
        return operations.plan_workshop(actor=by, cycle=cycle, plan=plan(**changes), now=now)
