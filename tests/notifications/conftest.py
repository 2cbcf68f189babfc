"""Following is tested on real connections as well."""

import pytest

from tests.real import committed_app

__all__ = ["committed_app", "outbox"]


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox
