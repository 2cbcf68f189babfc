"""Every setting of Cocrea, typed, read from the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "solo-para-desarrollo"  # noqa: S105 - refused in production


class Settings(BaseSettings):
    """The whole configuration. Names are `COCREA_<FIELD>`; a few accept a customary name as well."""

    model_config = SettingsConfigDict(env_prefix="COCREA_", extra="ignore", populate_by_name=True)

    environment: Literal["development", "production", "test"] = "development"
    debug: bool = False
    secret_key: str = DEVELOPMENT_SECRET
    history_key: str = Field("", description="Ed25519 seed, 64 hex digits, that signs the heads of the history")
    instance: Path = PROJECT / "instance"
    database_url: str = Field("", validation_alias=AliasChoices("COCREA_DATABASE_URL", "DATABASE_URL"))
    redis_url: str = Field("", validation_alias=AliasChoices("COCREA_REDIS_URL", "REDIS_URL"))
    host: str = "127.0.0.1"
    port: int = Field(5000, validation_alias=AliasChoices("COCREA_PORT", "PORT"))
    public_url: str = Field("", description="Address that people type; used in e-mails. Default: host and port")
    trusted_proxies: int = Field(0, ge=0, description="Reverse proxies in front whose X-Forwarded-* are believed")

    demo: bool = Field(False, description="Show one-click sign-in to the invented accounts")
    second_factor_exempt: bool = Field(False, description="Let roles that oblige a second factor do without it")
    worker: bool = Field(True, description="Run the job consumer in a thread of the server process")
    rate_limits: bool = True
    visitor_pages: bool = Field(True, description="Render what all visitors see alike once per second and change")
    sockets: int = Field(1000, gt=0, description="Live connections of a process; who comes later has the plain pages")
    database_connections: int = Field(40, gt=0, description="Connections to the database that a process keeps open")
    async_mode: Literal["threading", "gevent"] = Field("threading", description="gevent only under a gevent worker")

    mail_backend: Literal["file", "smtp", "memory"] = "file"
    mail_from: str = "Cocrea <no-responder@localhost>"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False

    notices_kept_months: int = Field(12, gt=0, description="After so long people's notices of what they follow go")
    max_upload_bytes: int = 10 * 1024 * 1024
    max_request_bytes: int = 12 * 1024 * 1024
    timezone: str = "America/Mexico_City"
    data_licence: str = Field("CC-BY-4.0", description="SPDX name of the licence of all that is downloaded")
    api_limit: str = Field("120 per minute; 3000 per hour", description="How often one address may ask the API")

    # What the report of standards of a cycle judges by: docs/decisions/0026-standards.md
    standards_year_days: int = Field(365, gt=0, description="Days of the year in which updates and meetings count")
    standards_forum_gap_days: int = Field(183, gt=0, description="Most days between two meetings of the forum")
    standards_notice_days: int = Field(14, ge=0, description="Least days between announcing a stage and its start")
    standards_repository_updates_per_year: int = Field(
        2, gt=0, description="Days with something new in the repository"
    )
    standards_meetings_per_year: int = Field(2, gt=0, description="Meetings on results with civil society")
    standards_outreach_activities: int = Field(1, gt=0, description="Workshops held to make the process known")
    standards_contributions: int = Field(1, gt=0, description="Public contributions that show inputs are received")
    standards_answered_percent: int = Field(100, gt=0, le=100, description="Share of proposals answered with reasons")

    @model_validator(mode="after")
    def _defaults(self) -> Settings:
        self.instance = self.instance.resolve()
        self.database_url = normalise_database_url(self.database_url) or (
            f"sqlite:///{self.instance / 'cocrea.sqlite3'}"
        )
        self.public_url = (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
        return self

    @model_validator(mode="after")
    def _refuse_unsafe_production(self) -> Settings:
        if self.environment != "production":
            return self
        faults = [
            ("COCREA_SECRET_KEY is missing or too short", len(self.secret_key) < 32),
            ("COCREA_SECRET_KEY is the development one", self.secret_key == DEVELOPMENT_SECRET),
            ("COCREA_HISTORY_KEY must be 64 hex digits", not re.fullmatch("[0-9a-fA-F]{64}", self.history_key)),
            ("COCREA_DEBUG must be off", self.debug),
            ("COCREA_DEMO must be off", self.demo),
            ("COCREA_SECOND_FACTOR_EXEMPT must be off", self.second_factor_exempt),
            ("COCREA_PUBLIC_URL must start with https://", not self.public_url.startswith("https://")),
        ]
        broken = [text for text, is_fault in faults if is_fault]
        if broken:
            raise ValueError("Refusing to start in production: " + "; ".join(broken))
        return self

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def mail_folder(self) -> Path:
        """Where e-mails are written when they go to files."""
        return self.instance / "mail"

    def flask(self) -> dict[str, Any]:
        """The same settings in the names that Flask and its extensions read."""
        return {
            "COCREA": self,
            "SECRET_KEY": self.secret_key,
            "DEBUG": self.debug,
            "TESTING": self.environment == "test",
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": engine_options(self.database_url, self.database_connections),
            "MAX_CONTENT_LENGTH": self.max_request_bytes,
            "MAX_FORM_MEMORY_SIZE": self.max_request_bytes,
            "SESSION_COOKIE_NAME": "cocrea",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.is_production,
            "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 14,
            "BABEL_DEFAULT_LOCALE": "es_MX",
            "BABEL_DEFAULT_TIMEZONE": self.timezone,
            "BABEL_TRANSLATION_DIRECTORIES": str(PROJECT / "cocrea" / "translations"),
            "WTF_CSRF_TIME_LIMIT": None,
            **self._mail(),
            "RATELIMIT_ENABLED": self.rate_limits,
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            "RATELIMIT_HEADERS_ENABLED": True,
        }

    def _mail(self) -> dict[str, Any]:
        return {
            "MAIL_BACKEND": {"file": "cocrea.core.mail", "smtp": "smtp", "memory": "locmem"}[self.mail_backend],
            "MAIL_FILE_PATH": str(self.mail_folder),
            "MAIL_SERVER": self.smtp_host,
            "MAIL_PORT": self.smtp_port,
            "MAIL_USERNAME": self.smtp_user or None,
            "MAIL_PASSWORD": self.smtp_password or None,
            "MAIL_USE_TLS": self.smtp_tls,
            "MAIL_DEFAULT_SENDER": self.mail_from,
        }


def normalise_database_url(url: str) -> str:
    """`postgres://` and bare `postgresql://` addresses are served by psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str, connections: int) -> dict[str, Any]:
    """So many connections at most, kept open: whoever comes when all are in use waits for one. When a room fills at
    once, making one and throwing it away again for each of hundreds takes longer than that.

    Values of statements are left out of error messages: they are people's.
    """
    kept = {"pool_size": connections, "max_overflow": 0, "pool_use_lifo": True}
    if url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "connect_args": {"timeout": 20, "check_same_thread": False},
            **kept,
        }
    return {
        "hide_parameters": True,
        # A server that is gone is told soon. Compiling a plan takes 150 ms and more, our statements take a few.
        "connect_args": {"connect_timeout": 5, "options": "-c jit=off"},
        **kept,
    }
