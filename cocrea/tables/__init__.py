"""Thematic tables, their members, sessions and the live room."""
