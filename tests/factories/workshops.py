"""Workshops for tests, called through the operations people use."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage

from cocrea.accounts.models import Person
from cocrea.consultation import operations
from cocrea.consultation.models import Workshop, WorkshopPhoto
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


def picture(number: int = 0, *, kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> FileStorage:
    """A photograph as a device sends it; another number is another picture."""
    data = BytesIO()
    Image.new("RGB", size, (number * 40 % 256, 120, 90)).save(data, kind, **options)
    data.seek(0)
    return FileStorage(data, f"hoja-{number}.{kind.lower()}")


def photo(workshop: Workshop, *, by: Person, number: int = 0) -> WorkshopPhoto:
    with transaction():
        pictures = operations.photographs([picture(number)])
        [made] = operations.add_photos(actor=by, workshop=workshop, pictures=pictures, caption="Mesa 2", now=NOW)
        return made
