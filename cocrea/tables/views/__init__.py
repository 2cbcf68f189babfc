"""The pages of tables and their sessions."""

from cocrea.tables.views import people, problems, sessions, tables
from cocrea.tables.views.base import bp

__all__ = ["bp", "people", "problems", "sessions", "tables"]
