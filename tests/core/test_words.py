"""Lengths of time in words."""

from __future__ import annotations

import pytest

from cocrea.core.i18n import lasting


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 segundos"),
        (1, "1 segundo"),
        (40, "40 segundos"),
        (60, "1 minuto"),
        (80, "1 minuto y 20 segundos"),
        (121, "2 minutos y 1 segundo"),
        (600, "10 minutos"),
    ],
)
def test_a_length_of_time_is_told_in_plain_words(app, seconds, words):
    with app.test_request_context():
        assert lasting(seconds) == words
