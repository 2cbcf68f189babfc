"""What can be wrong with a file of votes."""

from __future__ import annotations

from enum import Enum, auto


class Fault(Enum):
    UNKNOWN_FORMAT = auto()
    NOT_TEXT = auto()
    MISSING = auto()
    NO_SECTION = auto()
    NOT_A_NUMBER = auto()
    REPEATED = auto()
    UNKNOWN_CANDIDATE = auto()
    UNEVEN = auto()
    OTHER_COUNT = auto()
    UNFINISHED = auto()
    NOT_COMPLETE = auto()
    NOT_STRICT = auto()
    NOT_A_BALLOT = auto()
    UNKNOWN_KIND = auto()


class Unreadable(ValueError):
    """The file is not what its format says: `line` is where (0: nowhere in particular), `what` the words at fault."""

    def __init__(self, fault: Fault, line: int, what: object = "") -> None:
        super().__init__(fault.name)
        self.fault, self.line, self.what = fault, line, str(what)[:80]
