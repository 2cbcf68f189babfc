"""The API against its own description: whatever fits it is answered as it says, and what does not is refused.

`make fuzz` asks ten thousand times; here it is some hundreds.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from flask import Flask, g
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from cocrea.extensions import db, limiter

CASES = int(os.environ.get("COCREA_API_CASES", "500"))


@pytest.mark.slow
def test_whatever_is_asked_is_answered_as_described(app: Flask) -> None:
    limiter.enabled = False
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    # What takes no parameter but a name of any kind can be asked in no way that is not allowed.
    ways = [(one, mode) for one in operations for mode in GenerationMode if one.query or mode.is_positive]
    asked = sum(_ask(operation, mode, -(-CASES // len(ways))) for operation, mode in ways)
    assert asked >= CASES


def _ask(operation: Any, mode: GenerationMode, cases: int) -> int:
    """So many requests to one operation, such as its description allows or such as it does not. How many they were."""
    asked = 0

    @settings(max_examples=cases, deadline=None, database=None, derandomize=True, suppress_health_check=HealthCheck)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        for name in list(g):
            g.pop(name)
        case.call_and_validate(headers={"Accept-Encoding": "identity"})
        db.session.remove()

    ask()
    return asked
