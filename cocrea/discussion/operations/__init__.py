"""What people do with contributions and comments, and what every kind of contribution is made with."""

from cocrea.discussion.operations.comments import comment, edit
from cocrea.discussion.operations.contributions import (
    Repeated,
    contribution_fields,
    count,
    drop_support,
    note,
    once,
    set_visibility,
    support,
    unsupport,
    withdraw,
)
from cocrea.discussion.operations.reactions import react

__all__ = [
    "Repeated",
    "comment",
    "contribution_fields",
    "count",
    "drop_support",
    "edit",
    "note",
    "once",
    "react",
    "set_visibility",
    "support",
    "unsupport",
    "withdraw",
]
