"""Commitments are tested on real connections as well."""

from tests.real import committed_app

__all__ = ["committed_app"]
