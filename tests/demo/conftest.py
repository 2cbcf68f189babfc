"""The demonstration, for tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Client, undone


@pytest.fixture(scope="module")
def app(demonstration: Flask) -> Iterator[Flask]:
    """In place of the fixture of the same name."""
    with undone(demonstration):
        yield demonstration


@pytest.fixture
def visitor(app: Flask) -> Client:
    app.test_client_class = Client
    found = app.test_client()
    assert isinstance(found, Client)
    return found
