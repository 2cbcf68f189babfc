"""The settings of the application under way, for code that is no entry point but depends on them."""

from __future__ import annotations

from flask import current_app

from cocrea.config import Settings


def current_settings() -> Settings:
    settings: Settings = current_app.config["COCREA"]
    return settings
