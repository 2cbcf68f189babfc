"""Verbs of tables, by what they are about."""

from cocrea.tables.operations.problems import MOST_ASSIGNED, assign_problems
from cocrea.tables.operations.seats import join, leave, readmit, remove, reseat, seat
from cocrea.tables.operations.sessions import (
    BODY_LIMIT,
    KEY_LIMIT,
    end_session,
    hide_message,
    live_room,
    open_session,
    post_message,
    record_agreement,
    record_in_person,
    schedule_session,
)
from cocrea.tables.operations.tables import create_table

__all__ = [
    "BODY_LIMIT",
    "KEY_LIMIT",
    "MOST_ASSIGNED",
    "assign_problems",
    "create_table",
    "end_session",
    "hide_message",
    "join",
    "leave",
    "live_room",
    "open_session",
    "post_message",
    "readmit",
    "record_agreement",
    "record_in_person",
    "remove",
    "reseat",
    "schedule_session",
    "seat",
]
