"""The settings: what production refuses, and what the cookies promise."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cocrea.config import DEVELOPMENT_SECRET, Settings

SAFE = {
    "environment": "production",
    "secret_key": "k" * 32,
    "history_key": "ab" * 32,
    "public_url": "https://cocrea.example",
}
UNSAFE = {
    "the development secret": {"secret_key": DEVELOPMENT_SECRET},
    "a short secret": {"secret_key": "k" * 31},
    "no history key": {"history_key": ""},
    "a history key that is not hex": {"history_key": "z" * 64},
    "debug": {"debug": True},
    "the demonstration": {"demo": True},
    "no second factor": {"second_factor_exempt": True},
    "plain HTTP": {"public_url": "http://cocrea.example"},
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "REDIS_URL", "COCREA_DATABASE_URL", "COCREA_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COCREA_INSTANCE", str(tmp_path))


def test_production_starts_with_safe_settings_and_safe_cookies():
    found = Settings(**SAFE).flask()
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_HTTPONLY"] is True
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert found["DEBUG"] is False


@pytest.mark.parametrize("fault", UNSAFE.values(), ids=UNSAFE)
def test_production_refuses_to_start(fault):
    with pytest.raises(ValidationError, match="Refusing to start in production"):
        Settings(**{**SAFE, **fault})
    Settings(**{**SAFE, **fault, "environment": "development"})


def test_production_refuses_its_defaults():
    with pytest.raises(ValidationError, match="Refusing to start in production"):
        Settings(environment="production")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_the_customary_names_are_honoured(monkeypatch, scheme):
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://ana@db/cocrea")
    monkeypatch.setenv("REDIS_URL", "redis://cache")
    monkeypatch.setenv("PORT", "5051")
    found = Settings()
    assert (found.database_url, found.redis_url, found.port) == (
        "postgresql+psycopg://ana@db/cocrea",
        "redis://cache",
        5051,
    )
    assert found.public_url == "http://127.0.0.1:5051"
